import type { Contestant } from "./contestants.ts"
import { spreadOf } from "./figures.ts"
import type { Generator, Round } from "./load/generator.ts"
import { HOT_SKU } from "./servers/spillway.ts"
import type { WholeShop } from "./servers/whole-shop.ts"
import { cpuSecondsOf } from "./servers/workerd-process.ts"

export const PURCHASES = ["checkout", "purchase"] as const

/** As many as the target names, whatever the others are asked for with. */
const IN_FLIGHT = 100

/** Requests prepared for a second of the first round; later rounds go by what the last one took. */
const PER_SECOND = 300
const MARGIN = 2

/** An order that is not in Postgres so long after the last one was paid counts as lost. */
const LOST_AFTER_MS = 60_000
const LOOK_MS = 100

export interface PurchaseField {
  shop: WholeShop
  generator: Generator
  tokenKeys: string
}

/** What the whole way costs, from the checkout to the row in Postgres. */
export class PurchaseBench {
  private readonly field: PurchaseField
  private perSecond: Record<(typeof PURCHASES)[number], number> = {
    checkout: PER_SECOND,
    purchase: PER_SECOND,
  }
  /** CPU milliseconds a purchase, by process, of each round. */
  private readonly cpuMs = new Map<string, number[]>()

  constructor(field: PurchaseField) {
    this.field = field
  }

  contestants(): Contestant[] {
    return [
      {
        name: "checkout",
        what: `POST /api/checkouts to the client secret, ${IN_FLIGHT} in flight, with Stripe's emulator and Postgres running`,
        isServed: true,
        run: (seconds) => this.checkOut(seconds),
      },
      {
        name: "purchase",
        what: "checkout, payment form, webhook, capture and the row in Postgres, as fast as shoppers come",
        isServed: true,
        run: (seconds) => this.purchase(seconds),
      },
    ]
  }

  private async checkOut(seconds: number): Promise<Round> {
    const { generator, shop } = this.field
    const { port, server } = shop.spillway
    const already = await this.recorded("true")
    const load = { pid: server.pid, port, connections: IN_FLIGHT, seconds, status: 201 }
    const round = await generator.run({ kind: "load", ...load, plan: this.plan("checkout", seconds) })
    // What goes on behind the answers would be counted against whoever is next.
    await this.untilRecorded("true", already + round.count)
    this.perSecond.checkout = Math.max(PER_SECOND, (round.count / round.seconds) * MARGIN)
    return round
  }

  private async purchase(seconds: number): Promise<Round> {
    const { generator, shop } = this.field
    const { port, server } = shop.spillway
    const already = await this.recorded("status = 'confirmed'")
    const before = this.cpu()
    const { stripeUrl, publishableKey } = shop
    const load = { pid: server.pid, port, connections: IN_FLIGHT, seconds, stripeUrl, publishableKey }
    const round = await generator.run({ kind: "purchases", ...load, plan: this.plan("purchase", seconds) })
    const drainSeconds = await this.untilRecorded("status = 'confirmed'", already + round.count)
    for (const [name, seconds] of this.cpu()) {
      const used = ((seconds - (before.get(name) ?? 0)) * 1_000) / round.count
      this.cpuMs.set(name, [...(this.cpuMs.get(name) ?? []), used])
    }
    this.perSecond.purchase = Math.max(PER_SECOND, (round.count / round.seconds) * MARGIN)
    return { ...round, drainSeconds }
  }

  /** Where the time goes, station by station, as far as orders and processes tell. */
  async stations(): Promise<string> {
    const { rows } = await this.field.shop.records.query<{ way: string; p50: number; p95: number }>(STATIONS)
    const ways = rows.map(
      ({ way, p50, p95 }) => `  ${way}: p50 ${Math.round(p50)} ms, p95 ${Math.round(p95)} ms`,
    )
    const cpu = [...this.cpuMs].map(
      ([name, rounds]) => `  ${name}: ${spreadOf(rounds).median.toFixed(2)} ms of CPU a purchase`,
    )
    return ["Stations of a purchase:", ...ways, ...cpu].join("\n")
  }

  private plan(name: (typeof PURCHASES)[number], seconds: number) {
    const { tokenKeys, shop } = this.field
    const count = Math.ceil(this.perSecond[name] * Math.max(1, seconds)) + IN_FLIGHT
    const kind = "checkouts" as const
    return { kind, count, sku: HOT_SKU, saleId: shop.spillway.saleId, tokenKeys }
  }

  private cpu(): Map<string, number> {
    const { pids } = this.field.shop
    return new Map(
      Object.entries(pids).flatMap(([name, pid]) => {
        const seconds = cpuSecondsOf(pid)
        return seconds === null ? [] : [[name, seconds] as const]
      }),
    )
  }

  private async recorded(which: string): Promise<number> {
    const { rows } = await this.field.shop.records.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM orders WHERE ${which}`,
    )
    return rows[0]?.count ?? 0
  }

  /** Seconds until Postgres has so many orders. Throws when some never come. */
  private async untilRecorded(which: string, count: number): Promise<number> {
    const startMs = performance.now()
    for (;;) {
      const recorded = await this.recorded(which)
      const waitedMs = performance.now() - startMs
      if (recorded >= count) return waitedMs / 1_000
      if (waitedMs > LOST_AFTER_MS)
        throw new Error(`${count - recorded} of ${count} orders are not in Postgres`)
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    }
  }
}

/** From one entry of an order's history to the next, and from the last to the row. */
const STATIONS = `
  WITH steps AS (
    SELECT o.id, entry->>'status' AS status, (entry->>'atMs')::float8 AS at_ms,
      extract(epoch FROM o.updated_at)::float8 * 1000 AS written_ms
    FROM orders o, jsonb_array_elements(o.history) AS entry
    WHERE o.status = 'confirmed'
  ), ways AS (
    SELECT 1 AS place, 'created to inventory_reserved (ledger)' AS way, b.at_ms - a.at_ms AS ms
    FROM steps a JOIN steps b USING (id) WHERE a.status = 'created' AND b.status = 'inventory_reserved'
    UNION ALL
    SELECT 2, 'inventory_reserved to payment_authorized (intent, form, webhook)', b.at_ms - a.at_ms
    FROM steps a JOIN steps b USING (id) WHERE a.status = 'inventory_reserved' AND b.status = 'payment_authorized'
    UNION ALL
    SELECT 3, 'payment_authorized to confirmed (ledger, capture)', b.at_ms - a.at_ms
    FROM steps a JOIN steps b USING (id) WHERE a.status = 'payment_authorized' AND b.status = 'confirmed'
    UNION ALL
    SELECT 4, 'confirmed to the row (outbox, queue, Postgres)', written_ms - at_ms FROM steps WHERE status = 'confirmed'
  )
  SELECT way, percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) AS p50, percentile_cont(0.95) WITHIN GROUP (ORDER BY ms) AS p95
  FROM ways GROUP BY place, way ORDER BY place`
