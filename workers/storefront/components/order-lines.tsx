import type { OrderTotals, OrderView } from "../../../durable-objects/checkout/contract.ts"
import { formatMoney } from "../words/money.ts"
import { Picture } from "./picture.tsx"

export interface Line {
  sku: string
  title: string
  image: string | null
  quantity: number
  unitPriceCents: number
}

/** What a total is made of, and what its parts are called. */
export interface Sums {
  totals: OrderTotals
  couponCode: string | null
  /** Null: nothing is asked for shipping. */
  shippingTitle: string | null
  /** It will be asked for once it is known where the parcel goes. */
  shippingLater?: boolean
  /** It will be asked for on top once the checkout is opened. */
  taxLater?: boolean
}

/** What is held or bought, one line each, with the sum where it is asked for, and its parts where it has more than one. */
export function OrderLines({
  lines,
  currency,
  totalCents,
  sums,
}: {
  lines: readonly Line[]
  currency: string
  totalCents?: number
  sums?: Sums | undefined
}) {
  return (
    <ul class="lines">
      {lines.map((line) => (
        <li>
          <Picture src={line.image} alt="" />
          <div class="lines__what">
            <h3>{line.title}</h3>
            <p class="soft small">{line.quantity === 1 ? "One piece" : `${line.quantity} pieces`}</p>
          </div>
          <p class="lines__price">{formatMoney(line.quantity * line.unitPriceCents, currency)}</p>
        </li>
      ))}
      {sums && <Parts sums={sums} currency={currency} />}
      {totalCents !== undefined && (
        <li>
          <div class="lines__what">
            <strong>Total</strong>
            {sums && sums.totals.pricesIncludeTax && sums.totals.taxCents > 0 && (
              <p class="soft small">with {formatMoney(sums.totals.taxCents, currency)} tax in it</p>
            )}
          </div>
          <strong class="lines__price">{formatMoney(totalCents, currency)}</strong>
        </li>
      )}
    </ul>
  )
}

function Parts({ sums, currency }: { sums: Sums; currency: string }) {
  const { totals, couponCode, shippingTitle, shippingLater, taxLater } = sums
  const { subtotalCents, discountCents, shippingCents, taxCents, pricesIncludeTax } = totals
  const money = (cents: number) => formatMoney(cents, currency)
  const parts = [
    discountCents > 0 && [couponCode ? `Coupon ${couponCode}` : "Discount", `−${money(discountCents)}`],
    shippingTitle !== null && [shippingTitle, shippingCents === 0 ? "free" : money(shippingCents)],
    shippingLater && ["Shipping", "to be added"],
    !pricesIncludeTax && taxCents > 0 && ["Tax", money(taxCents)],
    taxLater && ["Tax", "added before you pay"],
  ].filter((part) => Array.isArray(part))
  if (parts.length === 0) return null
  return (
    <>
      {[["Goods", money(subtotalCents)], ...parts].map(([name, sum]) => (
        <li class="lines__part">
          <span class="lines__what">{name}</span>
          <span class="lines__price">{sum}</span>
        </li>
      ))}
    </>
  )
}

/** The parts of an order that was made. */
export function sumsOf(order: Pick<OrderView, "totals" | "couponCode" | "shippingMethod">): Sums {
  const { totals, couponCode, shippingMethod } = order
  return { totals, couponCode, shippingTitle: shippingMethod?.title ?? null }
}
