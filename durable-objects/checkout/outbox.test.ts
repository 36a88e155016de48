import { describe, expect, it } from "vitest"
import { laneName } from "./contract.ts"
import {
  allowanceOf,
  ORDER_QUEUES,
  OUTBOX_BATCH_MAX,
  OUTBOX_PROBE_MS,
  OUTBOX_WINDOW_MAX,
  queueOf,
} from "./outbox.ts"

describe("the queue of a lane", () => {
  it("is always the same, and each queue has its share of them", () => {
    for (const lanes of [8, 64]) {
      const queues = Array.from({ length: lanes }, (_, index) => queueOf(laneName(index)))
      for (const queue of ORDER_QUEUES)
        expect(queues.filter((other) => other === queue)).toHaveLength(lanes / 4)
    }
    expect(queueOf("lane-6")).toBe("ORDERS_2")
  })

  it("is not guessed for a name that is no lane's", () => {
    for (const name of ["", "lane-", "lane--1", "lane-1b", "room-1"])
      expect(() => queueOf(name)).toThrow("no checkout lane")
  })
})

describe("how many orders may be sent", () => {
  const standing = {
    nowMs: 100_000,
    heardAtMs: 99_000,
    isOverdue: false,
    underWay: { orders: 0, overdueAtMs: null },
  }

  it("is a batch while there is room in the window, and what is left of it after that", () => {
    expect(allowanceOf(standing).orders).toBe(OUTBOX_BATCH_MAX)
    const nearlyFull = { orders: OUTBOX_WINDOW_MAX - 3, overdueAtMs: 110_000 }
    expect(allowanceOf({ ...standing, underWay: nearlyFull }).orders).toBe(3)
  })

  it("is none with a full window, until its first answer is overdue", () => {
    const full = { orders: OUTBOX_WINDOW_MAX, overdueAtMs: 110_000 }
    expect(allowanceOf({ ...standing, underWay: full })).toEqual({ orders: 0, againAtMs: 110_000 })
  })

  it("is one where answers are overdue and nothing was heard of lately; what was heard opens it at once", () => {
    const probe = { orders: 1, againAtMs: 100_000 + OUTBOX_PROBE_MS }
    expect(allowanceOf({ ...standing, isOverdue: true, heardAtMs: 85_000 })).toEqual(probe)
    expect(allowanceOf({ ...standing, isOverdue: true, heardAtMs: null })).toEqual(probe)
    expect(allowanceOf({ ...standing, isOverdue: true }).orders).toBe(OUTBOX_BATCH_MAX)
  })
})
