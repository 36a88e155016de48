import { describe, expect, test } from "vitest"
import { FLUSH_HORIZON_MS, TICK_MS } from "../../waiting-room/controller.ts"
import { rankOf } from "../../waiting-room/rank.ts"
import { MemorySql } from "../memory-sql.ts"
import { Room } from "./room.ts"
import { RoomStore } from "./room-store.ts"

/**
 * Hazard 28: a million joins of clients that keep no cookie, so that each is one more place in the line that nobody will
 * ever come for, and shoppers among them. On a model clock, through the room. SEED=… replays a failure.
 */

const seed = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 31))
const opensAtMs = 1_800_000_000_000
const STEP_MS = 250

/** A shopper near the front learns of the turn within so much: 2 s of polling and the board's age. */
const NOTICE_MS_MAX = 3_000

/** So many shoppers that none of the stretches measured here sees the end of the line. */
interface Flood {
  /** Places that nobody comes for: half of them before the bell, the others evenly in the minute after it. */
  ghosts: number
  shoppers: number
  perMinute: number
  seconds: number
}

interface Waiting {
  ticketId: string
  arrivedAtMs: number
  lot: number
  rank: number
  /** When this shopper asks next; null until the turn is there to be noticed. */
  asksAtMs: number | null
}

function randomFrom(start: number): () => number {
  let a = start >>> 0
  return () => {
    a = (a + 0x6d2b79f5) >>> 0
    let t = Math.imul(a ^ (a >>> 15), a | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

function roomOf(perMinute: number): Room {
  const item = {
    sku: "MUG",
    productSlug: "mug",
    title: "Mug",
    image: null,
    allotment: 10_000_000,
    salePriceCents: 1,
    priceCents: 2,
    currency: "EUR",
    perCustomerLimit: 1,
  }
  const sale = {
    saleId: "s",
    slug: "s",
    title: "S",
    waitingOpensAtMs: opensAtMs - 60_000,
    opensAtMs,
    closesAtMs: opensAtMs + 86_400_000,
    items: [item],
    admission: { perMinute, maxActive: 1_000_000, passMinutes: 10 },
    holdSeconds: 60,
  }
  const sql = new MemorySql()
  const store = new RoomStore(sql)
  store.migrate()
  const scheduled = {
    sale,
    drawSecret: "x",
    drawCommitment: "y",
    paused: false,
    endedAtMs: null,
    termsVersion: 1,
  }
  store.saveSale(scheduled)
  return new Room(sql, store, scheduled, opensAtMs)
}

/** In the same hour as the flood: half before the bell, half in the minute after it. */
function shoppersOf(count: number, random: () => number): Waiting[] {
  const shoppers = Array.from({ length: count }, (_, i): Waiting => {
    const arrivedAtMs = opensAtMs + Math.floor((random() < 0.5 ? -random() : random()) * 60_000)
    const lot = random()
    return {
      ticketId: `t${i}`,
      arrivedAtMs,
      lot,
      rank: rankOf({ arrivedAtMs, ranksFromMs: opensAtMs, lot }),
      asksAtMs: null,
    }
  })
  return shoppers.sort((a, b) => a.rank - b.rank)
}

/** Arrivals by second, -1 before the bell: shoppers and ghosts are the same to the room. */
function arrivalsOf(flood: Flood, shoppers: readonly Waiting[]): Map<number, number> {
  const bySecond = new Map<number, number>([[-1, Math.floor(flood.ghosts / 2)]])
  for (let second = 0; second < 60; second++) bySecond.set(second, Math.floor(flood.ghosts / 120))
  for (const { arrivedAtMs } of shoppers) {
    const second = Math.max(-1, Math.floor((arrivedAtMs - opensAtMs) / 1_000))
    bySecond.set(second, (bySecond.get(second) ?? 0) + 1)
  }
  return bySecond
}

/** When each admitted shopper came in, by the model clock. */
function simulate(flood: Flood): number[] {
  const random = randomFrom(seed)
  const shoppers = shoppersOf(flood.shoppers, random)
  const bySecond = arrivalsOf(flood, shoppers)
  const room = roomOf(flood.perMinute)
  room.countArrivals({ opensAtMs, bySecond: [[-1, bySecond.get(-1) ?? 0]] })
  const stock = new Map([["MUG", { available: 10_000_000, held: 0, sold: 0 }]])
  const admittedAtMs: number[] = []
  let asking: Waiting[] = []
  let called = 0
  for (let nowMs = opensAtMs; nowMs < opensAtMs + flood.seconds * 1_000; nowMs += STEP_MS) {
    const sinceBellMs = nowMs - opensAtMs
    const second = sinceBellMs / 1_000 - 1
    const count = bySecond.get(second) ?? 0
    if (second >= 0 && count > 0) room.countArrivals({ opensAtMs, bySecond: [[second, count]] })
    if (sinceBellMs >= FLUSH_HORIZON_MS && (sinceBellMs - FLUSH_HORIZON_MS) % TICK_MS === 0)
      room.tick(stock, nowMs)
    const { frontier } = room.board(nowMs)
    for (let next = shoppers[called]; next && next.rank < frontier; next = shoppers[(called += 1)])
      asking.push({ ...next, asksAtMs: Math.max(nowMs, next.arrivedAtMs) + random() * NOTICE_MS_MAX })
    asking = asking.filter((shopper) => {
      if ((shopper.asksAtMs ?? Infinity) > nowMs) return true
      const { ticketId, arrivedAtMs, lot } = shopper
      const ticket = { ticketId, subject: ticketId, arrivedAtMs, lot, passId: `p-${ticketId}` }
      const outcome = room.exchange(ticket, nowMs)
      if (outcome.outcome === "admitted") admittedAtMs.push(nowMs)
      else shopper.asksAtMs = nowMs + outcome.retryAfterMs
      return outcome.outcome === "refused"
    })
  }
  return admittedAtMs
}

/** Shoppers admitted in the steady stretch, as a ratio to the merchant's rate. */
function rateRatio(admittedAtMs: readonly number[], perMinute: number, fromSecond: number, toSecond: number) {
  const within = admittedAtMs.filter(
    (atMs) => atMs >= opensAtMs + fromSecond * 1_000 && atMs < opensAtMs + toSecond * 1_000,
  )
  return within.length / ((perMinute * (toSecond - fromSecond)) / 60)
}

/** Of a flood from `addresses` that joins in one minute, what a limit on each address lets through. */
function letThrough(joins: number, addresses: number, perAddress: number): number {
  return addresses * Math.min(perAddress, Math.ceil(joins / addresses))
}

describe(`hazard 28: a million joins without cookies (SEED=${seed})`, () => {
  test("do not slow the shoppers among them down, at eight for each shopper", () => {
    const flood = { ghosts: 1_000_000, shoppers: 125_000, perMinute: 12_000, seconds: 240 }
    const admitted = simulate(flood)
    expect(rateRatio(admitted, flood.perMinute, 30, 240)).toBeGreaterThan(0.98)
    expect(rateRatio(admitted, flood.perMinute, 30, 240)).toBeLessThan(1.02)
  })

  test("nor at fifty for each, once twenty seconds have told the line of them", () => {
    const flood = { ghosts: 1_000_000, shoppers: 20_000, perMinute: 2_400, seconds: 300 }
    const admitted = simulate(flood)
    expect(rateRatio(admitted, flood.perMinute, 20, 120)).toBeGreaterThan(0.95)
    expect(rateRatio(admitted, flood.perMinute, 20, 120)).toBeLessThan(1.05)
    expect(rateRatio(admitted, flood.perMinute, 120, 300)).toBeGreaterThan(0.97)
    expect(rateRatio(admitted, flood.perMinute, 120, 300)).toBeLessThan(1.05)
  })

  test("nor at all once the limit on each address has thinned them", () => {
    const ghosts = letThrough(1_000_000, 100, 600)
    const flood = { ghosts, shoppers: 20_000, perMinute: 6_000, seconds: 150 }
    const admitted = simulate(flood)
    expect(rateRatio(admitted, flood.perMinute, 20, 150)).toBeGreaterThan(0.97)
    expect(rateRatio(admitted, flood.perMinute, 20, 150)).toBeLessThan(1.03)
  })

  test("never stop the line: at two hundred for each shopper it comes to its rate in half a minute", () => {
    const flood = { ghosts: 1_000_000, shoppers: 5_000, perMinute: 600, seconds: 300 }
    const admitted = simulate(flood)
    expect(rateRatio(admitted, flood.perMinute, 20, 40)).toBeGreaterThan(0.3)
    expect(rateRatio(admitted, flood.perMinute, 40, 120)).toBeGreaterThan(0.85)
    // Six hundred people who come by chance, and one a second of those that no-shows left over.
    const scatter = 3 / Math.sqrt(flood.perMinute)
    expect(rateRatio(admitted, flood.perMinute, 240, 300)).toBeGreaterThan(1 - scatter)
    expect(rateRatio(admitted, flood.perMinute, 240, 300)).toBeLessThan(1 + 60 / flood.perMinute + scatter)
  })
})
