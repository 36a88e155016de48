import { env } from "cloudflare:workers"
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test"
import { describe, expect, test, vi } from "vitest"
import { seedOf } from "../../waiting-room/draw.ts"
import { drawCommitmentOf, lotOf } from "../../waiting-room/rank.ts"
import { sha256 } from "../../waiting-room/sha256.ts"
import { arrivalShardName } from "../arrivals/contract.ts"
import { Ledgers } from "../stock/ledgers.ts"
import { scheduleSale, ticketOf } from "../../tests/workerd/scheduled-sale.ts"
import type { Sale } from "./contract.ts"

/** What only the platform can show of the room: its alarm, evictions, and its talk with the stock objects. */

/** Until a fact is there, not how long it may take. */
const WAIT = { timeout: 20_000, interval: 100 }

const scheduled = (change: Partial<Sale> = {}, shape: { lanes?: number; units?: number } = {}) =>
  scheduleSale("MUG", change, shape)

describe("the room object", () => {
  test("is nothing until a sale is scheduled: asking for it leaves no trace", async () => {
    const stub = env.ROOM.getByName("guessed")
    expect(await stub.read()).toBe(null)
    await runInDurableObject(stub, async (_object, state) => {
      expect(
        state.storage.sql
          .exec(`SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'`)
          .toArray(),
      ).toEqual([])
      expect(await state.storage.getAlarm()).toBe(null)
    })
  })

  test("keeps the draw's secret before the bell, publishes it after, and scheduling twice draws once", async () => {
    const nowMs = Date.now()
    const { sale, room } = await scheduled({ waitingOpensAtMs: nowMs + 50_000, opensAtMs: nowMs + 60_000 })
    const before = await room().read()
    expect(JSON.stringify(before)).not.toContain("drawSecret")
    expect((await room().schedule(sale)).drawCommitment).toBe(before?.facts.drawCommitment)
    const open = await scheduled()
    const after = await open.room().read()
    expect(await drawCommitmentOf(after?.board.drawSecret ?? "")).toBe(after?.board.drawCommitment)
  })

  test("wakes for the waiting, then lets people in by alarm, and a lost alarm is set again", async () => {
    const { sale, stub, room } = await scheduled()
    await room().countArrivals({ opensAtMs: sale.opensAtMs, bySecond: [[-1, 2]] })
    await evictDurableObject(stub)
    await room().read()
    await runInDurableObject(stub, async (_object, state) =>
      expect(await state.storage.getAlarm()).not.toBe(null),
    )
    await runDurableObjectAlarm(stub)
    expect((await room().read())?.board).toMatchObject({ phase: "open", joined: 2 })
    expect((await room().read())?.board.frontier).toBeGreaterThan(-1)
  })

  test("hazard 23: an eviction loses no pass, no arrival and no ground", async () => {
    const { sale, stub, room } = await scheduled()
    await room().countArrivals({ opensAtMs: sale.opensAtMs, bySecond: [[-1, 2]] })
    await runDurableObjectAlarm(stub)
    const first = await room().exchange(ticketOf(sale, "t1"))
    expect(first).toMatchObject({ outcome: "admitted", replayed: false })
    const [record] = await room().passes("")
    const lot = await lotOf((await room().read())?.board.drawSecret ?? "", "t1")
    expect(record?.rank).toBe(lot - 1)
    await evictDurableObject(stub)
    expect(await room().exchange(ticketOf(sale, "t1"))).toEqual({ ...first, replayed: true })
    expect(await room().live()).toMatchObject({ joined: 2, admitted: 1, active: 1 })
  })

  test("hazard 23: an eviction while the sale runs stops the line for seconds, and never takes it back", async () => {
    const admission = { perMinute: 600, maxActive: 1_000, passMinutes: 5 }
    const { sale, stub, room } = await scheduled({ admission }, { units: 1_000 })
    await room().countArrivals({ opensAtMs: sale.opensAtMs, bySecond: [[-1, 1_000]] })
    const frontierNow = async () => (await room().read())?.board.frontier ?? -Infinity
    const { drawSecret = "" } = (await room().read())?.board ?? {}
    const ranked = await Promise.all(
      Array.from({ length: 200 }, async (_, i) => ({
        ticket: ticketOf(sale, `t${i}`),
        lot: await lotOf(drawSecret, `t${i}`),
      })),
    )
    const inOrder = ranked.toSorted((a, b) => a.lot - b.lot).map(({ ticket }) => ticket)
    let admitted = 0
    let frontier = -1
    for (let round = 0; round < 3; round++) {
      // The room's own clock moves it: nobody runs its alarm here.
      await vi.waitFor(async () => expect(await frontierNow()).toBeGreaterThan(frontier), { timeout: 5_000 })
      frontier = await frontierNow()
      await vi.waitFor(
        async () => {
          const next = inOrder[admitted]
          if (!next) throw new Error("the crowd is too small")
          expect(await room().exchange(next)).toMatchObject({ outcome: "admitted" })
        },
        { timeout: 5_000 },
      )
      admitted += 1
      await evictDurableObject(stub)
      expect(await frontierNow()).toBeGreaterThanOrEqual(frontier)
      expect(await room().live()).toMatchObject({ joined: 1_000, admitted, active: admitted })
      for (const ticket of inOrder.slice(0, admitted))
        expect(await room().exchange(ticket)).toMatchObject({ outcome: "admitted", replayed: true })
    }
  })

  test("a place comes free when its holder has bought, and stays free over an eviction", async () => {
    const { sale, sku, stub, stock, room } = await scheduled()
    await room().countArrivals({ opensAtMs: sale.opensAtMs, bySecond: [[-1, 2]] })
    await runDurableObjectAlarm(stub)
    for (const id of ["t1", "t2"])
      expect(await room().exchange(ticketOf(sale, id))).toMatchObject({ outcome: "admitted" })
    const leave = { subject: "s-t1", atMs: Date.now() + 1, units: 1, end: "bought" } as const
    // One hold of theirs still runs, so they stay.
    await stock.hold({ holdId: `${sku}-h`, pool: sale.saleId, customer: "s-t1", quantity: 1 })
    await room().leave(leave)
    expect((await room().live()).active).toBe(2)
    await stock.release(`${sku}-h`, "s-t1")
    for (const _ of [1, 2]) await room().leave(leave)
    expect(await room().live()).toMatchObject({ active: 1, admitted: 2 })
    await evictDurableObject(stub)
    expect(await room().live()).toMatchObject({ active: 1, admitted: 2 })
    await env.ROOM.getByName("nobody's").leave(leave)
  })

  test("a customer of a sale with lanes is asked for in their own lane", async () => {
    const { sale, room, stub } = await scheduled({}, { lanes: 4 })
    const [item] = sale.items
    const ledgers = new Ledgers(env)
    await runDurableObjectAlarm(stub)
    expect(await room().exchange(ticketOf(sale, "t1"))).toMatchObject({ outcome: "admitted" })
    const lane = ledgers.getByName(await ledgers.ledgerOf(item?.sku ?? "", sale.saleId, "s-t1"))
    const held = await lane.hold({ holdId: "h", pool: sale.saleId, customer: "s-t1", quantity: 1 })
    expect(held).toMatchObject({ outcome: "held" })
    const leave = { subject: "s-t1", atMs: Date.now() + 1, units: 1, end: "given_back" } as const
    await room().leave(leave)
    expect((await room().live()).active).toBe(1)
    await lane.release("h", "s-t1")
    await room().leave(leave)
    expect((await room().live()).active).toBe(0)
  })

  test("P4: never more live passes than the cap, however many ask at once", async () => {
    const { sale, stub, room } = await scheduled()
    await runDurableObjectAlarm(stub)
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, (_, i) => room().exchange(ticketOf(sale, `t${i}`))),
    )
    expect(outcomes.filter(({ outcome }) => outcome === "admitted")).toHaveLength(2)
    expect((await room().live()).active).toBe(2)
  })

  test("pauses, resumes and ends its pools, and gives what was not sold back", async () => {
    const { sale, stub, stock, room, pool } = await scheduled()
    expect(await room().pause()).toMatchObject({ outcome: "ok", facts: { phase: "paused" } })
    expect((await pool())?.state).toBe("paused")
    expect(await room().exchange(ticketOf(sale, "t1"))).toMatchObject({ refusal: "not_your_turn" })
    expect(await room().resume()).toMatchObject({ outcome: "ok", facts: { phase: "open" } })
    expect((await pool())?.state).toBe("active")
    expect(await room().end()).toMatchObject({ outcome: "ok", facts: { phase: "ended" } })
    expect(await pool()).toMatchObject({ state: "closed", available: 0 })
    expect(await stock.counts()).toMatchObject({ available: 9 })
    expect(await room().pause()).toEqual({ outcome: "refused", refusal: "sale_over" })
    expect(await room().end()).toMatchObject({ outcome: "ok" })
    await runDurableObjectAlarm(stub)
    await runInDurableObject(stub, async (_object, state) =>
      expect(await state.storage.getAlarm()).toBe(null),
    )
  })

  test("replenishes once for each id, from the open pool and no further", async () => {
    const { sku, room, pool } = await scheduled()
    for (let i = 0; i < 2; i++) {
      const outcome = await room().replenish({ id: `r-${sku}`, sku, units: 3 })
      expect(outcome).toMatchObject({ outcome: "ok", facts: { items: [{ allotment: 8 }] } })
    }
    expect(await pool()).toMatchObject({ received: 8 })
    expect(await room().replenish({ id: "r2", sku, units: 2 })).toMatchObject({
      refusal: "insufficient_stock",
    })
    expect(await room().replenish({ id: "r3", sku: "OTHER", units: 2 })).toMatchObject({
      refusal: "not_found",
    })
  })

  test("hazard 26: hears that the last unit is held, and sold, and back", async () => {
    const { sale, stub, stock, room } = await scheduled()
    const hold = await stock.hold({ holdId: "h1", pool: sale.saleId, customer: "c1", quantity: 5 })
    expect(hold.outcome).toBe("held")
    await runDurableObjectAlarm(stub)
    expect((await room().read())?.board.phase).toBe("sold_out_pending")
    await stock.claim("h1", "c1", "o1")
    await stock.sell("h1", "o1")
    await runDurableObjectAlarm(stub)
    expect((await room().read())?.board.phase).toBe("sold_out")
    await stock.returnUnits("h1", "o1")
    await runDurableObjectAlarm(stub)
    expect((await room().read())?.board.phase).toBe("open")
  })

  test("seals the tickets that its shards gathered, and draws without a beacon that is away", async () => {
    const opensAtMs = Date.now() + 10_400
    const { sale, stub, room } = await scheduled({ opensAtMs })
    const ids = ["first", "second", "third"].map((name) => sha256(name).subarray(0, 16))
    const shard = (index: number) => env.ARRIVALS.getByName(arrivalShardName(sale.saleId, index))
    await shard(2).gather(ids[0] ?? new Uint8Array(), 0)
    await shard(5).gather(new Uint8Array([...(ids[1] ?? []), ...(ids[2] ?? [])]), 0)
    const drawNow = async () => {
      await runDurableObjectAlarm(stub)
      return (await room().read())?.facts.draw
    }
    expect(await drawNow()).toMatchObject({ phase: "gathering" })
    await vi.waitFor(async () => expect(await drawNow()).toMatchObject({ phase: "sealed" }), WAIT)
    const sealed = await drawNow()
    expect(sealed).toMatchObject({ tickets: { count: 3 }, beacon: { chainHash: "0".repeat(64) } })
    expect(sealed?.tickets?.shards.map(({ count }) => count).join("")).toBe("0010020000000000")
    await evictDurableObject(stub)
    expect(await drawNow()).toEqual(sealed)

    // The bell rang ten seconds ago, and nobody answered at the beacon's address.
    const rung = { ...sale, opensAtMs: Date.now() - 11_000 }
    await runInDurableObject(stub, async (_object, state) => {
      state.storage.sql.exec(`UPDATE sale SET sale = ?`, JSON.stringify(rung))
    })
    await evictDurableObject(stub)
    const drawn = await drawNow()
    expect(drawn).toMatchObject({ phase: "drawn", beaconAnswer: null })
    const { board } = (await room().read()) ?? {}
    expect(board).toMatchObject({ phase: "open", drawSeed: drawn?.lotKey })
    expect(drawn?.lotKey).toBe(seedOf(board?.drawSecret ?? "", sealed?.tickets?.root ?? "", null))
    await vi.waitFor(async () => {
      await runDurableObjectAlarm(stub)
      expect(await room().exchange(ticketOf(rung, "t1"))).toMatchObject({ outcome: "admitted" })
    }, WAIT)
    const [record] = await room().passes("")
    expect(record?.rank).toBe((await lotOf(drawn?.lotKey ?? "", "t1")) - 1)
  })

  test("new terms reach the pools while the sale is open", async () => {
    const { sale, room, stock } = await scheduled()
    const closesAtMs = sale.closesAtMs + 60_000
    expect(await room().change({ closesAtMs })).toMatchObject({ outcome: "ok", facts: { closesAtMs } })
    expect(await room().change({ opensAtMs: Date.now() + 5_000 })).toEqual({
      outcome: "refused",
      refusal: "already_open",
    })
    expect((await stock.hold({ holdId: "h1", pool: sale.saleId, customer: "c1", quantity: 1 })).outcome).toBe(
      "held",
    )
  })
})
