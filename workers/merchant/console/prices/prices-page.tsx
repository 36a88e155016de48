import type { Role } from "../../../environment.ts"
import { ButtonLink } from "../../../storefront/components/button.tsx"
import { Notice } from "../../../storefront/components/notice.tsx"
import { Table } from "../../../storefront/components/table.tsx"
import type { Site } from "../../../storefront/site.ts"
import { countryName } from "../../../storefront/words/countries.ts"
import { formatMoney } from "../../../storefront/words/money.ts"
import { mayDo } from "../../permissions.ts"
import { ConsoleLayout } from "../layout.tsx"
import { CouponSection } from "./coupon-section.tsx"
import type { CouponList } from "./coupon-section.tsx"
import type { Shipping } from "./shipping-form.ts"
import { rateQueryOf } from "./tax-form.ts"
import type { TaxRate, Taxes } from "./tax-form.ts"
import { bandsOf, placesOf } from "./words.ts"

/** What was done on the page before, by the word in this one's address. */
const DONE_WORDS: Record<string, string> = {
  shipping: "The way of shipping is saved",
  "shipping-ended": "The way of shipping is ended",
  taxes: "How taxes are counted is saved",
  rate: "The rate is saved",
  "rate-ended": "The rate is ended",
  coupon: "The coupon is saved",
  "coupon-ended": "The coupon is ended",
}

export interface PricesPageProps {
  site: Site
  role: Role
  shipping: Shipping
  taxes: Taxes
  coupons: CouponList
  /** Where the shown rates begin; a page shows `RATES_SHOWN` of them. */
  ratesFrom: number
  done: string
  nowMs: number
}

/** Rates of one page: some shops have one for each region of a country. */
export const RATES_SHOWN = 100

/** Everything that an order is asked beside its goods, and what takes something off. */
export function PricesPage(props: PricesPageProps) {
  const { site, role } = props
  const done = DONE_WORDS[props.done]
  const mayWrite = mayDo(role, "prices.write")
  return (
    <ConsoleLayout site={site} title="Prices" role={role}>
      <div class="prices">
        <div class="flow">
          <h1>Prices</h1>
          {done !== undefined && (
            <Notice title={done} alert={true}>
              <p>New orders go by it at once here, and everywhere within 30 seconds.</p>
            </Notice>
          )}
          <p>
            What is asked for beside the goods, and what takes something off them. A change counts for orders
            that are made after it. An order that is under way keeps what it was asked. A checkout page that
            is open may still show the old figure; the order’s own figure is shown before it is paid.
          </p>
          {!mayWrite && <p class="soft">Only owners change prices. You may look.</p>}
        </div>
        <ShippingSection shipping={props.shipping} mayWrite={mayWrite} />
        <TaxSection taxes={props.taxes} from={props.ratesFrom} mayWrite={mayWrite} />
        <CouponSection list={props.coupons} mayWrite={mayDo(role, "coupons.write")} nowMs={props.nowMs} />
      </div>
    </ConsoleLayout>
  )
}

function ShippingSection({ shipping, mayWrite }: { shipping: Shipping; mayWrite: boolean }) {
  const { methods } = shipping
  return (
    <section class="flow" id="shipping" aria-labelledby="shipping-title">
      <h2 id="shipping-title">Shipping</h2>
      {methods.length === 0 ? (
        <p>No way of shipping yet: orders go everywhere, and nothing is asked for it.</p>
      ) : (
        <>
          <p class="soft">
            Shoppers choose among those that go to their address with their parcel’s weight. Where none does,
            the order is refused before anything is held for it.
          </p>
          <Table
            caption="Ways of shipping, in the order in which shoppers see them"
            captionUnseen={true}
            columns={[
              { title: "Way" },
              { title: "Goes to" },
              { title: "Asks" },
              { title: "Free from", number: true },
            ]}
            rows={methods.map((method) => [
              mayWrite ? <a href={`/merchant/prices/shipping/${method.id}`}>{method.title}</a> : method.title,
              placesOf(method),
              bandsOf(method).map((band) => <div class="whole">{band}</div>),
              method.freeFromCents === null ? "" : formatMoney(method.freeFromCents, method.currency),
            ])}
          />
        </>
      )}
      {mayWrite && (
        <ButtonLink href="/merchant/prices/shipping" tone="quiet">
          Add a way of shipping
        </ButtonLink>
      )}
    </section>
  )
}

function TaxSection({ taxes, from, mayWrite }: { taxes: Taxes; from: number; mayWrite: boolean }) {
  const isByStripe = taxes.taxProvider === "stripe"
  return (
    <section class="flow" id="taxes" aria-labelledby="taxes-title">
      <h2 id="taxes-title">Taxes</h2>
      <p>
        {taxes.pricesIncludeTax
          ? "The prices have their tax in them, wherever the goods go."
          : "The tax is added to the prices."}{" "}
        {taxes.homeCountry === null
          ? "An order without an address is not taxed."
          : `An order without an address is taxed as in ${countryName(taxes.homeCountry)}.`}{" "}
        {taxes.shippingTaxClass === null
          ? "Shipping is not taxed."
          : `Shipping is taxed as “${taxes.shippingTaxClass}”.`}
      </p>
      {isByStripe && (
        <p>Stripe Tax works the tax out as each checkout is opened. The rates here rest meanwhile.</p>
      )}
      {taxes.rates.length === 0 ? (
        <p>{isByStripe ? "No rate yet." : "No rate yet: no order is taxed."}</p>
      ) : (
        <RateTable taxes={taxes} from={from} mayWrite={mayWrite} />
      )}
      {mayWrite && (
        <div class="actions">
          <ButtonLink href="/merchant/prices/rates" tone="quiet">
            Add a rate
          </ButtonLink>
          <ButtonLink href="/merchant/prices/taxes" tone="quiet">
            Change how taxes are counted
          </ButtonLink>
        </div>
      )}
    </section>
  )
}

function RateTable({ taxes, from, mayWrite }: { taxes: Taxes; from: number; mayWrite: boolean }) {
  const shown = taxes.rates.slice(from, from + RATES_SHOWN)
  const next = from + RATES_SHOWN
  return (
    <>
      <p class="soft">
        A region’s rate counts before its country’s, and a class of its own before “standard”. Where there is
        no rate, there is no tax.
      </p>
      <Table
        caption={`Rates ${from + 1} to ${from + shown.length} of ${taxes.rates.length}`}
        captionUnseen={taxes.rates.length <= RATES_SHOWN}
        columns={[
          { title: "Country" },
          { title: "Region" },
          { title: "Class" },
          { title: "Rate", number: true },
        ]}
        rows={shown.map((rate) => [
          mayWrite ? <RateLink rate={rate} /> : countryName(rate.country),
          rate.region ?? "",
          rate.taxClass,
          `${rate.percent} %`,
        ])}
      />
      {next < taxes.rates.length && (
        <p>
          <a href={`/merchant/prices?ratesFrom=${next}#taxes`}>More rates</a>
        </p>
      )}
    </>
  )
}

/** A country has several rates: who hears the links without their rows hears which. */
function RateLink({ rate }: { rate: TaxRate }) {
  return (
    <a href={`/merchant/prices/rates?${rateQueryOf(rate)}`}>
      {countryName(rate.country)}
      <span class="unseen">
        {rate.region !== null && `, ${rate.region}`}, {rate.taxClass}
      </span>
    </a>
  )
}
