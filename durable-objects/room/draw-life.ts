import { rootOfShards, roundFrom, seedOf } from "../../waiting-room/draw.ts"
import type {
  BeaconAnswer,
  BeaconRound,
  DrawDocument,
  PlainReason,
  SealedTickets,
  ShardRoot,
} from "../../waiting-room/draw.ts"

/**
 * How a draw goes: `gathering -> sealed -> drawn`, or `plain`, from where it goes nowhere. A bell that is moved begins
 * it anew, which is possible only before it has rung.
 */
export type DrawState = { generation: number } & (
  | { phase: "plain"; because: PlainReason }
  | { phase: "gathering" }
  | { phase: "sealed"; tickets: SealedTickets; beacon: BeaconRound | null }
  | {
      phase: "drawn"
      tickets: SealedTickets
      beacon: BeaconRound | null
      answer: BeaconAnswer | null
      seed: string
    }
)

/**
 * Tickets are sealed this long before the bell: time for a shard of a million ids to sort and hash them (2 to 4 s on
 * a slow core), and for one more try.
 */
export const SEAL_BEFORE_BELL_MS = 10_000

/** A sealing that failed is tried again this often, until the bell. */
const SEAL_RETRY_MS = 1_000

/** The round that a draw waits for is at least so long after the sealing, whatever the clocks say. */
const ROUND_AFTER_SEALING_MS = 1_000

/** How often the beacon is asked once its round is due. */
const BEACON_RETRY_MS = 500

/** A beacon that has not answered this long after the bell is not waited for: the sale opens without it, and says so. */
export const DRAW_WAIT_MS = 10_000

/** Sales that were scheduled before there was sealing. */
export const DRAW_BEFORE_SEALING: DrawState = {
  phase: "plain",
  because: "before_sealing_existed",
  generation: 0,
}

/** What is due: `seal` the shards are asked for their roots · `ask_beacon` · `give_up` goes on without what is missing. */
export type DrawStep = "seal" | "ask_beacon" | "give_up"

export function startDraw(opensAtMs: number, generation: number, nowMs: number): DrawState {
  if (nowMs < opensAtMs - SEAL_BEFORE_BELL_MS) return { phase: "gathering", generation }
  return { phase: "plain", because: "scheduled_too_late", generation }
}

export function drawStepOf(draw: DrawState, opensAtMs: number, nowMs: number): DrawStep | null {
  if (draw.phase === "gathering") {
    if (nowMs >= opensAtMs) return "give_up"
    return nowMs >= opensAtMs - SEAL_BEFORE_BELL_MS ? "seal" : null
  }
  if (draw.phase !== "sealed" || nowMs < opensAtMs) return null
  if (draw.beacon === null || nowMs >= opensAtMs + DRAW_WAIT_MS) return "give_up"
  return nowMs >= draw.beacon.atMs ? "ask_beacon" : null
}

/** When there may be something to do again; null when there never will. */
export function nextDrawStepMs(draw: DrawState, opensAtMs: number, nowMs: number): number | null {
  if (draw.phase === "plain" || draw.phase === "drawn") return null
  if (draw.phase === "gathering") {
    const sealAtMs = opensAtMs - SEAL_BEFORE_BELL_MS
    return nowMs < sealAtMs ? sealAtMs : Math.min(Math.max(opensAtMs, nowMs), nowMs + SEAL_RETRY_MS)
  }
  const askAtMs = Math.max(opensAtMs, draw.beacon?.atMs ?? 0)
  return nowMs < askAtMs ? askAtMs : nowMs + BEACON_RETRY_MS
}

/** The tickets as the shards have sealed them. Whoever comes from here on is drawn, but is not in the tree. */
export function sealTickets(
  draw: DrawState,
  shards: ShardRoot[],
  { chainHash, opensAtMs }: { chainHash: string | null; opensAtMs: number },
  nowMs: number,
): DrawState {
  if (draw.phase !== "gathering" || nowMs >= opensAtMs) return draw
  const root = rootOfShards(shards)
  const count = shards.reduce((sum, shard) => sum + shard.count, 0)
  const round = roundFrom(Math.max(opensAtMs, nowMs + ROUND_AFTER_SEALING_MS))
  return {
    phase: "sealed",
    generation: draw.generation,
    tickets: { root, count, shards, sealedAtMs: nowMs },
    beacon: chainHash === null ? null : { chainHash, ...round },
  }
}

/** The seed is made, and never again another. */
export function drawSeed(draw: DrawState, drawSecret: string, answer: BeaconAnswer | null): DrawState {
  if (draw.phase !== "sealed") return draw
  const seed = seedOf(drawSecret, draw.tickets.root, answer?.randomness ?? null)
  return { ...draw, phase: "drawn", answer, seed }
}

/** Goes on without what is missing. */
export function giveUpWaiting(draw: DrawState, drawSecret: string): DrawState {
  if (draw.phase === "gathering")
    return { phase: "plain", because: "not_sealed_in_time", generation: draw.generation }
  return drawSeed(draw, drawSecret, null)
}

/** Whether lots are known from the bell on. While they are not, nobody's turn comes. */
export function hasLots(draw: DrawState): boolean {
  return draw.phase === "plain" || draw.phase === "drawn"
}

/** What lots are keyed with once they are known. */
export function lotKeyOf(draw: DrawState, drawSecret: string): string {
  return draw.phase === "drawn" ? draw.seed : drawSecret
}

export interface DrawFacts {
  saleId: string
  opensAtMs: number
  /** What ranks are counted from: the bell, unless the sale's mode says otherwise. */
  ranksFromMs: number
  drawCommitment: string
  drawSecret: string
  earlyAccess: { opensAtMs: number; secret: string } | null
  /** As counted, without those who were invited. */
  arrivedBeforeBell: number
}

/** What anybody may read of it at that moment. */
export function drawDocument(draw: DrawState, facts: DrawFacts, nowMs: number): DrawDocument {
  const { saleId, opensAtMs, drawCommitment, drawSecret } = facts
  const { phase, generation } = draw
  const document: DrawDocument = { saleId, opensAtMs, phase, drawCommitment, generation }
  if (facts.ranksFromMs !== opensAtMs) document.ranksFromMs = facts.ranksFromMs
  if (facts.earlyAccess) {
    const { opensAtMs, secret } = facts.earlyAccess
    document.earlyAccess = nowMs >= opensAtMs ? { opensAtMs, secret } : { opensAtMs }
  }
  if (draw.phase === "plain") document.plainBecause = draw.because
  if (draw.phase === "sealed" || draw.phase === "drawn") {
    document.tickets = draw.tickets
    if (nowMs >= opensAtMs) document.unsealed = Math.max(0, facts.arrivedBeforeBell - draw.tickets.count)
    if (draw.beacon) document.beacon = draw.beacon
  }
  if (draw.phase === "drawn") document.beaconAnswer = draw.answer
  if (hasLots(draw) && nowMs >= opensAtMs) {
    document.drawSecret = drawSecret
    document.lotKey = lotKeyOf(draw, drawSecret)
  }
  return document
}
