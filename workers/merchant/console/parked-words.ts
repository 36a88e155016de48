import type { ParkedAs } from "../../../durable-objects/checkout/contract.ts"

/** Why an order wants somebody's look, and what that somebody does. */
export const PARKED_WORDS: Record<ParkedAs, { title: string; advice: string }> = {
  step_failing: {
    title: "A step fails",
    advice:
      "It was tried for about a day. Find out why, mend that, and try again: the order goes on from where it stands.",
  },
  payment_mismatch: {
    title: "A payment of another amount",
    advice:
      "Nothing of it was taken, and the order has ended. Look at the payment at Stripe: somebody may have changed it there.",
  },
  refund_failed: {
    title: "Money could not go back",
    advice:
      "It was taken for an order that had ended. Refund it at Stripe and try again: the order then learns of it. Or give it back another way, and say so here.",
  },
  refund_unanswered: {
    title: "A refund without an answer",
    advice:
      "Whether it went is not known. Look at the payment at Stripe. A refund that shows there settles this by itself; one that does not must be given back by hand.",
  },
  event_unfit: {
    title: "News that does not fit",
    advice:
      "Stripe said something of it that could not be applied. Compare the order with its payment at Stripe.",
  },
}
