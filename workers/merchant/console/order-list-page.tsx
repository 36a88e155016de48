import type { Role } from "../../environment.ts"
import { Button } from "../../storefront/components/button.tsx"
import { Field, Select } from "../../storefront/components/field.tsx"
import { Moment } from "../../storefront/components/moment.tsx"
import { Notice } from "../../storefront/components/notice.tsx"
import { Table } from "../../storefront/components/table.tsx"
import type { Site } from "../../storefront/site.ts"
import { formatCount, formatMoney } from "../../storefront/words/money.ts"
import type { OrderStatus } from "../../../durable-objects/checkout/contract.ts"
import { ConsoleLayout } from "./layout.tsx"
import { LISTED_STATUSES, STATUS_WORDS } from "./order-decision.ts"
import { PARKED_HREF } from "./parked-page.tsx"

export interface ListedOrder {
  orderId: string
  orderNumber: string
  status: OrderStatus
  email: string
  totalCents: number
  refundedCents: number
  currency: string
  createdAtMs: number
}

/** What the list was asked for, as it stands in the page's address; empty where nothing was. */
export interface OrderSearch {
  status: string
  email: string
  orderNumber: string
  saleId: string
}

export function OrderList(props: {
  site: Site
  role: Role
  orders: readonly ListedOrder[]
  search: OrderSearch
  /** The page's address that goes on from here; null on the last page. */
  olderHref: string | null
  /** Not on the first page. */
  goesOn: boolean
  trouble: string | null
  /** Orders that somebody must look at, as many as one page of them has at most. */
  parked: number
}) {
  const { site, role, orders, search, olderHref, parked } = props
  const isAsked = Object.values(search).some((value) => value !== "")
  return (
    <ConsoleLayout site={site} title="Orders" role={role}>
      <div class="flow">
        <h1>Orders</h1>
        {parked > 0 && (
          <Notice
            title={parked === 1 ? "One order does not go on" : `${formatCount(parked)} orders do not go on`}
            tone="hurry"
          >
            <p>
              <a href={PARKED_HREF}>Look at {parked === 1 ? "it" : "them"}</a>
            </p>
          </Notice>
        )}
        <SearchForm search={search} />
        {props.trouble !== null && <Notice title={props.trouble} tone="hurry" alert={true} />}
        {orders.length > 0 ? (
          <OrderTable orders={orders} />
        ) : (
          props.trouble === null && <NoOrders isAsked={isAsked} goesOn={props.goesOn} />
        )}
        <div class="actions">
          {olderHref !== null && (
            <a class="button button--quiet" href={olderHref} rel="next">
              Older orders
            </a>
          )}
          {(isAsked || props.goesOn) && <a href="/merchant/orders">All orders, from the newest</a>}
        </div>
      </div>
    </ConsoleLayout>
  )
}

function SearchForm({ search }: { search: OrderSearch }) {
  const statuses = LISTED_STATUSES.map((status) => ({ value: status, label: STATUS_WORDS[status] }))
  return (
    <form class="panel order-search" method="get" action="/merchant/orders" role="search">
      <Select
        name="status"
        label="Status"
        value={search.status}
        options={[{ value: "", label: "All" }, ...statuses]}
      />
      <Field
        name="email"
        label="Email"
        type="search"
        inputmode="email"
        value={search.email}
        plainlyOptional={true}
        maxlength={254}
      />
      <Field
        name="orderNumber"
        label="Order number"
        type="search"
        value={search.orderNumber}
        plainlyOptional={true}
        maxlength={40}
      />
      {search.saleId !== "" && <input type="hidden" name="saleId" value={search.saleId} />}
      <Button tone="quiet">Find orders</Button>
    </form>
  )
}

function OrderTable({ orders }: { orders: readonly ListedOrder[] }) {
  return (
    <Table
      caption="Orders, the newest first"
      captionUnseen={true}
      columns={[
        { title: "Order" },
        { title: "Status" },
        { title: "Placed" },
        { title: "Shopper" },
        { title: "Total", number: true },
        { title: "Refunded", number: true },
      ]}
      rows={orders.map((order) => [
        <a href={`/merchant/orders/${order.orderId}`}>{order.orderNumber}</a>,
        STATUS_WORDS[order.status],
        <Moment atMs={order.createdAtMs} style="stamp" />,
        order.email,
        formatMoney(order.totalCents, order.currency),
        order.refundedCents > 0 ? formatMoney(order.refundedCents, order.currency) : "",
      ])}
    />
  )
}

function NoOrders({ isAsked, goesOn }: { isAsked: boolean; goesOn: boolean }) {
  if (goesOn) return <p>No older orders.</p>
  return isAsked ? (
    <p>No order fits. Email and number must be whole; letters may be large or small in an email.</p>
  ) : (
    <p>No order yet. They stand here about a second after a checkout begins.</p>
  )
}
