import { formatMoney } from "../words/money.ts"
import { useSpeech } from "./speech-context.ts"

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
  const { language, words } = useSpeech()
  return (
    <span class={`price${live ? " price--now" : ""}${large ? " price--large" : ""}`}>
      <span class="price__amount">
        {reduced && <span class="unseen">{words.inside.salePrice} </span>}
        {formatMoney(cents, currency, language)}
      </span>
      {reduced && (
        <s>
          <span class="unseen">{words.inside.ordinaryPrice} </span>
          {formatMoney(ordinaryCents, currency, language)}
        </s>
      )}
    </span>
  )
}
