import { laneOf } from "../checkout/contract.ts"
import { cancelIntent } from "../checkout/stripe-books.ts"
import type { Ledgers } from "../stock/ledgers.ts"
import type { Mend } from "./find-drift.ts"
import type { ReadBindings } from "./read-books.ts"

/** Does what a difference asks for. Throws when a part does not answer, or refuses. */
export async function carryOut(env: ReadBindings, ledgers: Ledgers, mend: Mend): Promise<void> {
  const lane = (orderId: string) => env.CHECKOUT.getByName(laneOf(orderId, Number(env.CHECKOUT_LANES)))
  switch (mend.mend) {
    case "drive_again":
      return lane(mend.orderId).driveAgain([mend.orderId])
    case "send_again":
      return lane(mend.orderId).sendAgain([mend.orderId])
    case "send_all":
      return env.CHECKOUT.getByName(mend.lane).sendAgain(null)
    case "cancel_intent":
      return cancelIntent(env, mend.intentId)
    case "release_hold": {
      const { ledger, holdId, customer } = mend.hold
      const outcome = await ledgers.getByName(ledger).release(holdId, customer)
      if (outcome.outcome === "refused") throw new Error(`the ledger refused it: ${outcome.refusal}`)
      return
    }
    case "give_coupon_back":
      return env.COUPONS.getByName(mend.code).giveBack(mend.useId)
    case "tell_lane":
      return lane(mend.event.orderId).recordPaymentEvent(mend.event)
  }
}
