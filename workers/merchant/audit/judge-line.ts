import type { PassRecord } from "../../../durable-objects/room/contract.ts"
import type { Difference, DifferenceKind, Findings, Ledgers } from "./ledgers.ts"

/** P4: every pass was given to a rank below the frontier of its moment, the frontier only grew, and all are counted. */
export function judgePassage({ room }: Ledgers): Findings {
  const { passes, servedBefore, servedAfter, frontier } = room
  const differences = [...passes.flatMap(judgeTurn), ...judgeFrontier(passes, frontier)]
  if (passes.length < servedBefore || passes.length > servedAfter) {
    const subjects = { served: String(servedAfter), passes: String(passes.length) }
    const says = `The board counts ${servedAfter} served, the room wrote down ${passes.length} passes. Passes went missing or came from elsewhere than the line; look at the room's exchange.`
    differences.push(difference("served_differs", subjects, says))
  }
  return { checked: passes.length, differences, pending: 0 }
}

function judgeTurn({ ticketId, passId, rank, frontier }: PassRecord): Difference[] {
  if (rank < frontier) return []
  return [
    difference(
      "admitted_before_turn",
      { ticketId, passId },
      `The ticket ${ticketId} of rank ${rank} got a pass when the frontier was ${frontier}. Someone was let in before their turn; look at the room's exchange.`,
    ),
  ]
}

function judgeFrontier(passes: readonly PassRecord[], now: number): Difference[] {
  const inOrder = passes.toSorted((a, b) => a.issuedAtMs - b.issuedAtMs)
  const differences: Difference[] = []
  let highest = -Infinity
  let beforeThisMoment = -Infinity
  let momentMs = -Infinity
  for (const { ticketId, frontier, issuedAtMs } of inOrder) {
    // Passes of one millisecond have no order among themselves, so they are compared with earlier ones only.
    if (issuedAtMs > momentMs) {
      beforeThisMoment = highest
      momentMs = issuedAtMs
    }
    if (frontier < beforeThisMoment) differences.push(fell(ticketId, beforeThisMoment, frontier))
    highest = Math.max(highest, frontier)
  }
  if (now < highest) differences.push(fell("now", highest, now))
  return differences
}

function fell(at: string, from: number, to: number): Difference {
  return difference(
    "frontier_fell",
    { at },
    `The frontier fell from ${from} to ${to}. Whoever was told to come may be refused; restore the room's frontier.`,
  )
}

function difference(kind: DifferenceKind, subjects: Record<string, string>, says: string): Difference {
  return { promise: "P4", kind, subjects, says }
}
