import { describe, expect, test } from "vitest"
import { FLUSH_HORIZON_MS } from "../../waiting-room/controller.ts"
import { decideChange } from "./sale-change.ts"
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
import { nextTickMs } from "./ticks.ts"

const opensAtMs = OPENS_AT_MS

describe("hazard 28: arrivals", () => {
  test("add up, whichever isolate they come from, and cost no row each", () => {
    const { room, sql } = stageRoom(smallSale())
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
    const { room } = stageRoom(smallSale({ maxActive: 100 }))
    expect(room.change({ opensAtMs: opensAtMs + 60_000 }, opensAtMs - 1)).toBe(null)
    room.countArrivals({ opensAtMs, bySecond: [[3, 10]] })
    room.tick(stockOf(100), FIRST_MOVE_MS + 60_000)
    expect(room.board(FIRST_MOVE_MS + 60_000)).toMatchObject({ joined: 10, frontier: 0 })
  })
})

describe("a merchant's act", () => {
  test("reaches each pool, and is repeated until it has", () => {
    const { room } = stageRoom(smallSale())
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
    const { room } = stageOpenRoom()
    expect(room.change({ opensAtMs: opensAtMs + 60_000 }, opensAtMs)).toBe("already_open")
    expect(room.change({ closesAtMs: opensAtMs - 1 }, opensAtMs)).toBe("invalid_times")
    expect(room.change({ closesAtMs: opensAtMs + 7_200_000 }, opensAtMs)).toBe(null)
    expect(room.poolOrders(opensAtMs)).toMatchObject([
      { termsOnly: true, terms: { closesAtMs: opensAtMs + 7_200_000 } },
    ])
    expect(decideChange(smallSale(), { opensAtMs: 5 }, false, opensAtMs - 9)).toEqual({
      ok: false,
      refusal: "invalid_times",
    })
    expect(decideChange(smallSale(), {}, true, opensAtMs)).toEqual({ ok: false, refusal: "sale_over" })
  })

  test("adds a replenishment once, however often it is sent", () => {
    const { room, sql } = stageOpenRoom()
    for (let i = 0; i < 3; i++) room.replenished({ id: "r1", sku: "MUG-1", units: 5 })
    expect(room.itemOf("MUG-1")?.allotment).toBe(105)
    expect(roomOn(sql, opensAtMs).itemOf("MUG-1")?.allotment).toBe(105)
  })

  test("ends the sale for good: nobody is let in, every pool is closed, and then the clock stops", () => {
    const { room, nowMs } = stageOpenRoom()
    room.end(nowMs)
    expect(room.facts(nowMs).phase).toBe("ended")
    expect(room.exchange(ticketOf(0.1), nowMs)).toMatchObject({ refusal: "sale_over" })
    expect(room.setPaused(false, nowMs)).toBe("sale_over")
    expect(room.nextTickMs(nowMs)).not.toBe(null)
    for (const order of room.poolOrders(nowMs)) room.poolTold(order)
    expect(room.nextTickMs(nowMs)).toBe(null)
  })
})

describe("hazard 26: a board", () => {
  test("says sold out in the tick in which the last unit is paid, and open when one comes back", () => {
    const { room, nowMs } = stageOpenRoom()
    const phaseAfter = (available: number, held: number) => {
      room.tick(stockOf(available, held, 100 - available - held), nowMs + 1_000)
      return room.board(nowMs + 1_000).phase
    }
    expect(phaseAfter(0, 3)).toBe("sold_out_pending")
    expect(phaseAfter(0, 0)).toBe("sold_out")
    expect(phaseAfter(1, 0)).toBe("open")
  })

  test("says from which rank on the units are spoken for, and still after a restart", () => {
    const { room, sql } = stageRoom(smallSale({ maxActive: 10_000 }))
    room.countArrivals({ opensAtMs, bySecond: [[-1, 20_000]] })
    for (let second = 0; second < 5; second++) room.tick(stockOf(100), FIRST_MOVE_MS + second * 1_000)
    expect(room.board(FIRST_MOVE_MS).spokenForRank).toBe(undefined)
    const nowMs = FIRST_MOVE_MS + 5_000
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
    const { room } = stageRoom(smallSale({ perMinute: 600 }, 10_000))
    const lookWithin = (available: number, sold: number, second: number) => {
      room.tick(stockOf(available, 0, sold), FIRST_MOVE_MS + second * 1_000)
      return room.board(FIRST_MOVE_MS + second * 1_000).lookWithinMs
    }
    expect(lookWithin(10_000, 0, 0)).toBe(60_000)
    expect(lookWithin(9_000, 1_000, 1)).toBe(4_000)
    expect(lookWithin(40, 9_960, 2)).toBe(2_000)
    expect(lookWithin(0, 9_999, 3)).toBe(2_000)
  })

  test("of a line that was written down before boards said so says nothing, and goes on", () => {
    const { room, sql } = stageOpenRoom()
    sql.exec(`UPDATE line SET state = json_remove(state, '$.outlook')`)
    const later = roomOn(sql, FIRST_MOVE_MS + 1_000)
    expect(later.board(FIRST_MOVE_MS + 1_000).spokenForRank).toBe(undefined)
    later.tick(stockOf(50, 10, 40), FIRST_MOVE_MS + 2_000)
    expect(later.board(FIRST_MOVE_MS + 2_000).frontier).toBeGreaterThanOrEqual(
      room.board(FIRST_MOVE_MS).frontier,
    )
  })

  test("keeps what a stock object said last while it is silent", () => {
    const { room, nowMs } = stageOpenRoom()
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
