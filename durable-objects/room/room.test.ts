import { describe, expect, test } from "vitest"
import { FLUSH_HORIZON_MS, TURN_WINDOW_MS } from "../../waiting-room/controller.ts"
import { MemorySql } from "../memory-sql.ts"
import { applyMigrations } from "../sqlite.ts"
import type { Admission } from "./contract.ts"
import { decideExchange } from "./exchange.ts"
import { RoomStore } from "./room-store.ts"
import { ROOM_MIGRATIONS } from "./schema.ts"
import { decideChange } from "./sale-change.ts"
import { OPENS_AT_MS, roomOn, stagedSale, stageRoom, stockOf } from "./staged-room.ts"
import { STANDBY_GATHER_MS, STANDBY_WINDOW_MS } from "./standbys.ts"
import { nextTickMs } from "./ticks.ts"

const opensAtMs = OPENS_AT_MS
const firstMoveMs = opensAtMs + FLUSH_HORIZON_MS
const PASS_MINUTES = 2

const saleOf = (admission: Partial<Admission> = {}, allotment = 100) =>
  stagedSale({ admission: { maxActive: 3, passMinutes: PASS_MINUTES, ...admission }, item: { allotment } })
const newRoom = (sale = saleOf()) => stageRoom(sale)

const before = (lot: number) => ({
  ticketId: `t${lot}`,
  subject: `s${lot}`,
  arrivedAtMs: opensAtMs - 5_000,
  lot,
  passId: `p${lot}-${Math.random()}`,
})

/** A room whose line has passed everyone who came before the bell. */
function openRoom(admission: Partial<Admission> = {}) {
  const { room, sql } = newRoom(saleOf(admission))
  room.countArrivals({ opensAtMs, bySecond: [[-1, 3]] })
  room.tick(stockOf(100), firstMoveMs)
  return { room, sql, nowMs: firstMoveMs }
}

describe("promise P4: a pass", () => {
  test("is given once for a ticket, and the same one again while it lives", () => {
    const { room, nowMs } = openRoom()
    const first = room.exchange(before(0.1), nowMs)
    expect(first).toMatchObject({ outcome: "admitted", replayed: false })
    expect(room.exchange(before(0.1), nowMs + 1)).toEqual({ ...first, replayed: true })
    expect(room.live(nowMs)).toMatchObject({ admitted: 1, active: 1 })
  })

  test("is not given to a rank that the frontier has not passed", () => {
    const { room } = newRoom()
    expect(room.exchange(before(0.1), firstMoveMs)).toMatchObject({ refusal: "not_your_turn" })
    room.countArrivals({ opensAtMs, bySecond: [[-1, 3]] })
    room.tick(stockOf(100), firstMoveMs)
    const afterBell = { ...before(0.1), arrivedAtMs: opensAtMs + 1 }
    expect(room.exchange(afterBell, firstMoveMs)).toMatchObject({ refusal: "not_your_turn" })
    expect(room.exchange(before(0.1), firstMoveMs)).toMatchObject({ outcome: "admitted" })
  })

  test("never makes more live ones than the cap, whoever returns late", () => {
    const { room, nowMs } = openRoom()
    for (const lot of [0.1, 0.2, 0.3])
      expect(room.exchange(before(lot), nowMs)).toMatchObject({ outcome: "admitted" })
    expect(room.exchange(before(0.05), nowMs)).toMatchObject({ refusal: "room_full" })
    const endMs = nowMs + PASS_MINUTES * 60_000
    expect(room.exchange(before(0.05), endMs - 1)).toMatchObject({ refusal: "room_full" })
    expect(room.exchange(before(0.05), endMs)).toMatchObject({ outcome: "admitted" })
  })

  test("that comes free goes to the lowest rank who asked, not to the quickest", () => {
    const { room, nowMs } = openRoom()
    for (const lot of [0.1, 0.2, 0.3]) room.exchange(before(lot), nowMs)
    const fullMs = nowMs + PASS_MINUTES * 60_000 - 1_000
    for (const lot of [0.4, 0.5, 0.6])
      expect(room.exchange(before(lot), fullMs)).toMatchObject({ refusal: "room_full" })
    const freeMs = fullMs + 1_000
    expect(room.exchange(before(0.9), freeMs)).toMatchObject({ refusal: "room_full" })
    for (const lot of [0.6, 0.4, 0.5])
      expect(room.exchange(before(lot), freeMs)).toMatchObject({ outcome: "admitted" })
  })

  test("is for who asked while the sale was paused before it is for who asks first after it", () => {
    const { room, nowMs } = openRoom({ maxActive: 1 })
    room.setPaused(true, nowMs)
    expect(room.exchange(before(0.1), nowMs + 1)).toMatchObject({ refusal: "not_your_turn" })
    room.setPaused(false, nowMs + 2)
    expect(room.exchange(before(0.2), nowMs + 3)).toMatchObject({ refusal: "room_full" })
    expect(room.exchange(before(0.1), nowMs + 4)).toMatchObject({ outcome: "admitted" })
  })

  test("is not kept back for someone who stopped asking", () => {
    const { room, nowMs } = openRoom()
    for (const lot of [0.1, 0.2, 0.3]) room.exchange(before(lot), nowMs)
    for (const lot of [0.4, 0.5, 0.6]) room.exchange(before(lot), nowMs + 1)
    const freeMs = nowMs + Math.max(PASS_MINUTES * 60_000, STANDBY_WINDOW_MS)
    expect(room.exchange(before(0.9), freeMs)).toMatchObject({ outcome: "admitted" })
  })

  test("that ran out is given anew by rank when there is a place, and is one ticket still", () => {
    const { room, nowMs } = openRoom()
    const first = room.exchange(before(0.1), nowMs)
    const again = room.exchange(before(0.1), nowMs + PASS_MINUTES * 60_000)
    expect(again).toMatchObject({ outcome: "admitted", replayed: false })
    expect(again).not.toMatchObject({ passId: first.outcome === "admitted" && first.passId })
    expect(room.live(nowMs + PASS_MINUTES * 60_000)).toMatchObject({ admitted: 1, active: 1 })
  })

  test("ends when its holder has bought or given back, and its place goes to whoever stands by", () => {
    const { room, nowMs } = openRoom()
    for (const lot of [0.1, 0.2, 0.3]) room.exchange(before(lot), nowMs)
    expect(room.exchange(before(0.4), nowMs + 1)).toMatchObject({ refusal: "room_full" })
    room.leave({ subject: "s0.2", atMs: nowMs + 2, units: 1, end: "bought" }, nowMs + 3)
    expect(room.live(nowMs + 3)).toMatchObject({ active: 2, admitted: 3 })
    expect(room.exchange(before(0.4), nowMs + 3)).toMatchObject({ outcome: "admitted", replayed: false })
    expect(room.exchange(before(0.2), nowMs + 4)).toMatchObject({ refusal: "room_full" })
    expect(room.passes("")).toMatchObject([
      { ticketId: "t0.1", endedAtMs: null, cap: 3 },
      { ticketId: "t0.2", endedAtMs: nowMs + 3, cap: 3 },
      { ticketId: "t0.3", endedAtMs: null, cap: 3 },
      { ticketId: "t0.4", endedAtMs: null, cap: 3 },
    ])
  })

  test("that ended is given anew by rank, and a word of its end that comes late or twice ends no other", () => {
    const { room, sql, nowMs } = openRoom()
    const first = room.exchange(before(0.1), nowMs)
    const left = { subject: "s0.1", atMs: nowMs + 5, units: 1, end: "given_back" } as const
    for (const atMs of [nowMs + 6, nowMs + 7]) room.leave(left, atMs)
    const again = room.exchange(before(0.1), nowMs + 10)
    expect(again).toMatchObject({ outcome: "admitted", replayed: false })
    expect(again).not.toMatchObject({ passId: first.outcome === "admitted" && first.passId })
    room.leave(left, nowMs + 11)
    room.leave({ ...left, subject: "nobody" }, nowMs + 11)
    expect(room.live(nowMs + 11)).toMatchObject({ active: 1, admitted: 1 })
    room.leave({ ...left, atMs: nowMs + 12 }, nowMs + 12)
    expect(room.live(nowMs + 12).active).toBe(0)
    expect(roomOn(sql, nowMs + 13).live(nowMs + 13)).toMatchObject({ active: 0, admitted: 1 })
  })

  test("is recorded with its rank and the frontier of then, for the audit", () => {
    const { room, nowMs } = openRoom()
    for (const lot of [0.3, 0.1]) room.exchange(before(lot), nowMs)
    const [first, second, ...rest] = room.passes("")
    expect(rest).toEqual([])
    expect(first).toMatchObject({ ticketId: "t0.1", rank: 0.1 - 1, frontier: 0, issuedAtMs: nowMs })
    expect(room.passes("t0.1")).toEqual([second])
  })
})

describe("a refusal comes in the order of the contract", () => {
  const facts = {
    phase: "open",
    takenByOther: false,
    endsAtMs: null,
    rank: -0.5,
    frontier: 0,
    placesFree: 1,
    standbysBefore: 0,
  } as const

  test("the sale is over, the pass there is, not your turn, no place", () => {
    expect(decideExchange({ ...facts, phase: "ended", endsAtMs: 10 }, 5)).toBe("sale_over")
    expect(decideExchange({ ...facts, phase: "sold_out", rank: 9 }, 5)).toBe("sale_over")
    expect(decideExchange({ ...facts, phase: "paused", endsAtMs: 10 }, 5)).toBe("replay")
    expect(decideExchange({ ...facts, phase: "paused", placesFree: 0 }, 5)).toBe("not_your_turn")
    expect(decideExchange({ ...facts, rank: 0, placesFree: 0 }, 5)).toBe("not_your_turn")
    expect(decideExchange({ ...facts, placesFree: 0 }, 5)).toBe("room_full")
    expect(decideExchange({ ...facts, placesFree: 2, standbysBefore: 2 }, 5)).toBe("room_full")
    expect(decideExchange({ ...facts, endsAtMs: 5 }, 5)).toBe("admit")
  })
})

describe("hazard 23: a restart", () => {
  test("loses no place, and the frontier stays where it was", () => {
    const { room, sql, nowMs } = openRoom()
    room.countArrivals({
      opensAtMs,
      bySecond: [
        [0, 7],
        [2, 5],
      ],
    })
    const first = room.exchange(before(0.1), nowMs)
    room.tick(stockOf(99, 1), nowMs + 1_000)
    const again = roomOn(sql, nowMs + 1_500)
    expect(again.board(nowMs + 1_500)).toEqual(room.board(nowMs + 1_500))
    expect(again.exchange(before(0.1), nowMs + 1_500)).toEqual({ ...first, replayed: true })
    expect(again.live(nowMs + 1_500)).toMatchObject({ admitted: 1, active: 1, joined: 15 })
  })

  test("takes nobody for a no-show who came in since the last tick", () => {
    const { room, sql } = newRoom(saleOf({ maxActive: 1_000 }))
    room.countArrivals({ opensAtMs, bySecond: [[-1, 100]] })
    room.tick(stockOf(100), firstMoveMs)
    for (let i = 0; i < 100; i++) room.exchange(before(i / 100), firstMoveMs + 1)
    const again = roomOn(sql, firstMoveMs + 2)
    again.tick(stockOf(100), firstMoveMs + TURN_WINDOW_MS)
    expect(again.live(firstMoveMs + TURN_WINDOW_MS)).toMatchObject({ admitted: 100, takenShare: 1 })
  })

  test("lets nobody in before those who stood by have asked again, and then by rank", () => {
    const { room, sql, nowMs } = openRoom()
    for (const lot of [0.1, 0.2, 0.3]) room.exchange(before(lot), nowMs)
    expect(room.exchange(before(0.4), nowMs + 1)).toMatchObject({ refusal: "room_full" })
    room.leave({ subject: "s0.1", atMs: nowMs + 2, units: 1, end: "bought" }, nowMs + 2)
    const again = roomOn(sql, nowMs + 3)
    expect(again.exchange(before(0.9), nowMs + 4)).toMatchObject({ refusal: "room_full" })
    expect(again.exchange(before(0.4), nowMs + 1_001)).toMatchObject({ refusal: "room_full" })
    const gatheredMs = nowMs + 3 + STANDBY_GATHER_MS
    expect(again.exchange(before(0.9), gatheredMs)).toMatchObject({ refusal: "room_full" })
    expect(again.exchange(before(0.4), gatheredMs)).toMatchObject({ outcome: "admitted" })
  })

  test("of a room with places to spare keeps nobody waiting", () => {
    const { room, sql, nowMs } = openRoom({ maxActive: 10 })
    room.exchange(before(0.1), nowMs)
    expect(roomOn(sql, nowMs + 1).exchange(before(0.9), nowMs + 1)).toMatchObject({ outcome: "admitted" })
  })

  test("goes on with what was written down before passes could end and buying was measured", () => {
    const sql = new MemorySql()
    applyMigrations(sql, ROOM_MIGRATIONS.slice(0, 1))
    const store = new RoomStore(sql)
    sql.exec(
      `INSERT INTO sale (one, sale, draw_secret, draw_commitment, paused, ended_at_ms, terms_version)
       VALUES (1, ?, 'secret', 'commitment', 0, NULL, 1)`,
      JSON.stringify(saleOf()),
    )
    const times = [firstMoveMs, firstMoveMs + 60_000]
    sql.exec(`INSERT INTO passes VALUES ('t0.1', 'p1', 's0.1', -0.9, -0.5, ?, ?)`, ...times)
    const controller = { frontier: -0.5, turns: 1, cohorts: [], credit: 1, takenShare: 1, undecided: 1 }
    const seen = { pacePerMinute: 60, tickedAtMs: firstMoveMs, servedSeen: 1, unitsTakenSeen: 0 }
    const stock = Object.fromEntries(stockOf(100))
    const line = { controller: { ...controller, ...seen }, limit: "rate", stock, refusals: {} }
    sql.exec(`INSERT INTO line VALUES (1, -0.5, ?)`, JSON.stringify(line))
    store.migrate()
    const room = roomOn(sql, firstMoveMs + 1)
    expect(room.exchange(before(0.1), firstMoveMs + 2)).toMatchObject({ replayed: true, passId: "p1" })
    room.tick(stockOf(99, 1), firstMoveMs + 1_000)
    room.leave({ subject: "s0.1", atMs: firstMoveMs + 1_001, units: 1, end: "bought" }, firstMoveMs + 1_001)
    expect(room.live(firstMoveMs + 1_002)).toMatchObject({ active: 0, admitted: 1 })
    expect(room.passes("")).toMatchObject([{ cap: null, endedAtMs: firstMoveMs + 1_001 }])
  })

  test("a frontier that would go back cannot be stored", () => {
    const { sql } = openRoom()
    expect(() => sql.exec(`UPDATE line SET frontier = -1`)).toThrow("the frontier would go back")
  })
})

describe("hazard 28: arrivals", () => {
  test("add up, whichever isolate they come from, and cost no row each", () => {
    const { room, sql } = newRoom()
    for (let isolate = 0; isolate < 50; isolate++)
      room.countArrivals({
        opensAtMs,
        bySecond: [
          [-1, 20],
          [0, 10],
        ],
      })
    expect(room.live(opensAtMs).joined).toBe(1_500)
    expect(sql.exec(`SELECT * FROM arrivals`).toArray()).toHaveLength(2)
  })

  test("counted from a bell that was moved since are before the new one", () => {
    const { room } = newRoom(saleOf({ maxActive: 100 }))
    expect(room.change({ opensAtMs: opensAtMs + 60_000 }, opensAtMs - 1)).toBe(null)
    room.countArrivals({ opensAtMs, bySecond: [[3, 10]] })
    room.tick(stockOf(100), firstMoveMs + 60_000)
    expect(room.board(firstMoveMs + 60_000)).toMatchObject({ joined: 10, frontier: 0 })
  })
})

describe("a merchant's act", () => {
  test("reaches each pool, and is repeated until it has", () => {
    const { room } = newRoom()
    expect(room.poolOrders(opensAtMs)).toEqual([])
    room.setPaused(true, opensAtMs)
    const [order] = room.poolOrders(opensAtMs)
    expect(order).toMatchObject({ sku: "MUG-1", state: "paused", termsOnly: false })
    expect(room.poolOrders(opensAtMs)).toHaveLength(1)
    if (order) room.poolTold(order)
    expect(room.poolOrders(opensAtMs)).toEqual([])
    room.setPaused(false, opensAtMs)
    expect(room.poolOrders(opensAtMs)).toMatchObject([{ state: "active" }])
  })

  test("moves the close while the sale is open, with terms for the pools, and not the bell", () => {
    const { room } = openRoom()
    expect(room.change({ opensAtMs: opensAtMs + 60_000 }, opensAtMs)).toBe("already_open")
    expect(room.change({ closesAtMs: opensAtMs - 1 }, opensAtMs)).toBe("invalid_times")
    expect(room.change({ closesAtMs: opensAtMs + 7_200_000 }, opensAtMs)).toBe(null)
    expect(room.poolOrders(opensAtMs)).toMatchObject([
      { termsOnly: true, terms: { closesAtMs: opensAtMs + 7_200_000 } },
    ])
    expect(decideChange(saleOf(), { opensAtMs: 5 }, false, opensAtMs - 9)).toEqual({
      ok: false,
      refusal: "invalid_times",
    })
    expect(decideChange(saleOf(), {}, true, opensAtMs)).toEqual({ ok: false, refusal: "sale_over" })
  })

  test("adds a replenishment once, however often it is sent", () => {
    const { room, sql } = openRoom()
    for (let i = 0; i < 3; i++) room.replenished({ id: "r1", sku: "MUG-1", units: 5 })
    expect(room.itemOf("MUG-1")?.allotment).toBe(105)
    expect(roomOn(sql, opensAtMs).itemOf("MUG-1")?.allotment).toBe(105)
  })

  test("ends the sale for good: nobody is let in, every pool is closed, and then the clock stops", () => {
    const { room, nowMs } = openRoom()
    room.end(nowMs)
    expect(room.facts(nowMs).phase).toBe("ended")
    expect(room.exchange(before(0.1), nowMs)).toMatchObject({ refusal: "sale_over" })
    expect(room.setPaused(false, nowMs)).toBe("sale_over")
    expect(room.nextTickMs(nowMs)).not.toBe(null)
    for (const order of room.poolOrders(nowMs)) room.poolTold(order)
    expect(room.nextTickMs(nowMs)).toBe(null)
  })
})

describe("hazard 26: a board", () => {
  test("says sold out in the tick in which the last unit is paid, and open when one comes back", () => {
    const { room, nowMs } = openRoom()
    const phaseAfter = (available: number, held: number) => {
      room.tick(stockOf(available, held, 100 - available - held), nowMs + 1_000)
      return room.board(nowMs + 1_000).phase
    }
    expect(phaseAfter(0, 3)).toBe("sold_out_pending")
    expect(phaseAfter(0, 0)).toBe("sold_out")
    expect(phaseAfter(1, 0)).toBe("open")
  })

  test("says from which rank on the units are spoken for, and still after a restart", () => {
    const { room, sql } = newRoom(saleOf({ maxActive: 10_000 }))
    room.countArrivals({ opensAtMs, bySecond: [[-1, 20_000]] })
    for (let second = 0; second < 5; second++) room.tick(stockOf(100), firstMoveMs + second * 1_000)
    expect(room.board(firstMoveMs).spokenForRank).toBe(undefined)
    const nowMs = firstMoveMs + 5_000
    room.tick(stockOf(0, 40, 60), nowMs)
    const { spokenForRank, frontier } = room.board(nowMs)
    expect(spokenForRank).toBeGreaterThan(frontier)
    expect(spokenForRank).toBeLessThan(0)
    expect(roomOn(sql, nowMs).board(nowMs).spokenForRank).toBe(spokenForRank)

    // More units are in sight, and those who were told so hear of it.
    room.tick(stockOf(4_000, 40, 60), nowMs + 1_000)
    expect(room.board(nowMs + 1_000).spokenForRank ?? Infinity).toBeGreaterThan(spokenForRank ?? 0)
  })

  test("lets the far look seldom while there is plenty, and everybody often when little is left", () => {
    const { room } = newRoom(saleOf({ perMinute: 600 }, 10_000))
    const lookWithin = (available: number, sold: number, second: number) => {
      room.tick(stockOf(available, 0, sold), firstMoveMs + second * 1_000)
      return room.board(firstMoveMs + second * 1_000).lookWithinMs
    }
    expect(lookWithin(10_000, 0, 0)).toBe(60_000)
    expect(lookWithin(9_000, 1_000, 1)).toBe(4_000)
    expect(lookWithin(40, 9_960, 2)).toBe(2_000)
    expect(lookWithin(0, 9_999, 3)).toBe(2_000)
  })

  test("of a line that was written down before boards said so says nothing, and goes on", () => {
    const { room, sql } = openRoom()
    sql.exec(`UPDATE line SET state = json_remove(state, '$.outlook')`)
    const later = roomOn(sql, firstMoveMs + 1_000)
    expect(later.board(firstMoveMs + 1_000).spokenForRank).toBe(undefined)
    later.tick(stockOf(50, 10, 40), firstMoveMs + 2_000)
    expect(later.board(firstMoveMs + 2_000).frontier).toBeGreaterThanOrEqual(room.board(firstMoveMs).frontier)
  })

  test("keeps what a stock object said last while it is silent", () => {
    const { room, nowMs } = openRoom()
    room.tick(stockOf(0, 0, 100), nowMs + 1_000)
    room.tick(new Map(), nowMs + 2_000)
    expect(room.facts(nowMs + 2_000)).toMatchObject({ phase: "sold_out", stock: { "MUG-1": "sold_out" } })
  })
})

describe("the room's clock", () => {
  const times = {
    waitingOpensAtMs: 1_000,
    opensAtMs: 10_300,
    closesAtMs: 20_000,
    ended: false,
    unsettled: false,
    drawStepMs: null,
  }

  test("wakes at the waiting, the bell and the close to the millisecond, and each second between", () => {
    const wakes: number[] = []
    for (let nowMs: number | null = 0; nowMs !== null && wakes.length < 100; nowMs = nextTickMs(times, nowMs))
      wakes.push(nowMs)
    expect(wakes.slice(0, 4)).toEqual([0, 1_000, 2_000, 3_000])
    expect(wakes).toContain(times.opensAtMs)
    expect(wakes).toContain(times.opensAtMs + FLUSH_HORIZON_MS)
    expect(wakes.at(-1)).toBe(times.closesAtMs)
    expect(wakes.every((wake, i) => i < 2 || wake - (wakes[i - 1] ?? 0) <= 1_500)).toBe(true)
  })

  test("goes on after the end until the pools have heard of it", () => {
    expect(nextTickMs({ ...times, ended: true, unsettled: true }, 12_000)).toBe(13_000)
    expect(nextTickMs({ ...times, ended: true }, 12_000)).toBe(null)
  })
})
