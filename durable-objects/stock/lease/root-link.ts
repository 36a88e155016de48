import type { HoldCommand, HoldOutcome, PoolId, SellOutcome } from "../contract.ts"
import type { LaneGrant, LaneReport, LeaseAnswer, RootApi, Want } from "./contract.ts"
import { nothingYet } from "./lane-ledger.ts"
import type { LaneLedger } from "./lane-ledger.ts"
import { SharedTurns } from "./shared-turns.ts"
import { within } from "../../within.ts"

/** A root that has not answered within this time counts as away. It may itself wait for lanes. */
const ROOT_ANSWER_MS = 15_000

/** Questions for one decision, at most: each fails only if a recall was quicker. */
const QUESTIONS_MAX = 4

const NOTHING_WANTED: Want = { holds: 0, late: 0 }

/** What a lane is made of, as its object or a simulation puts it together. */
export interface LaneParts {
  lane: number
  /** Null until the lane has had a pool. */
  ledger: () => LaneLedger | null
  /** The ledger, with its tables. */
  stocked: () => LaneLedger
  /** Decides in one transaction, and resolves when it is durable. */
  commit: <T>(decide: () => T) => Promise<T>
  root: () => Pick<RootApi, "lease">
  now: () => number
}

/** A lane's link to its root: it asks for units when it has too few, gives back what is recalled, and tells its standing. */
export class RootLink {
  private readonly parts: LaneParts
  private readonly questions = new SharedTurns<LeaseAnswer | null>()
  /** What the next question asks for. */
  private readonly wanted = new Map<PoolId, Want>()
  /** Where free units fall below this, more are asked for before there are none. */
  private readonly lowWater = new Map<PoolId, number>()
  /** The changes of each pool that the root has heard of; after a start every pool is told anew. */
  private readonly told = new Map<PoolId, number>()

  constructor(parts: LaneParts) {
    this.parts = parts
  }

  /** `overloaded` when it can't be found out now whether there are units. */
  async hold(command: HoldCommand): Promise<HoldOutcome> {
    const { ledger, now, commit } = this.parts
    const tryHold = () => ledger()?.tryHold(command, now()) ?? null
    const hold = (): HoldOutcome =>
      ledger()?.hold(command, now()) ?? { outcome: "refused", refusal: "unknown_pool" }
    const decided = await commit(tryHold)
    if (decided) {
      this.askAhead(command.pool)
      return decided
    }
    const want = { holds: command.quantity, late: 0 }
    const settled = await this.decideWithRoot(command.pool, want, tryHold, hold).catch(() => null)
    return settled ?? { outcome: "refused", refusal: "overloaded" }
  }

  /** Rejects when it can't be found out now whether there are units: "gone" would cost the shopper the order. */
  async sell(holdId: string, orderId: string): Promise<SellOutcome> {
    const { ledger, now, commit } = this.parts
    const trySell = () => ledger()?.trySell(holdId, orderId, now()) ?? null
    const sell = (): SellOutcome =>
      ledger()?.sell(holdId, orderId, now()) ?? { outcome: "refused", refusal: "not_found" }
    const [sold, hold] = await commit(() => [trySell(), ledger()?.findHold(holdId) ?? null])
    if (sold) return sold
    if (!hold) return { outcome: "refused", refusal: "not_found" }
    const want = { holds: 0, late: hold.quantity }
    const settled = await this.decideWithRoot(hold.pool, want, trySell, sell)
    if (!settled) throw new Error(`it is not known yet whether there are units for ${holdId}; ask again`)
    return settled
  }

  recall(grant: LaneGrant): Promise<LaneReport> {
    const { stocked, now, commit } = this.parts
    const { pool } = grant
    return commit(() => {
      const ledger = stocked()
      ledger.expireDue(now())
      ledger.accept(grant)
      ledger.giveBack(pool)
      this.lowWater.delete(pool)
      return ledger.report(pool, now())
    })
  }

  /** Tells every pool's standing that the root has not heard of. What it does not hear now stays to be told. */
  async tell(): Promise<void> {
    const tellOne = async (pool: PoolId) => {
      const answer = await this.ask(pool, NOTHING_WANTED)
      await this.parts.commit(() => this.takeOver(answer))
    }
    await Promise.allSettled(this.poolsToTell().map(tellOne))
  }

  get hasNews(): boolean {
    return this.poolsToTell().length > 0
  }

  private poolsToTell(): PoolId[] {
    const ledger = this.parts.ledger()
    return ledger?.poolIds().filter((pool) => this.told.get(pool) !== ledger.changesOf(pool)) ?? []
  }

  /**
   * Asks the root for units, takes over what it granted, and decides with it in the same turn. A decision against whoever
   * asks stands only if the root is short and knows of all that went back: of what a recall took meanwhile it thinks that
   * it is here. Else the lane asks again, and in the end the outcome is null.
   */
  private async decideWithRoot<T>(
    pool: PoolId,
    want: Want,
    tryDecide: () => T | null,
    decide: () => T,
  ): Promise<T | null> {
    for (let questions = 1; questions <= QUESTIONS_MAX; questions++) {
      const answer = await this.ask(pool, want)
      const outcome = await this.parts.commit(() => {
        this.takeOver(answer)
        return this.isLastWord(answer) ? decide() : tryDecide()
      })
      if (outcome !== null || answer?.unsure) return outcome
    }
    return null
  }

  private isLastWord(answer: LeaseAnswer | null): boolean {
    if (!answer) return true // There is no such pool.
    const { pool, takenBack } = answer.grant
    const isUnderWay = (this.parts.ledger()?.returnedOf(pool) ?? 0) > takenBack
    return answer.short && !answer.unsure && !isUnderWay
  }

  /** Asks the root for units. Whoever asks while a question is under way shares the next one. */
  private ask(pool: PoolId, want: Want): Promise<LeaseAnswer | null> {
    const { ledger, lane, commit, root, now } = this.parts
    const { holds, late } = this.wanted.get(pool) ?? NOTHING_WANTED
    this.wanted.set(pool, { holds: holds + want.holds, late: late + want.late })
    return this.questions.share(pool, async () => {
      const wanted = this.wanted.get(pool) ?? NOTHING_WANTED
      this.wanted.delete(pool)
      const [report, changes] = await commit(() => [
        ledger()?.report(pool, now()) ?? nothingYet(pool, lane),
        ledger()?.changesOf(pool) ?? 0,
      ])
      const answer = await within(ROOT_ANSWER_MS, root().lease(report, wanted))
      this.told.set(pool, changes)
      return answer
    })
  }

  /**
   * Takes over what the root granted. An answer without a grant leaves nothing behind. What runs out now goes first: of a
   * sale that is over it goes home with all that is free, and would take the grant along.
   */
  private takeOver(answer: LeaseAnswer | null): void {
    if (!answer) return
    const { grant } = answer
    const ledger = this.parts.stocked()
    ledger.expireDue(this.parts.now())
    const before = ledger.availableIn(grant.pool)
    ledger.accept(grant)
    const free = ledger.availableIn(grant.pool)
    if (free > before) this.lowWater.set(grant.pool, Math.floor(free / 2))
  }

  /** Asks for more before the lane is dry. A root that has none is not asked again until it gave some. */
  private askAhead(pool: PoolId): void {
    const free = this.parts.ledger()?.availableIn(pool) ?? 0
    if (free === 0 || free >= (this.lowWater.get(pool) ?? 0)) return
    this.lowWater.delete(pool)
    const takeOver = (answer: LeaseAnswer | null) => this.parts.commit(() => this.takeOver(answer))
    // Should it fail, whoever finds the lane dry asks again.
    this.ask(pool, { holds: 1, late: 0 })
      .then(takeOver)
      .catch(() => undefined)
  }
}
