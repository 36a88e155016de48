import { env } from "cloudflare:workers"
import { runInDurableObject } from "cloudflare:test"
import { expect, test } from "vitest"
import { defaultOptions } from "../../waiting-room/rehearsal/options.ts"
import { REHEARSAL_ROOM, REHEARSAL_TURNS_MAX } from "./contract.ts"
import type { RoomApi } from "./contract.ts"

const room = () => env.ROOM.getByName(REHEARSAL_ROOM) as unknown as RoomApi

/** Everything that the object's database has, tables and rows. */
function tables(): Promise<unknown[]> {
  return runInDurableObject(env.ROOM.getByName(REHEARSAL_ROOM), async (_object, state) => {
    expect(await state.storage.getAlarm()).toBe(null)
    return state.storage.sql
      .exec(`SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'`)
      .toArray()
  })
}

test("a rehearsal in the object plays the same sale twice, and leaves nothing behind", async () => {
  const options = { ...defaultOptions(), stock: 500, maxActive: 500, perMinute: 600 }
  const first = await room().rehearse(options)
  expect(await tables()).toEqual([])
  expect(first.verdicts.every(({ ok }) => ok)).toBe(true)
  expect(first.points.at(-1)?.sold).toBe(500)
  expect(await room().rehearse(options)).toEqual(first)
})

test("the largest sale that can be asked for is played small", async () => {
  const largest = { arrivals: 100_000_000, stock: 100_000_000, perMinute: 600_000, maxActive: 1_000_000 }
  const played = await room().rehearse({ ...defaultOptions(), ...largest, passMinutes: 1, minutes: 240 })
  expect(played.scale).toBeGreaterThan(100)
  expect((played.admitted + played.notTaken) / played.scale).toBeLessThan(REHEARSAL_TURNS_MAX * 1.1)
  expect(await tables()).toEqual([])
})
