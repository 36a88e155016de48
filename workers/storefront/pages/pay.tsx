import type { OrderView } from "../../../durable-objects/checkout/contract.ts"
import { Button } from "../components/button.tsx"
import { Layout } from "../components/layout.tsx"
import { Notice } from "../components/notice.tsx"
import { OrderLines, sumsOf } from "../components/order-lines.tsx"
import type { Line } from "../components/order-lines.tsx"
import type { Site } from "../site.ts"
import { countryName } from "../words/countries.ts"
import { formatMoney } from "../words/money.ts"
import { GiveBack, HoldClock } from "./checkout.tsx"

export interface PayProps {
  site: Site
  order: OrderView
  lines: readonly Line[]
  nowMs: number
  stripeScript: string
  publishableKey: string
  clientSecret: string
  /** Where the provider sends a browser back to after a bank's own check. */
  returnUrl: string
}

export function Pay(props: PayProps) {
  const { site, order, lines, nowMs } = props
  return (
    <Layout
      site={site}
      title="Payment"
      unlisted={true}
      foreignScript={props.stripeScript}
      scripts={["pay.js"]}
    >
      <div class="bounds">
        <HoldClock expiresAtMs={order.holdExpiresAtMs} nowMs={nowMs} />
        <div class="till">
          <div class="till__form flow">
            <h1>Payment</h1>
            {order.payment.declineMessage && (
              <Notice title="The last try was declined" tone="hurry">
                <p>{order.payment.declineMessage} You were not charged, and your piece is still held.</p>
              </Notice>
            )}
            <PaymentForm {...props} />
          </div>
          <aside class="till__summary panel flow" aria-labelledby="summary">
            <h2 id="summary">Your order</h2>
            <p class="soft">Number {order.orderNumber}</p>
            <OrderLines
              lines={lines}
              currency={order.currency}
              totalCents={order.totalCents}
              sums={sumsOf(order)}
            />
            {order.shippingAddress && <Address order={order} />}
            <GiveBack action={`/pay/${encodeURIComponent(order.orderId)}/cancel`} />
          </aside>
        </div>
      </div>
    </Layout>
  )
}

function PaymentForm({ order, publishableKey, clientSecret, returnUrl }: PayProps) {
  return (
    <form
      class="flow payment"
      data-pay=""
      data-publishable-key={publishableKey}
      data-client-secret={clientSecret}
      data-return-url={returnUrl}
    >
      <div class="payment__element" data-pay-element="">
        <p class="soft" data-pay-loading="">
          The payment form is loading.
        </p>
        <noscript>
          <p>
            <strong>Payment needs JavaScript.</strong> The card form comes straight from the payment provider,
            so that this shop never sees your card. Allow scripts and load this page again; your piece stays
            held meanwhile.
          </p>
        </noscript>
      </div>
      <p class="field__error" role="alert" data-pay-error=""></p>
      <p data-pay-doubt="" hidden={true}>
        <a href={returnUrl}>See what has become of your order</a> before you pay again.
      </p>
      <Button wide={true} disabled={true}>
        Pay {formatMoney(order.totalCents, order.currency)}
      </Button>
      <p class="soft small">
        You are charged once, and only if the piece is still yours. Your card goes to the payment provider,
        never to this shop.
      </p>
    </form>
  )
}

export function Address({ order }: { order: OrderView }) {
  const address = order.shippingAddress
  if (!address) return null
  const lines = [
    address.name,
    address.line1,
    address.line2,
    `${address.postalCode} ${address.city}`,
    address.region,
    countryName(address.country),
  ]
  return (
    <address class="address">
      {lines.filter(Boolean).map((line) => (
        <span>{line}</span>
      ))}
    </address>
  )
}
