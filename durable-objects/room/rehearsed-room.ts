import { ranksFromMsOf } from "../../waiting-room/mode.ts"
import type { ExchangeAnswer } from "../../waiting-room/rehearsal/line.ts"
import type { Rehearsal } from "../../waiting-room/rehearsal/journal.ts"
import type { RehearsalOptions } from "../../waiting-room/rehearsal/options.ts"
import { rehearse } from "../../waiting-room/rehearsal/rehearse.ts"
import type { LineMaker } from "../../waiting-room/rehearsal/rehearse.ts"
import { enlarge, shrink } from "../../waiting-room/rehearsal/scale.ts"
import type { Sql } from "../sqlite.ts"
import { REHEARSAL_MINUTES_MAX, REHEARSAL_TURNS_MAX } from "./contract.ts"
import type { PassOutcome, Sale } from "./contract.ts"
import { Room } from "./room.ts"
import { RoomStore } from "./room-store.ts"

/** A rehearsal plays with the units of all items together. */
const SKU = "ALL"

const MINUTE_MS = 60_000

/**
 * The room itself as the line of a rehearsal, on a database of its own. `admission` is what the sale has beside the
 * knobs: a setting that is added to it reaches the room as it stands. Early access is not played: the crowd has nobody
 * who was invited.
 */
export function rehearsedRoom(sql: Sql, admission: Partial<Sale["admission"]> = {}): LineMaker {
  return (options, opensAtMs) => {
    const store = new RoomStore(sql)
    store.migrate()
    const sale = rehearsedSale(options, opensAtMs, admission)
    const drawn = { sale, drawSecret: "rehearsal", drawCommitment: "rehearsal" }
    const scheduled = { ...drawn, paused: false, endedAtMs: null, termsVersion: 1 }
    store.saveSale(scheduled)
    const room = new Room(sql, store, scheduled, opensAtMs)
    const ranksFromMs = ranksFromMsOf({ ...sale, mode: options.mode })
    return {
      countArrivals: (second, count) =>
        room.countArrivals({ opensAtMs: ranksFromMs, bySecond: [[second, count]] }),
      // One id for both, and none for the pass, that nobody shows: millions of them are kept.
      exchange: ({ ticketId, arrivedAtMs, lot }, nowMs) =>
        answerOf(room.exchange({ ticketId, subject: ticketId, arrivedAtMs, lot, passId: "" }, nowMs)),
      leave: (ticketId, nowMs) =>
        room.leave({ subject: ticketId, atMs: nowMs, units: 1, end: "bought" }, nowMs),
      tick: (units, nowMs) => room.tick(new Map([[SKU, { ...units }]]), nowMs),
      nextTickMs: (nowMs) => room.nextTickMs(nowMs),
      look: (nowMs) => {
        const { phase, drawnBelow } = room.board(nowMs)
        return { ...room.live(nowMs), phase, ...(drawnBelow !== undefined && { drawnBelow }) }
      },
    }
  }
}

function answerOf(outcome: PassOutcome): ExchangeAnswer {
  if (outcome.outcome === "admitted") return outcome
  const { refusal, retryAfterMs } = outcome
  if (refusal === "ticket_invalid") throw new Error("Two people of a rehearsal came with one ticket.")
  return { outcome: "refused", refusal, retryAfterMs }
}

/** What fits into one request: sales of up to `REHEARSAL_MINUTES_MAX`, with as many turns as `REHEARSAL_TURNS_MAX`. */
export function rehearseSmall(sql: Sql, options: RehearsalOptions): Rehearsal {
  if (Math.max(options.minutes, options.waitingMinutes) > REHEARSAL_MINUTES_MAX)
    throw new Error(
      `A rehearsal in one request lasts ${REHEARSAL_MINUTES_MAX} minutes at most, and so does its line before the bell.`,
    )
  const small = shrink(options, REHEARSAL_TURNS_MAX)
  return enlarge(rehearse(small.options, rehearsedRoom(sql)), options, small.scale)
}

function rehearsedSale(
  options: RehearsalOptions,
  opensAtMs: number,
  admission: Partial<Sale["admission"]>,
): Sale {
  const { mode, stock, perMinute, maxActive, passMinutes, drawFactor, turnMinutes } = options
  const { holdSeconds, minutes, waitingMinutes } = options
  return {
    saleId: "rehearsal",
    slug: "rehearsal",
    title: "Rehearsal",
    waitingOpensAtMs: opensAtMs - waitingMinutes * MINUTE_MS,
    opensAtMs,
    closesAtMs: opensAtMs + minutes * MINUTE_MS,
    items: [
      {
        sku: SKU,
        productSlug: "all",
        title: "All",
        image: null,
        allotment: stock,
        salePriceCents: 0,
        priceCents: 0,
        currency: "EUR",
        perCustomerLimit: 1,
      },
    ],
    admission: {
      ...admission,
      mode,
      perMinute,
      maxActive,
      passMinutes,
      ...(mode === "draw" && { drawFactor, turnMinutes }),
    },
    holdSeconds,
  }
}
