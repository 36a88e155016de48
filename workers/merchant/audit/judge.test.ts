import { describe, expect, it } from "vitest"
import type { RecordedOrder } from "../../../db/sale-orders.ts"
import type { OrderView } from "../../../durable-objects/checkout/contract.ts"
import { sampleLine, sampleOrder } from "../../../durable-objects/checkout/sample-order.ts"
import type { PassRecord } from "../../../durable-objects/room/contract.ts"
import type { HoldRecord, PoolCounts } from "../../../durable-objects/stock/contract.ts"
import type { LaneCounts } from "../../../durable-objects/stock/lease/contract.ts"
import { DIFFERENCES_MAX, judge } from "./judge.ts"
import { SETTLING_MS } from "./ledgers.ts"
import type { Audit, Ledgers, PaymentRecord } from "./ledgers.ts"

const NOW = 1_800_000_000_000
/** Long enough ago for every ledger to know. */
const OLD = NOW - 2 * SETTLING_MS
const SALE = "the-sale"

function hold(changes: Partial<HoldRecord> = {}): HoldRecord {
  const ids = { holdId: "h1", pool: SALE, customer: "c1", orderId: "o1" }
  const units = { quantity: 2, returnedQuantity: 0, unitPriceCents: 500, currency: "EUR" }
  return {
    ...ids,
    ...units,
    state: "sold",
    createdAtMs: OLD - 1_000,
    expiresAtMs: OLD + 1_000,
    endedAtMs: OLD,
    ...changes,
  }
}

function order(changes: Partial<OrderView> = {}): OrderView {
  return sampleOrder({
    history: [{ status: "confirmed", atMs: OLD }],
    saleId: SALE,
    holdExpiresAtMs: OLD,
    createdAtMs: OLD,
    ...changes,
  })
}

function payment(changes: Partial<PaymentRecord> = {}): PaymentRecord {
  const amounts = { amountCents: 1_000, capturedCents: 1_000, refundedCents: 0, currency: "EUR" }
  return { intentId: "pi_1", orderId: "o1", status: "succeeded", ...amounts, ...changes }
}

function recorded(changes: Partial<RecordedOrder> = {}): RecordedOrder {
  const { orderId, status, totalCents, currency, items } = order()
  return {
    orderId,
    status,
    totalCents,
    currency,
    items,
    paymentIntentId: "pi_1",
    createdAtMs: OLD,
    ...changes,
  }
}

function pass(changes: Partial<PassRecord> = {}): PassRecord {
  const times = { issuedAtMs: OLD, expiresAtMs: NOW, endedAtMs: null }
  return { ticketId: "t1", passId: "p1", rank: 1, frontier: 2, cap: 2, ...times, ...changes }
}

const SALE_POOL: PoolCounts = {
  pool: SALE,
  state: "active",
  received: 10,
  available: 8,
  held: 0,
  sold: 2,
  archivedSold: 0,
}
const OPEN: PoolCounts = {
  pool: "open",
  state: "active",
  received: 5,
  available: 5,
  held: 0,
  sold: 0,
  archivedSold: 0,
}

function ledger(
  pool: Partial<PoolCounts> = {},
  holds: HoldRecord[] = [hold()],
  still = true,
): Ledgers["stock"][number] {
  const pools = [OPEN, { ...SALE_POOL, ...pool }]
  return {
    sku: "A",
    lanes: [],
    still,
    holds,
    counts: { received: 15, available: 13, held: 0, sold: 2, version: 9, pools },
  }
}

/** One order, sold, captured and written: every promise kept. */
function ledgers(changes: Partial<Ledgers> = {}): Ledgers {
  const room = { passes: [pass()], servedBefore: 1, servedAfter: 1, frontier: 2, readFromMs: NOW }
  const books = { stock: [ledger()], payments: [payment()], lanes: [order()], postgres: [recorded()], room }
  return { saleId: SALE, nowMs: NOW, ...books, ...changes }
}

function kindsOf(changes: Partial<Ledgers>): string[] {
  return judge(ledgers(changes)).differences.map(({ promise, kind }) => `${promise} ${kind}`)
}

function brokenOf({ promises }: Audit): string[] {
  return Object.entries(promises).flatMap(([promise, { ok }]) => (ok ? [] : [promise]))
}

/** Another hold of one unit beside the order's, sold long ago. */
function sold(changes: Partial<HoldRecord>): Ledgers["stock"] {
  return [ledger({ available: 7, sold: 3 }, [hold(), hold({ holdId: "h2", quantity: 1, ...changes })])]
}

/** Another hold beside the order's, that nobody paid. */
function held(expiresAtMs: number): Ledgers["stock"] {
  const other = hold({ holdId: "h2", state: "held", orderId: null, expiresAtMs, endedAtMs: null })
  return [ledger({ available: 6, held: 2 }, [hold(), other])]
}

/** Another hold beside the order's, whose time ran out at `OLD`. */
function ended(endedAtMs: number): Ledgers["stock"] {
  const other = hold({ holdId: "h2", state: "expired", orderId: null, expiresAtMs: OLD, endedAtMs })
  return [ledger({}, [hold(), other])]
}

function line(passes: PassRecord[], frontier = 9): Partial<Ledgers> {
  return {
    room: { passes, servedBefore: passes.length, servedAfter: passes.length, frontier, readFromMs: NOW },
  }
}

describe("the audit of a sale where all went well", () => {
  it("proves every promise and says what it looked at", () => {
    const audit = judge(ledgers())
    expect(audit.differences).toEqual([])
    expect(brokenOf(audit)).toEqual([])
    expect(Object.values(audit.promises).every(({ checked, says }) => checked > 0 && says.length > 0)).toBe(
      true,
    )
    expect(audit.counts).toEqual({
      skus: 1,
      holds: 1,
      intents: 1,
      captured: 1,
      orders: 1,
      ordersInPostgres: 1,
      passes: 1,
      differences: 0,
      pending: 0,
    })
  })

  it("proves them for a sale where nothing happened", () => {
    const nothing = {
      stock: [],
      payments: [],
      lanes: [],
      postgres: [],
      room: { passes: [], servedBefore: 0, servedAfter: 0, frontier: -1, readFromMs: NOW },
    }
    expect(brokenOf(judge(ledgers(nothing)))).toEqual([])
  })

  it("accepts an order whose units came late, out of the open pool", () => {
    const late = hold({ holdId: "h1!late", pool: "open" })
    const expired = hold({ state: "expired", orderId: "o1", endedAtMs: OLD + 1_000 })
    const stock = ledger({ available: 10, sold: 0 }, [expired, late])
    stock.counts.pools = stock.counts.pools.map((pool) =>
      pool.pool === "open" ? { ...pool, available: 3, sold: 2 } : pool,
    )
    expect(kindsOf({ stock: [stock] })).toEqual([])
  })

  it("accepts an order that was refunded and whose units came back", () => {
    const stock = [ledger({ available: 10, sold: 0 }, [hold({ returnedQuantity: 2 })])]
    const lanes = [order({ status: "refunded" })]
    const postgres = [recorded({ status: "refunded" })]
    expect(kindsOf({ stock, lanes, postgres, payments: [payment({ refundedCents: 1_000 })] })).toEqual([])
  })

  it("accepts orders that never came to a payment", () => {
    const lanes = [
      order(),
      order({ orderId: "o2", status: "cancelled" }),
      order({ orderId: "o3", status: "inventory_reserved" }),
    ]
    const payments = [
      payment(),
      payment({ intentId: "pi_2", orderId: "o2", status: "canceled", capturedCents: 0 }),
    ]
    expect(
      kindsOf({ lanes, payments, postgres: [recorded(), recorded({ orderId: "o2", status: "cancelled" })] }),
    ).toEqual([])
  })
})

describe("P1, never oversold", () => {
  it("names a pool whose counts do not add up", () => {
    const audit = judge(ledgers({ stock: [ledger({ received: 9 })] }))
    expect(audit.differences).toEqual([
      {
        promise: "P1",
        kind: "counts_do_not_add_up",
        subjects: { sku: "A", pool: SALE },
        says: expect.stringContaining("8 available") as string,
      },
    ])
    expect(brokenOf(audit)).toEqual(["P1"])
  })

  it("names a count below zero", () => {
    expect(kindsOf({ stock: [ledger({ available: -1, received: 1 })] })).toEqual(["P1 count_negative"])
  })

  it("names holds that do not make up the counts", () => {
    expect(kindsOf({ stock: [ledger({ available: 7, sold: 3 })] })).toEqual(["P1 holds_do_not_match_counts"])
    const held = hold({ holdId: "h2", state: "held", orderId: null, expiresAtMs: NOW, endedAtMs: null })
    expect(kindsOf({ stock: [ledger({}, [hold(), held])] })).toEqual(["P1 holds_do_not_match_counts"])
  })

  it("does not compare holds with counts that moved meanwhile, and says that they did", () => {
    const audit = judge(ledgers({ stock: [ledger({ available: 7, sold: 3 }, [hold()], false)] }))
    expect(audit.promises.P1.ok).toBe(true)
    expect(audit.counts.pending).toBe(2)
  })
})

describe("P2, never charged twice or for nothing", () => {
  it("names an order with two captured payments", () => {
    expect(kindsOf({ payments: [payment(), payment({ intentId: "pi_2" })] })).toEqual(["P2 captured_twice"])
  })

  it("names a capture of another amount or currency", () => {
    expect(kindsOf({ payments: [payment({ capturedCents: 999 })] })).toEqual(["P2 captured_amount_differs"])
    expect(kindsOf({ payments: [payment({ currency: "USD" })] })).toEqual(["P2 captured_amount_differs"])
  })

  it.each([
    "cancelled",
    "reservation_expired",
    "payment_failed",
    "payment_authorized",
    "inventory_reserved",
  ] as const)("names a capture for an order that is %s", (status) => {
    const changes = {
      lanes: [order({ status })],
      postgres: [recorded({ status })],
      stock: [ledger({ available: 10, sold: 0 }, [])],
    }
    expect(kindsOf(changes)).toContain("P2 captured_but_not_confirmed")
    // The money went back whole: nobody was charged for nothing.
    expect(
      kindsOf({ ...changes, payments: [payment({ refundedCents: 1_000 })] }).filter((kind) =>
        kind.startsWith("P2"),
      ),
    ).toEqual([])
  })

  it("names a capture without any order", () => {
    expect(kindsOf({ payments: [payment(), payment({ intentId: "pi_2", orderId: "o9" })] })).toContain(
      "P2 captured_without_order",
    )
  })

  it("names an order that stands without a capture", () => {
    expect(kindsOf({ payments: [] })).toEqual(["P2 confirmed_but_not_captured"])
    expect(kindsOf({ payments: [payment({ capturedCents: 0, status: "requires_capture" })] })).toEqual([
      "P2 confirmed_but_not_captured",
    ])
  })

  it("waits for what is just being settled", () => {
    const young = [{ status: "payment_authorized" as const, atMs: NOW - 1_000 }]
    const settling = judge(
      ledgers({ lanes: [order({ status: "payment_authorized", history: young })], postgres: [] }),
    )
    expect(settling.promises.P2.ok).toBe(true)
    expect(settling.counts.pending).toBeGreaterThan(0)
    const confirmed = [{ status: "confirmed" as const, atMs: NOW - 1_000 }]
    expect(kindsOf({ payments: [], lanes: [order({ history: confirmed })] })).toEqual([])
  })
})

describe("P3, no paid order is lost", () => {
  it("names a paid order that Postgres does not have", () => {
    expect(kindsOf({ postgres: [] })).toEqual(["P3 order_missing_in_postgres"])
  })

  it("counts it as pending while it is on its way", () => {
    const audit = judge(
      ledgers({ postgres: [], lanes: [order({ history: [{ status: "confirmed", atMs: NOW - 1_000 }] })] }),
    )
    expect(brokenOf(audit)).toEqual([])
    expect(audit.counts.pending).toBe(1)
    expect(audit.promises.P3.says).toContain("on the way")
  })

  it.each([
    ["status", { status: "payment_authorized" }],
    ["total", { totalCents: 1 }],
    ["currency", { currency: "USD" }],
    ["items", { items: [{ sku: "A", quantity: 1, unitPriceCents: 500 }] }],
  ])("names an order that Postgres has with another %s", (_, changes) => {
    expect(kindsOf({ postgres: [recorded(changes)] })).toEqual(["P3 order_differs_in_postgres"])
  })

  it("does not mind the order of an order's lines", () => {
    const items = [...order().items, sampleLine("B", 1, 0)]
    expect(
      kindsOf({ lanes: [order({ items })], postgres: [recorded({ items: items.toReversed() })] }),
    ).toEqual([])
  })

  it("names an order that only Postgres has, once the lanes must know it", () => {
    const stray = recorded({ orderId: "o9", status: "cancelled" })
    expect(kindsOf({ postgres: [recorded(), stray] })).toEqual(["P3 order_only_in_postgres"])
    expect(kindsOf({ postgres: [recorded(), { ...stray, createdAtMs: NOW - 1_000 }] })).toEqual([])
  })

  it("names units that were sold to no paid order", () => {
    expect(kindsOf({ stock: sold({ orderId: null }) })).toEqual(["P3 sold_without_order"])
    expect(kindsOf({ stock: sold({ orderId: "o9" }) })).toEqual(["P3 sold_without_order"])
    const cancelled = [order(), order({ orderId: "o2", status: "cancelled" })]
    expect(kindsOf({ stock: sold({ orderId: "o2" }), lanes: cancelled })).toEqual(["P3 sold_without_order"])
    expect(kindsOf({ stock: sold({ orderId: "o9", endedAtMs: NOW - 1_000 }) })).toEqual([])
  })

  it("names a paid order without its units", () => {
    expect(kindsOf({ stock: [ledger({ available: 10, sold: 0 }, [])] })).toEqual(["P3 order_without_units"])
  })
})

describe("P4, nobody jumps the line", () => {
  it("names a pass that was given before its turn", () => {
    expect(kindsOf(line([pass({ rank: 2, frontier: 2 })]))).toEqual(["P4 admitted_before_turn"])
  })

  it("names a frontier that fell, between passes or since", () => {
    const first = pass({ frontier: 5 })
    const next = pass({ ticketId: "t2", frontier: 4, issuedAtMs: OLD + 1 })
    expect(kindsOf(line([next, first]))).toEqual(["P4 frontier_fell"])
    expect(kindsOf(line([first], 4))).toEqual(["P4 frontier_fell"])
  })

  it("does not order passes of the same millisecond", () => {
    expect(kindsOf(line([pass({ frontier: 5 }), pass({ ticketId: "t2", frontier: 4 })]))).toEqual([])
  })

  it("names more passes than the cap, counting those that had ended as places that were free", () => {
    const passes = ["t1", "t2", "t3"].map((ticketId, i) => pass({ ticketId, issuedAtMs: OLD + i }))
    const withFirst = (changes: Partial<PassRecord>) =>
      passes.map((each) => (each.ticketId === "t1" ? { ...each, ...changes } : each))
    expect(kindsOf(line(passes))).toEqual(["P4 beyond_cap"])
    expect(kindsOf(line(withFirst({ endedAtMs: OLD + 2 })))).toEqual([])
    expect(kindsOf(line(withFirst({ expiresAtMs: OLD + 2 })))).toEqual([])
    expect(kindsOf(line(withFirst({ endedAtMs: OLD + 3 })))).toEqual(["P4 beyond_cap"])
    expect(kindsOf(line(passes.map((each) => ({ ...each, cap: null }))))).toEqual([])
    // What was issued while the passes were read may have taken a place that came free after its page was.
    const read = line(passes)
    expect(kindsOf({ room: { ...read.room, readFromMs: OLD + 2 } as Ledgers["room"] })).toEqual([])
  })

  it("names passes that the board did not count, and counts without passes", () => {
    const room = { passes: [pass()], servedBefore: 1, servedAfter: 1, frontier: 9, readFromMs: NOW }
    expect(kindsOf({ room: { ...room, servedBefore: 0, servedAfter: 0 } })).toEqual(["P4 served_differs"])
    expect(kindsOf({ room: { ...room, servedBefore: 2, servedAfter: 2 } })).toEqual(["P4 served_differs"])
    expect(kindsOf({ room: { ...room, servedBefore: 0, servedAfter: 3 } })).toEqual([])
  })
})

describe("P5, no ghost holds", () => {
  it("allows two seconds and no more", () => {
    expect(kindsOf({ stock: held(NOW - 2_000) })).toEqual([])
    expect(kindsOf({ stock: held(NOW - 2_001) })).toEqual(["P5 hold_outlived_its_time"])
  })

  it("names holds that ended late", () => {
    expect(kindsOf({ stock: ended(OLD + 2_000) })).toEqual([])
    expect(kindsOf({ stock: ended(OLD + 2_001) })).toEqual(["P5 hold_ended_late"])
  })
})

describe("the answer", () => {
  it("lists a bounded number of differences, and counts them all", () => {
    const payments = Array.from({ length: DIFFERENCES_MAX + 5 }, (_, index) =>
      payment({ intentId: `pi_${index}`, orderId: `x${index}`, refundedCents: 0 }),
    )
    const audit = judge(ledgers({ payments: [payment(), ...payments] }))
    expect(audit.differences).toHaveLength(DIFFERENCES_MAX)
    expect(audit.counts.differences).toBeGreaterThan(DIFFERENCES_MAX)
  })

  it("says of every difference what to do", () => {
    const { differences } = judge(
      ledgers({ payments: [], postgres: [], stock: [ledger({ received: 9 }, [])] }),
    )
    expect(differences.length).toBeGreaterThan(2)
    for (const { says } of differences) expect(says.split(/[.;] /).length, says).toBeGreaterThan(1)
  })
})

describe("the audit of a SKU that is spread over lanes", () => {
  const leases = [
    { lane: 0, granted: 5, takenBack: 1 },
    { lane: 2, granted: 3, takenBack: 0 },
  ]
  const books = (changes: Partial<LaneCounts>): LaneCounts => ({
    ...SALE_POOL,
    received: 0,
    available: 0,
    sold: 0,
    accepted: 0,
    returned: 0,
    version: 1,
    ...changes,
  })
  const sound = [
    { lane: 0, books: books({ accepted: 5, returned: 1, received: 4, available: 2, sold: 2 }) },
    { lane: 2, books: books({ accepted: 2, received: 2, available: 2 }) },
  ]
  const spread = (lanes = sound, pool: Partial<PoolCounts> = {}): Ledgers["stock"] => [
    { ...ledger({ unleased: 3, leases, ...pool }), lanes },
  ]

  it("finds nothing when every unit is unleased, with a lane, or under way", () => {
    expect(kindsOf({ stock: spread() })).toEqual([])
  })

  it("trusts the lanes' own books, not what the root was told a moment ago", () => {
    expect(kindsOf({ stock: spread(sound, { available: 10, sold: 0 }) })).toEqual([])
  })

  it("finds units that the root made", () => {
    expect(kindsOf({ stock: spread(sound, { unleased: 4 }) })).toEqual(["P1 leases_do_not_add_up"])
  })

  it.each([
    [
      "a lane that accepted more than it was granted",
      { accepted: 6, returned: 1, received: 5, available: 3, sold: 2 },
    ],
    [
      "a lane that forgot what it gave back",
      { accepted: 5, returned: 0, received: 5, available: 3, sold: 2 },
    ],
    ["a lane that lost a unit", { accepted: 5, returned: 1, received: 3, available: 1, sold: 2 }],
  ])("finds %s", (_, changes) => {
    const lanes = [{ lane: 0, books: books(changes) }, ...sound.slice(1)]
    expect(kindsOf({ stock: spread(lanes) })).toEqual(["P1 lane_differs_from_root"])
  })

  it("finds a lane whose holds say something else than its counts", () => {
    const lanes = [
      { lane: 0, books: books({ accepted: 5, returned: 1, received: 4, available: 1, sold: 3 }) },
      ...sound.slice(1),
    ]
    expect(kindsOf({ stock: spread(lanes) })).toEqual(["P1 holds_do_not_match_counts"])
  })
})
