import { env } from "cloudflare:workers"
import { evictDurableObject, runInDurableObject } from "cloudflare:test"
import { describe, expect, test } from "vitest"
import { encodeBase64Url } from "../../waiting-room/base64url.ts"
import { bytesOfHex, hexOf, sha256 } from "../../waiting-room/sha256.ts"
import {
  packTicketId,
  packTicketIds,
  rootFromProof,
  sortTicketIds,
  TicketTree,
} from "../../waiting-room/ticket-tree.ts"
import { arrivalShardName, GATHER_IDS_MAX, TICKET_PAGE_MAX } from "./contract.ts"
import type { ArrivalShardApi } from "./contract.ts"

let count = 0

function newShard() {
  const name = arrivalShardName(`sale-${++count}`, 3)
  const shard = () => env.ARRIVALS.getByName(name) as unknown as ArrivalShardApi
  return { shard, evict: () => evictDurableObject(env.ARRIVALS.getByName(name)), name }
}

const idsOf = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => encodeBase64Url(sha256(`t${from + i}`).subarray(0, 16)))

const rootOf = (ids: string[]) => hexOf(new TicketTree(sortTicketIds(packTicketIds(ids))).root)

describe("an arrival shard", () => {
  test("seals what was gathered, each id once, and takes no more", async () => {
    const { shard } = newShard()
    expect(await shard().gather(packTicketIds(idsOf(0, 50)), 0)).toBe("taken")
    expect(await shard().gather(packTicketIds(idsOf(40, 70)), 0)).toBe("taken")
    const sealed = await shard().seal(0)
    expect(sealed).toEqual({ root: rootOf(idsOf(0, 70)), count: 70 })
    expect(await shard().gather(packTicketIds(idsOf(70, 80)), 0)).toBe("late")
    expect(await shard().seal(0)).toEqual(sealed)
    expect(await shard().tickets("")).toHaveLength(70)
  })

  test("proves what it sealed, and nothing else, also after an eviction", async () => {
    const { shard, evict } = newShard()
    await shard().gather(packTicketIds(idsOf(0, 33)), 0)
    expect(await shard().proof(idsOf(0, 1)[0] ?? "")).toBe(null)
    expect(await shard().tickets("")).toEqual([])
    const { root, count } = await shard().seal(0)
    await evict()
    for (const ticketId of idsOf(0, 33)) {
      const proof = await shard().proof(ticketId)
      const path = (proof?.path ?? []).map((hash) => bytesOfHex(hash) ?? new Uint8Array())
      const leaf = packTicketId(ticketId) ?? new Uint8Array()
      expect(hexOf(rootFromProof(leaf, { index: proof?.index ?? -1, path }, count) ?? leaf)).toBe(root)
    }
    for (const stranger of [...idsOf(33, 36), "", "nope", "x".repeat(500)])
      expect(await shard().proof(stranger)).toBe(null)
  })

  test("loses nothing by an eviction, before the sealing and after", async () => {
    const { shard, evict } = newShard()
    await shard().gather(packTicketIds(idsOf(0, 10)), 0)
    await evict()
    await shard().gather(packTicketIds(idsOf(10, 20)), 0)
    const sealed = await shard().seal(0)
    await evict()
    expect(await shard().seal(0)).toEqual(sealed)
    expect(sealed.count).toBe(20)
    expect(await shard().gather(packTicketIds(idsOf(20, 21)), 0)).toBe("late")
  })

  test("a bell that was moved opens it again, with all that it had", async () => {
    const { shard } = newShard()
    await shard().gather(packTicketIds(idsOf(0, 10)), 0)
    await shard().seal(0)
    expect(await shard().gather(packTicketIds(idsOf(10, 12)), 1)).toBe("taken")
    expect(await shard().proof(idsOf(0, 1)[0] ?? "")).toBe(null)
    expect(await shard().seal(1)).toEqual({ root: rootOf(idsOf(0, 12)), count: 12 })
    // An edge that has not heard of it yet.
    expect(await shard().gather(packTicketIds(idsOf(12, 13)), 0)).toBe("late")
    expect((await shard().seal(2)).count).toBe(12)
  })

  test("gives its list in pages, each id once and in order", async () => {
    const { shard } = newShard()
    const ids = idsOf(0, TICKET_PAGE_MAX + 5)
    await shard().gather(packTicketIds(ids), 0)
    await shard().seal(0)
    const first = await shard().tickets("")
    expect(first).toHaveLength(TICKET_PAGE_MAX)
    const second = await shard().tickets(first.at(-1) ?? "")
    expect(second).toHaveLength(5)
    expect(rootOf([...first, ...second])).toBe(rootOf(ids))
    expect(await shard().tickets(second.at(-1) ?? "")).toEqual([])
  })

  test("an empty one seals the tree of nothing, and asking one that never was leaves no trace", async () => {
    const { shard, name } = newShard()
    expect(await shard().proof(idsOf(0, 1)[0] ?? "")).toBe(null)
    await runInDurableObject(env.ARRIVALS.getByName(name), async (_object, state) => {
      expect(
        state.storage.sql
          .exec(`SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'`)
          .toArray(),
      ).toEqual([])
    })
    expect(await shard().seal(0)).toEqual({ root: rootOf([]), count: 0 })
  })

  test("a flush that is too long, or no list of ids, is refused", async () => {
    const { name } = newShard()
    await runInDurableObject(env.ARRIVALS.getByName(name), async (shard) => {
      for (const bytes of [0, 15, 17, (GATHER_IDS_MAX + 1) * 16])
        await expect(shard.gather(new Uint8Array(bytes), 0)).rejects.toThrow("A flush has")
    })
  })
})
