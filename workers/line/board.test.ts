import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import { MemorySql } from "../../durable-objects/memory-sql.ts"
import { Room } from "../../durable-objects/room/room.ts"
import { RoomStore } from "../../durable-objects/room/room-store.ts"
import { background, shopperOf, stageOf as stageWith } from "./stage.ts"
import type { OpenRoom } from "./stage.ts"

/** A real room, on SQLite in memory. */
const openRoom: OpenRoom<Room> = (draw, nowMs) => {
  const sql = new MemorySql()
  const store = new RoomStore(sql)
  store.migrate()
  const scheduled = { ...draw, paused: false, endedAtMs: null, termsVersion: 1 }
  store.saveSale(scheduled)
  return new Room(sql, store, scheduled, nowMs)
}

const stageOf = () => stageWith(openRoom)

/** Requests that wait for one another by looking again need a clock that goes on. */
async function together<T>(work: Promise<T>[]): Promise<T[]> {
  const progress = { done: false }
  const all = Promise.all(work).finally(() => (progress.done = true))
  while (!progress.done) await vi.advanceTimersByTimeAsync(1)
  return all
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_800_000_000_000 })
})
afterEach(async () => {
  await vi.advanceTimersByTimeAsync(30_000)
  await Promise.all(background.splice(0))
  vi.useRealTimers()
})

describe("what a crowd costs the room", () => {
  test("is asked for once at a time: whoever comes while a read is on its way gets the copy at hand", async () => {
    const stage = await stageOf()
    const first = await shopperOf(stage).board()
    const answer = { facts: stage.room.facts(Date.now()), board: stage.room.board(Date.now()) }
    let asked = 0
    const slow = {
      read: () => {
        asked += 1
        return new Promise((resolve) => setTimeout(() => resolve(answer), 900))
      },
    }
    Object.assign(stage.env, { ROOM: { getByName: () => slow } })
    await vi.advanceTimersByTimeAsync(1_001)
    const refreshing = shopperOf(stage).board()
    await vi.advanceTimersByTimeAsync(10)
    const meanwhile = await Promise.all(Array.from({ length: 50 }, () => shopperOf(stage).board()))
    for (const { body } of meanwhile) expect(body).toEqual(first.body)
    await vi.advanceTimersByTimeAsync(1_000)
    await refreshing
    expect(asked).toBe(1)
  })

  test("costs the room one read a second, however many look and for however long", async () => {
    const stage = await stageOf()
    const SECONDS = 20
    for (let step = 0; step < SECONDS * 4; step++) {
      await together(Array.from({ length: 25 }, () => shopperOf(stage).board()))
      await vi.advanceTimersByTimeAsync(250)
    }
    expect(stage.calls.read).toBeLessThanOrEqual(SECONDS)
    expect(stage.calls.read).toBeGreaterThan(SECONDS / 2)
  })
})
