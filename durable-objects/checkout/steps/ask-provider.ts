import type { PaymentAnswer, Payments } from "../payments.ts"

/** A refusal says that the intent is not as we think: its own state decides. */
export function whatBecameOf(
  payments: Payments,
  intentId: string,
  answer: PaymentAnswer,
): Promise<PaymentAnswer> {
  return answer.outcome === "refused" ? payments.retrieve(intentId) : Promise.resolve(answer)
}
