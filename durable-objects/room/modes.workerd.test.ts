import { env } from "cloudflare:workers"
import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test"
import { describe, expect, test } from "vitest"
import { drawCommitmentOf, earlySecretOf, lotOf } from "../../waiting-room/rank.ts"
import { poolTermsOf } from "./contract.ts"
import type { RoomApi, Sale } from "./contract.ts"

/** The modes of a sale in the object itself: its secrets, its alarm, its evictions, its pools. */

let saleCount = 0

async function scheduled(change: Partial<Sale> = {}) {
  saleCount += 1
  const saleId = `20000000-0000-4000-8000-${String(saleCount).padStart(12, "0")}`
  const sku = `MODE-${saleCount}`
  const nowMs = Date.now()
  const sale: Sale = {
    saleId,
    slug: `modes-${saleCount}`,
    title: "Mugs",
    waitingOpensAtMs: nowMs - 20_000,
    opensAtMs: nowMs - 10_000,
    closesAtMs: nowMs + 3_600_000,
    items: [
      {
        sku,
        productSlug: "mug",
        title: "Mug",
        image: null,
        allotment: 4,
        salePriceCents: 900,
        priceCents: 1_800,
        currency: "EUR",
        perCustomerLimit: 5,
      },
    ],
    admission: { perMinute: 6_000, maxActive: 100, passMinutes: 5 },
    holdSeconds: 60,
    ...change,
  }
  const stock = env.STOCK.getByName(sku)
  const [item] = sale.items
  if (!item) throw new Error("a sale has items")
  await stock.setOpenTerms({ ...poolTermsOf(sale, item), opensAtMs: null, closesAtMs: null })
  await stock.receive({ id: "first", delta: 9, reason: "test" })
  await stock.allot({ id: saleId, saleId, units: item.allotment, terms: poolTermsOf(sale, item) })
  const stub = env.ROOM.getByName(saleId)
  await stub.schedule(sale)
  const room = () => env.ROOM.getByName(saleId) as unknown as RoomApi
  return { sale, stub, stock, room }
}

const ticketOf = (sale: Sale, ticketId: string, invited = false) => ({
  ticketId,
  subject: `s-${ticketId}`,
  arrivedAtMs: sale.opensAtMs - 5_000,
  invited,
})

describe("a draw in the room object", () => {
  test("lets in exactly those whose lot, by the published secret, is below what was drawn", async () => {
    const { sale, stub, room } = await scheduled({
      admission: { perMinute: 6_000, maxActive: 100, passMinutes: 5, mode: "draw", drawFactor: 2.5 },
    })
    await room().countArrivals({ opensAtMs: sale.opensAtMs, bySecond: [[-1, 40]] })
    await runDurableObjectAlarm(stub)
    const { board } = (await room().read()) ?? {}
    expect(board).toMatchObject({ mode: "draw", drawnBelow: -0.75, frontier: -0.75 })
    await evictDurableObject(stub)
    const tickets = Array.from({ length: 40 }, (_, i) => `t${i}`)
    const admitted: string[] = []
    for (const ticketId of tickets) {
      const { outcome } = await room().exchange(ticketOf(sale, ticketId))
      if (outcome === "admitted") admitted.push(ticketId)
    }
    const lots = await Promise.all(tickets.map((ticketId) => lotOf(board?.drawSecret ?? "", ticketId)))
    expect(admitted).toEqual(tickets.filter((_, i) => (lots[i] ?? 1) - 1 < -0.75))
  })
})

describe("early access in the room object", () => {
  test("opens gate and pool to those who were invited, and tells nothing of the draw's secret", async () => {
    const nowMs = Date.now()
    const { sale, stub, stock, room } = await scheduled({
      waitingOpensAtMs: nowMs + 50_000,
      opensAtMs: nowMs + 60_000,
      earlyAccess: { opensAtMs: nowMs - 1_000 },
    })
    await room().countArrivals({ opensAtMs: sale.opensAtMs, bySecond: [[-1, 40]], invited: 3 })
    await runDurableObjectAlarm(stub)
    const read = await room().read()
    expect(read?.board).toMatchObject({ phase: "scheduled", frontier: -1, joined: 43 })
    expect(JSON.stringify(read)).not.toContain("drawSecret")
    await evictDurableObject(stub)
    expect(await room().exchange(ticketOf(sale, "plain"))).toMatchObject({ refusal: "not_your_turn" })
    expect(await room().exchange(ticketOf(sale, "guest", true))).toMatchObject({ outcome: "admitted" })
    const [record] = await room().passes("")
    expect(record?.rank).toBe((await lotOf(read?.board.earlyAccess?.secret ?? "", "guest")) - 2)
    const hold = { holdId: "h1", pool: sale.saleId, customer: "c1", quantity: 1 }
    expect((await stock.hold(hold)).outcome).toBe("held")
  })

  test("hazard 24: another session with the same invitation is refused once the first has entered", async () => {
    const nowMs = Date.now()
    const { sale, stub, room } = await scheduled({
      opensAtMs: nowMs + 60_000,
      earlyAccess: { opensAtMs: nowMs - 1_000 },
    })
    await runDurableObjectAlarm(stub)
    expect(await room().exchange(ticketOf(sale, "guest", true))).toMatchObject({ outcome: "admitted" })
    await evictDurableObject(stub)
    const copied = { ...ticketOf(sale, "guest", true), subject: "thief" }
    expect(await room().exchange(copied)).toMatchObject({ outcome: "refused", refusal: "ticket_invalid" })
  })

  test("draws with a secret that the commitment covers", async () => {
    const nowMs = Date.now()
    const { room } = await scheduled({ earlyAccess: { opensAtMs: nowMs - 30_000 } })
    const { board } = (await room().read()) ?? {}
    expect(await drawCommitmentOf(board?.drawSecret ?? "")).toBe(board?.drawCommitment)
    expect(await earlySecretOf(board?.drawSecret ?? "")).toBe(board?.earlyAccess?.secret)
  })
})
