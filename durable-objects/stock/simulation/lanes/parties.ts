import type { Sql } from "../../../sqlite.ts"
import type {
  AllotCommand,
  AllotOutcome,
  HoldCommand,
  HoldOutcome,
  PoolId,
  PoolState,
} from "../../contract.ts"
import type { PoolTerms, ReceiveOutcome, SellOutcome, StockCounts } from "../../contract.ts"
import { Ledger } from "../../ledger.ts"
import type { LaneCounts, LaneGrant, LaneReport, LeaseAnswer, Want } from "../../lease/contract.ts"
import { LaneLedger } from "../../lease/lane-ledger.ts"
import { LaneLinks } from "../../lease/lane-links.ts"
import type { RootParts } from "../../lease/lane-links.ts"
import { laneName } from "../../lease/names.ts"
import { RootLink } from "../../lease/root-link.ts"
import type { LaneParts } from "../../lease/root-link.ts"
import { recordLane, recordRoot } from "./decisions.ts"
import { Instance } from "./instance.ts"
import type { Network } from "./network.ts"
import { Station } from "./station.ts"
import type { World } from "./world.ts"

export const SKU = "SKU"

/** As the objects around the ledgers have it. */
const TELL_INTERVAL_MS = 1_000
const RECALL_INTERVAL_MS = 1_000

/** What a root and its lanes are made of; a test of the auditor puts a broken part in. */
export interface Makers {
  rootLedger: (sql: Sql) => Ledger
  laneLedger: (sql: Sql, lane: number) => LaneLedger
  laneLinks: (parts: RootParts) => LaneLinks
  rootLink: (parts: LaneParts) => RootLink
}

export const SOUND: Makers = {
  rootLedger: (sql) => new Ledger(sql),
  laneLedger: (sql, lane) => new LaneLedger(sql, lane),
  laneLinks: (parts) => new LaneLinks(parts),
  rootLink: (parts) => new RootLink(parts),
}

/** A root and its lanes, each at its place. */
export class Sku {
  readonly makers: Makers
  readonly network: Network
  readonly root: RootStation
  readonly lanes: LaneStation[]

  constructor(world: World, network: Network, laneCount: number, makers: Makers) {
    this.makers = makers
    this.network = network
    this.root = new RootStation(world, SKU, this)
    this.lanes = Array.from({ length: laneCount }, (_, lane) => new LaneStation(world, lane, this))
  }

  get stations(): (RootStation | LaneStation)[] {
    return [this.root, ...this.lanes]
  }

  stationOf(name: string): RootStation | LaneStation {
    const station = this.stations.find((station) => station.name === name)
    if (!station) throw new Error(`there is no ${name}`)
    return station
  }
}

export class RootStation extends Station<RootInstance> {
  private readonly sku: Sku

  constructor(world: World, name: string, sku: Sku) {
    super(world, name)
    this.sku = sku
  }

  protected override begin(): RootInstance {
    return new RootInstance(this, this.sku)
  }
}

export class LaneStation extends Station<LaneInstance> {
  readonly lane: number
  private readonly sku: Sku

  constructor(world: World, lane: number, sku: Sku) {
    super(world, laneName(SKU, lane))
    this.lane = lane
    this.sku = sku
  }

  protected override begin(): LaneInstance {
    return new LaneInstance(this, this.lane, this.sku)
  }
}

class RootInstance extends Instance<Ledger> {
  private readonly sku: Sku
  private readonly links: LaneLinks
  private recallDueAtMs: number | null = null

  constructor(station: Station, sku: Sku) {
    super(station)
    this.sku = sku
    this.links = sku.makers.laneLinks({
      ledger: () => this.ledger,
      commit: (decide) => this.commit(decide),
      lane: (number) => ({ recall: (grant) => this.recallFrom(number, grant) }),
      now: () => this.nowMs,
    })
    this.remember()
  }

  override hold(command: HoldCommand): Promise<HoldOutcome> {
    const none: HoldOutcome = { outcome: "refused", refusal: "unknown_pool" }
    return this.commit(() => this.ledger?.hold(command, this.nowMs) ?? none)
  }

  override sell(holdId: string, orderId: string): Promise<SellOutcome> {
    const none: SellOutcome = { outcome: "refused", refusal: "not_found" }
    return this.commit(() => this.ledger?.sell(holdId, orderId, this.nowMs) ?? none)
  }

  setOpenTerms(terms: PoolTerms): Promise<void> {
    return this.commit(() => this.stocked().setOpenTerms(terms))
  }

  receive(command: { id: string; delta: number; reason: string }): Promise<ReceiveOutcome> {
    return this.commit(() => this.stocked().receive(command, this.nowMs))
  }

  allot(command: AllotCommand): Promise<AllotOutcome> {
    return this.commit(() => this.stocked().allot(command, this.nowMs))
  }

  async setPoolState(pool: PoolId, state: PoolState): Promise<void> {
    await this.commit(() => this.ledger?.setPoolState(pool, state))
    await this.links.recallIfDue(pool)
  }

  async changeSaleTerms(pool: PoolId, terms: PoolTerms): Promise<void> {
    await this.commit(() => this.ledger?.changeSaleTerms(pool, terms))
    await this.links.recallIfDue(pool)
  }

  counts(): Promise<StockCounts | null> {
    return this.commit(() => {
      this.ledger?.expireDue(this.nowMs)
      return this.ledger?.counts() ?? null
    })
  }

  lease(report: LaneReport, want: Want): Promise<LeaseAnswer | null> {
    return this.links.lease(report, want)
  }

  protected override openLedger(): Ledger {
    const ledger = this.sku.makers.rootLedger(this.station.disk.sql)
    return recordRoot(ledger, this.decisions, () => this.nowMs)
  }

  protected override async tell(): Promise<void> {
    if (this.recallDueAtMs === null || this.nowMs < this.recallDueAtMs) return
    this.recallDueAtMs = null
    await this.links.recallAllDue()
  }

  protected override nextTellMs(): number | null {
    if (this.recallDueAtMs === null && this.ledger?.mustRecall)
      this.recallDueAtMs = this.nowMs + RECALL_INTERVAL_MS
    return this.recallDueAtMs
  }

  private async recallFrom(lane: number, grant: LaneGrant): Promise<LaneReport> {
    const { network, lanes } = this.sku
    const { world } = this.station
    const to = lanes[lane]
    if (!to) throw new Error(`there is no lane ${lane}`)
    const told = copyOf(grant)
    world.check(() => world.auditor.hearGrant(told))
    const report = await network.call(this, to, ({ instance }) => instance.recall(told))
    world.check(() => world.auditor.hearReport(report))
    return { ...report }
  }
}

class LaneInstance extends Instance<LaneLedger> {
  private readonly lane: number
  private readonly sku: Sku
  private readonly link: RootLink
  private tellDueAtMs: number | null = null

  constructor(station: Station, lane: number, sku: Sku) {
    super(station)
    this.lane = lane
    this.sku = sku
    this.link = sku.makers.rootLink({
      lane,
      ledger: () => this.ledger,
      stocked: () => this.stocked(),
      commit: (decide) => this.commit(decide),
      root: () => ({ lease: (report, want) => this.askRoot(report, want) }),
      now: () => this.nowMs,
    })
    this.remember()
  }

  override hold(command: HoldCommand): Promise<HoldOutcome> {
    return this.link.hold(command)
  }

  override sell(holdId: string, orderId: string): Promise<SellOutcome> {
    return this.link.sell(holdId, orderId)
  }

  recall(grant: LaneGrant): Promise<LaneReport> {
    return this.link.recall(grant)
  }

  laneCounts(pool: PoolId): Promise<LaneCounts | null> {
    return this.commit(() => {
      this.ledger?.expireDue(this.nowMs)
      return this.ledger?.laneCounts(pool) ?? null
    })
  }

  protected override openLedger(): LaneLedger {
    const ledger = this.sku.makers.laneLedger(this.station.disk.sql, this.lane)
    return recordLane(ledger, this.decisions, () => this.nowMs)
  }

  protected override async tell(): Promise<void> {
    if (this.tellDueAtMs === null || this.nowMs < this.tellDueAtMs) return
    this.tellDueAtMs = null
    await this.link.tell()
  }

  protected override nextTellMs(): number | null {
    if (this.tellDueAtMs === null && this.link.hasNews) this.tellDueAtMs = this.nowMs + TELL_INTERVAL_MS
    return this.tellDueAtMs
  }

  private async askRoot(report: LaneReport, want: Want): Promise<LeaseAnswer | null> {
    const { network, root } = this.sku
    const { world } = this.station
    const told = { ...report }
    world.check(() => world.auditor.hearReport(told))
    const answer = await network.call(this, root, ({ instance }) => instance.lease(told, { ...want }))
    if (answer) world.check(() => world.auditor.hearGrant(answer.grant))
    return answer && { ...answer, grant: copyOf(answer.grant) }
  }
}

/** A message is nobody's memory. */
function copyOf(grant: LaneGrant): LaneGrant {
  return { ...grant, terms: { ...grant.terms } }
}
