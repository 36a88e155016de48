import type {
  ArchiveMessage,
  HoldCommand,
  HoldOutcome,
  PoolId,
  SellOutcome,
  StockMessage,
} from "../contract.ts"
import { HoldKeeper } from "../hold-keeper.ts"
import type { LaneApi, LaneCounts, LaneGrant, LaneReport, LeaseAnswer, RootApi, Want } from "./contract.ts"
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

/** Questions for one decision, at most: each fails only if a recall was quicker. */
const QUESTIONS_MAX = 4

const NOTHING_WANTED: Want = { holds: 0, late: 0 }

interface RootSaid {
  answer: LeaseAnswer | null
  /** What the lane had accepted when it asked. */
  accepted: number
}

/** One lane of a SKU as an object, named `<sku>:<lane>`: it sells units that it leases from the SKU's own object. */
export class StockLane extends HoldKeeper<LaneLedger, LaneBindings> implements LaneApi {
  private readonly questions = new SharedTurns<RootSaid>()
  /** What the next question asks for. */
  private readonly wanted = new Map<PoolId, Want>()
  /** The highest `granted` that a recall came with: units of that grant, and of earlier ones, were given back. */
  private readonly recalledUpTo = new Map<PoolId, number>()
  /** Where free units fall below this, more are asked for before there are none. */
  private readonly lowWater = new Map<PoolId, number>()
  /** The changes of each pool that the root has heard of; after a start every pool is told anew. */
  private readonly told = new Map<PoolId, number>()
  private tellDueAtMs: number | null = null

  override async sell(holdId: string, orderId: string): Promise<SellOutcome> {
    const trySell = () => this.ledger?.trySell(holdId, orderId, Date.now()) ?? null
    const sell = () => this.decideSell(holdId, orderId)
    const [sold, hold] = await this.commit(() => [trySell(), this.ledger?.findHold(holdId) ?? null])
    if (sold) return sold
    if (!hold) return { outcome: "refused", refusal: "not_found" }
    const settled = await this.decideWithRoot(hold.pool, { holds: 0, late: hold.quantity }, trySell, sell)
    // "Gone" would cost the shopper the order; whoever asks again finds out.
    if (!settled) throw new Error(`it is not known yet whether there are units for ${holdId}; ask again`)
    return settled
  }

  recall(grant: LaneGrant): Promise<LaneReport> {
    return this.commit(() => {
      const ledger = this.stocked()
      ledger.expireDue(Date.now())
      ledger.accept(grant)
      ledger.giveBack(grant.pool)
      this.recalledUpTo.set(grant.pool, Math.max(grant.granted, this.recalledUpTo.get(grant.pool) ?? 0))
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

  protected override async takeHold(command: HoldCommand): Promise<HoldOutcome> {
    const { pool, quantity } = command
    const tryHold = () => this.ledger?.tryHold(command, Date.now()) ?? null
    const decided = await this.commit(tryHold)
    if (decided) {
      this.askAhead(pool)
      return decided
    }
    const hold = () => this.decideHold(command)
    const settled = await this.decideWithRoot(pool, { holds: quantity, late: 0 }, tryHold, hold).catch(
      () => null,
    )
    return settled ?? { outcome: "refused", refusal: "overloaded" }
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
        const { answer } = await this.ask(pool, NOTHING_WANTED)
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

  /**
   * Asks the root for units, takes over what it granted, and decides with it in the same turn. A decision against whoever
   * asks stands only if the root is short and nothing took its grant away before it was here; else the lane asks again,
   * and in the end the outcome is null.
   */
  private async decideWithRoot<T>(
    pool: PoolId,
    want: Want,
    tryDecide: () => T | null,
    decide: () => T,
  ): Promise<T | null> {
    for (let questions = 1; questions <= QUESTIONS_MAX; questions++) {
      const said = await this.ask(pool, want)
      const outcome = await this.commit(() => {
        this.takeOver(said.answer)
        return this.isLastWord(said) ? decide() : tryDecide()
      })
      if (outcome !== null || said.answer?.unsure) return outcome
    }
    return null
  }

  private isLastWord({ answer, accepted }: RootSaid): boolean {
    if (!answer) return true // There is no such pool.
    const { pool, granted } = answer.grant
    const wasTaken = granted > accepted && (this.recalledUpTo.get(pool) ?? 0) >= granted
    return answer.short && !answer.unsure && !wasTaken
  }

  /** Asks the root for units. Whoever asks while a question is under way shares the next one. */
  private ask(pool: PoolId, want: Want): Promise<RootSaid> {
    const { holds, late } = this.wanted.get(pool) ?? NOTHING_WANTED
    this.wanted.set(pool, { holds: holds + want.holds, late: late + want.late })
    return this.questions.share(pool, async () => {
      const wanted = this.wanted.get(pool) ?? NOTHING_WANTED
      this.wanted.delete(pool)
      const [report, changes] = await this.commit(() => [
        this.ledger?.report(pool, Date.now()) ?? nothingYet(pool, this.lane),
        this.ledger?.changesOf(pool) ?? 0,
      ])
      const root = this.env.STOCK.getByName(partsOfName(this.name).sku)
      const answer = await within(ROOT_ANSWER_MS, root.lease(report, wanted))
      this.told.set(pool, changes)
      return { answer, accepted: report.accepted }
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
    const asked = this.ask(pool, { holds: 1, late: 0 }).then(({ answer }) =>
      this.commit(() => this.takeOver(answer)),
    )
    this.ctx.waitUntil(asked.catch(() => undefined)) // Whoever finds the lane dry asks again.
  }

  private poolsToTell(): PoolId[] {
    const { ledger } = this
    return ledger?.poolIds().filter((pool) => this.told.get(pool) !== ledger.changesOf(pool)) ?? []
  }
}
