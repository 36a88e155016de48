import { describe, expect, test } from "vitest"
import { FLUSH_HORIZON_MS, TICK_MS } from "../../waiting-room/controller.ts"
import { rankOf } from "../../waiting-room/rank.ts"
import { MemorySql } from "../memory-sql.ts"
import { Room } from "./room.ts"
import { RoomStore } from "./room-store.ts"

/**
 * A hundred thousand shoppers against one room on a model clock. The auditor keeps its own books: who is there, who
 * asked, who is inside until when. SEED=… replays a failure.
 */

const opensAtMs = 1_800_000_000_000
const STEP_MS = 250
const seed = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 31))

interface Shopper {
  ticketId: string
  arrivedAtMs: number
  lot: number
  rank: number
  /** Looks at the board this often, from `arrivedAtMs` on; never, for ghosts. */
  pollMs: number
  nextPollMs: number
  done: boolean
}

interface Scenario {
  shoppers: number
  ghostShare: number
  perMinute: number
  maxActive: number
  passMinutes: number
  allotment: number
  seconds: number
  /** The room is evicted about this often. */
  restartSeconds: number
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

function crowdOf({ shoppers, ghostShare }: Scenario, random: () => number): Shopper[] {
  const crowd = Array.from({ length: shoppers }, (_, i): Shopper => {
    // Seven in ten come before the bell, most of the others within a minute after it.
    const arrivedAtMs = opensAtMs + Math.floor(random() < 0.7 ? -random() * 60_000 : random() ** 3 * 240_000)
    const lot = random()
    const pollMs = random() < ghostShare ? Infinity : 1_000 + random() * 9_000
    return {
      ticketId: `t${i}`,
      arrivedAtMs,
      lot,
      rank: rankOf({ arrivedAtMs, ranksFromMs: opensAtMs, lot }),
      pollMs,
      nextPollMs: Math.max(opensAtMs, arrivedAtMs) + random() * pollMs,
      done: false,
    }
  })
  return crowd.sort((a, b) => a.rank - b.rank)
}

function simulate(scenario: Scenario) {
  const random = randomFrom(seed)
  const crowd = crowdOf(scenario, random)
  const { perMinute, maxActive, passMinutes, allotment } = scenario
  const item = {
    sku: "MUG",
    productSlug: "mug",
    title: "Mug",
    image: null,
    allotment,
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
    admission: { perMinute, maxActive, passMinutes },
    holdSeconds: 60,
  }
  const sql = new MemorySql()
  const store = new RoomStore(sql)
  store.migrate()
  store.saveSale({
    sale,
    drawSecret: "x",
    drawCommitment: "y",
    paused: false,
    endedAtMs: null,
    termsVersion: 1,
  })
  const open = () => {
    const fresh = new RoomStore(sql)
    return new Room(
      sql,
      fresh,
      fresh.loadSale() ?? {
        sale,
        drawSecret: "x",
        drawCommitment: "y",
        paused: false,
        endedAtMs: null,
        termsVersion: 1,
      },
      nowMs,
    )
  }
  let nowMs = opensAtMs
  let room = open()

  const bySecond = new Map<number, number>()
  for (const { arrivedAtMs } of crowd) {
    const second = Math.max(-1, Math.floor((arrivedAtMs - opensAtMs) / 1_000))
    bySecond.set(second, (bySecond.get(second) ?? 0) + 1)
  }
  room.countArrivals({ opensAtMs, bySecond: [[-1, bySecond.get(-1) ?? 0]] })

  // The auditor's books.
  const insideUntil: number[] = []
  const admittedAt: number[] = []
  const refusedForRoom = new Map<string, number>()
  let inside = 0
  let mostInside = 0
  let inversions = 0
  let frontierBefore = -1
  let sold = 0
  const buysAt: number[] = []

  const shoppersBelow = (rank: number) => {
    let low = 0
    let high = crowd.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((crowd[middle]?.rank ?? Infinity) < rank) low = middle + 1
      else high = middle
    }
    return low
  }
  let firstActive = 0

  for (let step = 0; step < (scenario.seconds * 1_000) / STEP_MS; step++) {
    nowMs = opensAtMs + step * STEP_MS
    if (random() < STEP_MS / (scenario.restartSeconds * 1_000)) room = open()
    if ((nowMs - opensAtMs) % 1_000 === 0) {
      // The edge's flush, up to the second that has just gone by.
      const second = (nowMs - opensAtMs) / 1_000 - 1
      const count = bySecond.get(second)
      if (second >= 0 && count) room.countArrivals({ opensAtMs, bySecond: [[second, count]] })
    }
    while (buysAt.length > 0 && (buysAt[0] ?? Infinity) <= nowMs) {
      buysAt.shift()
      sold += 1
    }
    if (nowMs >= opensAtMs + FLUSH_HORIZON_MS && (nowMs - opensAtMs - FLUSH_HORIZON_MS) % TICK_MS === 0) {
      room.tick(new Map([["MUG", { available: allotment - sold, held: 0, sold }]]), nowMs)
      const { frontier } = room.board(nowMs)
      if (frontier < frontierBefore) throw new Error(`the frontier went back (SEED=${seed})`)
      frontierBefore = frontier
    }
    while (insideUntil.length > 0 && (insideUntil[0] ?? Infinity) <= nowMs) {
      insideUntil.shift()
      inside -= 1
    }
    const turns = shoppersBelow(frontierBefore)
    // The highest rank asks first: the order in which a line is most easily jumped.
    while (firstActive < turns && crowd[firstActive]?.done) firstActive += 1
    for (let i = turns - 1; i >= firstActive; i--) {
      const shopper = crowd[i]
      if (!shopper || shopper.done || shopper.pollMs === Infinity) continue
      // The polls before the turn came found nothing to ask for.
      const missed = Math.ceil((nowMs - STEP_MS + 1 - shopper.nextPollMs) / shopper.pollMs)
      if (missed > 0) shopper.nextPollMs += missed * shopper.pollMs
      if (shopper.nextPollMs > nowMs) continue
      const { ticketId, arrivedAtMs, lot, rank } = shopper
      const outcome = room.exchange(
        { ticketId, subject: ticketId, arrivedAtMs, lot, passId: `p${i}-${step}` },
        nowMs,
      )
      if (outcome.outcome === "refused") {
        refusedForRoom.set(ticketId, rank)
        shopper.nextPollMs = nowMs + outcome.retryAfterMs
        continue
      }
      shopper.done = true
      refusedForRoom.delete(ticketId)
      inside += 1
      // Whoever of a lower rank was sent away must still have a place kept, or this one has jumped the line.
      let passedOver = 0
      for (const waiting of refusedForRoom.values()) if (waiting < rank) passedOver += 1
      if (passedOver > maxActive - inside) inversions += 1
      mostInside = Math.max(mostInside, inside)
      insideUntil.push(outcome.expiresAtMs)
      admittedAt.push(nowMs)
      if (sold + buysAt.length < allotment) buysAt.push(nowMs + 5_000)
    }
  }
  return { admittedAt, mostInside, inversions, passes: room.live(nowMs), crowd }
}

const base: Scenario = {
  shoppers: 100_000,
  ghostShare: 0,
  perMinute: 12_000,
  maxActive: 100_000,
  passMinutes: 1,
  allotment: 1_000_000,
  seconds: 200,
  restartSeconds: 40,
}

/** Admissions in the steady stretch, as a ratio to the merchant's rate. */
function rateRatio(
  { admittedAt }: { admittedAt: number[] },
  perMinute: number,
  fromSecond: number,
  toSecond: number,
): number {
  const count = admittedAt.filter(
    (atMs) => atMs >= opensAtMs + fromSecond * 1_000 && atMs < opensAtMs + toSecond * 1_000,
  ).length
  return count / ((perMinute * (toSecond - fromSecond)) / 60)
}

describe(`a line of a hundred thousand (SEED=${seed})`, () => {
  test("is let in at the merchant's rate, nobody before someone of a lower rank who asked, over restarts", () => {
    const result = simulate(base)
    expect(result.inversions).toBe(0)
    expect(rateRatio(result, base.perMinute, 20, 180)).toBeGreaterThan(0.93)
    expect(rateRatio(result, base.perMinute, 20, 180)).toBeLessThan(1.05)
  })

  test("fills at the rate although half of it are ghosts", () => {
    const scenario = { ...base, ghostShare: 0.5, perMinute: 6_000, restartSeconds: Infinity }
    const result = simulate(scenario)
    expect(result.inversions).toBe(0)
    expect(rateRatio(result, scenario.perMinute, 40, 190)).toBeGreaterThan(0.9)
    expect(rateRatio(result, scenario.perMinute, 40, 190)).toBeLessThan(1.1)
  })

  test("never has more inside than the cap, and keeps the places filled", () => {
    const scenario = {
      ...base,
      ghostShare: 0.5,
      perMinute: 60_000,
      maxActive: 2_000,
      restartSeconds: Infinity,
    }
    const result = simulate(scenario)
    expect(result.mostInside).toBeLessThanOrEqual(2_000)
    expect(result.mostInside).toBeGreaterThan(1_900)
    expect(result.inversions).toBe(0)
    // Passes live a minute, so in 200 s each place serves at least twice although half of the turns are not taken.
    expect(result.admittedAt.length).toBeGreaterThan(4_000)
  })

  test("is not called in for units that are gone: little more than the units, not the whole line", () => {
    const scenario = { ...base, allotment: 500, seconds: 60 }
    const result = simulate(scenario)
    expect(result.admittedAt.length).toBeGreaterThanOrEqual(500)
    expect(result.admittedAt.length).toBeLessThan(700)
  })
})
