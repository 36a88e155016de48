import type { Role } from "../../environment.ts"
import { Button } from "../../storefront/components/button.tsx"
import { ErrorSummary } from "../../storefront/components/error-summary.tsx"
import { Field } from "../../storefront/components/field.tsx"
import { Moment } from "../../storefront/components/moment.tsx"
import { Notice } from "../../storefront/components/notice.tsx"
import { Table } from "../../storefront/components/table.tsx"
import type { Site } from "../../storefront/site.ts"
import type { ListedParked, Parking } from "../orders/parked-schemas.ts"
import { mayDo } from "../permissions.ts"
import { ConsoleLayout } from "./layout.tsx"
import { STATUS_WORDS } from "./order-decision.ts"
import { PARKED_WORDS } from "./parked-words.ts"

export const PARKED_HREF = "/merchant/orders/parked"

export function parkingHref(orderId: string): string {
  return `/merchant/orders/${orderId}/parked`
}

/** Orders that do not go on by themselves. They come from their lanes, so the list is there without Postgres, too. */
export function ParkedList(props: {
  site: Site
  role: Role
  orders: readonly ListedParked[]
  nextAfter: string | null
  goesOn: boolean
}) {
  const { site, role, orders, nextAfter, goesOn } = props
  return (
    <ConsoleLayout site={site} title="Orders to look at" role={role}>
      <div class="flow">
        <p>
          <a href="/merchant/orders">Orders</a>
        </p>
        <h1>Orders to look at</h1>
        <p>These do not go on by themselves. Each says why, and what may be done.</p>
        {orders.length === 0 ? (
          <p>{goesOn ? "No more of them." : "There is none. Every order goes on, or is done."}</p>
        ) : (
          <Table
            caption="Orders that somebody must look at"
            captionUnseen={true}
            columns={[{ title: "Order" }, { title: "What" }, { title: "Since" }, { title: "Order’s status" }]}
            rows={orders.map((order) => [
              <a class="whole" href={parkingHref(order.orderId)}>
                {order.orderNumber}
              </a>,
              PARKED_WORDS[order.parkedAs].title,
              <Moment atMs={order.parkedAtMs} style="stamp" />,
              STATUS_WORDS[order.status],
            ])}
          />
        )}
        <div class="actions">
          {nextAfter !== null && (
            <a
              class="button button--quiet"
              href={`${PARKED_HREF}?after=${encodeURIComponent(nextAfter)}`}
              rel="next"
            >
              More of them
            </a>
          )}
          {goesOn && <a href={PARKED_HREF}>From the first</a>}
        </div>
      </div>
    </ConsoleLayout>
  )
}

export interface DealtForm {
  name: string
  note: string
  errors: Partial<Record<"name" | "note", string>>
}

/** What one order is parked for, and the two things that may be done about it. */
export function ParkedPage(props: {
  site: Site
  role: Role
  parking: Parking
  form: DealtForm
  /** It was just set going. */
  tried: boolean
  trouble: string | null
}) {
  const { site, role, parking, form, trouble } = props
  const { orderNumber, parked } = parking
  return (
    <ConsoleLayout site={site} title={`Look at ${orderNumber}`} role={role}>
      <div class="flow bounds--narrow">
        <p>
          <a href={PARKED_HREF}>Orders to look at</a>
        </p>
        <h1>Look at order {orderNumber}</h1>
        <ErrorSummary errors={form.errors} />
        {trouble !== null && <Notice title={trouble} tone="hurry" alert={true} />}
        {props.tried && (
          <Notice title={parked ? "It is being tried" : "It went on"} alert={true}>
            {parked && (
              <p>
                It leaves the list once the step is done, and stays with the new reason if it fails.{" "}
                <a href={parkingHref(parking.orderId)}>Look again</a>
              </p>
            )}
          </Notice>
        )}
        {parked ? <Reason parked={parked} /> : <p>Nobody need look at this order now.</p>}
        {parked && mayDo(role, "orders.unpark") && <Actions parked={parked} form={form} />}
        <History parking={parking} />
      </div>
    </ConsoleLayout>
  )
}

function Reason({ parked }: { parked: ListedParked }) {
  const { title, advice } = PARKED_WORDS[parked.parkedAs]
  return (
    <section class="panel flow">
      <h2>{title}</h2>
      <p>{advice}</p>
      <p>
        <code>{parked.why}</code>
      </p>
      <p class="soft small">
        Since <Moment atMs={parked.parkedAtMs} style="stamp" />. The order’s status:{" "}
        {STATUS_WORDS[parked.status]}.{" "}
        {parked.status !== "created" && <a href={`/merchant/orders/${parked.orderId}`}>The whole order</a>}
      </p>
    </section>
  )
}

function Actions({ parked, form }: { parked: ListedParked; form: DealtForm }) {
  const path = parkingHref(parked.orderId)
  const at = (name: "name" | "note") => {
    const error = form.errors[name]
    return { name, value: form[name], ...(error !== undefined && { error }) }
  }
  return (
    <>
      {parked.canTryAgain && (
        <section class="panel flow">
          <h2>Try again</h2>
          <p>The step that is next is tried once, at once.</p>
          <form method="post" action={`${path}/try-again`} data-once="">
            <Button>Try again</Button>
          </form>
        </section>
      )}
      <section class="panel flow">
        <h2>Mark it as dealt with</h2>
        <p>
          It leaves this list and the audit’s notices; the order itself stays as it is. It comes back when
          something new happens to it.
        </p>
        <form class="flow" method="post" action={`${path}/dealt-with`} novalidate={true} data-once="">
          <input type="hidden" name="parkedAtMs" value={String(parked.parkedAtMs)} />
          <Field {...at("name")} label="Your name" autocomplete="name" maxlength={80} />
          <Field
            {...at("note")}
            label="What you did"
            hint="For whoever looks at this order after you."
            autocomplete="off"
            maxlength={1_000}
          />
          <Button tone="quiet">It is dealt with</Button>
        </form>
      </section>
    </>
  )
}

function History({ parking }: { parking: Parking }) {
  if (parking.dealtWith.length === 0) return null
  return (
    <Table
      caption="Dealt with before"
      columns={[{ title: "When" }, { title: "By" }, { title: "What it was" }, { title: "What was done" }]}
      rows={parking.dealtWith.map(({ atMs, name, role, parkedAs, why, note }) => [
        <Moment atMs={atMs} style="stamp" />,
        `${name} (${role})`,
        <>
          {PARKED_WORDS[parkedAs].title}: <code>{why}</code>
        </>,
        note,
      ])}
    />
  )
}
