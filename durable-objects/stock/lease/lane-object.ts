import type {
  ArchiveMessage,
  HoldCommand,
  HoldOutcome,
  PoolId,
  SellOutcome,
  StockMessage,
} from "../contract.ts"
import { HoldKeeper } from "../hold-keeper.ts"
import type { LaneApi, LaneCounts, LaneGrant, LaneReport, LeaseAnswer, RootApi } from "./contract.ts"
import { LaneLedger, nothingYet } from "./lane-ledger.ts"
import { partsOfName } from "./names.ts"
import { SharedTurns } from "./shared-turns.ts"
import { within } from "../../within.ts"

/** What a lane needs of its environment. */
export interface LaneBindings {
  EVENTS: Queue<StockMessage | ArchiveMessage>
  STOCK: DurableObjectNamespace<RootApi & Rpc.DurableObjectBranded>
}

/** A lane tells its standing at most this often while it changes. */
const TELL_INTERVAL_MS = 1_000

/** A root that has not answered within this time counts as away. It may itself wait for lanes. */
const ROOT_ANSWER_MS = 5_000

/** One lane of a SKU as an object, named `<sku>:<lane>`: it sells units that it leases from the SKU's own object. */
export class StockLane extends HoldKeeper<LaneLedger, LaneBindings> implements LaneApi {
  private readonly questions = new SharedTurns<LeaseAnswer | null>()
  /** Units that waiting holds need and that the next question asks for. */
  private readonly wanted = new Map<PoolId, number>()
  /** Where free units fall below this, more are asked for before there are none. */
  private readonly lowWater = new Map<PoolId, number>()
  /** The changes of each pool that the root has heard of; after a start every pool is told anew. */
  private readonly told = new Map<PoolId, number>()
  private tellDueAtMs: number | null = null

  override async sell(holdId: string, orderId: string): Promise<SellOutcome> {
    const sold = await this.commit(() => this.ledger?.trySell(holdId, orderId, Date.now()))
    if (sold !== null) return sold ?? { outcome: "refused", refusal: "not_found" }
    const hold = this.ledger?.findHold(holdId)
    if (!hold) return { outcome: "refused", refusal: "not_found" }
    const answer = await this.ask(hold.pool, hold.quantity)
    return this.commit(() => {
      const ledger = this.takeOver(answer)
      return ledger?.sell(holdId, orderId, Date.now()) ?? { outcome: "refused", refusal: "not_found" }
    })
  }

  recall(grant: LaneGrant): Promise<LaneReport> {
    return this.commit(() => {
      const ledger = this.stocked()
      ledger.accept(grant)
      ledger.giveBack(grant.pool)
      this.lowWater.delete(grant.pool)
      return ledger.report(grant.pool, Date.now())
    })
  }

  laneCounts(pool: PoolId): Promise<LaneCounts | null> {
    return this.commit(() => {
      this.ledger?.expireDue(Date.now())
      return this.ledger?.laneCounts(pool) ?? null
    })
  }

  protected override async decideHold(command: HoldCommand): Promise<HoldOutcome> {
    const decided = await this.commit(() => this.ledger?.tryHold(command, Date.now()) ?? null)
    if (decided) {
      this.askAhead(command.pool)
      return decided
    }
    const answer = await this.ask(command.pool, command.quantity).catch(() => "away" as const)
    if (answer === "away") return { outcome: "refused", refusal: "overloaded" }
    // What was granted is taken over and decided on in one turn, so that no recall comes in between.
    return this.commit(() => {
      const ledger = this.takeOver(answer)
      if (!ledger) return { outcome: "refused", refusal: "unknown_pool" }
      if (!answer?.unsure) return ledger.hold(command, Date.now())
      return ledger.tryHold(command, Date.now()) ?? { outcome: "refused", refusal: "overloaded" }
    })
  }

  protected override openLedger(): LaneLedger {
    return new LaneLedger(this.ctx.storage.sql, this.lane)
  }

  protected override async tell(): Promise<void> {
    if (this.tellDueAtMs === null || Date.now() < this.tellDueAtMs) return
    this.tellDueAtMs = null
    // A root that is away is told by the next alarm: what it does not know stays due.
    await Promise.allSettled(
      this.poolsToTell().map(async (pool) => {
        const answer = await this.ask(pool, 0)
        await this.commit(() => this.takeOver(answer))
      }),
    )
  }

  protected override nextTellMs(): number | null {
    if (this.tellDueAtMs === null && this.poolsToTell().length > 0)
      this.tellDueAtMs = Date.now() + TELL_INTERVAL_MS
    return this.tellDueAtMs
  }

  private get lane(): number {
    const { lane } = partsOfName(this.name)
    if (lane === null) throw new Error(`${this.name} is no lane's name`)
    return lane
  }

  /** Asks the root for units. Whoever asks while a question is under way shares the next one. */
  private ask(pool: PoolId, want: number): Promise<LeaseAnswer | null> {
    this.wanted.set(pool, (this.wanted.get(pool) ?? 0) + want)
    return this.questions.share(pool, async () => {
      const wanted = this.wanted.get(pool) ?? 0
      this.wanted.delete(pool)
      const [report, changes] = await this.commit(() => [
        this.ledger?.report(pool, Date.now()) ?? nothingYet(pool, this.lane),
        this.ledger?.changesOf(pool) ?? 0,
      ])
      const root = this.env.STOCK.getByName(partsOfName(this.name).sku)
      const answer = await within(ROOT_ANSWER_MS, root.lease(report, wanted))
      this.told.set(pool, changes)
      return answer
    })
  }

  /** Takes over what the root granted. An answer without a grant leaves nothing behind. */
  private takeOver(answer: LeaseAnswer | null): LaneLedger | null {
    if (!answer) return this.ledger
    const { grant } = answer
    const ledger = this.stocked()
    const before = ledger.availableIn(grant.pool)
    ledger.accept(grant)
    const free = ledger.availableIn(grant.pool)
    if (free > before) this.lowWater.set(grant.pool, Math.floor(free / 2))
    return ledger
  }

  /** Asks for more before the lane is dry. A root that has none is not asked again until it gave some. */
  private askAhead(pool: PoolId): void {
    const free = this.ledger?.availableIn(pool) ?? 0
    if (free === 0 || free >= (this.lowWater.get(pool) ?? 0)) return
    this.lowWater.delete(pool)
    const asked = this.ask(pool, 1).then((answer) => this.commit(() => this.takeOver(answer)))
    this.ctx.waitUntil(asked.catch(() => undefined)) // Whoever finds the lane dry asks again.
  }

  private poolsToTell(): PoolId[] {
    const { ledger } = this
    return ledger?.poolIds().filter((pool) => this.told.get(pool) !== ledger.changesOf(pool)) ?? []
  }
}
