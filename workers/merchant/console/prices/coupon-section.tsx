import { Button, ButtonLink } from "../../../storefront/components/button.tsx"
import { Field } from "../../../storefront/components/field.tsx"
import { Table } from "../../../storefront/components/table.tsx"
import { formatMoney } from "../../../storefront/words/money.ts"
import { couponStateOf } from "./coupon-form.ts"
import type { Coupon } from "./coupon-form.ts"
import { momentText } from "./form-reader.ts"
import { COUPON_STATE_WORDS, takesOffOf, usesOf } from "./words.ts"

export interface CouponList {
  coupons: readonly Coupon[]
  /** The code that was looked for; empty: all are listed. */
  find: string
  /** Where the list goes on; null at its end. */
  nextAfter: string | null
  /** Not the first page of it. */
  goesOn: boolean
}

export function CouponSection(props: { list: CouponList; mayWrite: boolean; nowMs: number }) {
  const { list, mayWrite, nowMs } = props
  const isWhole = list.find === "" && !list.goesOn
  return (
    <section class="flow" id="coupons" aria-labelledby="coupons-title">
      <h2 id="coupons-title">Coupons</h2>
      {list.coupons.length > 0 || !isWhole ? <FindForm find={list.find} /> : null}
      {list.coupons.length > 0 ? (
        <CouponTable coupons={list.coupons} mayWrite={mayWrite} nowMs={nowMs} />
      ) : (
        <p>{emptyWords(list)}</p>
      )}
      <div class="actions">
        {mayWrite && (
          <ButtonLink href="/merchant/prices/coupons" tone="quiet">
            Add a coupon
          </ButtonLink>
        )}
        {list.nextAfter !== null && (
          <a href={`/merchant/prices?after=${encodeURIComponent(list.nextAfter)}#coupons`} rel="next">
            More coupons
          </a>
        )}
        {!isWhole && <a href="/merchant/prices#coupons">All coupons</a>}
      </div>
    </section>
  )
}

function emptyWords({ find, nextAfter, goesOn }: CouponList): string {
  if (find !== "") return `There is no coupon ${find}. Codes must be whole; letters may be large or small.`
  if (nextAfter !== null) return "All coupons of this page are ended."
  return goesOn ? "No more coupons." : "No coupon yet. Shoppers are not asked for one until there is."
}

function FindForm({ find }: { find: string }) {
  return (
    <form class="coupon-search" method="get" action="/merchant/prices#coupons" role="search">
      <Field name="code" label="Code" type="search" value={find} plainlyOptional={true} maxlength={60} />
      <Button tone="quiet">Find the coupon</Button>
    </form>
  )
}

function CouponTable(props: { coupons: readonly Coupon[]; mayWrite: boolean; nowMs: number }) {
  const { coupons, mayWrite, nowMs } = props
  return (
    <Table
      caption="Coupons by their codes"
      captionUnseen={true}
      columns={[
        { title: "Code" },
        { title: "Now" },
        { title: "Takes off", number: true },
        { title: "Goods from", number: true },
        { title: "Starts, in UTC" },
        { title: "Ends, in UTC" },
        { title: "Used", number: true },
      ]}
      rows={coupons.map((coupon) => [
        <span class="whole">
          {mayWrite ? <a href={`/merchant/prices/coupons/${coupon.code}`}>{coupon.code}</a> : coupon.code}
        </span>,
        COUPON_STATE_WORDS[couponStateOf(coupon, nowMs)],
        takesOffOf(coupon),
        coupon.minimumCents === null ? "" : formatMoney(coupon.minimumCents, coupon.currency ?? ""),
        <span class="whole">{momentText(coupon.startsAtMs).replace("T", " ")}</span>,
        <span class="whole">{momentText(coupon.endsAtMs).replace("T", " ")}</span>,
        usesOf(coupon),
      ])}
    />
  )
}
