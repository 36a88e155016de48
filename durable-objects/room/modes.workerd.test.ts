import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test"
import { describe, expect, test } from "vitest"
import { drawCommitmentOf, earlySecretOf, lotOf } from "../../waiting-room/rank.ts"
import { scheduleSale, ticketOf } from "../../tests/workerd/scheduled-sale.ts"
import type { Sale } from "./contract.ts"

/** The modes of a sale in the object itself: its secrets, its alarm, its evictions, its pools. */

const ADMISSION = { perMinute: 6_000, maxActive: 100, passMinutes: 5 }

const scheduled = (change: Partial<Sale> = {}) =>
  scheduleSale("MODE", { admission: ADMISSION, ...change }, { units: 4 })

describe("a draw in the room object", () => {
  test("lets in exactly those whose lot, by the published secret, is below what was drawn", async () => {
    const { sale, stub, room } = await scheduled({
      admission: { ...ADMISSION, mode: "draw", drawFactor: 2.5 },
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
