import { describe, expect, test } from "vitest"
import { addArrivals, countBelow, joinedCount, noArrivals } from "./arrivals.ts"
import { bandOnBoard, BOARD_BYTES_MAX, BOARD_ITEMS_MAX, buildBoard } from "./board.ts"
import type { BoardFacts } from "./board.ts"
import { hasTurn, placeOf, waitOf } from "./estimate.ts"
import { phaseOf } from "./phase.ts"
import { allotmentBandOf, bandOf } from "./stock-band.ts"
import type { StockBand } from "./stock-band.ts"

const opensAtMs = 1_800_000_000_000
const BANDS: StockBand[] = ["in_stock", "low", "last_few", "sold_out"]

function factsOf(changes: Partial<BoardFacts> = {}): BoardFacts {
  return {
    saleId: "00000000-0000-4000-8000-000000000001",
    phase: "open",
    nowMs: opensAtMs + 60_000,
    waitingOpensAtMs: opensAtMs - 600_000,
    opensAtMs,
    closesAtMs: opensAtMs + 3_600_000,
    frontier: -0.12345678901234568,
    joined: 0,
    served: 123_456,
    pacePerMinute: 599.7,
    arrivals: noArrivals(),
    stock: [["MUG-1", "in_stock"]],
    drawCommitment: "c".repeat(64),
    drawSecret: "s".repeat(43),
    spokenForRank: -0.123457,
    lookWithinMs: 60_000,
    ...changes,
  }
}

function crowd() {
  const arrivals = noArrivals()
  addArrivals(arrivals, -1, 987_654)
  for (let second = 0; second < 4_000; second += 3) addArrivals(arrivals, second, 100 + (second % 17))
  return arrivals
}

const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).byteLength

describe("the board", () => {
  test.each([1, 5, 20, BOARD_ITEMS_MAX])(
    "fits 1 KB with %i items of the longest SKUs, and still tells every band",
    (items) => {
      const stock = Array.from({ length: items }, (_, i): [string, StockBand] => [
        `${i}-`.padEnd(64, "X"),
        BANDS[i % 4] ?? "low",
      ])
      const arrivals = crowd()
      const board = buildBoard(
        factsOf({ stock, arrivals, joined: joinedCount(arrivals), phase: "sold_out_pending" }),
      )
      expect(bytesOf(board)).toBeLessThanOrEqual(BOARD_BYTES_MAX)
      const skus = stock.map(([sku]) => sku)
      for (const [sku, band] of stock) expect(bandOnBoard(board, skus, sku)).toBe(band)
      expect(bandOnBoard(board, skus, "no-such-sku")).toBe(null)
    },
  )

  test.each([
    { mode: "draw", drawnBelow: -0.12345678901234568, drawSeed: "d".repeat(64) },
    {
      mode: "first_come",
      frontier: -1.1234567890123457,
      drawSeed: "d".repeat(64),
      earlyAccess: { opensAtMs: opensAtMs - 600_000, secret: "e".repeat(64) },
    },
  ] as const)("fits 1 KB with as many items as a sale may have, in a sale of mode $mode", (inMode) => {
    const stock = Array.from({ length: 20 }, (_, i): [string, StockBand] => [
      `${i}-`.padEnd(64, "X"),
      BANDS[i % 4] ?? "low",
    ])
    const arrivals = { ...crowd(), invited: 123_456 }
    const joined = joinedCount(arrivals)
    const board = buildBoard(factsOf({ stock, arrivals, joined, phase: "sold_out_pending", ...inMode }))
    expect(bytesOf(board)).toBeLessThanOrEqual(BOARD_BYTES_MAX)
    for (const [sku, band] of stock)
      expect(
        bandOnBoard(
          board,
          stock.map(([of]) => of),
          sku,
        ),
      ).toBe(band)
  })

  test("leaves out what is in stock before what is not", () => {
    const stock = Array.from({ length: 20 }, (_, i): [string, StockBand] => [
      `${i}-`.padEnd(64, "X"),
      i === 19 ? "sold_out" : "in_stock",
    ])
    const board = buildBoard(factsOf({ stock }))
    expect(Object.values(board.stock)).toContain("sold_out")
    expect(Object.keys(board.stock).length).toBeLessThan(20)
  })

  test("tells twenty bands of common SKUs in full", () => {
    const stock = Array.from({ length: 20 }, (_, i): [string, StockBand] => [`MUG-${i}`, "in_stock"])
    const board = buildBoard(factsOf({ stock, arrivals: crowd() }))
    expect(board.stock).toEqual(Object.fromEntries(stock))
    expect(board.bands).toBeUndefined()
  })

  test("fits with a seed beside the secret, and as many items as a sale may have", () => {
    const stock = Array.from({ length: BOARD_ITEMS_MAX }, (_, i): [string, StockBand] => [`MUG-${i}`, "low"])
    const board = buildBoard(factsOf({ stock, arrivals: crowd(), drawSeed: "d".repeat(64) }))
    expect(board.drawSeed).toHaveLength(64)
    expect(board.bands).toHaveLength(BOARD_ITEMS_MAX)
    expect(Buffer.byteLength(JSON.stringify(board))).toBeLessThanOrEqual(BOARD_BYTES_MAX)
  })

  test("shows neither secret nor seed while lots are not known", () => {
    const waiting = buildBoard(factsOf({ phase: "waiting", nowMs: opensAtMs + 1, drawSecret: null }))
    expect(JSON.stringify(waiting)).not.toMatch(/drawSecret|drawSeed/)
    expect(waiting.pollAfterMs).toBe(1_000)
  })

  test("keeps the draw's secret until the bell, to the millisecond", () => {
    expect(buildBoard(factsOf({ phase: "waiting", nowMs: opensAtMs - 1 }))).not.toHaveProperty("drawSecret")
    expect(buildBoard(factsOf({ nowMs: opensAtMs })).drawSecret).toBe("s".repeat(43))
  })

  test("asks to be read every one to ten seconds, and not past the bell", () => {
    for (const phase of [
      "scheduled",
      "waiting",
      "open",
      "paused",
      "sold_out_pending",
      "sold_out",
      "ended",
    ] as const) {
      for (const beforeMs of [86_400_000, 5_000, 10, -60_000]) {
        const { pollAfterMs } = buildBoard(factsOf({ phase, nowMs: opensAtMs - beforeMs }))
        expect(pollAfterMs).toBeGreaterThanOrEqual(1_000)
        expect(pollAfterMs).toBeLessThanOrEqual(10_000)
      }
    }
    expect(buildBoard(factsOf({ phase: "waiting", nowMs: opensAtMs - 5_000 })).pollAfterMs).toBe(5_000)
  })

  test("asks to be read when early access opens, and often while it is open", () => {
    const earlyAccess = { opensAtMs: opensAtMs - 60_000, secret: "e" }
    const at = (nowMs: number) => buildBoard(factsOf({ phase: "waiting", nowMs, earlyAccess })).pollAfterMs
    expect([at(opensAtMs - 64_000), at(opensAtMs - 60_000), at(opensAtMs - 1)]).toEqual([4_000, 2_000, 2_000])
  })
})

describe("a shopper's place", () => {
  test("is near the true one, from the lottery to the last who came", () => {
    const arrivals = crowd()
    for (const frontier of [-1, -0.4, 0, 1_234_567]) {
      const board = buildBoard(factsOf({ arrivals, frontier }))
      const total = joinedCount(arrivals) - countBelow(arrivals, frontier)
      for (const rank of [-0.9, -0.1, 500, 1_000_000, 2_500_000, 3_999_000]) {
        if (rank < frontier) continue
        const ahead = countBelow(arrivals, rank) - countBelow(arrivals, frontier)
        expect(Math.abs((placeOf(rank, board) ?? NaN) - ahead)).toBeLessThan(total * 0.02 + 1)
      }
      expect(placeOf(1e9, board)).toBeCloseTo(total, -1)
    }
  })

  test("counts those who were invited before all others", () => {
    const arrivals = { ...crowd(), invited: 1_000 }
    const board = buildBoard(factsOf({ arrivals, frontier: -1.5 }))
    expect(placeOf(-1.25, board)).toBe(250)
    expect(placeOf(-0.5, board)).toBe(500 + 987_654 / 2)
    expect(hasTurn(-1.75, board)).toBe(true)
  })

  test("is exact where a crowd comes after a quiet stretch", () => {
    const arrivals = noArrivals()
    addArrivals(arrivals, 2, 10)
    addArrivals(arrivals, 300, 1_000)
    const board = buildBoard(factsOf({ arrivals, frontier: 0 }))
    expect(placeOf(300_500, board)).toBe(510)
    expect(placeOf(300_000, board)).toBe(10)
  })

  test("there is none before the bell, and none when the sale is over", () => {
    const board = buildBoard(factsOf({ arrivals: crowd() }))
    expect(placeOf(null, board)).toBe(null)
    for (const phase of ["scheduled", "waiting", "sold_out", "ended"] as const)
      expect(placeOf(-0.1, { ...board, phase })).toBe(null)
    expect(placeOf(-0.9, board)).toBe(0)
    expect(hasTurn(-0.9, board)).toBe(true)
    expect(hasTurn(board.frontier, board)).toBe(false)
  })

  test("hazards 23, 26: has an estimate, as a range, and none that would be a guess", () => {
    const board = { phase: "open", pacePerMinute: 600, pollAfterMs: 2_000 } as const
    expect(waitOf(6_000, board)).toEqual({ fromMs: 480_000, toMs: 900_000 })
    expect(waitOf(null, board)).toBe(null)
    expect(waitOf(10, { ...board, phase: "paused" })).toBe(null)
    expect(waitOf(10, { ...board, phase: "sold_out_pending" })).toBe(null)
    expect(waitOf(10, { ...board, pacePerMinute: 0 })).toBe(null)
  })
})

describe("a phase", () => {
  const facts = {
    waitingOpensAtMs: 100,
    opensAtMs: 200,
    closesAtMs: 300,
    ended: false,
    paused: false,
    available: 5,
    held: 0,
  }

  test("follows the clock to the millisecond", () => {
    expect([99, 100, 199, 200, 299, 300].map((nowMs) => phaseOf(facts, nowMs))).toEqual([
      "scheduled",
      "waiting",
      "waiting",
      "open",
      "open",
      "ended",
    ])
  })

  test("hazard 26: says at once when units are gone, or spoken for, and when they come back", () => {
    expect(phaseOf({ ...facts, available: 0, held: 2 }, 250)).toBe("sold_out_pending")
    expect(phaseOf({ ...facts, available: 0, held: 0 }, 250)).toBe("sold_out")
    expect(phaseOf({ ...facts, available: 1, held: 0 }, 250)).toBe("open")
  })

  test("puts what cannot come back first", () => {
    expect(phaseOf({ ...facts, paused: true }, 250)).toBe("paused")
    expect(phaseOf({ ...facts, paused: true, available: 0, held: 1 }, 250)).toBe("paused")
    expect(phaseOf({ ...facts, paused: true, available: 0 }, 250)).toBe("sold_out")
    expect(phaseOf({ ...facts, ended: true, available: 0 }, 150)).toBe("ended")
    expect(phaseOf({ ...facts, paused: true }, 150)).toBe("waiting")
  })
})

describe("a stock band", () => {
  test("is sold out at nothing only, and the last unit is always of the last few", () => {
    for (const allotment of [1, 2, 10, 100, 10_000]) {
      expect(bandOf(0, allotment)).toBe("sold_out")
      expect(bandOf(1, allotment)).toBe("last_few")
    }
  })

  test("ends at a count for large allotments, at a share for small ones", () => {
    expect([6, 20, 21].map((units) => bandOf(units, 10_000))).toEqual(["low", "low", "in_stock"])
    expect([2, 10, 11].map((units) => bandOf(units, 50))).toEqual(["last_few", "low", "in_stock"])
    expect([9, 10, 999, 1_000].map(allotmentBandOf)).toEqual([
      "under_10",
      "under_50",
      "under_1000",
      "1000_or_more",
    ])
  })
})
