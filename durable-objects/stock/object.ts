import type {
  AllotCommand,
  AllotOutcome,
  ArchiveMessage,
  PoolId,
  PoolState,
  PoolTerms,
  ReceiveOutcome,
  StockApi,
  StockCounts,
  StockMessage,
} from "./contract.ts"
import { HoldKeeper } from "./hold-keeper.ts"
import { Ledger } from "./ledger.ts"
import type { LaneApi, LaneReport, LeaseAnswer, RootApi, Want } from "./lease/contract.ts"
import { laneName } from "./lease/names.ts"
import { SharedTurns } from "./lease/shared-turns.ts"
import { within } from "../within.ts"

/** What the object needs of its environment. */
export interface StockBindings {
  EVENTS: Queue<StockMessage | ArchiveMessage>
  STOCK_LANES: DurableObjectNamespace<LaneApi & Rpc.DurableObjectBranded>
}

/** Levels go to Postgres at most this often; in between they are one snapshot that is overwritten. */
const LEVELS_INTERVAL_MS = 1_000

/** A snapshot that Postgres has not reported within this time is sent again. */
const LEVELS_RESEND_MS = 30_000

/** A lane that has not answered within this time counts as away. */
const RECALL_ANSWER_MS = 2_000

/** Lanes that must be recalled and did not answer are asked again this often. */
const RECALL_INTERVAL_MS = 1_000

/** Recalls for one question, at most: each finds nothing only if another lane was quicker. */
const RECALLS_MAX = 4

const NO_COUNTS: StockCounts = { received: 0, available: 0, held: 0, sold: 0, pools: [], version: 0 }

/** One SKU's ledger as an object: the root of its lanes, where a sale has them. */
export class StockObject extends HoldKeeper<Ledger, StockBindings> implements StockApi, RootApi {
  private levelsDueAtMs: number | null = null
  /** The version that was sent last; it is sent again when it is not acknowledged in time. */
  private sentVersion = 0
  private recallDueAtMs: number | null = null
  private readonly recalls = new SharedTurns<boolean>()

  setOpenTerms(terms: PoolTerms): Promise<void> {
    return this.commit(() => this.stocked().setOpenTerms(terms))
  }

  receive(command: { id: string; delta: number; reason: string }): Promise<ReceiveOutcome> {
    return this.commit(() => this.stocked().receive(command, Date.now()))
  }

  allot(command: AllotCommand): Promise<AllotOutcome> {
    return this.commit(() => this.stocked().allot(command, Date.now()))
  }

  /** Lanes that can be reached have heard of it when this resolves; the others hear of it by alarm. */
  async setPoolState(pool: PoolId, state: PoolState): Promise<void> {
    await this.commit(() => this.ledger?.setPoolState(pool, state))
    await this.recallIfDue(pool)
  }

  async changeSaleTerms(pool: PoolId, terms: PoolTerms): Promise<void> {
    await this.commit(() => this.ledger?.changeSaleTerms(pool, terms))
    await this.recallIfDue(pool)
  }

  counts(): Promise<StockCounts> {
    return this.commit(() => {
      this.ledger?.expireDue(Date.now())
      return this.ledger?.counts() ?? NO_COUNTS
    })
  }

  acknowledgeLevels(version: number): Promise<void> {
    return this.commit(() => this.ledger?.acknowledge(version))
  }

  async lanes(pool: PoolId): Promise<number | null> {
    return this.commit(() => this.ledger?.lanesOf(pool) ?? null)
  }

  /** What is missing here is recalled from the lanes first, and again when another lane was granted it meanwhile. */
  async lease(report: LaneReport, want: Want): Promise<LeaseAnswer | null> {
    const decide = () => this.commit(() => this.ledger?.lease(report, want, Date.now()) ?? null)
    let answer = await decide()
    for (let recalls = 1; answer?.short; recalls++) {
      const allAnswered = await this.recall(report.pool)
      answer = await decide()
      if (!answer?.short) break
      if (!allAnswered || (answer.elsewhere > 0 && recalls === RECALLS_MAX))
        return { ...answer, unsure: true }
      if (answer.elsewhere === 0) break
    }
    return answer
  }

  protected override openLedger(): Ledger {
    return new Ledger(this.ctx.storage.sql)
  }

  protected override async tell(): Promise<void> {
    await this.publishLevels()
    if (this.recallDueAtMs === null || Date.now() < this.recallDueAtMs) return
    this.recallDueAtMs = null
    await Promise.all((this.ledger?.poolsToRecall() ?? []).map((pool) => this.recall(pool)))
  }

  protected override nextTellMs(): number | null {
    const { ledger } = this
    if (!ledger?.hasNews) this.levelsDueAtMs = null
    else if (this.levelsDueAtMs === null || ledger.version > this.sentVersion)
      this.levelsDueAtMs = Math.min(this.levelsDueAtMs ?? Infinity, Date.now() + LEVELS_INTERVAL_MS)
    if (this.recallDueAtMs === null && ledger?.mustRecall)
      this.recallDueAtMs = Date.now() + RECALL_INTERVAL_MS
    const dueAtMs = Math.min(this.levelsDueAtMs ?? Infinity, this.recallDueAtMs ?? Infinity)
    return dueAtMs === Infinity ? null : dueAtMs
  }

  private async publishLevels(): Promise<void> {
    const { ledger } = this
    const nowMs = Date.now()
    if (!ledger?.hasNews || this.levelsDueAtMs === null || nowMs < this.levelsDueAtMs) return
    const counts = await this.commit(() => ledger.tellCounts())
    await this.env.EVENTS.send({ kind: "stock_levels", sku: this.name, counts, atMs: nowMs })
    this.sentVersion = counts.version
    this.levelsDueAtMs = nowMs + LEVELS_RESEND_MS
  }

  private async recallIfDue(pool: PoolId): Promise<void> {
    if (this.ledger?.poolsToRecall().includes(pool)) await this.recall(pool)
  }

  /** Takes back what is free in every lane of a pool. False when a lane did not answer: its units may be free. */
  private recall(pool: PoolId): Promise<boolean> {
    return this.recalls.share(pool, async () => {
      const grants = await this.commit(() => this.ledger?.grantsOf(pool) ?? [])
      const answers = await Promise.allSettled(
        grants.map((grant) => {
          const lane = this.env.STOCK_LANES.getByName(laneName(this.name, grant.lane))
          return within(RECALL_ANSWER_MS, lane.recall(grant))
        }),
      )
      const reports = answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []))
      await this.commit(() => reports.forEach((report) => this.ledger?.takeIn(report)))
      return reports.length === grants.length
    })
  }
}
