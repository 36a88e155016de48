import type {
  ArchiveMessage,
  HoldCommand,
  HoldOutcome,
  PoolId,
  SellOutcome,
  StockMessage,
} from "../contract.ts"
import { HoldKeeper } from "../hold-keeper.ts"
import type { LaneApi, LaneCounts, LaneGrant, LaneReport, RootApi } from "./contract.ts"
import { LaneLedger } from "./lane-ledger.ts"
import { partsOfName } from "./names.ts"
import { RootLink } from "./root-link.ts"

/** What a lane needs of its environment. */
export interface LaneBindings {
  EVENTS: Queue<StockMessage | ArchiveMessage>
  STOCK: DurableObjectNamespace<RootApi & Rpc.DurableObjectBranded>
}

/** A lane tells its standing at most this often while it changes. */
const TELL_INTERVAL_MS = 1_000

/** One lane of a SKU as an object, named `<sku>:<lane>`: it sells units that it leases from the SKU's own object. */
export class StockLane extends HoldKeeper<LaneLedger, LaneBindings> implements LaneApi {
  private tellDueAtMs: number | null = null
  private readonly root = new RootLink({
    lane: this.lane,
    ledger: () => this.ledger,
    stocked: () => this.stocked(),
    commit: (decide) => this.commit(decide),
    root: () => this.env.STOCK.getByName(partsOfName(this.name).sku),
    now: Date.now,
  })

  constructor(ctx: DurableObjectState, env: LaneBindings) {
    super(ctx, env)
    this.start()
  }

  override sell(holdId: string, orderId: string): Promise<SellOutcome> {
    return this.root.sell(holdId, orderId)
  }

  recall(grant: LaneGrant): Promise<LaneReport> {
    return this.root.recall(grant)
  }

  laneCounts(pool: PoolId): Promise<LaneCounts | null> {
    return this.commit(() => {
      this.ledger?.expireDue(Date.now())
      return this.ledger?.laneCounts(pool) ?? null
    })
  }

  protected override takeHold(command: HoldCommand): Promise<HoldOutcome> {
    return this.root.hold(command)
  }

  protected override openLedger(): LaneLedger {
    return new LaneLedger(this.ctx.storage.sql, this.lane)
  }

  protected override async tell(): Promise<void> {
    if (this.tellDueAtMs === null || Date.now() < this.tellDueAtMs) return
    this.tellDueAtMs = null
    await this.root.tell()
  }

  protected override nextTellMs(): number | null {
    if (this.tellDueAtMs === null && this.root.hasNews) this.tellDueAtMs = Date.now() + TELL_INTERVAL_MS
    return this.tellDueAtMs
  }

  private get lane(): number {
    const { lane } = partsOfName(this.name)
    if (lane === null) throw new Error(`${this.name} is no lane's name`)
    return lane
  }
}
