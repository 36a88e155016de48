import type { LetterOrder } from "../../../db/messages.ts"
import type { Letter } from "../letter.ts"

export function expiredLetter(order: LetterOrder): Omit<Letter, "link"> {
  return {
    subject: `Order ${order.orderNumber} was not paid in time`,
    title: "The hold has run out.",
    paragraphs: [
      `What you had on hold under order ${order.orderNumber} went back to the shelf before the payment was done.`,
      "You were not charged. If your bank shows a reserved amount, it is being let go.",
    ],
    rows: [],
  }
}
