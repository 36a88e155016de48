import { DurableObject } from "cloudflare:workers"
import { HOLD_PAGE_MAX, HOLD_RETENTION_MS } from "./contract.ts"
import type {
  ArchiveMessage,
  ClaimOutcome,
  ExtendOutcome,
  HoldApi,
  HoldCommand,
  HoldOutcome,
  HoldRecord,
  HoldText,
  NumberedHold,
  PoolId,
  ReleaseOutcome,
  ReturnOutcome,
  SellOutcome,
  StockMessage,
  StockPressure,
} from "./contract.ts"
import { CommitQueueFull, GroupCommit } from "./group-commit.ts"
import type { HoldLedger } from "./hold-ledger.ts"
import { partsOfName } from "./lease/names.ts"
import { applyMigrations, hasMigrations } from "../sqlite.ts"
import { STOCK_MIGRATIONS } from "./schema.ts"

/** A walk over the table for the archive begins this often, and goes on in steps this far apart. */
const ARCHIVE_INTERVAL_MS = 600_000
const ARCHIVE_STEP_MS = 1_000

/**
 * The shell around a ledger that keeps holds: it times, commits and archives, and decides nothing. An object whose
 * ledger was never needed has no tables and no alarm, so that guessed names leave nothing behind.
 */
export abstract class HoldKeeper<
  Keeps extends HoldLedger,
  Bindings extends { EVENTS: Queue<StockMessage | ArchiveMessage> },
>
  extends DurableObject<Bindings>
  implements HoldApi, HoldText
{
  protected ledger: Keeps | null = null
  private readonly commits: GroupCommit
  /** When the alarm is set for, as far as this instance knows; it saves a write when it need not move. */
  private alarmAtMs: number | null = null
  private archiveDueAtMs: number | null = null
  /** Where the walk over the table for the archive stands; 0 at its beginning. */
  private archivedUpTo = 0

  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, env)
    this.commits = new GroupCommit(ctx.storage, () => this.remember())
  }

  /** For the end of a constructor: opens what there is. */
  protected start(): void {
    this.remember()
    // An alarm may have been lost with the last instance: what is due is worked out afresh.
    void this.ctx.blockConcurrencyWhile(() => this.armAlarm())
  }

  async hold(command: HoldCommand): Promise<HoldOutcome> {
    try {
      return await this.takeHold(command)
    } catch (error) {
      if (error instanceof CommitQueueFull) return { outcome: "refused", refusal: "overloaded" }
      throw error
    }
  }

  async holdText(command: string): Promise<string> {
    return JSON.stringify(await this.hold(JSON.parse(command) as HoldCommand))
  }

  undo(holdId: string, customer: string): Promise<void> {
    return this.commit(() => this.ledger?.undo(holdId, customer))
  }

  release(holdId: string, customer: string, orderId?: string): Promise<ReleaseOutcome> {
    return this.commit(
      () =>
        this.ledger?.release(holdId, customer, Date.now(), orderId) ?? {
          outcome: "refused",
          refusal: "not_found",
        },
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

  extend(holdId: string, orderId: string, untilMs: number): Promise<ExtendOutcome> {
    return this.commit(
      () =>
        this.ledger?.extend(holdId, orderId, untilMs, Date.now()) ?? {
          outcome: "refused",
          refusal: "not_found",
        },
    )
  }

  returnUnits(holdId: string, orderId: string, upTo?: number): Promise<ReturnOutcome> {
    return this.commit(
      () => this.ledger?.returnUnits(holdId, orderId, upTo) ?? { outcome: "refused", refusal: "not_sold" },
    )
  }

  readHold(holdId: string, customer: string): Promise<HoldRecord | null> {
    return this.commit(() => {
      this.ledger?.expireDue(Date.now())
      const hold = this.ledger?.findHold(holdId)
      if (hold?.customer !== customer) return null
      return { ...hold, goods: this.ledger?.goodsOf(hold.pool) }
    })
  }

  holds({ pool, afterSequence }: { pool: PoolId; afterSequence: number }): Promise<NumberedHold[]> {
    return this.commit(() => {
      this.ledger?.expireDue(Date.now())
      return this.ledger?.holdsPage(pool, afterSequence, HOLD_PAGE_MAX) ?? []
    })
  }

  holders(pool: PoolId): Promise<Uint32Array | null> {
    return this.commit(() => this.ledger?.holdersOf(pool) ?? null)
  }

  async isHolding(pool: PoolId, customer: string): Promise<boolean> {
    return this.ledger?.isHolding(pool, customer, Date.now()) ?? false
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
    await this.tell()
    await this.archive()
    await this.armAlarm()
  }

  protected abstract openLedger(): Keeps

  /** Tells whoever must know what has changed here, as far as it is due. */
  protected abstract tell(): Promise<void>

  /** When there is something to tell next; null when there is nothing. */
  protected abstract nextTellMs(): number | null

  protected takeHold(command: HoldCommand): Promise<HoldOutcome> {
    return this.commit(
      () => this.ledger?.hold(command, Date.now()) ?? { outcome: "refused", refusal: "unknown_pool" },
    )
  }

  /** The object's own name. */
  protected get name(): string {
    const { name } = this.ctx.id
    if (name === undefined) throw new Error("a stock object is reached by its name")
    return name
  }

  /** The ledger; a new one with its tables when this is the first that this object keeps. */
  protected stocked(): Keeps {
    if (this.ledger) return this.ledger
    this.ctx.storage.transactionSync(() => applyMigrations(this.ctx.storage.sql, STOCK_MIGRATIONS))
    this.ledger = this.openLedger()
    return this.ledger
  }

  /** Decides with whatever is being decided now, and resolves when it is durable. */
  protected async commit<T>(decide: () => T): Promise<T> {
    const outcome = await this.commits.submit(decide)
    await this.armAlarm()
    return outcome
  }

  /** One alarm serves all: the next hold that runs out, what there is to tell, and the archive. */
  protected async armAlarm(): Promise<void> {
    const { ledger } = this
    if (!ledger) return
    if (!ledger.hasEndedHolds) this.archiveDueAtMs = null
    else this.archiveDueAtMs ??= Date.now() + ARCHIVE_INTERVAL_MS
    const dueAtMs = Math.min(
      ledger.earliestExpiryMs ?? Infinity,
      this.nextTellMs() ?? Infinity,
      this.archiveDueAtMs ?? Infinity,
    )
    if (dueAtMs === Infinity || (this.alarmAtMs !== null && this.alarmAtMs <= dueAtMs)) return
    this.alarmAtMs = dueAtMs
    await this.ctx.storage.setAlarm(dueAtMs)
  }

  /** Opens the ledger if there is one, or brings its memory back to what the tables say. */
  private remember(): void {
    if (!hasMigrations(this.ctx.storage.sql)) this.ledger = null
    else if (this.ledger) this.ledger.reload()
    else this.stocked()
  }

  /** Walks on over the table and sends what may go to Postgres; a ledger that holds nothing has no walk to make. */
  private async archive(): Promise<void> {
    const { ledger } = this
    const nowMs = Date.now()
    if (!ledger || this.archiveDueAtMs === null || nowMs < this.archiveDueAtMs) return
    const { holds, nextSequence } = ledger.archivable(this.archivedUpTo, nowMs - HOLD_RETENTION_MS)
    const { sku } = partsOfName(this.name)
    if (holds.length > 0) await this.env.EVENTS.send({ kind: "stock_holds", sku, ledger: this.name, holds })
    this.archivedUpTo = nextSequence ?? 0
    this.archiveDueAtMs = nowMs + (nextSequence === null ? ARCHIVE_INTERVAL_MS : ARCHIVE_STEP_MS)
  }
}
