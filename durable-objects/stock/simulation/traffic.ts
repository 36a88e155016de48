import { OPEN_POOL } from "../contract.ts"
import type { HoldCommand, PoolId, PoolTerms } from "../contract.ts"
import type { Answer, Command } from "./commands.ts"
import type { Chance } from "./random.ts"

/** Of the holds that were granted, how many the shoppers come back to. */
const REMEMBERED_MAX = 400
const SALES_OPEN_MAX = 5
/** Every pool is looked at after every command. */
const SALES_MAX = 15
const HOUR_MS = 3_600_000

interface Purchase {
  command: HoldCommand
  orderId: string
}

type Kind = Exclude<Command["kind"], "forget"> | "repeat" | "alter"

/** What shoppers and merchants ask for, drawn by chance. It knows only what it was answered, so lost answers stay lost. */
export class Traffic {
  private readonly chance: Chance
  private readonly weights: Record<Kind, number>
  private readonly shoppers: number
  private readonly generosity: number
  private readonly longestHoldSeconds: number
  private readonly sales: PoolId[] = []
  private readonly purchases: Purchase[] = []
  private readonly deliveries: Extract<Command, { kind: "receive" | "allot" }>[] = []
  private salesMade = 0
  private idsMade = 0

  /** Each run leans to other habits, so that no mix stays untried. */
  constructor(chance: Chance) {
    this.chance = chance
    const lean = (usual: number) => usual * chance.pick([0.3, 1, 1, 2.5])
    this.weights = {
      hold: lean(40),
      repeat: lean(4),
      alter: lean(2),
      undo: lean(2),
      release: lean(7),
      claim: lean(13),
      sell: lean(16),
      extend: lean(3),
      return: lean(4),
      receive: lean(1.2),
      allot: lean(0.8),
      poolState: lean(0.4),
      saleTerms: lean(0.5),
      openTerms: lean(0.2),
      expire: lean(0.5),
    }
    this.shoppers = chance.pick([5, 60, 800, 20_000])
    this.generosity = chance.pick([5, 30, 150])
    this.longestHoldSeconds = chance.pick([3, 20, 300])
  }

  next(nowMs: number): Command {
    const kind = this.chance.weighted(this.weights)
    switch (kind) {
      case "hold":
        return { kind, ...this.newHold() }
      case "repeat":
        return { kind: "hold", ...this.purchase().command }
      case "alter":
        return { kind: "hold", ...this.altered(this.purchase().command) }
      case "undo":
      case "release":
      case "claim":
      case "sell":
      case "extend":
      case "return":
        return this.purchaseStep(kind, nowMs)
      case "receive":
        return this.receipt()
      case "allot":
        return this.allotment(nowMs)
      case "poolState":
        return this.stateChange()
      case "saleTerms": {
        const pool = this.sale()
        if (pool === OPEN_POOL) return { kind: "openTerms", terms: this.terms(nowMs, pool) }
        return { kind, pool, terms: this.terms(nowMs, pool) }
      }
      case "openTerms":
        return { kind, terms: this.terms(nowMs, OPEN_POOL) }
      case "expire":
        return { kind }
    }
  }

  /** The first commands of every ledger. */
  opening(nowMs: number): Command[] {
    const units = this.chance.between(0, 20 * this.generosity)
    return [
      { kind: "hold", ...this.newHold() },
      { kind: "openTerms", terms: this.terms(nowMs, OPEN_POOL) },
      { kind: "receive", id: this.id("r"), delta: units, reason: "delivery" },
      this.allotment(nowMs),
    ]
  }

  learn(command: Command, answer: Answer): void {
    if (answer === null || typeof answer === "number" || answer.outcome === "refused") return
    if (command.kind === "receive" || command.kind === "allot") this.deliveries.push(command)
    if (command.kind === "allot" && !this.sales.includes(command.saleId)) {
      this.sales.push(command.saleId)
      if (this.sales.length > SALES_OPEN_MAX) this.sales.shift()
    }
    if (command.kind !== "hold" || answer.outcome !== "held" || answer.replayed) return
    const { kind: _, ...hold } = command
    const purchase = { command: hold, orderId: hold.orderId ?? this.id("o") }
    if (this.purchases.length < REMEMBERED_MAX) this.purchases.push(purchase)
    else this.purchases[this.chance.between(0, REMEMBERED_MAX - 1)] = purchase
  }

  private newHold(): HoldCommand {
    return {
      holdId: this.id("h"),
      pool: this.chance.hits(0.01) ? "no-such-sale" : this.sale(),
      customer: this.customer(),
      quantity: this.chance.hits(0.01) ? this.chance.between(4, 200) : this.chance.between(1, 3),
      ...(this.chance.hits(0.3) && { orderId: this.id("o") }),
    }
  }

  private altered(command: HoldCommand): HoldCommand {
    switch (this.chance.between(0, 2)) {
      case 0:
        return { ...command, quantity: command.quantity + 1 }
      case 1:
        return { ...command, customer: this.customer() }
      default:
        return { ...command, pool: this.sale() }
    }
  }

  private purchaseStep(
    kind: "undo" | "release" | "claim" | "sell" | "extend" | "return",
    nowMs: number,
  ): Command {
    const { command, orderId } = this.purchase()
    const holdId = this.chance.hits(0.02) ? this.id("h") : command.holdId
    const customer = this.chance.hits(0.05) ? this.customer() : command.customer
    const order = this.chance.hits(0.08) ? this.purchase().orderId : orderId
    if (kind === "undo") return { kind, holdId, customer }
    // Some are given back by their shopper, some by an order that has ended.
    if (kind === "release")
      return { kind, holdId, customer, orderId: this.chance.hits(0.4) ? order : undefined }
    if (kind === "claim") return { kind, holdId, customer, orderId: order }
    if (kind === "sell") return { kind, holdId, orderId: order }
    if (kind === "return") {
      const upTo = this.chance.hits(0.4) ? undefined : this.chance.pick([0, 1, 2, 300])
      return { kind, holdId, orderId: order, upTo }
    }
    const untilMs = nowMs + this.chance.pick([-1, 0, 1, 2_500, 20_000, 300_000, 900_000])
    return { kind, holdId, orderId: order, untilMs }
  }

  private receipt(): Command {
    const earlier = this.deliveries.findLast((command) => command.kind === "receive")
    if (earlier && this.chance.hits(0.1))
      return { ...earlier, delta: earlier.delta + this.chance.between(0, 1) }
    const down = this.chance.hits(0.3)
    const units = this.chance.between(1, this.chance.hits(0.1) ? 20 * this.generosity : this.generosity)
    return {
      kind: "receive",
      id: this.id("r"),
      delta: down ? -units : units,
      reason: down ? "count" : "delivery",
    }
  }

  /** A new sale, more for one that runs, an earlier allotment again, or more for one that may be over. */
  private allotment(nowMs: number): Command {
    const earlier = this.deliveries.findLast((command) => command.kind === "allot")
    if (earlier && this.chance.hits(0.1))
      return { ...earlier, units: earlier.units + this.chance.between(0, 1) }
    const isNew = this.sales.length === 0 || (this.salesMade < SALES_MAX && this.chance.hits(0.2))
    const saleId = isNew ? `sale-${(this.salesMade += 1)}` : this.chance.pick(this.sales)
    const units = this.chance.between(1, 3 * this.generosity)
    return { kind: "allot", id: this.id("a"), saleId, units, terms: this.terms(nowMs, saleId) }
  }

  private stateChange(): Command {
    const pool = this.sale()
    // Closing is for ever, so it is rare, or nothing would be on sale.
    if (pool === OPEN_POOL || this.chance.hits(0.9))
      return { kind: "poolState", pool, state: this.chance.hits(0.2) ? "paused" : "active" }
    // Most of the crowd leaves a sale that is over.
    if (this.chance.hits(0.8)) this.sales.splice(this.sales.indexOf(pool), 1)
    return { kind: "poolState", pool, state: "closed" }
  }

  private terms(nowMs: number, pool: PoolId): PoolTerms {
    const isSale = pool !== OPEN_POOL
    return {
      unitPriceCents: this.chance.between(1, 100) * 100,
      currency: "EUR",
      perCustomerLimit: this.chance.pick([null, 1, 2, 4, 50]),
      holdSeconds: this.chance.between(1, this.longestHoldSeconds),
      opensAtMs: isSale ? nowMs + this.chance.pick([-HOUR_MS, -HOUR_MS, -1, 0, 500, 5_000]) : null,
      closesAtMs: isSale && this.chance.hits(0.2) ? nowMs + this.chance.between(6_000, HOUR_MS) : null,
    }
  }

  /** The newest sale is where most of the crowd is. */
  private sale(): PoolId {
    if (this.sales.length === 0 || this.chance.hits(0.25)) return OPEN_POOL
    const newest = this.sales.at(-1) ?? OPEN_POOL
    return this.chance.hits(0.6) ? newest : this.chance.pick(this.sales)
  }

  /** Half of what is asked comes from a few who ask much, so that limits are met. */
  private customer(): string {
    return `c${this.chance.between(1, this.chance.hits(0.5) ? Math.min(10, this.shoppers) : this.shoppers)}`
  }

  private purchase(): Purchase {
    if (this.purchases.length > 0) return this.chance.pick(this.purchases)
    return { command: this.newHold(), orderId: this.id("o") }
  }

  /** Ids in no order, as those that browsers draw. */
  private id(prefix: string): string {
    return `${prefix}${this.chance.fork().toString(36)}-${(this.idsMade += 1)}`
  }
}
