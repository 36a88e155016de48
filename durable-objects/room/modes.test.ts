import { describe, expect, test } from "vitest"
import { FLUSH_HORIZON_MS } from "../../waiting-room/controller.ts"
import type { Admission } from "./contract.ts"
import { decideChange } from "./sale-change.ts"
import { OPENS_AT_MS, stagedSale, stageRoom, stockOf } from "./staged-room.ts"

const opensAtMs = OPENS_AT_MS
const waitingOpensAtMs = opensAtMs - 60_000

const saleOf = (admission: Partial<Admission>, allotment = 2) =>
  stagedSale({ admission, item: { allotment, perCustomerLimit: 1 } })

const ticket = (arrivedAtMs: number, lot: number) => ({
  ticketId: `t${arrivedAtMs}-${lot}`,
  subject: `s${arrivedAtMs}-${lot}`,
  arrivedAtMs,
  lot,
  passId: `p${Math.random()}`,
})

describe("hazard 25: a first-come sale", () => {
  test("serves in the order of arrival from the line's opening on, and nobody before the bell", () => {
    const { room } = stageRoom(saleOf({ mode: "first_come", perMinute: 60 }, 100))
    room.countArrivals({
      opensAtMs: waitingOpensAtMs,
      bySecond: [
        [0, 1],
        [30, 1],
        [40, 1],
      ],
    })
    const first = ticket(waitingOpensAtMs + 500, 0.9)
    const second = ticket(waitingOpensAtMs + 30_500, 0.1)
    room.tick(stockOf(100), opensAtMs - 1_000)
    expect(room.exchange(first, opensAtMs - 1)).toMatchObject({ refusal: "not_your_turn" })
    room.tick(stockOf(100), opensAtMs)
    expect(room.exchange(second, opensAtMs)).toMatchObject({ refusal: "not_your_turn" })
    expect(room.exchange(first, opensAtMs)).toMatchObject({ outcome: "admitted" })
    room.tick(stockOf(100), opensAtMs + 1_000)
    expect(room.exchange(second, opensAtMs + 1_000)).toMatchObject({ outcome: "admitted" })
    const [one] = room.passes("")
    expect(one).toMatchObject({ rank: 500.9 })
  })

  test("keeps the order when the bell is moved, and the line's opening once it has come", () => {
    const sale = saleOf({ mode: "first_come" })
    const { room } = stageRoom(sale)
    room.countArrivals({ opensAtMs: waitingOpensAtMs, bySecond: [[10, 3]] })
    expect(room.change({ opensAtMs: opensAtMs + 60_000 }, opensAtMs - 1)).toBe(null)
    room.tick(stockOf(2), opensAtMs + 60_000)
    expect(room.board(opensAtMs + 60_000)).toMatchObject({ joined: 3, mode: "first_come" })
    expect(room.board(opensAtMs + 60_000).frontier).toBeGreaterThan(10_000)

    const wait = (changed: number, nowMs: number) =>
      decideChange(sale, { waitingOpensAtMs: changed }, false, nowMs)
    expect(wait(waitingOpensAtMs + 1, waitingOpensAtMs)).toEqual({ ok: false, refusal: "already_open" })
    expect(wait(waitingOpensAtMs - 5, waitingOpensAtMs - 4)).toEqual({ ok: false, refusal: "invalid_times" })
    expect(wait(waitingOpensAtMs + 1, waitingOpensAtMs - 4)).toMatchObject({ ok: true })
  })
})

test("hazard 23: who came before a bell that is moved nearer is before the new one as well", () => {
  const { room } = stageRoom(saleOf({ mode: "draw" }))
  expect(room.change({ opensAtMs: opensAtMs - 30_000 }, opensAtMs - 40_000)).toBe(null)
  room.countArrivals({ opensAtMs, bySecond: [[-1, 100]] })
  const drawMs = opensAtMs - 30_000 + FLUSH_HORIZON_MS
  room.tick(stockOf(2), drawMs)
  expect(room.board(drawMs)).toMatchObject({ joined: 100, drawnBelow: -0.97 })
})

describe("hazards 23, 25: a draw", () => {
  function drawn(admission: Partial<Admission> = {}) {
    const { room, restarted } = stageRoom(
      saleOf({ mode: "draw", drawFactor: 1.5, turnMinutes: 1, ...admission }),
    )
    room.countArrivals({ opensAtMs, bySecond: [[-1, 100]] })
    const nowMs = opensAtMs + FLUSH_HORIZON_MS
    room.tick(stockOf(2), nowMs)
    return { room, restarted, nowMs }
  }

  test("lets the lowest lots in, and those who came first have no advantage", () => {
    const { room, nowMs } = drawn()
    expect(room.board(nowMs)).toMatchObject({ mode: "draw", drawnBelow: -0.97, frontier: -0.97 })
    expect(room.exchange(ticket(opensAtMs - 59_000, 0.5), nowMs)).toMatchObject({ refusal: "not_your_turn" })
    expect(room.exchange(ticket(opensAtMs - 1, 0.02), nowMs)).toMatchObject({ outcome: "admitted" })
  })

  test("never lets in who came after the bell, however empty it is", () => {
    const { room, nowMs } = drawn()
    const lateMs = nowMs + 1_800_000
    for (let atMs = nowMs; atMs < lateMs; atMs += 10_000) room.tick(stockOf(2), atMs)
    expect(room.board(lateMs).frontier).toBeLessThanOrEqual(0)
    expect(room.exchange(ticket(opensAtMs, 0), lateMs)).toMatchObject({ refusal: "not_your_turn" })
  })

  test("doesn't wait for winners who never come: the next are drawn when their turn has passed", () => {
    const { room, nowMs } = drawn()
    const next = ticket(opensAtMs - 1, 0.045)
    for (let atMs = nowMs; atMs < nowMs + 60_000; atMs += 1_000) room.tick(stockOf(2), atMs)
    expect(room.exchange(next, nowMs + 60_000)).toMatchObject({ refusal: "not_your_turn" })
    for (let atMs = nowMs + 60_000; atMs < nowMs + 63_000; atMs += 1_000) room.tick(stockOf(2), atMs)
    expect(room.exchange(next, nowMs + 63_000)).toMatchObject({ outcome: "admitted" })
  })

  test("is the same draw after a restart, and a pass asked for twice is one", () => {
    const { room, restarted, nowMs } = drawn()
    const first = room.exchange(ticket(opensAtMs - 1, 0.01), nowMs)
    const again = restarted(nowMs + 100)
    expect(again.board(nowMs + 100).drawnBelow).toBe(room.board(nowMs + 100).drawnBelow)
    expect(again.exchange(ticket(opensAtMs - 1, 0.01), nowMs + 100)).toEqual({ ...first, replayed: true })
    again.tick(stockOf(2), nowMs + 1_000)
    expect(again.board(nowMs + 1_000).drawnBelow).toBe(-0.97)
  })

  test("stays a draw: no change makes another mode of it", () => {
    const sale = saleOf({ mode: "draw" })
    const admission = { perMinute: 1, maxActive: 1, passMinutes: 1 }
    expect(() => decideChange(sale, { admission }, false, opensAtMs - 1)).toThrow("stays as it was scheduled")
  })
})
