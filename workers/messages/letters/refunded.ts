import type { LetterOrder } from "../../../db/messages.ts"
import { formatMoney } from "../../storefront/words/money.ts"
import type { Letter } from "../letter.ts"

export function refundedLetter(order: LetterOrder, refundId: string): Omit<Letter, "link"> {
  const refund = order.refunds.find((each) => each.refundId === refundId)
  if (!refund) throw new Error(`order ${order.orderId} has no refund ${refundId}`)
  const amount = formatMoney(refund.amountCents, order.currency)
  const isAll = refund.amountCents === order.totalCents
  return {
    subject: `${amount} of order ${order.orderNumber} goes back to you`,
    title: `${amount} goes back to you.`,
    paragraphs: [
      `We have returned ${isAll ? "all that you paid for" : "a part of what you paid for"} order ${order.orderNumber}, the way you paid it. Banks take up to ten days to show it.`,
    ],
    rows: [],
  }
}
