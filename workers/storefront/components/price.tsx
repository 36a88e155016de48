import { formatMoney } from "../words/money.ts"

interface PriceProps {
  cents: number
  currency: string
  /** In a sale that runs or comes: the ordinary price, shown struck through. */
  ordinaryCents?: number
  /** The sale runs now. */
  live?: boolean
  large?: boolean
}

export function Price({ cents, currency, ordinaryCents, live, large }: PriceProps) {
  const reduced = ordinaryCents !== undefined && ordinaryCents > cents
  return (
    <span class={`price${live ? " price--now" : ""}${large ? " price--large" : ""}`}>
      <span class="price__amount">
        {reduced && <span class="unseen">Sale price </span>}
        {formatMoney(cents, currency)}
      </span>
      {reduced && (
        <s>
          <span class="unseen">ordinary price </span>
          {formatMoney(ordinaryCents, currency)}
        </s>
      )}
    </span>
  )
}
