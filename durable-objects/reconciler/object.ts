import { DurableObject } from "cloudflare:workers"
import { Ledgers } from "../stock/ledgers.ts"
import type { LedgerBindings } from "../stock/ledgers.ts"
import { DRIFT_MAX, RECONCILE_INTERVAL_MS } from "./contract.ts"
import type { Drift, PostgresReading, Reconciliation, ReconcilerApi } from "./contract.ts"
import { findDrift } from "./find-drift.ts"
import type { Mend } from "./find-drift.ts"
import { carryOut } from "./mend.ts"
import { readBooks } from "./read-books.ts"
import type { ReadBindings, Readers } from "./read-books.ts"
import { CouponReader } from "./read-coupons.ts"
import { HoldReader } from "./read-holds.ts"
import { ProviderReader } from "./read-provider.ts"
import { sortSightings } from "./sightings.ts"
import type { FirstSeen } from "./sightings.ts"

type ReconcilerBindings = ReadBindings & LedgerBindings

/** Differences that one run mends; the next run goes on. */
const MENDS_MAX = 50

/** What a Worker read of Postgres says nothing after this long. The cron brings it anew twice a minute. */
const POSTGRES_READING_MS = 90_000

const MEMORY_KEY = "memory"

/** What stays over an eviction. */
interface Memory {
  last: Reconciliation | null
  firstSeen: FirstSeen
  saleIds: string[]
}

/** The shell around the reconciler: it times, reads, mends and remembers; what is wrong is for `find-drift.ts` to say. */
export class Reconciler extends DurableObject<ReconcilerBindings> implements ReconcilerApi {
  private readonly ledgers: Ledgers
  private readonly readers: Readers
  private running: Promise<Reconciliation> | null = null
  private postgres: { reading: PostgresReading; atMs: number } | null = null

  constructor(ctx: DurableObjectState, env: ReconcilerBindings) {
    super(ctx, env)
    this.ledgers = new Ledgers(env)
    this.readers = {
      provider: new ProviderReader(env),
      holds: new HoldReader(this.ledgers),
      coupons: new CouponReader(env, Number(env.CHECKOUT_LANES)),
    }
  }

  async run(reason: "clock" | "asked", postgres: PostgresReading | null): Promise<Reconciliation> {
    if (postgres) this.postgres = { reading: postgres, atMs: Date.now() }
    if ((await this.ctx.storage.getAlarm()) === null) await this.armAlarm()
    // One that is under way began before this was asked, so it may not have seen all.
    await this.running?.catch(() => undefined)
    return this.runOnce(reason)
  }

  async last(): Promise<Reconciliation | null> {
    return (await this.remembered()).last
  }

  override async alarm(): Promise<void> {
    // The next one first: whatever breaks below, it goes on.
    await this.armAlarm()
    await this.runOnce("clock")
  }

  private runOnce(reason: "clock" | "asked"): Promise<Reconciliation> {
    this.running ??= this.compare(reason).finally(() => (this.running = null))
    return this.running
  }

  private async compare(reason: "clock" | "asked"): Promise<Reconciliation> {
    const startedAtMs = Date.now()
    const memory = await this.remembered()
    const postgres = this.postgresNow(startedAtMs)
    const saleIds = postgres?.answers ? postgres.saleIds : memory.saleIds
    const { reading, unread } = await readBooks(this.env, this.readers, { saleIds, postgres, reason })
    const sightings = findDrift(reading)
    const { drift, pending, firstSeen } = sortSightings(sightings, memory.firstSeen, reading.nowMs)
    this.readers.holds.suspect(reading.holds.filter(({ orderId }) => !reading.orders.has(orderId)))
    const different = new Set(
      sightings.flatMap(({ subjects }) => [subjects["intentId"], subjects["refundId"]]),
    )
    this.readers.provider.suspect(reading, (id) => different.has(id))
    const listed: Drift[] = []
    let mends = 0
    // What can be mended first, so that however much is only named keeps nothing from being mended.
    const mendable = drift.filter(({ mend }) => mend !== null)
    const named = drift.filter(({ mend }) => mend === null)
    for (const { mend, ...found } of [...mendable, ...named].slice(0, DRIFT_MAX)) {
      const mending = mend === null || mends++ >= MENDS_MAX ? "left" : await this.tryMend(mend)
      listed.push({ ...found, mending })
    }
    const last: Reconciliation = {
      startedAtMs,
      endedAtMs: Date.now(),
      reason,
      drift: listed,
      pending,
      unread,
    }
    await this.ctx.storage.put<Memory>(MEMORY_KEY, { last, firstSeen, saleIds: [...saleIds] })
    if (listed.length > 0)
      console.warn(JSON.stringify({ level: "warn", event: "drift", kinds: kindsOf(listed) }))
    return last
  }

  private async tryMend(mend: Mend): Promise<Drift["mending"]> {
    try {
      await carryOut(this.env, this.ledgers, mend)
      return "mended"
    } catch (error) {
      const message = String(error)
      console.error(JSON.stringify({ level: "error", station: "reconciler", mend: mend.mend, message }))
      return "failed"
    }
  }

  private postgresNow(nowMs: number): PostgresReading | null {
    const { postgres } = this
    return postgres && nowMs - postgres.atMs < POSTGRES_READING_MS ? postgres.reading : null
  }

  private async remembered(): Promise<Memory> {
    return (await this.ctx.storage.get<Memory>(MEMORY_KEY)) ?? { last: null, firstSeen: {}, saleIds: [] }
  }

  private armAlarm(): Promise<void> {
    return this.ctx.storage.setAlarm(Date.now() + RECONCILE_INTERVAL_MS)
  }
}

function kindsOf(drift: readonly Drift[]): Record<string, number> {
  const kinds: Record<string, number> = {}
  for (const { kind } of drift) kinds[kind] = (kinds[kind] ?? 0) + 1
  return kinds
}
