import type { Child } from "hono/jsx"
import type { Role } from "../../environment.ts"
import { Button, ButtonLink } from "../../storefront/components/button.tsx"
import { Field } from "../../storefront/components/field.tsx"
import { Moment } from "../../storefront/components/moment.tsx"
import { Notice } from "../../storefront/components/notice.tsx"
import { Steps } from "../../storefront/components/steps.tsx"
import { Table } from "../../storefront/components/table.tsx"
import type { Site } from "../../storefront/site.ts"
import { formatCount, formatMoney } from "../../storefront/words/money.ts"
import type { Parking } from "../orders/parked-schemas.ts"
import type { MerchantOrder } from "../orders/schemas.ts"
import { ConsoleLayout } from "./layout.tsx"
import { actionsFor, leftCents, STATUS_WORDS } from "./order-decision.ts"
import type { OrderActions, RefundForm } from "./order-decision.ts"
import { parkingHref } from "./parked-page.tsx"
import { PARKED_WORDS } from "./parked-words.ts"

interface OrderPageProps {
  site: Site
  role: Role
  order: MerchantOrder
  parking: Parking
  /** What was refused just now; null when nothing was. */
  trouble: string | null
  /** A refund that was typed and is not right; null otherwise. */
  refundForm: RefundForm | null
}

/** One order: what is in it, what became of it, and what may be done. */
export function OrderPage({ site, role, order, parking, trouble, refundForm }: OrderPageProps) {
  const actions = actionsFor(order, role)
  return (
    <ConsoleLayout site={site} title={`Order ${order.orderNumber}`} role={role}>
      <div class="flow">
        <p>
          <a href="/merchant/orders">Orders</a>
        </p>
        <div class="console__head">
          <h1>Order {order.orderNumber}</h1>
          <p>
            <strong>{STATUS_WORDS[order.status]}</strong>
          </p>
        </div>
        {trouble !== null && <Notice title={trouble} tone="lost" alert={true} />}
        {order.dispute && <DisputeNotice order={order} />}
        <ParkingNotice parking={parking} />
        <div class="console__grid">
          <Panel title="Parcels">
            <Parcels order={order} actions={actions} />
          </Panel>
          <Panel title="Money">
            <Money order={order} />
          </Panel>
          <Panel title="Shopper">
            <Shopper order={order} />
          </Panel>
          <section class="panel console__wide" aria-label="Lines">
            <Lines order={order} />
          </section>
          <Panel title="Where it stands">
            <Steps
              steps={order.history.map(({ status, atMs }, index) => ({
                title: STATUS_WORDS[status],
                state: index === order.history.length - 1 ? "current" : "done",
                atMs,
              }))}
            />
          </Panel>
          {actions.refund && <RefundPanel order={order} form={refundForm} />}
          {actions.withdraw !== null && <WithdrawPanel order={order} kind={actions.withdraw} />}
        </div>
      </div>
    </ConsoleLayout>
  )
}

function Panel({ title, children }: { title: string; children: Child }) {
  return (
    <section class="panel flow">
      <h2>{title}</h2>
      {children}
    </section>
  )
}

function DisputeNotice({ order }: { order: MerchantOrder }) {
  if (!order.dispute) return null
  const { amountCents, status } = order.dispute
  return (
    <Notice title={`Disputed: ${formatMoney(amountCents, order.currency)}`} tone="hurry">
      <p>The card’s holder disputes this payment ({status.replaceAll("_", " ")}). Answer it at Stripe.</p>
    </Notice>
  )
}

/** Also once it was dealt with: what was done then may explain the order. */
function ParkingNotice({ parking }: { parking: Parking }) {
  const { orderId, parked, dealtWith } = parking
  const [last] = dealtWith
  if (parked)
    return (
      <Notice title={`It does not go on: ${PARKED_WORDS[parked.parkedAs].title.toLowerCase()}`} tone="hurry">
        <p>
          <a href={parkingHref(orderId)}>See why, and what may be done</a>
        </p>
      </Notice>
    )
  if (!last) return null
  return (
    <Notice title={`Dealt with by ${last.name}: ${PARKED_WORDS[last.parkedAs].title.toLowerCase()}`}>
      <p>{last.note}</p>
      <p class="small">
        <a href={parkingHref(orderId)}>All that was dealt with</a>
      </p>
    </Notice>
  )
}

function Parcels({ order, actions }: { order: MerchantOrder; actions: OrderActions }) {
  const path = `/merchant/orders/${order.orderId}`
  return (
    <>
      {order.shipments.length === 0 && <p class="soft">Nothing was sent yet.</p>}
      <ul>
        {order.shipments.map(({ carrier, trackingNumber, atMs }) => (
          <li>
            {carrier}, {trackingNumber} <span class="soft">(</span>
            <Moment atMs={atMs} style="stamp" />
            <span class="soft">)</span>
          </li>
        ))}
      </ul>
      {actions.deliver && (
        <form method="post" action={`${path}/deliver`} data-once="">
          <Button>It arrived</Button>
        </form>
      )}
      {actions.ship && (
        <form class="flow" method="post" action={`${path}/ship`} data-once="">
          <Field name="carrier" label="Carrier" maxlength={80} />
          <Field name="trackingNumber" label="Tracking number" maxlength={120} />
          <Button tone={order.status === "shipped" ? "quiet" : "ink"}>
            {order.status === "shipped" ? "A further parcel left" : "The parcel left"}
          </Button>
        </form>
      )}
    </>
  )
}

function Money({ order }: { order: MerchantOrder }) {
  const money = (cents: number) => formatMoney(cents, order.currency)
  const { totals } = order
  const rows: [string, string][] = [
    ["Goods", money(totals.subtotalCents)],
    ...(totals.discountCents > 0
      ? [[`Discount ${order.couponCode ?? ""}`, `−${money(totals.discountCents)}`] as [string, string]]
      : []),
    ...(totals.shippingCents > 0 || order.shippingMethod
      ? [[order.shippingMethod?.title ?? "Shipping", money(totals.shippingCents)] as [string, string]]
      : []),
    ...(totals.taxCents > 0
      ? [[totals.pricesIncludeTax ? "Tax, in the prices" : "Tax", money(totals.taxCents)] as [string, string]]
      : []),
    ["Total", money(order.totalCents)],
  ]
  return (
    <>
      <Table
        caption="What the total is made of"
        captionUnseen={true}
        columns={[{ title: "What" }, { title: "Amount", number: true }]}
        rows={rows}
      />
      <p class="small">
        Payment: {order.payment.status.replaceAll("_", " ")}
        {order.payment.intentId !== null && (
          <>
            {" "}
            <code>{order.payment.intentId}</code>
          </>
        )}
        {order.payment.message !== null && <>. The bank says: {order.payment.message}</>}
      </p>
      {order.refunds.length > 0 && (
        <Table
          caption="Refunds"
          columns={[{ title: "When" }, { title: "Standing" }, { title: "Amount", number: true }]}
          rows={order.refunds.map((refund) => [
            <Moment atMs={refund.atMs} style="stamp" />,
            refund.status,
            money(refund.amountCents),
          ])}
        />
      )}
    </>
  )
}

function Shopper({ order }: { order: MerchantOrder }) {
  const address = order.shippingAddress
  return (
    <>
      <p>{order.email}</p>
      {address ? (
        <address class="soft">
          {["name", "line1", "line2"].map((part) => address[part] && <div>{address[part]}</div>)}
          <div>
            {address["postalCode"]} {address["city"]}
          </div>
          {address["region"] && <div>{address["region"]}</div>}
          <div>{address["country"]}</div>
        </address>
      ) : (
        <p class="soft">No address was given.</p>
      )}
      {order.saleId !== null && (
        <p class="small">
          Bought in <a href={`/merchant/sales/${order.saleId}`}>a sale</a>
        </p>
      )}
    </>
  )
}

function Lines({ order }: { order: MerchantOrder }) {
  return (
    <Table
      caption="What was bought"
      captionUnseen={true}
      columns={[
        { title: "SKU" },
        { title: "Units", number: true },
        { title: "Came back", number: true },
        { title: "Each", number: true },
        { title: "Together", number: true },
      ]}
      rows={order.items.map((line) => [
        line.sku,
        formatCount(line.quantity),
        line.returnedQuantity > 0 ? formatCount(line.returnedQuantity) : "",
        formatMoney(line.unitPriceCents, order.currency),
        formatMoney(line.quantity * line.unitPriceCents - line.discountCents, order.currency),
      ])}
    />
  )
}

function RefundPanel({ order, form }: { order: MerchantOrder; form: RefundForm | null }) {
  return (
    <Panel title="Refund">
      <form class="flow" method="get" action={`/merchant/orders/${order.orderId}/refund`}>
        <Field
          name="amount"
          label={`Amount in ${order.currency}`}
          value={form?.amount ?? ""}
          plainlyOptional={true}
          maxlength={13}
          hint={`Empty gives back all that is left: ${formatMoney(leftCents(order), order.currency)}.`}
          {...(form?.errors["amount"] !== undefined && { error: form.errors["amount"] })}
        />
        {order.items
          .filter((line) => line.quantity > line.returnedQuantity)
          .map(({ sku, quantity, returnedQuantity }) => {
            const error = form?.errors[`back.${sku}`]
            return (
              <Field
                name={`back.${sku}`}
                label={`${sku}: units that go back on sale`}
                value={form?.back[sku] ?? "0"}
                inputmode="numeric"
                maxlength={4}
                hint={`At most ${quantity - returnedQuantity}.`}
                {...(error !== undefined && { error })}
              />
            )
          })}
        <Button tone="quiet">Look over the refund</Button>
      </form>
    </Panel>
  )
}

function WithdrawPanel({ order, kind }: { order: MerchantOrder; kind: "cancel" | "refund" }) {
  return (
    <Panel title="Withdraw the order">
      <p class="soft">
        {kind === "cancel"
          ? "It is not paid. What it holds goes back on sale, and it can’t be paid any more."
          : "All of its money goes back, and all of its units go back on sale."}
      </p>
      <ButtonLink href={`/merchant/orders/${order.orderId}/cancel`} tone="lost">
        Withdraw it
      </ButtonLink>
    </Panel>
  )
}
