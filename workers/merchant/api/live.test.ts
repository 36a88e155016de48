import { describe, expect, it } from "vitest"
import type { LaneCounts } from "../../../durable-objects/checkout/contract.ts"
import type { Reconciliation } from "../../../durable-objects/reconciler/contract.ts"
import type { RoomLive, SaleFacts } from "../../../durable-objects/room/contract.ts"
import { liveOf } from "./live.ts"

const facts = { saleId: "s", phase: "open", items: [{ sku: "A", currency: "EUR" }] } as unknown as SaleFacts
const live: RoomLive = {
  joined: 9,
  waiting: 4,
  admitted: 5,
  active: 3,
  standbys: 0,
  takenShare: 1,
  unitsPerPass: 0.5,
  limit: "line_empty",
  frontier: 7,
  pacePerMinute: 60,
  refusals: { not_your_turn: 2 },
}
const lane = (changes: Partial<LaneCounts>): LaneCounts => ({
  parked: 0,
  outboxDepth: 0,
  outboxOldestMs: null,
  webhookLagMs: null,
  byStatus: {},
  revenueCents: 0,
  ...changes,
})
const paymentGate = { state: "closed" as const, paymentsPerMinute: 2_400, retryAtMs: null }
const drift = { kind: "order_parked" as const, subjects: {}, firstSeenMs: 1 }
const reconciliation: Reconciliation = {
  startedAtMs: 800,
  endedAtMs: 900,
  reason: "clock",
  drift: [
    { ...drift, says: "Mended.", mending: "mended" },
    { ...drift, says: "Look at it.", mending: "left" },
  ],
  pending: 0,
  unread: [],
}
const pressure = {
  queueDepth: 0,
  commands: 9,
  commits: 3,
  largestBatch: 4,
  commitMs: 1.5,
  refusals: { sold_out: 2, not_open: 1 },
}
const items = [
  { sku: "A", received: 10, available: 5, held: 2, sold: 3, pressure },
  { sku: "B", received: 4, available: 4, held: 0, sold: 0, pressure },
]

describe("a sale's numbers", () => {
  it("add up over SKUs and checkout lanes, and keep what the room says", () => {
    const lanes = [
      lane({
        byStatus: { confirmed: 2, payment_failed: 1 },
        revenueCents: 500,
        outboxDepth: 1,
        outboxOldestMs: 900,
        webhookLagMs: 300.4,
      }),
      lane({
        byStatus: { shipped: 1, cancelled: 7 },
        revenueCents: 250,
        outboxDepth: 2,
        outboxOldestMs: 400,
      }),
    ]
    expect(
      liveOf({ facts, live, paymentGate, reconciliation, items, lanes, deadLetters: 2, nowMs: 1_000 }),
    ).toEqual({
      ...live,
      refusals: { ...live.refusals, sold_out: 4, sale_not_open: 2 },
      saleId: "s",
      phase: "open",
      nowMs: 1_000,
      available: 9,
      held: 2,
      sold: 3,
      revenueCents: 750,
      currency: "EUR",
      payments: { confirmed: 3, failed: 1, successRate: 0.75 },
      webhookLagMs: 300,
      queueLag: { outboxDepth: 3, oldestMs: 600, deadLetters: 2 },
      paymentGate,
      reconciliation: { endedAtMs: 900, drift: 2, left: 1, says: "Look at it." },
      items,
    })
  })

  it("leave open what nothing is known of yet", () => {
    const quiet = liveOf({
      facts,
      live,
      paymentGate,
      reconciliation: null,
      items,
      lanes: [lane({})],
      deadLetters: null,
      nowMs: 1_000,
    })
    expect(quiet.payments.successRate).toBeNull()
    expect(quiet.webhookLagMs).toBeNull()
    expect(quiet.queueLag).toEqual({ outboxDepth: 0, oldestMs: null, deadLetters: null })
  })
})
