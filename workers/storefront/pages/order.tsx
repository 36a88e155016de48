import type { OrderView } from "../../../durable-objects/checkout/contract.ts"
import { ButtonLink } from "../components/button.tsx"
import { Layout } from "../components/layout.tsx"
import { Moment } from "../components/moment.tsx"
import { OrderLines, sumsOf } from "../components/order-lines.tsx"
import type { Line } from "../components/order-lines.tsx"
import { Steps } from "../components/steps.tsx"
import type { Site } from "../site.ts"
import { formatMoney } from "../words/money.ts"
import { HoldClock } from "./checkout.tsx"
import { sayOrder, stepsOf } from "./order-decision.ts"
import { Address } from "./pay.tsx"

export interface OrderProps {
  site: Site
  order: OrderView
  lines: readonly Line[]
  nowMs: number
  cameFromPayment: boolean
  payAddress: string
  /** Only when the page was opened by its token: the script asks with the same. */
  token: string | null
  /** Whether the shop writes letters. */
  writes?: boolean
}

const REFRESH_SECONDS = 3

export function Order(props: OrderProps) {
  const { site, order, nowMs } = props
  const saying = sayOrder(order, props.cameFromPayment, nowMs)
  const settling = saying.tone === "settling"
  return (
    <Layout
      site={site}
      title={saying.title.replace(/\.$/, "")}
      unlisted={true}
      scripts={settling ? ["order.js"] : []}
      {...(settling && { refreshSecondsWithoutScript: REFRESH_SECONDS })}
    >
      <div class="bounds bounds--narrow order">
        <section
          class={`saying saying--${saying.tone}`}
          aria-live={settling ? "polite" : undefined}
          data-order={settling ? order.orderId : undefined}
          data-order-steps={order.history.length}
          data-order-token={props.token ?? undefined}
        >
          <Sign tone={saying.tone} />
          <h1>{saying.title}</h1>
          <p class="lead">{saying.words}</p>
          {saying.tone === "open" && (
            <>
              <HoldClock expiresAtMs={order.holdExpiresAtMs} nowMs={nowMs} />
              <ButtonLink href={props.payAddress}>Go to payment</ButtonLink>
            </>
          )}
          {saying.tone === "no" && <ButtonLink href="/products">See what is still to be had</ButtonLink>}
        </section>
        <div class="order__parts">
          <section class="panel flow" aria-labelledby="what">
            <h2 id="what">Order {order.orderNumber}</h2>
            <OrderLines
              lines={props.lines}
              currency={order.currency}
              totalCents={order.totalCents}
              sums={sumsOf(order)}
            />
            {order.email && (
              <p class="soft">
                For {order.email}
                {props.writes && saying.tone === "yes" && ". What happens next is written there, too."}
              </p>
            )}
            <Address order={order} />
          </section>
          <section class="panel flow" aria-labelledby="way">
            <h2 id="way">Where it stands</h2>
            <Steps steps={stepsOf(order)} />
            <Parcels order={order} />
            <Refunds order={order} />
          </section>
        </div>
      </div>
    </Layout>
  )
}

function Parcels({ order }: { order: OrderView }) {
  if (order.shipments.length === 0) return null
  return (
    <>
      <h3>{order.shipments.length === 1 ? "Your parcel" : "Your parcels"}</h3>
      <ul>
        {order.shipments.map(({ carrier, trackingNumber, atMs }) => (
          <li>
            {carrier}, tracking number {trackingNumber}, <Moment atMs={atMs} style="stamp" />
          </li>
        ))}
      </ul>
    </>
  )
}

const REFUND_WORDS = {
  pending: "on its way back",
  succeeded: "returned",
  failed: "could not be returned; we are looking into it",
}

function Refunds({ order }: { order: OrderView }) {
  if (order.refunds.length === 0) return null
  return (
    <>
      <h3>Money back</h3>
      <ul>
        {order.refunds.map(({ amountCents, status, atMs }) => (
          <li>
            {formatMoney(amountCents, order.currency)} {REFUND_WORDS[status]},{" "}
            <Moment atMs={atMs} style="stamp" />
          </li>
        ))}
      </ul>
    </>
  )
}

function Sign({ tone }: { tone: "yes" | "settling" | "open" | "no" }) {
  if (tone !== "yes") return null
  return (
    <svg class="saying__sign" width="56" height="56" viewBox="0 0 56 56" aria-hidden="true" fill="none">
      <circle cx="28" cy="28" r="28" />
      <path d="M17 29l8 8 15-17" />
    </svg>
  )
}
