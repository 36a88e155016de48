import type { DrawDocument } from "../../waiting-room/draw.ts"
import type { Env } from "../environment.ts"
import type { Visit } from "../http/visit.ts"
import { ArrivalCounter } from "./arrival-counts.ts"
import { GatheredIds, tellShard } from "./gathered-ids.ts"
import type { CountedArrivals } from "./arrival-counts.ts"
import { askRoom } from "./room-call.ts"

/** The room's frontier stays `FLUSH_HORIZON_MS` behind the clock; this and the way to the room fit into that. */
const FLUSH_AFTER_MS = 1_000

/** A room that does not answer is told again this often by one flush; after that the next join begins another. */
const FLUSH_ATTEMPTS_MAX = 5

/** A flush that is overdue by this much died with its request's context, and another may begin. */
const FLUSH_OVERDUE_MS = 10_000

const counter = new ArrivalCounter()
const gathered = new GatheredIds()
let flushDueAtMs: number | null = null

/** Counts one arrival in memory. The first after a flush begins the next one, behind its answer. */
export function countArrival(
  visit: Visit,
  saleId: string,
  ranksFromMs: number,
  arrival: { arrivedAtMs: number; invited: boolean },
): void {
  if (arrival.invited) counter.addInvited(saleId, ranksFromMs)
  else counter.add(saleId, ranksFromMs, arrival.arrivedAtMs)
  beginFlush(visit)
}

/**
 * Keeps a ticket's id for the sale's arrival shard; it goes with the same flush. While a deployment rolls out, a room
 * from before draws were sealed has none.
 */
export function gatherTicket(visit: Visit, draw: DrawDocument | undefined, ticketId: string): void {
  if (draw?.phase !== "gathering" || Date.now() >= draw.opensAtMs) return
  gathered.add(draw.saleId, draw.generation, ticketId)
  beginFlush(visit)
}

function beginFlush(visit: Visit): void {
  const nowMs = Date.now()
  if (flushDueAtMs !== null && nowMs < flushDueAtMs + FLUSH_OVERDUE_MS) return
  flushDueAtMs = nowMs + FLUSH_AFTER_MS
  visit.waitUntil(flush(visit.env))
}

async function flush(env: Env): Promise<void> {
  for (let attempt = 1; attempt <= FLUSH_ATTEMPTS_MAX; attempt++) {
    await new Promise((resolve) => setTimeout(resolve, FLUSH_AFTER_MS))
    const taken = counter.take()
    // Whoever joins from here on needs a flush of their own, unless this one must go on.
    flushDueAtMs = null
    const [counts, ids] = await Promise.all([
      Promise.all(taken.map((arrivals) => tell(env, arrivals))),
      Promise.all(gathered.take().map((batch) => tellShard(env, gathered, batch))),
    ])
    if ((counts.every(Boolean) && ids.every(Boolean)) || flushDueAtMs !== null) return
    flushDueAtMs = Date.now() + FLUSH_AFTER_MS
  }
  flushDueAtMs = null
}

async function tell(env: Env, arrivals: CountedArrivals): Promise<boolean> {
  try {
    await askRoom(env, arrivals.saleId, (room) => room.countArrivals(arrivals.counts), { retry: false })
    return true
  } catch (error) {
    counter.putBack(arrivals)
    console.warn(
      JSON.stringify({
        level: "warn",
        event: "arrivals_not_flushed",
        saleId: arrivals.saleId,
        message: String(error),
      }),
    )
    return false
  }
}
