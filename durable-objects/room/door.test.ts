import { describe, expect, test } from "vitest"
import { TURN_WINDOW_MS } from "../../waiting-room/controller.ts"
import { MemorySql } from "../memory-sql.ts"
import { applyMigrations } from "../sqlite.ts"
import { decideExchange } from "./exchange.ts"
import { RoomStore } from "./room-store.ts"
import { ROOM_MIGRATIONS } from "./schema.ts"
import {
  FIRST_MOVE_MS,
  OPENS_AT_MS,
  roomOn,
  smallSale,
  stageOpenRoom,
  stageRoom,
  stockOf,
  ticketOf,
} from "./staged-room.ts"
import { PAUSE_GATHER_MS, STANDBY_GATHER_MS, STANDBY_WINDOW_MS } from "./standbys.ts"

const opensAtMs = OPENS_AT_MS
const PASS_MINUTES = 2

describe("promise P4: a pass", () => {
  test("is given once for a ticket, and the same one again while it lives", () => {
    const { room, nowMs } = stageOpenRoom()
    const first = room.exchange(ticketOf(0.1), nowMs)
    expect(first).toMatchObject({ outcome: "admitted", replayed: false })
    expect(room.exchange(ticketOf(0.1), nowMs + 1)).toEqual({ ...first, replayed: true })
    expect(room.live(nowMs)).toMatchObject({ admitted: 1, active: 1 })
  })

  test("is not given to a rank that the frontier has not passed", () => {
    const { room } = stageRoom(smallSale())
    expect(room.exchange(ticketOf(0.1), FIRST_MOVE_MS)).toMatchObject({ refusal: "not_your_turn" })
    room.countArrivals({ opensAtMs, bySecond: [[-1, 3]] })
    room.tick(stockOf(100), FIRST_MOVE_MS)
    const afterBell = { ...ticketOf(0.1), arrivedAtMs: opensAtMs + 1 }
    expect(room.exchange(afterBell, FIRST_MOVE_MS)).toMatchObject({ refusal: "not_your_turn" })
    expect(room.exchange(ticketOf(0.1), FIRST_MOVE_MS)).toMatchObject({ outcome: "admitted" })
  })

  test("never makes more live ones than the cap, whoever returns late", () => {
    const { room, nowMs } = stageOpenRoom()
    for (const lot of [0.1, 0.2, 0.3])
      expect(room.exchange(ticketOf(lot), nowMs)).toMatchObject({ outcome: "admitted" })
    expect(room.exchange(ticketOf(0.05), nowMs)).toMatchObject({ refusal: "room_full" })
    const endMs = nowMs + PASS_MINUTES * 60_000
    expect(room.exchange(ticketOf(0.05), endMs - 1)).toMatchObject({ refusal: "room_full" })
    expect(room.exchange(ticketOf(0.05), endMs)).toMatchObject({ outcome: "admitted" })
  })

  test("that comes free goes to the lowest rank who asked, not to the quickest", () => {
    const { room, nowMs } = stageOpenRoom()
    for (const lot of [0.1, 0.2, 0.3]) room.exchange(ticketOf(lot), nowMs)
    const fullMs = nowMs + PASS_MINUTES * 60_000 - 1_000
    for (const lot of [0.4, 0.5, 0.6])
      expect(room.exchange(ticketOf(lot), fullMs)).toMatchObject({ refusal: "room_full" })
    const freeMs = fullMs + 1_000
    expect(room.exchange(ticketOf(0.9), freeMs)).toMatchObject({ refusal: "room_full" })
    for (const lot of [0.6, 0.4, 0.5])
      expect(room.exchange(ticketOf(lot), freeMs)).toMatchObject({ outcome: "admitted" })
  })

  test("is for who asked while the sale was paused before it is for who asks first after it", () => {
    const { room, nowMs } = stageOpenRoom({ maxActive: 1 })
    room.setPaused(true, nowMs)
    expect(room.exchange(ticketOf(0.1), nowMs + 1)).toMatchObject({ refusal: "not_your_turn" })
    room.setPaused(false, nowMs + 2)
    expect(room.exchange(ticketOf(0.2), nowMs + 3)).toMatchObject({ refusal: "room_full" })
    expect(room.exchange(ticketOf(0.1), nowMs + 4)).toMatchObject({ outcome: "admitted" })
  })

  test("P4: is for who stood by when the sale was paused, however long that was", () => {
    const { room, nowMs } = stageOpenRoom({ maxActive: 1 })
    room.exchange(ticketOf(0.1), nowMs)
    expect(room.exchange(ticketOf(0.2), nowMs)).toMatchObject({ refusal: "room_full" })
    room.setPaused(true, nowMs + 1)
    const resumedMs = nowMs + 30_000
    room.leave({ subject: "s0.1", atMs: nowMs + 2, units: 1, end: "bought" }, nowMs + 2)
    for (let atMs = nowMs + 1_000; atMs < resumedMs; atMs += 1_000) room.tick(stockOf(100), atMs)
    room.setPaused(false, resumedMs)
    expect(room.exchange(ticketOf(0.3), resumedMs + 1)).toMatchObject({ refusal: "room_full" })
    expect(room.exchange(ticketOf(0.2), resumedMs + 5_000)).toMatchObject({ outcome: "admitted" })
  })

  test("is not kept back for someone who stopped asking", () => {
    const { room, nowMs } = stageOpenRoom()
    for (const lot of [0.1, 0.2, 0.3]) room.exchange(ticketOf(lot), nowMs)
    for (const lot of [0.4, 0.5, 0.6]) room.exchange(ticketOf(lot), nowMs + 1)
    const freeMs = nowMs + Math.max(PASS_MINUTES * 60_000, STANDBY_WINDOW_MS)
    expect(room.exchange(ticketOf(0.9), freeMs)).toMatchObject({ outcome: "admitted" })
  })

  test("that ran out is given anew by rank when there is a place, and is one ticket still", () => {
    const { room, nowMs } = stageOpenRoom()
    const first = room.exchange(ticketOf(0.1), nowMs)
    const again = room.exchange(ticketOf(0.1), nowMs + PASS_MINUTES * 60_000)
    expect(again).toMatchObject({ outcome: "admitted", replayed: false })
    expect(again).not.toMatchObject({ passId: first.outcome === "admitted" && first.passId })
    expect(room.live(nowMs + PASS_MINUTES * 60_000)).toMatchObject({ admitted: 1, active: 1 })
  })

  test("ends when its holder has bought or given back, and its place goes to whoever stands by", () => {
    const { room, nowMs } = stageOpenRoom()
    for (const lot of [0.1, 0.2, 0.3]) room.exchange(ticketOf(lot), nowMs)
    expect(room.exchange(ticketOf(0.4), nowMs + 1)).toMatchObject({ refusal: "room_full" })
    room.leave({ subject: "s0.2", atMs: nowMs + 2, units: 1, end: "bought" }, nowMs + 3)
    expect(room.live(nowMs + 3)).toMatchObject({ active: 2, admitted: 3 })
    expect(room.exchange(ticketOf(0.4), nowMs + 3)).toMatchObject({ outcome: "admitted", replayed: false })
    expect(room.exchange(ticketOf(0.2), nowMs + 4)).toMatchObject({ refusal: "room_full" })
    expect(room.passes("")).toMatchObject([
      { ticketId: "t0.1", endedAtMs: null, cap: 3 },
      { ticketId: "t0.2", endedAtMs: nowMs + 3, cap: 3 },
      { ticketId: "t0.3", endedAtMs: null, cap: 3 },
      { ticketId: "t0.4", endedAtMs: null, cap: 3 },
    ])
  })

  test("that ended is given anew by rank, and a word of its end that comes late or twice ends no other", () => {
    const { room, sql, nowMs } = stageOpenRoom()
    const first = room.exchange(ticketOf(0.1), nowMs)
    const left = { subject: "s0.1", atMs: nowMs + 5, units: 1, end: "given_back" } as const
    for (const atMs of [nowMs + 6, nowMs + 7]) room.leave(left, atMs)
    const again = room.exchange(ticketOf(0.1), nowMs + 10)
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
    const { room, nowMs } = stageOpenRoom()
    for (const lot of [0.3, 0.1]) room.exchange(ticketOf(lot), nowMs)
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
    const { room, sql, nowMs } = stageOpenRoom()
    room.countArrivals({
      opensAtMs,
      bySecond: [
        [0, 7],
        [2, 5],
      ],
    })
    const first = room.exchange(ticketOf(0.1), nowMs)
    room.tick(stockOf(99, 1), nowMs + 1_000)
    const again = roomOn(sql, nowMs + 1_500)
    expect(again.board(nowMs + 1_500)).toEqual(room.board(nowMs + 1_500))
    expect(again.exchange(ticketOf(0.1), nowMs + 1_500)).toEqual({ ...first, replayed: true })
    expect(again.live(nowMs + 1_500)).toMatchObject({ admitted: 1, active: 1, joined: 15 })
  })

  test("takes nobody for a no-show who came in since the last tick", () => {
    const { room, sql } = stageRoom(smallSale({ maxActive: 1_000 }))
    room.countArrivals({ opensAtMs, bySecond: [[-1, 100]] })
    room.tick(stockOf(100), FIRST_MOVE_MS)
    for (let i = 0; i < 100; i++) room.exchange(ticketOf(i / 100), FIRST_MOVE_MS + 1)
    const again = roomOn(sql, FIRST_MOVE_MS + 2)
    again.tick(stockOf(100), FIRST_MOVE_MS + TURN_WINDOW_MS)
    expect(again.live(FIRST_MOVE_MS + TURN_WINDOW_MS)).toMatchObject({ admitted: 100, takenShare: 1 })
  })

  test("lets nobody in before those who stood by have asked again, and then by rank", () => {
    const { room, sql, nowMs } = stageOpenRoom()
    for (const lot of [0.1, 0.2, 0.3]) room.exchange(ticketOf(lot), nowMs)
    expect(room.exchange(ticketOf(0.4), nowMs + 1)).toMatchObject({ refusal: "room_full" })
    room.leave({ subject: "s0.1", atMs: nowMs + 2, units: 1, end: "bought" }, nowMs + 2)
    const again = roomOn(sql, nowMs + 3)
    expect(again.exchange(ticketOf(0.9), nowMs + 4)).toMatchObject({ refusal: "room_full" })
    expect(again.exchange(ticketOf(0.4), nowMs + 1_001)).toMatchObject({ refusal: "room_full" })
    const gatheredMs = nowMs + 3 + STANDBY_GATHER_MS
    expect(again.exchange(ticketOf(0.9), gatheredMs)).toMatchObject({ refusal: "room_full" })
    expect(again.exchange(ticketOf(0.4), gatheredMs)).toMatchObject({ outcome: "admitted" })
  })

  test("P4: while the sale is paused lets nobody in after it before those who stood by could ask again", () => {
    const { room, sql, nowMs } = stageOpenRoom({ maxActive: 1 })
    room.exchange(ticketOf(0.1), nowMs)
    expect(room.exchange(ticketOf(0.2), nowMs)).toMatchObject({ refusal: "room_full" })
    room.leave({ subject: "s0.1", atMs: nowMs + 2, units: 1, end: "bought" }, nowMs + 2)
    room.setPaused(true, nowMs + 3)
    const again = roomOn(sql, nowMs + 4)
    const resumedMs = nowMs + 30_000
    again.setPaused(false, resumedMs)
    expect(again.exchange(ticketOf(0.3), resumedMs + 1)).toMatchObject({ refusal: "room_full" })
    expect(again.exchange(ticketOf(0.2), resumedMs + 5_000)).toMatchObject({ refusal: "room_full" })
    const gatheredMs = resumedMs + PAUSE_GATHER_MS
    expect(again.exchange(ticketOf(0.3), gatheredMs)).toMatchObject({ refusal: "room_full" })
    expect(again.exchange(ticketOf(0.2), gatheredMs)).toMatchObject({ outcome: "admitted" })
  })

  test("of a room with places to spare keeps nobody waiting", () => {
    const { room, sql, nowMs } = stageOpenRoom({ maxActive: 10 })
    room.exchange(ticketOf(0.1), nowMs)
    expect(roomOn(sql, nowMs + 1).exchange(ticketOf(0.9), nowMs + 1)).toMatchObject({ outcome: "admitted" })
  })

  test("goes on with what was written down before passes could end and buying was measured", () => {
    const sql = new MemorySql()
    applyMigrations(sql, ROOM_MIGRATIONS.slice(0, 1))
    const store = new RoomStore(sql)
    sql.exec(
      `INSERT INTO sale (one, sale, draw_secret, draw_commitment, paused, ended_at_ms, terms_version)
       VALUES (1, ?, 'secret', 'commitment', 0, NULL, 1)`,
      JSON.stringify(smallSale()),
    )
    const times = [FIRST_MOVE_MS, FIRST_MOVE_MS + 60_000]
    sql.exec(`INSERT INTO passes VALUES ('t0.1', 'p1', 's0.1', -0.9, -0.5, ?, ?)`, ...times)
    const controller = { frontier: -0.5, turns: 1, cohorts: [], credit: 1, takenShare: 1, undecided: 1 }
    const seen = { pacePerMinute: 60, tickedAtMs: FIRST_MOVE_MS, servedSeen: 1, unitsTakenSeen: 0 }
    const stock = Object.fromEntries(stockOf(100))
    const line = { controller: { ...controller, ...seen }, limit: "rate", stock, refusals: {} }
    sql.exec(`INSERT INTO line VALUES (1, -0.5, ?)`, JSON.stringify(line))
    store.migrate()
    const room = roomOn(sql, FIRST_MOVE_MS + 1)
    expect(room.exchange(ticketOf(0.1), FIRST_MOVE_MS + 2)).toMatchObject({ replayed: true, passId: "p1" })
    room.tick(stockOf(99, 1), FIRST_MOVE_MS + 1_000)
    room.leave(
      { subject: "s0.1", atMs: FIRST_MOVE_MS + 1_001, units: 1, end: "bought" },
      FIRST_MOVE_MS + 1_001,
    )
    expect(room.live(FIRST_MOVE_MS + 1_002)).toMatchObject({ active: 0, admitted: 1 })
    expect(room.passes("")).toMatchObject([{ cap: null, endedAtMs: FIRST_MOVE_MS + 1_001 }])
  })

  test("a frontier that would go back cannot be stored", () => {
    const { sql } = stageOpenRoom()
    expect(() => sql.exec(`UPDATE line SET frontier = -1`)).toThrow("the frontier would go back")
  })
})
