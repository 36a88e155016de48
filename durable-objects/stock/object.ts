import { DurableObject } from "cloudflare:workers"
import { HOLD_PAGE_MAX } from "./contract.ts"
import type {
  AllotOutcome,
  ClaimOutcome,
  HoldCommand,
  HoldOutcome,
  HoldRecord,
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
} from "./contract.ts"
import { CommitQueueFull, GroupCommit } from "./group-commit.ts"
import { Ledger } from "./ledger.ts"
import { applyMigrations } from "../sqlite.ts"
import { STOCK_MIGRATIONS } from "./schema.ts"

/** What the object needs of its environment. */
export interface StockBindings {
  EVENTS: Queue<StockMessage>
}

/** Levels go to Postgres at most this often; in between they are one snapshot that is overwritten. */
const LEVELS_INTERVAL_MS = 1_000

/** A snapshot that Postgres has not reported within this time is sent again. */
const LEVELS_RESEND_MS = 30_000

/** The shell around one SKU's ledger: it times, commits and publishes, and decides nothing. */
export class StockObject extends DurableObject<StockBindings> implements StockApi {
  private readonly ledger: Ledger
  private readonly commits: GroupCommit
  /** When the alarm is set for, as far as this instance knows; it saves a write when it need not move. */
  private alarmAtMs: number | null = null
  private levelsDueAtMs: number | null = null
  /** The version that was sent last; it is sent again when it is not acknowledged in time. */
  private sentVersion = 0

  constructor(ctx: DurableObjectState, env: StockBindings) {
    super(ctx, env)
    const sql = ctx.storage.sql
    ctx.storage.transactionSync(() => applyMigrations(sql, STOCK_MIGRATIONS))
    this.ledger = new Ledger(sql)
    this.commits = new GroupCommit(ctx.storage, () => this.ledger.reload())
    // An alarm may have been lost with the last instance: what is due is worked out afresh.
    void ctx.blockConcurrencyWhile(() => this.armAlarm())
  }

  setOpenTerms(terms: PoolTerms): Promise<void> {
    return this.commit(() => this.ledger.setOpenTerms(terms))
  }

  receive(command: { id: string; delta: number; reason: string }): Promise<ReceiveOutcome> {
    return this.commit(() => this.ledger.receive(command, Date.now()))
  }

  allot(command: { id: string; saleId: PoolId; units: number; terms: PoolTerms }): Promise<AllotOutcome> {
    return this.commit(() => this.ledger.allot(command, Date.now()))
  }

  setPoolState(pool: PoolId, state: PoolState): Promise<void> {
    return this.commit(() => this.ledger.setPoolState(pool, state))
  }

  changeSaleTerms(pool: PoolId, terms: PoolTerms): Promise<void> {
    return this.commit(() => this.ledger.changeSaleTerms(pool, terms))
  }

  async hold(command: HoldCommand): Promise<HoldOutcome> {
    try {
      return await this.commit(() => this.ledger.hold(command, Date.now()))
    } catch (error) {
      if (error instanceof CommitQueueFull) return { outcome: "refused", refusal: "overloaded" }
      throw error
    }
  }

  release(holdId: string, customer: string): Promise<ReleaseOutcome> {
    return this.commit(() => this.ledger.release(holdId, customer, Date.now()))
  }

  claim(holdId: string, customer: string, orderId: string): Promise<ClaimOutcome> {
    return this.commit(() => this.ledger.claim(holdId, customer, orderId, Date.now()))
  }

  sell(holdId: string, orderId: string): Promise<SellOutcome> {
    return this.commit(() => this.ledger.sell(holdId, orderId, Date.now()))
  }

  returnUnits(holdId: string, orderId: string): Promise<ReturnOutcome> {
    return this.commit(() => this.ledger.returnUnits(holdId, orderId))
  }

  counts(): Promise<StockCounts> {
    return this.commit(() => {
      this.ledger.expireDue(Date.now())
      return this.ledger.counts()
    })
  }

  readHold(holdId: string, customer: string): Promise<HoldRecord | null> {
    return this.commit(() => {
      this.ledger.expireDue(Date.now())
      const hold = this.ledger.findHold(holdId)
      return hold?.customer === customer ? hold : null
    })
  }

  holds({ pool, afterHoldId }: { pool: PoolId; afterHoldId: string }): Promise<HoldRecord[]> {
    return this.commit(() => {
      this.ledger.expireDue(Date.now())
      return this.ledger.holdsPage(pool, afterHoldId, HOLD_PAGE_MAX)
    })
  }

  acknowledgeLevels(version: number): Promise<void> {
    return this.commit(() => this.ledger.acknowledge(version))
  }

  override async alarm(): Promise<void> {
    this.alarmAtMs = null
    await this.commits.submit(() => this.ledger.expireDue(Date.now()))
    await this.publishLevels()
    await this.armAlarm()
  }

  private async commit<T>(decide: () => T): Promise<T> {
    const outcome = await this.commits.submit(decide)
    await this.armAlarm()
    return outcome
  }

  private async publishLevels(): Promise<void> {
    const nowMs = Date.now()
    if (!this.ledger.hasNews || this.levelsDueAtMs === null || nowMs < this.levelsDueAtMs) return
    const sku = this.ctx.id.name
    if (sku === undefined) throw new Error("a stock object is reached by its SKU's name")
    const counts = await this.commits.submit(() => this.ledger.tellCounts())
    await this.env.EVENTS.send({ kind: "stock_levels", sku, counts, atMs: nowMs })
    this.sentVersion = counts.version
    this.levelsDueAtMs = nowMs + LEVELS_RESEND_MS
  }

  /** One alarm serves both ends: the next hold that runs out, and levels that Postgres does not have yet. */
  private async armAlarm(): Promise<void> {
    if (!this.ledger.hasNews) this.levelsDueAtMs = null
    else if (this.levelsDueAtMs === null || this.ledger.version > this.sentVersion) {
      this.levelsDueAtMs = Math.min(this.levelsDueAtMs ?? Infinity, Date.now() + LEVELS_INTERVAL_MS)
    }
    const dueAtMs = Math.min(this.ledger.earliestExpiryMs ?? Infinity, this.levelsDueAtMs ?? Infinity)
    if (dueAtMs === Infinity || (this.alarmAtMs !== null && this.alarmAtMs <= dueAtMs)) return
    this.alarmAtMs = dueAtMs
    await this.ctx.storage.setAlarm(dueAtMs)
  }
}
