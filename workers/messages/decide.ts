import type { LetterOrder } from "../../db/messages.ts"

/** What shoppers are written, and when that is no longer true. */

/** What is looked at: an order of the pipeline, or one that was read back. */
export type LetterFacts = Pick<LetterOrder, "status" | "history"> & {
  shipments: readonly { atMs: number }[]
  refunds: readonly Pick<LetterOrder["refunds"][number], "refundId" | "status" | "atMs">[]
}

/** Something that happened to an order, and that a letter tells of. */
export interface LetterEvent {
  event: string
  atMs: number
}

/**
 * The events of an order that a letter tells of, all that there were: whoever asks again gets the same ones and more. A
 * confirmation only of an order that was confirmed, which it is once its money is taken: nothing after that undoes it.
 */
export function lettersOf({ status, history, shipments, refunds }: LetterFacts): LetterEvent[] {
  const since = (past: string) => history.filter((entry) => entry.status === past).slice(0, 1)
  const expired = status === "reservation_expired" ? since(status) : []
  return [
    ...since("confirmed").map(({ atMs }) => ({ event: "confirmed", atMs })),
    ...shipments.map(({ atMs }, index) => ({ event: `shipped:${index}`, atMs })),
    ...refunds
      .filter((refund) => refund.status === "succeeded")
      .map(({ refundId, atMs }) => ({ event: `refunded:${refundId}`, atMs })),
    ...expired.map(({ atMs }) => ({ event: "expired", atMs })),
  ]
}

/** Whether the letter may still go out. What all of the money went back for is neither confirmed nor on its way. */
export function isStillTrue(event: string, order: LetterFacts): boolean {
  if (!lettersOf(order).some((letter) => letter.event === event)) return false
  return order.status !== "refunded" || event.startsWith("refunded:")
}
