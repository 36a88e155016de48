import { formatMoney } from "../words/money.ts"
import { Picture } from "./picture.tsx"

export interface Line {
  sku: string
  title: string
  image: string | null
  quantity: number
  unitPriceCents: number
}

/** What is held or bought, one line each, with the sum where it is asked for. */
export function OrderLines({
  lines,
  currency,
  totalCents,
}: {
  lines: readonly Line[]
  currency: string
  totalCents?: number
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
      {totalCents !== undefined && (
        <li>
          <strong class="lines__what">Total</strong>
          <strong class="lines__price">{formatMoney(totalCents, currency)}</strong>
        </li>
      )}
    </ul>
  )
}
