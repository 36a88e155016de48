import type { HoldQuote } from "../../purchase/quote.ts"
import { Button } from "../components/button.tsx"
import { Countdown } from "../components/countdown.tsx"
import { ErrorSummary } from "../components/error-summary.tsx"
import { Choices, Field, Select } from "../components/field.tsx"
import { Layout } from "../components/layout.tsx"
import { Notice } from "../components/notice.tsx"
import { OrderLines } from "../components/order-lines.tsx"
import type { Line, Sums } from "../components/order-lines.tsx"
import type { Site } from "../site.ts"
import { COUNTRIES, countryName } from "../words/countries.ts"
import { formatMoney } from "../words/money.ts"

/** Room for what is typed around a code. */
const CODE_LENGTH_MAX = 60

/** What the form asks for, as typed. It comes back untouched with its errors. */
export interface CheckoutFields {
  email: string
  name: string
  line1: string
  line2: string
  city: string
  postalCode: string
  region: string
  country: string
  couponCode: string
  /** The id of a way of shipping; empty until one was chosen. */
  shippingMethod: string
}

export type CheckoutErrors = Partial<Record<keyof CheckoutFields, string>>

export interface CheckoutProps {
  site: Site
  hold: { holdId: string; currency: string; expiresAtMs: number }
  lines: readonly Line[]
  nowMs: number
  fields: CheckoutFields
  errors: CheckoutErrors
  /** What it would come to with what is known so far; null while prices do not answer. */
  quote?: HoldQuote | null
  /** What went wrong beside the fields, with what to do. */
  trouble: { title: string; words: string; payAddress: string | null } | null
  /** Remembered with the hold only to show the piece's name. */
  productSlug: string
}

export function Checkout(props: CheckoutProps) {
  const { site, hold, lines, nowMs } = props
  const goodsCents = lines.reduce((sum, line) => sum + line.quantity * line.unitPriceCents, 0)
  const totalCents = props.quote?.totalCents ?? goodsCents
  return (
    <Layout site={site} title="Your details" unlisted={true}>
      <div class="bounds">
        <HoldClock expiresAtMs={hold.expiresAtMs} nowMs={nowMs} />
        <div class="till">
          <div class="till__form flow">
            <h1>Where shall it go?</h1>
            <ErrorSummary errors={props.errors} />
            {props.trouble && <Trouble trouble={props.trouble} />}
            <DetailsForm {...props} />
          </div>
          <aside class="till__summary panel flow" aria-labelledby="held">
            <h2 id="held">Held for you</h2>
            <OrderLines
              lines={lines}
              currency={hold.currency}
              totalCents={totalCents}
              sums={sumsSoFar(props)}
            />
            <GiveBack action={`/checkout/${encodeURIComponent(hold.holdId)}/give-back`} />
          </aside>
        </div>
      </div>
    </Layout>
  )
}

export function HoldClock({ expiresAtMs, nowMs }: { expiresAtMs: number; nowMs: number }) {
  return (
    <div class="hold-clock">
      <Countdown
        label="Held for you"
        toMs={expiresAtMs}
        nowMs={nowMs}
        exact={true}
        small={true}
        yours={true}
        reloadAtZero={true}
      />
    </div>
  )
}

export function GiveBack({ action }: { action: string }) {
  return (
    <form method="post" action={action} data-once="">
      <Button tone="plain">Give it back</Button>
      <p class="soft small">It goes to the next shopper at once. You are charged nothing.</p>
    </form>
  )
}

function sumsSoFar({ quote, fields }: CheckoutProps): Sums | undefined {
  if (!quote) return undefined
  const { totals, shippingMethod, hasShipping, taxLater } = quote
  return {
    totals,
    couponCode: fields.couponCode.toUpperCase() || null,
    shippingTitle: shippingMethod?.title ?? null,
    shippingLater: hasShipping && shippingMethod === null,
    taxLater: taxLater && !totals.pricesIncludeTax,
  }
}

function DetailsForm(props: CheckoutProps) {
  const { hold, fields, errors, productSlug, quote } = props
  const address = `/checkout/${encodeURIComponent(hold.holdId)}`
  const at = (name: keyof CheckoutFields): { name: string; value: string; error?: string } => {
    const error = errors[name]
    return { name, value: fields[name], ...(error !== undefined && { error }) }
  }
  return (
    <form class="flow" method="post" action={address} novalidate={true} data-once="">
      {/* The first button of a form is the one that Enter presses. */}
      <button type="submit" hidden={true} />
      <input type="hidden" name="product" value={productSlug} />
      <Field
        {...at("email")}
        label="Email"
        type="email"
        inputmode="email"
        autocomplete="email"
        hint="Only for questions about this order."
        maxlength={254}
      />
      <fieldset class="field-grid field-grid--pair">
        <legend class="field__label">Shipping address</legend>
        <Field {...at("name")} label="Name" autocomplete="shipping name" wide={true} maxlength={100} />
        <Field {...at("line1")} label="Street and number" autocomplete="shipping address-line1" wide={true} />
        <Field
          {...at("line2")}
          label="Flat, floor, company"
          autocomplete="shipping address-line2"
          optional={true}
          wide={true}
        />
        <Field {...at("postalCode")} label="Postal code" autocomplete="shipping postal-code" maxlength={20} />
        <Field {...at("city")} label="Town or city" autocomplete="shipping address-level2" maxlength={100} />
        <Field
          {...at("region")}
          label="State or region"
          autocomplete="shipping address-level1"
          optional={true}
          maxlength={100}
        />
        <Select {...at("country")} label="Country" autocomplete="shipping country" options={COUNTRIES} />
      </fieldset>
      {quote && <PriceFields {...props} quote={quote} coupon={at("couponCode")} address={address} />}
      <Button wide={true}>Go on to payment</Button>
      <p class="soft small">You see the whole sum before you pay. Nothing is charged on this page.</p>
    </form>
  )
}

/** What the total depends on, and a way to see it before going on. */
function PriceFields(
  props: CheckoutProps & { quote: HoldQuote; address: string; coupon: { name: string; value: string } },
) {
  const { quote, hold, address, coupon } = props
  const { hasShipping, hasCoupons, totalCents } = quote
  if (!hasShipping && !hasCoupons) return null
  return (
    <div class="flow" id="sum">
      {hasShipping && <Shipping {...props} />}
      {hasCoupons && <Field {...coupon} label="Coupon" optional={true} maxlength={CODE_LENGTH_MAX} />}
      <p class="actions">
        <Button tone="quiet" name="show" value="total" action={`${address}#sum`}>
          Show the total
        </Button>
        <span>
          So far <strong>{formatMoney(totalCents, hold.currency)}</strong>
        </span>
      </p>
    </div>
  )
}

function Shipping({ quote, fields, hold, errors }: CheckoutProps & { quote: HoldQuote }) {
  const { shippingOffers: offers, shippingMethod } = quote
  if (fields.country === "")
    return (
      <p class="soft small">
        Shipping depends on the country. Choose one, and “Show the total” says how it can come and what that
        costs.
      </p>
    )
  if (offers.length === 0)
    return errors.shippingMethod ? (
      <p class="field__error" id="shippingMethod">
        {errors.shippingMethod}
      </p>
    ) : (
      <p>This can't be shipped to {countryName(fields.country)}.</p>
    )
  return (
    <div id="shippingMethod">
      <Choices
        name="shippingMethod"
        legend="Shipping"
        chosen={shippingMethod?.id ?? ""}
        choices={offers.map(({ id, title, priceCents }) => ({
          value: id,
          label: title,
          detail: priceCents === 0 ? "free" : formatMoney(priceCents, hold.currency),
        }))}
      />
      {errors.shippingMethod && <p class="field__error">{errors.shippingMethod}</p>}
    </div>
  )
}

function Trouble({ trouble }: { trouble: NonNullable<CheckoutProps["trouble"]> }) {
  return (
    <Notice title={trouble.title} tone="hurry" alert={true}>
      <p>{trouble.words}</p>
      {trouble.payAddress && (
        <p>
          <a href={trouble.payAddress}>Go on to payment</a>
        </p>
      )}
    </Notice>
  )
}
