import { describe, expect, test } from "vitest"
import { GATHER_IDS_MAX } from "../../durable-objects/arrivals/contract.ts"
import { ARRIVAL_SHARDS } from "../../waiting-room/draw.ts"
import { encodeBase64Url } from "../../waiting-room/base64url.ts"
import { sha256 } from "../../waiting-room/sha256.ts"
import type { Env } from "../environment.ts"
import { GatheredIds, IDS_KEPT_MAX, tellShard } from "./gathered-ids.ts"

const idOf = (i: number) => encodeBase64Url(sha256(`t${i}`).subarray(0, 16))

/** Shards that write down which of them was called with how many bytes. */
function shards(away = false) {
  const calls: { name: string; bytes: number; generation: number }[] = []
  const env = {
    ARRIVALS: {
      getByName: (name: string) => ({
        async gather(ids: Uint8Array, generation: number) {
          calls.push({ name, bytes: ids.length, generation })
          if (away) throw new Error("network connection lost")
          return "taken"
        },
      }),
    },
  } as unknown as Env
  return { calls, env }
}

describe("gathered ids", () => {
  test("P8: ten thousand shoppers of one isolate make one call, to one shard, 16 bytes each", async () => {
    const gathered = new GatheredIds()
    const { calls, env } = shards()
    for (let i = 0; i < 10_000; i++) gathered.add("sale-1", 2, idOf(i))
    for (const batch of gathered.take()) expect(await tellShard(env, gathered, batch)).toBe(true)
    expect(calls).toMatchObject([{ bytes: 160_000, generation: 2 }])
    const [, shard] = calls[0]?.name.split(":") ?? []
    expect(Number(shard)).toBeLessThan(ARRIVAL_SHARDS)
    expect(gathered.take()).toEqual([])
  })

  test("a shard that is away loses none: they go with the next flush", async () => {
    const gathered = new GatheredIds()
    const { env } = shards(true)
    gathered.add("sale-1", 0, idOf(1))
    gathered.add("sale-2", 0, idOf(2))
    for (const batch of gathered.take()) expect(await tellShard(env, gathered, batch)).toBe(false)
    expect(gathered.take()).toEqual([
      { saleId: "sale-1", generation: 0, ticketIds: [idOf(1)] },
      { saleId: "sale-2", generation: 0, ticketIds: [idOf(2)] },
    ])
  })

  test("memory and calls are bounded, and ids of another bell go apart", () => {
    const gathered = new GatheredIds()
    for (let i = 0; i < IDS_KEPT_MAX + 10; i++) gathered.add("sale-1", 0, "x")
    gathered.add("sale-1", 1, "y")
    let taken = 0
    for (let batches = gathered.take(); batches.length > 0; batches = gathered.take()) {
      for (const { ticketIds, generation } of batches) {
        expect(generation).toBe(0)
        expect(ticketIds.length).toBeLessThanOrEqual(GATHER_IDS_MAX)
        taken += ticketIds.length
      }
    }
    expect(taken).toBe(IDS_KEPT_MAX)
    gathered.add("sale-1", 0, "a")
    gathered.add("sale-1", 1, "b")
    expect(gathered.take()).toHaveLength(2)
  })
})
