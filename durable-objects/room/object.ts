import { DurableObject } from "cloudflare:workers"
import { drawCommitmentOf, earlySecretOf, lotOf } from "../../waiting-room/rank.ts"
import { encodeBase64Url } from "../../waiting-room/signed-token.ts"
import type { StockCounts } from "../stock/contract.ts"
import type { StockLane } from "../stock/lease/lane-object.ts"
import { Ledgers } from "../stock/ledgers.ts"
import type { StockObject } from "../stock/object.ts"
import type { PaymentGateApi } from "../payment-gate/contract.ts"
import { within } from "../within.ts"
import type { Rehearsal } from "../../waiting-room/rehearsal/journal.ts"
import type { RehearsalOptions } from "../../waiting-room/rehearsal/options.ts"
import { poolTermsOf } from "./contract.ts"
import type {
  ArrivalCounts,
  Board,
  Leave,
  PassOutcome,
  PassRecord,
  RoomApi,
  RoomLive,
  Sale,
  SaleChange,
  SaleFacts,
  SaleOutcome,
  SaleRefusal,
} from "./contract.ts"
import { Drawing } from "./drawing.ts"
import type { DrawingBindings } from "./drawing.ts"
import { PaymentPace } from "./payment-pace.ts"
import { rehearseSmall } from "./rehearsed-room.ts"
import { Room } from "./room.ts"
import type { PoolOrder } from "./pools.ts"
import { RoomStore } from "./room-store.ts"
import type { UnitCounts } from "./line-state.ts"

/** What the object needs of its environment. */
export interface RoomBindings extends DrawingBindings {
  STOCK: DurableObjectNamespace<StockObject>
  STOCK_LANES: DurableObjectNamespace<StockLane>
  PAYMENT_GATE: DurableObjectNamespace<PaymentGateApi & Rpc.DurableObjectBranded>
}

const DRAW_SECRET_BYTES = 32

/** A stock object that has not answered by then is asked again in the next tick; the line does not wait for it. */
const STOCK_ANSWER_MS = 800

const NO_LIVE: RoomLive = {
  joined: 0,
  waiting: 0,
  admitted: 0,
  active: 0,
  standbys: 0,
  takenShare: 1,
  unitsPerPass: 1,
  limit: "closed",
  frontier: -1,
  pacePerMinute: 0,
  refusals: {},
}

const ALLOT_REFUSALS = {
  reused: "reused",
  pool_closed: "sale_over",
  insufficient_stock: "insufficient_stock",
  lanes_fixed: "reused", // Never: a room's items keep their lanes.
} as const satisfies Record<string, SaleRefusal>

/** The shell around one sale's room: it times, draws, and talks to the stock objects. It decides nothing. */
export class RoomObject extends DurableObject<RoomBindings> implements RoomApi {
  private readonly store: RoomStore
  private readonly ledgers: Ledgers
  /** Null until a sale is scheduled here. */
  private room: Room | null = null
  /** Orders to the pools go out one after the other, so that a later one never arrives first. */
  private settled: Promise<void> = Promise.resolve()
  private readonly drawing: Drawing
  private readonly paymentPace: PaymentPace

  constructor(ctx: DurableObjectState, env: RoomBindings) {
    super(ctx, env)
    this.store = new RoomStore(ctx.storage.sql)
    this.ledgers = new Ledgers(env)
    this.drawing = new Drawing(env)
    this.paymentPace = new PaymentPace(env.PAYMENT_GATE)
    if (!this.store.hasTables()) return
    ctx.storage.transactionSync(() => this.store.migrate())
    this.openRoom()
    // An alarm may have been lost with the last instance.
    void ctx.blockConcurrencyWhile(async () => {
      if ((await ctx.storage.getAlarm()) === null) await this.armAlarm()
    })
  }

  async schedule(sale: Sale): Promise<SaleFacts> {
    const drawSecret = encodeBase64Url(crypto.getRandomValues(new Uint8Array(DRAW_SECRET_BYTES)))
    const drawCommitment = await drawCommitmentOf(drawSecret)
    const earlySecret = sale.earlyAccess ? await earlySecretOf(drawSecret) : null
    if (!this.room) {
      this.ctx.storage.transactionSync(() => {
        this.store.migrate()
        const secrets = { drawSecret, drawCommitment, earlySecret }
        this.store.saveSale({ sale, ...secrets, paused: false, endedAtMs: null, termsVersion: 1 })
      })
      this.openRoom()
      this.scheduledRoom().draw.begin(Date.now())
    }
    await this.armAlarm()
    return this.scheduledRoom().facts(Date.now())
  }

  async read(): Promise<{ facts: SaleFacts; board: Board } | null> {
    const nowMs = Date.now()
    return this.room ? { facts: this.room.facts(nowMs), board: this.room.board(nowMs) } : null
  }

  async countArrivals(arrivals: ArrivalCounts): Promise<void> {
    this.room?.countArrivals(arrivals)
  }

  async exchange(ticket: {
    ticketId: string
    arrivedAtMs: number
    subject: string
    invited?: boolean
  }): Promise<PassOutcome> {
    const room = this.scheduledRoom()
    const key = () => (ticket.invited ? room.earlySecret : room.draw.lotKey)
    const lotKey = key()
    const lot = await lotOf(lotKey, ticket.ticketId)
    // Drawn while the lot was worked out: that one counts for nothing.
    if (lotKey !== key()) return this.exchange(ticket)
    return room.exchange({ ...ticket, lot, passId: crypto.randomUUID() }, Date.now())
  }

  async leave(leave: Leave): Promise<void> {
    const { room } = this
    if (!room || (room.mayHoldMore(leave) && (await this.isHolding(room, leave.subject)))) return
    room.leave(leave, Date.now())
  }

  change(change: SaleChange): Promise<SaleOutcome> {
    return this.act((room) => room.change(change, Date.now()))
  }

  pause(): Promise<SaleOutcome> {
    return this.act((room) => room.setPaused(true, Date.now()))
  }

  resume(): Promise<SaleOutcome> {
    return this.act((room) => room.setPaused(false, Date.now()))
  }

  end(): Promise<SaleOutcome> {
    return this.act((room) => {
      room.end(Date.now())
      return null
    })
  }

  replenish(command: { id: string; sku: string; units: number }): Promise<SaleOutcome> {
    return this.act(async (room) => {
      const item = room.itemOf(command.sku)
      if (!item) return "not_found"
      if (room.isEnded(Date.now())) return "sale_over"
      const { id, sku, units } = command
      const allotted = await this.env.STOCK.getByName(sku).allot({
        id,
        saleId: room.sale.saleId,
        units,
        terms: poolTermsOf(room.sale, item),
        lanes: item.lanes ?? 1,
      })
      if (allotted.outcome === "refused") return ALLOT_REFUSALS[allotted.refusal]
      room.replenished(command)
      return null
    })
  }

  async live(): Promise<RoomLive> {
    return this.room?.live(Date.now()) ?? NO_LIVE
  }

  async passes(afterTicketId: string): Promise<PassRecord[]> {
    return this.room?.passes(afterTicketId) ?? []
  }

  /** In a transaction that is undone: the room's own tables are there while it plays, and gone after. */
  async rehearse(options: RehearsalOptions): Promise<Rehearsal> {
    if (this.room) throw new Error("A room that has a sale does not rehearse.")
    let played: Rehearsal | undefined
    const undo = new Error("The rehearsal is over.")
    try {
      this.ctx.storage.transactionSync(() => {
        played = rehearseSmall(this.ctx.storage.sql, options)
        throw undo
      })
    } catch (error) {
      if (error !== undo) throw error
    }
    if (!played) throw new Error("The rehearsal ended without an outcome.")
    return played
  }

  override async alarm(): Promise<void> {
    // The next one first: whatever breaks below, the line goes on.
    await this.armAlarm()
    await this.tick()
  }

  private async tick(): Promise<void> {
    const room = this.scheduledRoom()
    // Not waited for: the bell must not ring late because a shard is slow.
    this.ctx.waitUntil(this.drawing.goOn(room))
    const [stock, paymentsPerMinute] = await Promise.all([
      this.readStock(room),
      room.isOpen(Date.now()) ? this.paymentPace.read(room.sale.saleId) : null,
      this.settlePools(),
    ])
    room.tick(stock, Date.now(), paymentsPerMinute)
  }

  /** A merchant's act: decided, told to the pools, and seen on the board at once. */
  private async act(
    decide: (room: Room) => SaleRefusal | null | Promise<SaleRefusal | null>,
  ): Promise<SaleOutcome> {
    const { room } = this
    if (!room) return { outcome: "refused", refusal: "not_found" }
    const refusal = await decide(room)
    if (refusal) return { outcome: "refused", refusal }
    await this.tick()
    await this.armAlarm()
    return { outcome: "ok", facts: room.facts(Date.now()) }
  }

  private settlePools(): Promise<void> {
    this.settled = this.settled.then(async () => {
      const room = this.scheduledRoom()
      await Promise.all(room.poolOrders(Date.now()).map((order) => this.tellPool(room, order)))
    })
    return this.settled
  }

  /** A pool that does not answer stays on the list; the alarm goes on until the list is empty. */
  private async tellPool(room: Room, order: PoolOrder): Promise<void> {
    const { saleId } = room.sale
    const stock = this.env.STOCK.getByName(order.sku)
    try {
      await within(STOCK_ANSWER_MS, stock.changeSaleTerms(saleId, order.terms))
      if (!order.termsOnly) await within(STOCK_ANSWER_MS, stock.setPoolState(saleId, order.state))
      room.poolTold(order)
    } catch (error) {
      this.warn("pool_not_told", order.sku, error)
    }
  }

  /** What each item's stock object says now; those that don't answer are left out. */
  private async readStock(room: Room): Promise<Map<string, UnitCounts>> {
    const { items, saleId } = room.sale
    const known = new Map<string, UnitCounts>()
    const readOne = async (sku: string) => {
      try {
        const counts: StockCounts = await within(STOCK_ANSWER_MS, this.env.STOCK.getByName(sku).counts())
        const pool = counts.pools.find((candidate) => candidate.pool === saleId)
        if (pool) known.set(sku, { available: pool.available, held: pool.held, sold: pool.sold })
      } catch (error) {
        this.warn("stock_not_read", sku, error)
      }
    }
    await Promise.all(items.map((item) => readOne(item.sku)))
    return known
  }

  /** Throws when one of the ledgers does not say: then nobody leaves. */
  private async isHolding(room: Room, subject: string): Promise<boolean> {
    const { items, saleId } = room.sale
    const asked = items.map(async ({ sku }) => {
      const ledger = await this.ledgers.ledgerOf(sku, saleId, subject)
      return this.ledgers.getByName(ledger).isHolding(saleId, subject)
    })
    return (await within(STOCK_ANSWER_MS, Promise.all(asked))).includes(true)
  }

  private async armAlarm(): Promise<void> {
    const atMs = this.room?.nextTickMs(Date.now()) ?? null
    if (atMs !== null) await this.ctx.storage.setAlarm(atMs)
  }

  private openRoom(): void {
    const scheduled = this.store.loadSale()
    if (scheduled) this.room = new Room(this.ctx.storage.sql, this.store, scheduled, Date.now())
  }

  private scheduledRoom(): Room {
    if (!this.room) throw new Error("No sale was scheduled in this room.")
    return this.room
  }

  private warn(event: string, sku: string, error: unknown): void {
    const saleId = this.room?.sale.saleId
    console.warn(JSON.stringify({ level: "warn", event, saleId, sku, message: String(error) }))
  }
}
