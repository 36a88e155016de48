import { describe, expect, test } from "vitest"
import { FLUSH_HORIZON_MS, TICK_MS } from "../../waiting-room/controller.ts"
import { MemorySql } from "../memory-sql.ts"
import type { Admission, Sale } from "./contract.ts"
import { Room } from "./room.ts"
import { RoomStore } from "./room-store.ts"
import { chanceFrom } from "../../waiting-room/chance.ts"
import { stagedSale } from "./staged-room.ts"

/**
 * A crowd against one room, in each mode of a sale, on a model clock with evictions. The auditor knows nothing of ranks:
 * it has its own order of who comes before whom, straight from the mode's promise. SEED=… replays a failure.
 */

const opensAtMs = 1_800_000_000_000
const waitingOpensAtMs = opensAtMs - 120_000
const earlyOpensAtMs = opensAtMs - 60_000
const STEP_MS = 250

/** As the page does (`workers/storefront/browser/line.ts`): refused for want of a place, it asks again when told to. */
const ENTER_AGAIN_MS_MIN = 2_000
const EARLIEST_SHARE = 0.8

const seed = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 31))

type Mode = NonNullable<Admission["mode"]>

interface Shopper {
  ticketId: string
  arrivedAtMs: number
  lot: number
  /** May enter from the opening of early access on, before all others. */
  invited: boolean
  /** Looks this often, and asks even when it is not their turn; never, for those who don't come back. */
  pollMs: number
  nextPollMs: number
  /** Buys some seconds after being let in; the others only look. */
  buys: boolean
  admittedAtMs: number | null
  refusedForRoom: boolean
}

interface Scenario {
  mode: Mode
  admission: Partial<Admission>
  shoppers: number
  absentShare: number
  invitedShare?: number
  buyingShare: number
  allotment: number
  seconds: number
}

/** The order that each mode promises, as the auditor reads the promise: below zero when `a` goes first. */
const PROMISED: Record<Mode, (a: Shopper, b: Shopper) => number> = {
  lottery: (a, b) => classOf(a, opensAtMs) - classOf(b, opensAtMs) || a.lot - b.lot,
  first_come: (a, b) => classOf(a, waitingOpensAtMs) - classOf(b, waitingOpensAtMs) || a.lot - b.lot,
  draw: (a, b) => a.lot - b.lot,
}

/** Those who were invited are the first class, all others who came before the moment the next, then each millisecond. */
function classOf({ arrivedAtMs, invited }: Shopper, fromMs: number): number {
  if (invited) return -2
  return arrivedAtMs < fromMs ? -1 : arrivedAtMs - fromMs
}

function crowdOf(scenario: Scenario, random: () => number): Shopper[] {
  const lastMs = scenario.mode === "draw" ? 0 : 60_000
  return Array.from({ length: scenario.shoppers }, (_, i): Shopper => {
    // Some before the line opens, most while it is open, and where the mode lets them some after the bell.
    const arrivedAtMs = Math.floor(waitingOpensAtMs - 20_000 + random() * (140_000 + lastMs))
    const pollMs = random() < scenario.absentShare ? Infinity : 1_000 + random() * 4_000
    return {
      ticketId: `t${i}`,
      arrivedAtMs: Math.min(arrivedAtMs, lastMs === 0 ? opensAtMs - 1 : Infinity),
      lot: random(),
      invited: random() < (scenario.invitedShare ?? 0),
      pollMs,
      nextPollMs: arrivedAtMs + random() * pollMs,
      buys: random() < scenario.buyingShare,
      admittedAtMs: null,
      refusedForRoom: false,
    }
  })
}

function saleOf({ mode, admission, allotment, invitedShare = 0 }: Scenario): Sale {
  return stagedSale({
    waitingOpensAtMs,
    opensAtMs,
    closesAtMs: opensAtMs + 86_400_000,
    item: { sku: "MUG", allotment, perCustomerLimit: 1 },
    admission: { perMinute: 6_000, maxActive: 500, passMinutes: 1, ...admission, mode },
    holdSeconds: 60,
    earlyAccess: invitedShare > 0 ? { opensAtMs: earlyOpensAtMs } : null,
  })
}

/** Tickets are sealed before the bell, and the random number is out so long after it. */
const SHARD = { root: "a".repeat(64), count: 1 }
const ANSWER = { randomness: "1".repeat(64), signature: "2".repeat(96) }
const BEACON_MS = 2_500

/** Plays the scenario; throws, with the seed, at the first thing that the mode does not promise. */
function simulate(scenario: Scenario) {
  const random = chanceFrom(seed)
  const crowd = crowdOf(scenario, random).toSorted(PROMISED[scenario.mode])
  const sale = saleOf(scenario)
  const { maxActive } = sale.admission
  const fail = (what: string) => {
    throw new Error(`${what} (${scenario.mode}, SEED=${seed})`)
  }
  const sql = new MemorySql()
  const scheduled = {
    sale,
    drawSecret: "x",
    drawCommitment: "y",
    earlySecret: "z",
    paused: false,
    endedAtMs: null,
    termsVersion: 1,
  }
  new RoomStore(sql).migrate()
  new RoomStore(sql).saveSale(scheduled)
  const open = (nowMs: number) => new Room(sql, new RoomStore(sql), scheduled, nowMs)
  let room = open(waitingOpensAtMs - 20_000)
  room.draw.begin(waitingOpensAtMs - 20_000)

  const unflushed = crowd.toSorted((a, b) => a.arrivedAtMs - b.arrivedAtMs)
  const countedFromMs = scenario.mode === "first_come" ? waitingOpensAtMs : opensAtMs
  const insideUntil: number[] = []
  const buysAt: number[] = []
  const drawnAt: { atMs: number; drawn: number }[] = []
  let [frontierBefore, sold, mostInside, behindFirst] = [-2, 0, 0, 0]

  const flush = (nowMs: number) => {
    const bySecond = new Map<number, number>()
    let invitedCount = 0
    while ((unflushed[0]?.arrivedAtMs ?? Infinity) < nowMs) {
      const { arrivedAtMs, invited } = unflushed.shift() as Shopper
      if (invited) {
        invitedCount += 1
        continue
      }
      const second = Math.max(-1, Math.floor((arrivedAtMs - countedFromMs) / 1_000))
      bySecond.set(second, (bySecond.get(second) ?? 0) + 1)
    }
    const counts = { opensAtMs: countedFromMs, bySecond: [...bySecond], invited: invitedCount }
    if (bySecond.size + invitedCount > 0) room.countArrivals(counts)
  }
  const tick = (nowMs: number) => {
    room.tick(new Map([["MUG", { available: scenario.allotment - sold, held: 0, sold }]]), nowMs)
    const { frontier, drawnBelow } = room.board(nowMs)
    if (frontier < frontierBefore) fail("the frontier went back")
    if (drawnBelow !== undefined && frontier > drawnBelow) fail("someone has a turn who was not drawn")
    if (drawnBelow !== undefined)
      drawnAt.push({ atMs: nowMs, drawn: crowd.filter(({ lot }) => lot - 1 < drawnBelow).length })
    frontierBefore = frontier
  }
  const ask = (shopper: Shopper, place: number, nowMs: number) => {
    const { ticketId, arrivedAtMs, lot, invited } = shopper
    const passId = `p-${ticketId}-${nowMs}`
    const outcome = room.exchange({ ticketId, subject: ticketId, arrivedAtMs, lot, invited, passId }, nowMs)
    if (outcome.outcome === "refused") {
      shopper.refusedForRoom = outcome.refusal === "room_full"
      const spread = EARLIEST_SHARE + random() * (1 - EARLIEST_SHARE)
      const againMs = Math.max(ENTER_AGAIN_MS_MIN, outcome.retryAfterMs) * spread
      shopper.nextPollMs = nowMs + (shopper.refusedForRoom ? againMs : shopper.pollMs)
      // Whoever goes first and was told that it is not their turn is passed over when a later one gets in.
      if (outcome.refusal === "not_your_turn" && place < behindFirst)
        fail(`${ticketId} is refused after one behind them got in`)
      return
    }
    if (nowMs < (invited ? earlyOpensAtMs : opensAtMs + BEACON_MS)) fail("someone was let in before the draw")
    shopper.admittedAtMs = nowMs
    shopper.refusedForRoom = false
    behindFirst = Math.max(behindFirst, place)
    insideUntil.push(outcome.expiresAtMs)
    mostInside = Math.max(mostInside, insideUntil.length)
    if (insideUntil.length > maxActive) fail("more are inside than the cap")
    const passedOver = crowd.slice(0, place).filter((before) => before.refusedForRoom).length
    if (passedOver > maxActive - insideUntil.length) fail("a place went to one behind those who stand by")
    if (shopper.buys && sold + buysAt.length < scenario.allotment) buysAt.push(nowMs + 5_000)
  }

  const startMs = waitingOpensAtMs - 20_000
  for (let nowMs = startMs; nowMs < opensAtMs + scenario.seconds * 1_000; nowMs += STEP_MS) {
    if (random() < STEP_MS / 40_000) room = open(nowMs)
    if (nowMs % 1_000 === 0) flush(nowMs)
    if (nowMs === opensAtMs - 9_000) room.draw.seal([SHARD], 0, "c".repeat(64), nowMs)
    if (nowMs === opensAtMs + BEACON_MS) room.draw.beaconAnswered(ANSWER)
    while ((buysAt[0] ?? Infinity) <= nowMs) {
      buysAt.shift()
      sold += 1
    }
    while ((insideUntil[0] ?? Infinity) <= nowMs) insideUntil.shift()
    const ticks = nowMs >= opensAtMs ? (nowMs - opensAtMs - FLUSH_HORIZON_MS) % TICK_MS === 0 : true
    if (ticks) tick(nowMs)
    // The last asks first: the order in which a line is most easily jumped.
    for (let place = crowd.length - 1; place >= 0; place--) {
      const shopper = crowd[place]
      if (shopper && shopper.admittedAtMs === null && shopper.nextPollMs <= nowMs) ask(shopper, place, nowMs)
    }
  }
  return {
    crowd,
    drawnAt,
    mostInside,
    sold,
    admitted: crowd.filter((shopper) => shopper.admittedAtMs !== null),
  }
}

const base = {
  admission: {},
  shoppers: 4_000,
  absentShare: 0.3,
  buyingShare: 0.5,
  allotment: 400,
  seconds: 200,
}

describe(`promise P4 in each mode (SEED=${seed})`, () => {
  test.each(["lottery", "first_come"] as const)(
    "%s: in the promised order, nobody before the bell, never above the cap, and the units are sold",
    (mode) => {
      const result = simulate({ ...base, mode, admission: { maxActive: 300 }, seconds: 400 })
      expect(result.mostInside).toBeGreaterThan(270)
      expect(result.sold).toBe(base.allotment)
    },
  )

  test.each(["lottery", "first_come"] as const)(
    "%s with early access: those who were invited before the bell, by lottery, and nobody else",
    (mode) => {
      const result = simulate({ ...base, mode, invitedShare: 0.1, seconds: 400 })
      const early = result.admitted.filter(({ admittedAtMs }) => (admittedAtMs ?? 0) < opensAtMs)
      expect(early.length).toBeGreaterThan(100)
      expect(early.every(({ invited }) => invited)).toBe(true)
      expect(result.sold).toBe(base.allotment)
    },
  )

  test("draw: units times the factor are drawn at the bell, the rest as turns lapse, until the units are sold", () => {
    const result = simulate({
      ...base,
      mode: "draw",
      admission: { drawFactor: 2, turnMinutes: 1 },
      allotment: 200,
      seconds: 900,
    })
    // By counts, so that the number itself is drawn: five standard deviations around 400 of 4,000.
    const [first] = result.drawnAt
    expect(Math.abs((first?.drawn ?? 0) - 400)).toBeLessThan(5 * Math.sqrt(400 * 0.9))
    // 280 of them come and 140 buy; for the other units the next in rank are drawn, after the winners' minute.
    const later = result.drawnAt.find(({ drawn }) => drawn > (first?.drawn ?? 0))
    expect(later?.atMs).toBeGreaterThan(opensAtMs + 60_000)
    expect(result.sold).toBe(200)
    expect(result.drawnAt.at(-1)?.drawn).toBeLessThan(2_000)
  })
})

describe("hazard 25: places made before the line opened", () => {
  test("are drawn among each other in a first-come sale: who came earliest has no advantage", () => {
    const admission = { perMinute: 600, maxActive: 4_000 }
    const scenario = { ...base, mode: "first_come", admission, allotment: 4_000, absentShare: 0 } as const
    const { crowd } = simulate({ ...scenario, seconds: 60 })
    const early = crowd
      .filter(({ arrivedAtMs }) => arrivedAtMs < waitingOpensAtMs)
      .toSorted((a, b) => a.arrivedAtMs - b.arrivedAtMs)
    const meanMs = (half: Shopper[]) =>
      half.reduce((sum, { admittedAtMs }) => sum + (admittedAtMs ?? Infinity), 0) / half.length
    const lead = meanMs(early.slice(early.length / 2)) - meanMs(early.slice(0, early.length / 2))
    // Ten a second are let in: their times are spread evenly. Five standard deviations of the difference of two means.
    const spread = (5 * early.length * 100) / Math.sqrt(12) / Math.sqrt(early.length / 4)
    expect(Math.abs(lead)).toBeLessThan(spread)
  })
})
