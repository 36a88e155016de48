import { DurableObject } from "cloudflare:workers"
import { HOLD_PAGE_MAX, HOLD_RETENTION_MS } from "./contract.ts"
import type {
  AllotOutcome,
  ArchiveMessage,
  ClaimOutcome,
  HoldCommand,
  HoldOutcome,
  HoldRecord,
  NumberedHold,
  PoolId,
  PoolState,
  PoolTerms,
  ReceiveOutcome,
  ReleaseOutcome,
  ReturnOutcome,
  SellOutcome,
  StockApi,
  StockCounts,
  StockMessage,
  StockPressure,
} from "./contract.ts"
import { CommitQueueFull, GroupCommit } from "./group-commit.ts"
import { Ledger } from "./ledger.ts"
import { applyMigrations, hasMigrations } from "../sqlite.ts"
import { STOCK_MIGRATIONS } from "./schema.ts"

/** What the object needs of its environment. */
export interface StockBindings {
  EVENTS: Queue<StockMessage | ArchiveMessage>
}

/** Levels go to Postgres at most this often; in between they are one snapshot that is overwritten. */
const LEVELS_INTERVAL_MS = 1_000

/** A walk over the table for the archive begins this often, and goes on in steps this far apart. */
const ARCHIVE_INTERVAL_MS = 600_000
const ARCHIVE_STEP_MS = 1_000

/** A snapshot that Postgres has not reported within this time is sent again. */
const LEVELS_RESEND_MS = 30_000

const NO_COUNTS: StockCounts = { received: 0, available: 0, held: 0, sold: 0, pools: [], version: 0 }

/**
 * The shell around one SKU's ledger: it times, commits and publishes, and decides nothing. An object whose SKU nobody
 * has ever stocked has no tables and no alarm, so that guessed names leave nothing behind.
 */
export class StockObject extends DurableObject<StockBindings> implements StockApi {
  private readonly commits: GroupCommit
  private ledger: Ledger | null = null
  /** When the alarm is set for, as far as this instance knows; it saves a write when it need not move. */
  private alarmAtMs: number | null = null
  private levelsDueAtMs: number | null = null
  /** The version that was sent last; it is sent again when it is not acknowledged in time. */
  private sentVersion = 0
  private archiveDueAtMs: number | null = null
  /** Where the walk over the table for the archive stands; 0 at its beginning. */
  private archivedUpTo = 0

  constructor(ctx: DurableObjectState, env: StockBindings) {
    super(ctx, env)
    this.commits = new GroupCommit(ctx.storage, () => this.remember())
    this.remember()
    // An alarm may have been lost with the last instance: what is due is worked out afresh.
    void ctx.blockConcurrencyWhile(() => this.armAlarm())
  }

  setOpenTerms(terms: PoolTerms): Promise<void> {
    return this.commit(() => this.stocked().setOpenTerms(terms))
  }

  receive(command: { id: string; delta: number; reason: string }): Promise<ReceiveOutcome> {
    return this.commit(() => this.stocked().receive(command, Date.now()))
  }

  allot(command: { id: string; saleId: PoolId; units: number; terms: PoolTerms }): Promise<AllotOutcome> {
    return this.commit(() => this.stocked().allot(command, Date.now()))
  }

  setPoolState(pool: PoolId, state: PoolState): Promise<void> {
    return this.commit(() => this.ledger?.setPoolState(pool, state))
  }

  changeSaleTerms(pool: PoolId, terms: PoolTerms): Promise<void> {
    return this.commit(() => this.ledger?.changeSaleTerms(pool, terms))
  }

  async hold(command: HoldCommand): Promise<HoldOutcome> {
    try {
      return await this.commit(
        () => this.ledger?.hold(command, Date.now()) ?? { outcome: "refused", refusal: "unknown_pool" },
      )
    } catch (error) {
      if (error instanceof CommitQueueFull) return { outcome: "refused", refusal: "overloaded" }
      throw error
    }
  }

  undo(holdId: string, customer: string): Promise<void> {
    return this.commit(() => this.ledger?.undo(holdId, customer))
  }

  release(holdId: string, customer: string): Promise<ReleaseOutcome> {
    return this.commit(
      () =>
        this.ledger?.release(holdId, customer, Date.now()) ?? { outcome: "refused", refusal: "not_found" },
    )
  }

  claim(holdId: string, customer: string, orderId: string): Promise<ClaimOutcome> {
    return this.commit(
      () =>
        this.ledger?.claim(holdId, customer, orderId, Date.now()) ?? {
          outcome: "refused",
          refusal: "not_found",
        },
    )
  }

  sell(holdId: string, orderId: string): Promise<SellOutcome> {
    return this.commit(
      () => this.ledger?.sell(holdId, orderId, Date.now()) ?? { outcome: "refused", refusal: "not_found" },
    )
  }

  returnUnits(holdId: string, orderId: string): Promise<ReturnOutcome> {
    return this.commit(
      () => this.ledger?.returnUnits(holdId, orderId) ?? { outcome: "refused", refusal: "not_sold" },
    )
  }

  counts(): Promise<StockCounts> {
    return this.commit(() => {
      this.ledger?.expireDue(Date.now())
      return this.ledger?.counts() ?? NO_COUNTS
    })
  }

  readHold(holdId: string, customer: string): Promise<HoldRecord | null> {
    return this.commit(() => {
      this.ledger?.expireDue(Date.now())
      const hold = this.ledger?.findHold(holdId)
      return hold?.customer === customer ? hold : null
    })
  }

  holds({ pool, afterSequence }: { pool: PoolId; afterSequence: number }): Promise<NumberedHold[]> {
    return this.commit(() => {
      this.ledger?.expireDue(Date.now())
      return this.ledger?.holdsPage(pool, afterSequence, HOLD_PAGE_MAX) ?? []
    })
  }

  acknowledgeLevels(version: number): Promise<void> {
    return this.commit(() => this.ledger?.acknowledge(version))
  }

  forgetArchived(holdIds: string[]): Promise<void> {
    return this.commit(() => this.ledger?.forgetArchived(holdIds))
  }

  async pressure(pool: PoolId): Promise<StockPressure> {
    return { ...this.commits.pressure(), refusals: this.ledger?.refusalsOf(pool) ?? {} }
  }

  override async alarm(): Promise<void> {
    this.alarmAtMs = null
    await this.commits.submit(() => this.ledger?.expireDue(Date.now()))
    await this.publishLevels()
    await this.archive()
    await this.armAlarm()
  }

  /** Opens the ledger if there is one, or brings its memory back to what the tables say. */
  private remember(): void {
    const { sql } = this.ctx.storage
    if (!hasMigrations(sql)) this.ledger = null
    else if (this.ledger) this.ledger.reload()
    else this.ledger = this.openLedger()
  }

  /** The ledger; a new one when these are the first units or the first price of the SKU. */
  private stocked(): Ledger {
    this.ledger ??= this.openLedger()
    return this.ledger
  }

  private openLedger(): Ledger {
    const { sql } = this.ctx.storage
    this.ctx.storage.transactionSync(() => applyMigrations(sql, STOCK_MIGRATIONS))
    return new Ledger(sql)
  }

  private async commit<T>(decide: () => T): Promise<T> {
    const outcome = await this.commits.submit(decide)
    await this.armAlarm()
    return outcome
  }

  private async publishLevels(): Promise<void> {
    const { ledger } = this
    const nowMs = Date.now()
    if (!ledger?.hasNews || this.levelsDueAtMs === null || nowMs < this.levelsDueAtMs) return
    const sku = this.ctx.id.name
    if (sku === undefined) throw new Error("a stock object is reached by its SKU's name")
    const counts = await this.commits.submit(() => ledger.tellCounts())
    await this.env.EVENTS.send({ kind: "stock_levels", sku, counts, atMs: nowMs })
    this.sentVersion = counts.version
    this.levelsDueAtMs = nowMs + LEVELS_RESEND_MS
  }

  /** Walks on over the table and sends what may go to Postgres; a ledger that holds nothing has no walk to make. */
  private async archive(): Promise<void> {
    const { ledger } = this
    const nowMs = Date.now()
    const sku = this.ctx.id.name
    if (!ledger || sku === undefined || this.archiveDueAtMs === null || nowMs < this.archiveDueAtMs) return
    const { holds, nextSequence } = ledger.archivable(this.archivedUpTo, nowMs - HOLD_RETENTION_MS)
    if (holds.length > 0) await this.env.EVENTS.send({ kind: "stock_holds", sku, holds })
    this.archivedUpTo = nextSequence ?? 0
    this.archiveDueAtMs = nowMs + (nextSequence === null ? ARCHIVE_INTERVAL_MS : ARCHIVE_STEP_MS)
  }

  /** One alarm serves all: the next hold that runs out, levels that Postgres does not have yet, and the archive. */
  private async armAlarm(): Promise<void> {
    const { ledger } = this
    if (!ledger) return
    if (!ledger.hasNews) this.levelsDueAtMs = null
    else if (this.levelsDueAtMs === null || ledger.version > this.sentVersion) {
      this.levelsDueAtMs = Math.min(this.levelsDueAtMs ?? Infinity, Date.now() + LEVELS_INTERVAL_MS)
    }
    if (!ledger.hasEndedHolds) this.archiveDueAtMs = null
    else this.archiveDueAtMs ??= Date.now() + ARCHIVE_INTERVAL_MS
    const dueAtMs = Math.min(
      ledger.earliestExpiryMs ?? Infinity,
      this.levelsDueAtMs ?? Infinity,
      this.archiveDueAtMs ?? Infinity,
    )
    if (dueAtMs === Infinity || (this.alarmAtMs !== null && this.alarmAtMs <= dueAtMs)) return
    this.alarmAtMs = dueAtMs
    await this.ctx.storage.setAlarm(dueAtMs)
  }
}
