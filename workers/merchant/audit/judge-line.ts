import type { PassRecord } from "../../../durable-objects/room/contract.ts"
import type { Difference, DifferenceKind, Findings, Ledgers } from "./ledgers.ts"

/**
 * P4: every pass was given to a rank below the frontier of its moment, the frontier only grew, no pass was issued beyond
 * the cap, and all are counted.
 */
export function judgePassage({ room }: Ledgers): Findings {
  const { passes, servedBefore, servedAfter, frontier } = room
  const differences = [
    ...passes.flatMap(judgeTurn),
    ...judgeFrontier(passes, frontier),
    ...judgeCap(passes.filter(({ issuedAtMs }) => issuedAtMs < room.readFromMs)),
  ]
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

/**
 * Counts who was inside at each moment in which a pass was issued, and names the worst. Of each ticket only the newest
 * pass is known, so there may have been more inside than are counted here, and never fewer.
 */
function judgeCap(passes: readonly PassRecord[]): Difference[] {
  const issued = passes.toSorted((a, b) => a.issuedAtMs - b.issuedAtMs)
  const ends = passes.map(({ endedAtMs, expiresAtMs }) => endedAtMs ?? expiresAtMs).toSorted((a, b) => a - b)
  let ended = 0
  let worst: { atMs: number; inside: number; cap: number } | null = null
  for (let next = 0; next < issued.length;) {
    const atMs = issued[next]?.issuedAtMs ?? 0
    let cap = -Infinity // The highest of the moment: it may have been raised between two passes.
    for (; issued[next]?.issuedAtMs === atMs; next++) cap = Math.max(cap, issued[next]?.cap ?? Infinity)
    while ((ends[ended] ?? Infinity) <= atMs) ended += 1
    const inside = next - ended
    if (inside - cap > (worst ? worst.inside - worst.cap : 0)) worst = { atMs, inside, cap }
  }
  if (!worst) return []
  const { atMs, inside, cap } = worst
  return [
    difference(
      "beyond_cap",
      { atMs: String(atMs) },
      `When a pass was issued at ${atMs}, ${inside} were live where ${cap} might be. Look at the room's exchange and at how its passes end.`,
    ),
  ]
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
