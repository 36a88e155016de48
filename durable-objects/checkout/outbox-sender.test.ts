import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { OutboxSender } from "./outbox-sender.ts"
import {
  OUTBOX_BATCH_MAX,
  OUTBOX_PROBE_MS,
  OUTBOX_RESEND_MAX_MS,
  OUTBOX_WINDOW_MAX,
  resendAfterMs,
} from "./outbox.ts"
import { chanceFrom } from "../../waiting-room/chance.ts"
import { arrivals, NO_FAULTS, STEP_MS, Way } from "./simulated-way.ts"

describe("an order that is not acknowledged", () => {
  it("is sent again after 15 s, then ever more rarely, and never more rarely than once a minute", () => {
    expect([0, 1, 2, 3, 50, 5_000].map(resendAfterMs)).toEqual([
      15_000, 30_000, 60_000, 60_000, 60_000, 60_000,
    ])
  })

  it("does not keep others from being sent", async () => {
    const way = new Way()
    const stuck = way.addOrder()
    const acknowledge = way.sender.acknowledge.bind(way.sender)
    way.sender.acknowledge = (versions) => acknowledge(versions.filter(({ orderId }) => orderId !== stuck))
    await way.pass(60_000, arrivals(way, 1))
    expect(way.waiting).toBeLessThanOrEqual(2)
    expect(way.written.size).toBeGreaterThan(55)
  })

  it("keeps a new order in a quiet shop waiting for no longer than a probe's interval", async () => {
    const way = new Way({ ...NO_FAULTS, lose: 1 }, () => 0)
    way.addOrder()
    await way.pass(600_000)
    expect(way.sentMessages).toBeLessThanOrEqual(2 + 600_000 / OUTBOX_RESEND_MAX_MS)
    const late = way.addOrder()
    await way.pass(OUTBOX_PROBE_MS + 2 * STEP_MS)
    expect(way.sentIds).toContain(late)
  })
})

describe("hazard 21", () => {
  it("an acknowledgement that overtakes the lane's own note of having sent leaves nothing to send", async () => {
    const way = new Way()
    const orderId = way.addOrder()
    // The consumer is done before the queue has even answered the lane.
    const sender = new OutboxSender({
      outbox: way.outbox,
      transaction: (closure) => closure(),
      send: async () => sender.acknowledge([{ orderId, version: 2 }]),
      lane: () => "lane-0",
      now: () => way.nowMs,
    })
    await sender.send()
    expect(sender.nextMs()).toBeNull()
    expect(way.waiting).toBe(0)
  })

  it("a version that is written while the one before it is on its way is not taken for sent", async () => {
    const way = new Way()
    const orderId = way.addOrder()
    const sent: number[] = []
    const sender: OutboxSender = new OutboxSender({
      outbox: way.outbox,
      transaction: (closure) => closure(),
      send: async (messages) => {
        sent.push(...messages.flatMap(({ snapshots }) => snapshots.map(({ order }) => order.version)))
        if (sent.length === 1)
          way.book.change(orderId, { intentId: "pi_1", payment: "requires_payment" }, way.nowMs)
        await Promise.resolve()
      },
      lane: () => "lane-0",
      now: () => way.nowMs,
    })
    await sender.send()
    sender.acknowledge([{ orderId, version: 2 }])
    way.nowMs += 1_000
    await sender.send()
    expect(sent).toEqual([2, 3])
    expect(way.waiting).toBe(1)
  })
})

describe("with Postgres away for ten minutes of a running sale", () => {
  /** 290 orders a second over the eight lanes of one machine. */
  const PER_SECOND = 290 / 8
  /** What a lane gets of a writer that takes 4,000 orders a second. */
  const WRITES_PER_SECOND = 500

  it("the queue holds a window of orders and single probes; all land within a minute of its return", async () => {
    const way = new Way()
    way.writesPerSecond = WRITES_PER_SECOND
    const arrive = arrivals(way, PER_SECOND)
    await way.pass(5_000, arrive)
    way.isPostgresUp = false
    const sentBefore = way.sentMessages
    await way.pass(600_000, arrive)
    const away = way.sentMessages - sentBefore
    expect(way.waiting).toBeGreaterThan(PER_SECOND * 599)
    // Before it is silent: what the window takes in 15 s, a message each tenth of a second.
    expect(away).toBeLessThanOrEqual(15_000 / STEP_MS + 1 + 600_000 / OUTBOX_PROBE_MS)
    expect(way.peak.orders).toBeLessThanOrEqual(OUTBOX_WINDOW_MAX + 600_000 / OUTBOX_PROBE_MS)
    expect(way.peak.bytes).toBeLessThan(2_000_000)
    way.isPostgresUp = true
    await way.pass(60_000)
    expect(way.waiting).toBe(0)
    expect(way.written.size).toBe(Math.floor(PER_SECOND * 605))
    // Beside what was out when it came back, nothing is sent twice.
    expect(way.sentSnapshots).toBeLessThanOrEqual(way.written.size + 2 * OUTBOX_WINDOW_MAX)
  })

  it("an object that is put away all the while sends no more than one probe each time it comes back", async () => {
    const way = new Way()
    way.isPostgresUp = false
    for (let order = 0; order < OUTBOX_BATCH_MAX; order++) way.addOrder()
    await way.pass(14_000)
    const before = way.sentSnapshots
    expect(before).toBe(OUTBOX_BATCH_MAX)
    for (let start = 0; start < 50; start++) {
      way.restart()
      await way.pass(1_000)
    }
    expect(way.sentSnapshots - before).toBeLessThanOrEqual(50)
  })
})

describe("over a queue that loses, doubles and reorders", () => {
  it("every order lands in its newest version, and nothing is left to send", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          lose: fc.double({ min: 0, max: 0.6, noNaN: true }),
          double: fc.double({ min: 0, max: 0.5, noNaN: true }),
          lateMs: fc.nat(40_000),
        }),
        fc.nat(),
        fc.array(
          fc.record({ orders: fc.nat(40), waitMs: fc.nat(30_000), restart: fc.boolean(), up: fc.boolean() }),
          {
            minLength: 1,
            maxLength: 8,
          },
        ),
        async (faults, seed, acts) => {
          const way = new Way(faults, chanceFrom(seed))
          const versions = new Map<string, number>()
          for (const { orders, waitMs, restart, up } of acts) {
            way.isPostgresUp = up
            for (let order = 0; order < orders; order++) versions.set(way.addOrder(), 2)
            await way.pass(waitMs)
            for (const orderId of [...versions.keys()].slice(-3))
              versions.set(orderId, way.book.change(orderId, { declineMessage: "no" }, way.nowMs).version)
            if (restart) way.restart()
          }
          way.isPostgresUp = true
          // At the worst loss that is tried, one in four billion orders needs more sends than this time has.
          await way.pass(45 * OUTBOX_RESEND_MAX_MS)
          expect(way.waiting).toBe(0)
          expect(way.written).toEqual(versions)
        },
      ),
      { numRuns: 40 },
    )
  })
})
