import { describe, expect, test } from "vitest"
import { FLUSH_HORIZON_MS } from "../../waiting-room/controller.ts"
import { MemorySql } from "../memory-sql.ts"
import { applyMigrations } from "../sqlite.ts"
import { poolTermsOf } from "./contract.ts"
import type { Admission } from "./contract.ts"
import { RoomStore } from "./room-store.ts"
import { ROOM_MIGRATIONS } from "./schema.ts"
import { OPENS_AT_MS, roomOn, stagedSale, stageRoom, stockOf } from "./staged-room.ts"

const opensAtMs = OPENS_AT_MS
const earlyMs = opensAtMs - 600_000

const admission = { perMinute: 60, maxActive: 50, passMinutes: 2 }
const earlySale = { item: { perCustomerLimit: 1 }, earlyAccess: { opensAtMs: earlyMs } }
const secrets = { drawSecret: "draw-only", drawCommitment: "commitment", earlySecret: "early" }

const saleOf = (change: Partial<Admission> = {}) =>
  stagedSale({ ...earlySale, admission: { ...admission, ...change } })
const roomOf = (sale = saleOf()) => stageRoom(sale, secrets)

const ticket = (lot: number, invited: boolean, subject = "") => ({
  ticketId: `t${lot}${invited}`,
  subject: `s${lot}${invited}${subject}`,
  arrivedAtMs: earlyMs - 1_000,
  lot,
  invited,
  passId: `p${Math.random()}`,
})

describe("early access", () => {
  test("hazards 23, 25: goes on past the bell until the seed is known, and only then are the others let in", () => {
    const { room, restarted } = roomOf()
    const root = { root: "a".repeat(64), count: 1_000 }
    room.draw.begin(earlyMs - 60_000)
    room.countArrivals({ opensAtMs, bySecond: [[-1, 1_000]], invited: 4 })
    room.draw.seal([root], 0, "c".repeat(64), opensAtMs - 9_000)
    const late = restarted(opensAtMs - 8_000)
    for (let atMs = opensAtMs - 5_000; atMs <= opensAtMs + 5_000; atMs += 1_000) late.tick(stockOf(), atMs)
    expect(late.exchange(ticket(0, false), opensAtMs + 5_000)).toMatchObject({ refusal: "not_your_turn" })
    expect(late.exchange(ticket(0.9, true), opensAtMs + 5_000)).toMatchObject({ outcome: "admitted" })
    const waiting = { facts: late.facts(opensAtMs + 5_000), board: late.board(opensAtMs + 5_000) }
    expect(waiting.board).toMatchObject({ phase: "waiting", earlyAccess: { secret: "early" } })
    expect(waiting.board.frontier).toBeLessThanOrEqual(-1)
    expect(waiting.facts.draw).toMatchObject({ phase: "sealed", earlyAccess: { secret: "early" } })
    expect(JSON.stringify(waiting)).not.toMatch(/draw-only|drawSecret|drawSeed|lotKey/)

    late.draw.beaconAnswered({ randomness: "1".repeat(64), signature: "2".repeat(96) })
    late.tick(stockOf(), opensAtMs + 6_000)
    expect(late.exchange(ticket(0, false), opensAtMs + 6_000)).toMatchObject({ outcome: "admitted" })
    const { draw } = late.facts(opensAtMs + 6_000)
    expect(draw).toMatchObject({ phase: "drawn", drawSecret: "draw-only", unsealed: 0 })
    expect(late.board(opensAtMs + 6_000).frontier).toBeGreaterThan(-1)
  })

  test("is in the draw's document, its secret from its opening on", () => {
    const { room } = roomOf()
    expect(room.facts(earlyMs - 1).draw.earlyAccess).toEqual({ opensAtMs: earlyMs })
    expect(room.facts(earlyMs).draw.earlyAccess).toEqual({ opensAtMs: earlyMs, secret: "early" })
  })

  test("lets in those who were invited, one after the other by lot, and nobody before it opens", () => {
    const { room } = roomOf()
    room.countArrivals({ opensAtMs, bySecond: [[-1, 1_000]], invited: 4 })
    for (const lot of [0.1, 0.9])
      expect(room.exchange(ticket(lot, true), earlyMs - 1)).toMatchObject({ refusal: "not_your_turn" })
    room.tick(stockOf(), earlyMs)
    expect(room.exchange(ticket(0.1, true), earlyMs)).toMatchObject({ outcome: "admitted" })
    expect(room.exchange(ticket(0.9, true), earlyMs)).toMatchObject({ refusal: "not_your_turn" })
    for (let second = 1; second < 30; second++) room.tick(stockOf(), earlyMs + second * 1_000)
    expect(room.exchange(ticket(0.9, true), earlyMs + 30_000)).toMatchObject({ outcome: "admitted" })
    expect(room.board(earlyMs + 30_000)).toMatchObject({ phase: "scheduled", frontier: -1, joined: 1_004 })
  })

  test("hazard 25: lets nobody else in before the bell, however few were invited", () => {
    const { room } = roomOf()
    room.countArrivals({ opensAtMs, bySecond: [[-1, 3]] })
    for (let atMs = earlyMs; atMs < opensAtMs; atMs += 1_000) {
      room.tick(stockOf(), atMs)
      expect(room.exchange(ticket(0, false), atMs)).toMatchObject({ refusal: "not_your_turn" })
    }
    expect(room.board(opensAtMs - 1)).toMatchObject({ phase: "waiting", frontier: -1 })
    room.tick(stockOf(), opensAtMs + FLUSH_HORIZON_MS)
    expect(room.exchange(ticket(0, false), opensAtMs + FLUSH_HORIZON_MS)).toMatchObject({
      outcome: "admitted",
    })
  })

  test("publishes its own secret when it opens, and nothing of the draw's before the bell", () => {
    const { room } = roomOf()
    expect(room.board(earlyMs - 1).earlyAccess).toEqual({ opensAtMs: earlyMs })
    expect(room.board(earlyMs).earlyAccess).toEqual({ opensAtMs: earlyMs, secret: "early" })
    const told = JSON.stringify([room.board(opensAtMs - 1), room.facts(opensAtMs - 1)])
    expect(told).not.toContain("draw-only")
    expect(told).not.toContain("drawSecret")
    expect(room.board(opensAtMs)).toMatchObject({ drawSecret: "draw-only" })
  })

  test("hazards 24, 25: a link that was passed on is one place: the first that enters has it", () => {
    const { room } = roomOf()
    room.countArrivals({ opensAtMs, bySecond: [], invited: 1 })
    room.tick(stockOf(), earlyMs)
    const first = room.exchange(ticket(0.1, true), earlyMs)
    expect(first).toMatchObject({ outcome: "admitted" })
    const other = ticket(0.1, true, "other")
    expect(room.exchange(other, earlyMs + 1)).toMatchObject({ refusal: "ticket_invalid", retryAfterMs: 0 })
    // Nor when the pass has run out, nor when the sale is over.
    expect(room.exchange(other, earlyMs + 200_000)).toMatchObject({ refusal: "ticket_invalid" })
    room.end(earlyMs + 200_001)
    expect(room.exchange(other, earlyMs + 200_002)).toMatchObject({ refusal: "ticket_invalid" })
    expect(room.live(earlyMs).admitted).toBe(1)
  })

  test("is paused with the sale, and keeps to its cap", () => {
    const { room } = roomOf(saleOf({ maxActive: 1 }))
    room.countArrivals({ opensAtMs, bySecond: [], invited: 2 })
    room.tick(stockOf(), earlyMs)
    room.setPaused(true, earlyMs)
    expect(room.exchange(ticket(0.1, true), earlyMs)).toMatchObject({ refusal: "not_your_turn" })
    room.setPaused(false, earlyMs)
    expect(room.exchange(ticket(0.1, true), earlyMs)).toMatchObject({ outcome: "admitted" })
    for (let second = 1; second < 20; second++) room.tick(stockOf(), earlyMs + second * 1_000)
    expect(room.exchange(ticket(0.2, true), earlyMs + 20_000)).toMatchObject({ refusal: "room_full" })
  })

  test("opens the pools with it, for the gate is the pass", () => {
    const sale = saleOf()
    const [item] = sale.items
    expect(item && poolTermsOf(sale, item).opensAtMs).toBe(earlyMs)
    expect(item && poolTermsOf({ ...sale, earlyAccess: null }, item).opensAtMs).toBe(opensAtMs)
  })

  test("wakes the room when it opens, and keeps the bell behind it", () => {
    const { room } = roomOf()
    expect(room.nextTickMs(earlyMs - 5_000)).toBe(earlyMs)
    expect(room.nextTickMs(earlyMs)).toBe(earlyMs + 1_000)
    expect(room.change({ opensAtMs: earlyMs }, earlyMs - 10_000)).toBe("invalid_times")
    expect(room.change({ opensAtMs: opensAtMs + 60_000 }, earlyMs + 1)).toBe(null)
  })

  test("hazard 23: is the same after a restart, arrivals and frontier", () => {
    const { room, restarted } = roomOf()
    room.countArrivals({ opensAtMs, bySecond: [[-1, 5]], invited: 40 })
    room.tick(stockOf(), earlyMs)
    const { frontier } = room.board(earlyMs)
    expect(frontier).toBeGreaterThan(-2)
    expect(frontier).toBeLessThan(-1)
    expect(restarted(earlyMs + 1).board(earlyMs + 1)).toEqual(room.board(earlyMs + 1))
  })
})

describe("a room from before there was early access", () => {
  test("keeps sale, line, arrivals and passes, and its frontier never goes back", () => {
    const sql = new MemorySql()
    applyMigrations(sql, ROOM_MIGRATIONS.slice(0, 1))
    const { earlyAccess: _none, ...sale } = saleOf()
    sql.exec(
      `INSERT INTO sale (one, sale, draw_secret, draw_commitment, paused, ended_at_ms, terms_version)
       VALUES (1, ?, 'secret', 'commitment', 0, NULL, 1)`,
      JSON.stringify(sale),
    )
    sql.exec(`INSERT INTO arrivals (second, seconds, count) VALUES (-1, 1, 7), (3, 2, 5)`)
    const store = new RoomStore(sql)
    store.migrate()
    store.migrate()
    const room = roomOn(sql, opensAtMs)
    expect(room.board(opensAtMs)).toMatchObject({ joined: 12, frontier: -1 })
    room.tick(stockOf(), opensAtMs + FLUSH_HORIZON_MS)
    expect(room.exchange(ticket(0, false), opensAtMs + FLUSH_HORIZON_MS)).toMatchObject({
      outcome: "admitted",
    })
    expect(() => sql.exec(`UPDATE line SET frontier = -1`)).toThrow("the frontier would go back")
  })
})
