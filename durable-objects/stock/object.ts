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
import { within } from "../within.ts"
import { LaneLinks } from "./lease/lane-links.ts"
import { laneName } from "./lease/names.ts"

/** What the object needs of its environment. */
export interface StockBindings {
  EVENTS: Queue<StockMessage | ArchiveMessage>
  STOCK_LANES: DurableObjectNamespace<LaneApi & Rpc.DurableObjectBranded>
}

/** Levels go to Postgres at most this often; in between they are one snapshot that is overwritten. */
const LEVELS_INTERVAL_MS = 1_000

/** A snapshot that Postgres has not reported within this time is sent again. */
const LEVELS_RESEND_MS = 30_000

/** How long a change of a pool waits for its lanes to hear of it: less than a room waits for a ledger. */
const LANES_HEAR_MS = 400

/** Lanes that must be recalled are asked again this often; longer than a lane takes to tell that it knows the terms. */
const RECALL_INTERVAL_MS = 3_000

const NO_COUNTS: StockCounts = { received: 0, available: 0, held: 0, sold: 0, pools: [], version: 0 }

/** One SKU's ledger as an object: the root of its lanes, where a sale has them. */
export class StockObject extends HoldKeeper<Ledger, StockBindings> implements StockApi, RootApi {
  private levelsDueAtMs: number | null = null
  /** The version that was sent last; it is sent again when it is not acknowledged in time. */
  private sentVersion = 0
  private recallDueAtMs: number | null = null
  private readonly laneLinks = new LaneLinks({
    ledger: () => this.ledger,
    commit: (decide) => this.commit(decide),
    lane: (number) => this.env.STOCK_LANES.getByName(laneName(this.name, number)),
    now: Date.now,
  })

  constructor(ctx: DurableObjectState, env: StockBindings) {
    super(ctx, env)
    this.start()
  }

  setOpenTerms(terms: PoolTerms): Promise<void> {
    return this.commit(() => this.stocked().setOpenTerms(terms))
  }

  receive(command: { id: string; delta: number; reason: string }): Promise<ReceiveOutcome> {
    return this.commit(() => this.stocked().receive(command, Date.now()))
  }

  allot(command: AllotCommand): Promise<AllotOutcome> {
    return this.commit(() => this.stocked().allot(command, Date.now()))
  }

  /** Lanes that answer in time have heard of it when this resolves; the others hear of it by alarm. */
  async setPoolState(pool: PoolId, state: PoolState): Promise<void> {
    await this.commit(() => this.ledger?.setPoolState(pool, state))
    await this.tellLanes(pool)
  }

  async changeSaleTerms(pool: PoolId, terms: PoolTerms): Promise<void> {
    await this.commit(() => this.ledger?.changeSaleTerms(pool, terms))
    await this.tellLanes(pool)
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

  lease(report: LaneReport, want: Want): Promise<LeaseAnswer | null> {
    return this.laneLinks.lease(report, want)
  }

  protected override openLedger(): Ledger {
    return new Ledger(this.ctx.storage.sql)
  }

  protected override async tell(): Promise<void> {
    await this.publishLevels()
    if (this.recallDueAtMs === null || Date.now() < this.recallDueAtMs) return
    this.recallDueAtMs = null
    await this.laneLinks.recallAllDue()
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

  /** The change stands already; one lane that is away keeps nobody waiting. */
  private async tellLanes(pool: PoolId): Promise<void> {
    await within(LANES_HEAR_MS, this.laneLinks.recallIfDue(pool)).catch(() => undefined)
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
}
