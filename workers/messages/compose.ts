import type { ClaimedLetter } from "../../db/messages.ts"
import { mailOf } from "./letter.ts"
import type { Letter, Mail } from "./letter.ts"
import { confirmedLetter } from "./letters/confirmed.ts"
import { expiredLetter } from "./letters/expired.ts"
import { refundedLetter } from "./letters/refunded.ts"
import { shippedLetter } from "./letters/shipped.ts"

/** The letter of an event, as mail. `link` leads to the order, or is null. Throws for an event that has no letter. */
export function composeMail({ event, order }: ClaimedLetter, shopName: string, link: string | null): Mail {
  return mailOf(order.email, { ...letterOf(event, order), link }, shopName)
}

function letterOf(event: string, order: ClaimedLetter["order"]): Omit<Letter, "link"> {
  const [kind = "", which = ""] = event.split(":")
  switch (kind) {
    case "confirmed":
      return confirmedLetter(order)
    case "shipped":
      return shippedLetter(order, Number(which))
    case "refunded":
      return refundedLetter(order, which)
    case "expired":
      return expiredLetter(order)
    default:
      throw new Error(`no letter tells of ${event}`)
  }
}
