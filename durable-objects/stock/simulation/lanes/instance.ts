import { applyMigrations, hasMigrations } from "../../../sqlite.ts"
import type { ClaimOutcome, ExtendOutcome, HoldCommand, HoldOutcome, HoldRecord } from "../../contract.ts"
import type { ReleaseOutcome, ReturnOutcome, SellOutcome } from "../../contract.ts"
import { GroupCommit } from "../../group-commit.ts"
import type { HoldLedger } from "../../hold-ledger.ts"
import { STOCK_MIGRATIONS } from "../../schema.ts"
import type { Decision } from "./decisions.ts"
import type { Station } from "./station.ts"
import { Crashed } from "./world.ts"

const SLOW_DISK_MS_MAX = 4_000

/**
 * An object from its start to its end, around a ledger as the real shell is: commands are decided in group commits, one
 * alarm serves all. Dead, it decides nothing more.
 */
export abstract class Instance<Keeps extends HoldLedger = HoldLedger> {
  ledger: Keeps | null = null
  alive = true
  calls = 0
  /** Decided, and not durable yet. */
  readonly decisions: Decision[] = []
  protected readonly station: Station
  private readonly commits: GroupCommit
  private readonly lastWords = new Set<() => void>()
  private alarmAtMs: number | null = null

  constructor(station: Station) {
    this.station = station
    const storage = {
      transactionSync: <T>(closure: () => T) => this.attempt(closure),
      sync: () => this.sync(),
    }
    this.commits = new GroupCommit(storage, () => this.remember())
  }

  /** Opens what there is. What is due may have lost its alarm with the last instance. */
  start(): void {
    this.armAlarm()
  }

  die(): void {
    this.alive = false
    for (const say of this.lastWords) say()
  }

  get isBusy(): boolean {
    return (
      this.calls > 0 ||
      this.lastWords.size > 0 ||
      this.decisions.length > 0 ||
      this.commits.pressure().queueDepth > 0
    )
  }

  /** At every await an object can die. */
  crashIfUnlucky(): void {
    if (this.alive && this.station.world.befalls("crashRate")) this.station.crash()
  }

  forgetAlarm(): void {
    this.alarmAtMs = null
  }

  async alarm(): Promise<void> {
    this.alarmAtMs = null
    await this.commits.submit(() => this.ledger?.expireDue(this.nowMs))
    await this.tell()
    this.armAlarm()
  }

  abstract hold(command: HoldCommand): Promise<HoldOutcome>
  abstract sell(holdId: string, orderId: string): Promise<SellOutcome>

  undo(holdId: string, customer: string): Promise<void> {
    return this.commit(() => this.ledger?.undo(holdId, customer))
  }

  release(holdId: string, customer: string, orderId?: string): Promise<ReleaseOutcome> {
    const none: ReleaseOutcome = { outcome: "refused", refusal: "not_found" }
    return this.commit(() => this.ledger?.release(holdId, customer, this.nowMs, orderId) ?? none)
  }

  claim(holdId: string, customer: string, orderId: string): Promise<ClaimOutcome> {
    const none: ClaimOutcome = { outcome: "refused", refusal: "not_found" }
    return this.commit(() => this.ledger?.claim(holdId, customer, orderId, this.nowMs) ?? none)
  }

  extend(holdId: string, orderId: string, untilMs: number): Promise<ExtendOutcome> {
    const none: ExtendOutcome = { outcome: "refused", refusal: "not_found" }
    return this.commit(() => this.ledger?.extend(holdId, orderId, untilMs, this.nowMs) ?? none)
  }

  returnUnits(holdId: string, orderId: string, upTo?: number): Promise<ReturnOutcome> {
    const none: ReturnOutcome = { outcome: "refused", refusal: "not_sold" }
    return this.commit(() => this.ledger?.returnUnits(holdId, orderId, upTo) ?? none)
  }

  readHold(holdId: string, customer: string): Promise<HoldRecord | null> {
    return this.commit(() => {
      this.ledger?.expireDue(this.nowMs)
      const hold = this.ledger?.findHold(holdId)
      return hold?.customer === customer ? { ...hold } : null
    })
  }

  protected abstract openLedger(): Keeps
  protected abstract tell(): Promise<void>
  protected abstract nextTellMs(): number | null

  protected get nowMs(): number {
    return this.station.world.nowMs
  }

  protected async commit<T>(decide: () => T): Promise<T> {
    const outcome = await this.commits.submit(() => this.faultless(decide))
    this.armAlarm()
    return outcome
  }

  protected stocked(): Keeps {
    if (this.ledger) return this.ledger
    applyMigrations(this.station.disk.sql, STOCK_MIGRATIONS)
    this.ledger = this.openLedger()
    return this.ledger
  }

  /** Memory as the tables have it. Called last when an instance is made, and after a rollback. */
  protected remember(): void {
    if (!this.alive) return
    if (!hasMigrations(this.station.disk.sql)) this.ledger = null
    else if (this.ledger) this.ledger.reload()
    else this.stocked()
  }

  /** No decision may throw: a broken invariant is a fault, wherever it is noticed. */
  private faultless<T>(decide: () => T): T {
    try {
      return decide()
    } catch (error) {
      if (!(error instanceof Crashed)) this.station.world.fail(error)
      throw error
    }
  }

  private attempt<T>(closure: () => T): T {
    if (!this.alive) throw new Crashed(`${this.station.name} is gone`)
    const before = this.decisions.length
    try {
      return this.station.disk.sql.transactionSync(closure)
    } catch (error) {
      this.decisions.length = before
      throw error
    }
  }

  /**
   * Durable after a while, unless the object dies before; and it may die after, before anyone has heard. At once when
   * nothing was written.
   */
  private async sync(): Promise<void> {
    if (this.decisions.length > 0) return this.flush()
  }

  private flush(): Promise<void> {
    const { world } = this.station
    this.crashIfUnlucky()
    return new Promise((resolve, reject) => {
      const die = () => reject(new Crashed(`${this.station.name} is gone`))
      if (!this.alive) return die()
      this.lastWords.add(die)
      const slow = world.befalls("slowDiskRate") ? world.chance.between(0, SLOW_DISK_MS_MAX) : 0
      world.timeline.after(world.chance.between(0, world.pace.diskMs) + slow, () => {
        if (!this.alive) return
        this.station.keep(this)
        this.crashIfUnlucky()
        this.lastWords.delete(die)
        resolve()
      })
    })
  }

  private armAlarm(): void {
    const { ledger } = this
    if (!ledger || !this.alive) return
    const dueAtMs = Math.min(ledger.earliestExpiryMs ?? Infinity, this.nextTellMs() ?? Infinity)
    if (dueAtMs === Infinity || (this.alarmAtMs !== null && this.alarmAtMs <= dueAtMs)) return
    this.alarmAtMs = dueAtMs
    this.station.setAlarm(dueAtMs)
  }
}
