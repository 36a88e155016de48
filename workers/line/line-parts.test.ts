import { describe, expect, test } from "vitest"
import type { Board } from "../../durable-objects/room/contract.ts"
import { ArrivalCounter } from "./arrival-counts.ts"
import { decideAtEdge } from "./edge-admission.ts"
import { IssuedTickets } from "./issued-tickets.ts"

const opensAtMs = 1_800_000_000_000
const board: Board = {
  saleId: "s",
  phase: "open",
  nowMs: opensAtMs,
  waitingOpensAtMs: opensAtMs - 1,
  opensAtMs,
  closesAtMs: opensAtMs + 1,
  frontier: -0.5,
  joined: 1_000,
  served: 500,
  pacePerMinute: 600,
  line: [[0, 500]],
  stock: {},
  drawCommitment: "c",
  pollAfterMs: 2_000,
}

describe("the edge", () => {
  test("lets the room decide on a turn that has come, and nothing else", () => {
    expect(decideAtEdge(board, -0.6, opensAtMs)).toEqual({ decision: "ask_room" })
    expect(decideAtEdge(board, -0.5, opensAtMs)).toMatchObject({ refusal: "not_your_turn" })
    expect(decideAtEdge({ ...board, phase: "sold_out" }, -0.6, opensAtMs)).toMatchObject({
      refusal: "sale_over",
    })
    expect(decideAtEdge({ ...board, phase: "ended" }, null, opensAtMs)).toMatchObject({
      refusal: "sale_over",
    })
    expect(decideAtEdge(board, null, opensAtMs)).toMatchObject({ refusal: "not_your_turn" })
  })

  test("turns away from a draw who came after its bell, and nobody else", () => {
    const draw = { ...board, mode: "draw", drawnBelow: -0.4 } as const
    expect(decideAtEdge(draw, 0, opensAtMs)).toMatchObject({ refusal: "sale_over" })
    expect(decideAtEdge(draw, -0.45, opensAtMs)).toMatchObject({ refusal: "not_your_turn" })
    expect(decideAtEdge(draw, -0.3, opensAtMs)).toMatchObject({ refusal: "not_your_turn" })
    expect(decideAtEdge(draw, -0.6, opensAtMs)).toEqual({ decision: "ask_room" })
    expect(decideAtEdge(board, 0, opensAtMs)).toMatchObject({ refusal: "not_your_turn" })
  })

  test("says when to ask again: at the bell, or after the better part of the wait", () => {
    const waiting = { ...board, phase: "waiting" } as const
    expect(decideAtEdge(waiting, null, opensAtMs - 90_000)).toMatchObject({ retryAfterMs: 90_000 })
    expect(decideAtEdge(waiting, null, opensAtMs - 10)).toMatchObject({ retryAfterMs: 1_000 })
    expect(decideAtEdge(board, -0.25, opensAtMs)).toMatchObject({ retryAfterMs: 20_000 })
    expect(decideAtEdge(board, -0.5, opensAtMs)).toMatchObject({ retryAfterMs: 1_000 })
    expect(decideAtEdge({ ...board, phase: "paused" }, -0.25, opensAtMs)).toMatchObject({
      retryAfterMs: 2_000,
    })
  })
})

describe("arrivals in memory", () => {
  test("P8: are a number for each second, however many come, and all those before the bell are one", () => {
    const counter = new ArrivalCounter()
    for (let i = 0; i < 10_000; i++) counter.add("s", opensAtMs, opensAtMs - 60_000 + i * 8)
    const [taken, ...rest] = counter.take()
    expect(rest).toEqual([])
    expect(taken?.counts.bySecond).toHaveLength(1 + 20)
    expect(taken?.counts.bySecond.reduce((sum, [, count]) => sum + count, 0)).toBe(10_000)
    expect(counter.isEmpty).toBe(true)
  })

  test("count again when their room did not hear of them", () => {
    const counter = new ArrivalCounter()
    counter.add("s", opensAtMs, opensAtMs + 5)
    for (const taken of counter.take()) counter.putBack(taken)
    counter.add("s", opensAtMs, opensAtMs + 999)
    expect(counter.take()).toEqual([{ saleId: "s", counts: { opensAtMs, bySecond: [[0, 2]] } }])
  })
})

describe("hazard 26: a lost place", () => {
  test("is found again in this isolate: the first arrival stands, whatever comes later", () => {
    const issued = new IssuedTickets()
    expect(issued.recall("t", 5)).toEqual({ arrivedAtMs: 5, replayed: false })
    expect(issued.recall("t", 9)).toEqual({ arrivedAtMs: 5, replayed: true })
  })

  test("is remembered in bounded memory, and longest for those who ask", () => {
    const issued = new IssuedTickets(100)
    issued.recall("asks", 1)
    for (let i = 0; i < 1_000; i++) {
      issued.recall(`t${i}`, i)
      issued.recall("asks", 999)
      expect(issued.size).toBeLessThanOrEqual(100)
    }
    expect(issued.recall("asks", 999)).toEqual({ arrivedAtMs: 1, replayed: true })
    expect(issued.recall("t0", 999).replayed).toBe(false)
  })
})
