import { OPEN_POOL } from "../../contract.ts"
import type { HoldCommand, PoolId, PoolState, PoolTerms } from "../../contract.ts"
import { ledgerNameFor } from "../../lease/names.ts"
import type { Chance } from "../random.ts"
import { SKU } from "./parties.ts"

/** Of the holds that were granted, how many their shoppers come back to. */
const REMEMBERED_MAX = 150
const HOUR_MS = 3_600_000

/** What is asked, of which object. */
export type Command = { of: string } & (
  | { kind: "hold"; command: HoldCommand }
  | { kind: "undo" | "readHold"; holdId: string; customer: string }
  | { kind: "release"; holdId: string; customer: string; orderId?: string }
  | { kind: "claim"; holdId: string; customer: string; orderId: string }
  | { kind: "sell"; holdId: string; orderId: string; pool: PoolId }
  | { kind: "extend"; holdId: string; orderId: string; untilMs: number }
  | { kind: "return"; holdId: string; orderId: string; upTo: number | undefined }
  | { kind: "laneCounts"; pool: PoolId }
  | { kind: "counts" }
  | { kind: "receive"; id: string; delta: number }
  | { kind: "allot"; id: string; saleId: PoolId; units: number; terms: PoolTerms; lanes: number }
  | { kind: "state"; pool: PoolId; state: PoolState }
  | { kind: "saleTerms"; pool: PoolId; terms: PoolTerms }
  | { kind: "openTerms"; terms: PoolTerms }
)

interface Purchase {
  of: string
  command: HoldCommand
  orderId: string
}

interface Sale {
  id: PoolId
  lanes: number
}

type Kind =
  | "hold"
  | "repeat"
  | "alter"
  | "undo"
  | "release"
  | "claim"
  | "sell"
  | "extend"
  | "return"
  | "readHold"
  | "merchant"

/** What shoppers and the merchant ask for, drawn by chance. It knows only what it was answered. */
export class Crowd {
  readonly laneCount: number
  /** Time between two bursts, and commands in one, at most. */
  readonly burst: { everyMs: number; size: number }
  readonly sales: Sale[] = []
  readonly longestHoldSeconds: number
  private readonly chance: Chance
  private readonly weights: Record<Kind, number>
  private readonly shoppers: number
  private readonly generosity: number
  private readonly closeRate: number
  private readonly purchases: Purchase[] = []
  private newest: Purchase | null = null
  private readonly merchantSent: Command[] = []
  private idsMade = 0

  /** Each life leans to other habits, so that no mix stays untried. */
  constructor(chance: Chance) {
    this.chance = chance
    const lean = (usual: number) => usual * chance.pick([0.2, 1, 1, 2.5])
    this.weights = {
      hold: lean(45),
      repeat: lean(4),
      alter: lean(1),
      undo: lean(3),
      release: lean(14),
      claim: lean(6),
      sell: lean(10),
      extend: lean(3),
      return: lean(6),
      readHold: lean(2),
      merchant: lean(0.7),
    }
    this.laneCount = chance.pick([2, 3, 4, 8])
    this.shoppers = chance.pick([4, 40, 600])
    this.generosity = chance.pick([2, 8, 40, 200])
    this.longestHoldSeconds = chance.pick([1, 5, 60])
    this.closeRate = chance.pick([0, 0, 0.02, 0.1])
    this.burst = { everyMs: chance.pick([2, 20, 150, 900]), size: chance.pick([2, 8, 30]) }
  }

  next(nowMs: number): Command {
    const kind = this.chance.weighted(this.weights)
    switch (kind) {
      case "hold":
        return this.newHold()
      case "repeat": {
        const { of, command } = this.purchase()
        return { kind: "hold", of, command }
      }
      case "alter": {
        const { of, command } = this.purchase()
        return { kind: "hold", of, command: { ...command, quantity: command.quantity + 1 } }
      }
      case "undo":
      case "release":
      case "claim":
      case "sell":
      case "extend":
      case "return":
      case "readHold":
        return this.purchaseStep(kind, nowMs)
      case "merchant":
        return this.merchantNext(nowMs)
    }
  }

  opening(nowMs: number): Command[] {
    const sales = this.chance.pick([1, 1, 2])
    const opening: Command[] = [
      { kind: "openTerms", of: SKU, terms: this.openEndedTerms(this.longestHoldSeconds) },
      { kind: "receive", of: SKU, id: this.id("r"), delta: 4 * this.generosity },
    ]
    for (let sale = 1; sale <= sales; sale++) {
      this.sales.push({ id: `sale-${sale}`, lanes: sale === 1 ? this.laneCount : 2 })
      opening.push(this.allotment(nowMs))
    }
    return opening
  }

  learnHeld(of: string, command: HoldCommand): void {
    const purchase = { of, command, orderId: this.id("o") }
    this.newest = purchase
    if (this.purchases.length < REMEMBERED_MAX) this.purchases.push(purchase)
    else this.purchases[this.chance.between(0, REMEMBERED_MAX - 1)] = purchase
  }

  /** For somebody who was never here; of one object if it is said. */
  stranger(pool: PoolId, quantity: number, of?: string): Extract<Command, { kind: "hold" }> {
    for (;;) {
      const hold = this.holdOf(pool, this.id("stranger"), quantity)
      if (of === undefined || hold.of === of) return hold
    }
  }

  id(prefix: string): string {
    return `${prefix}${this.chance.fork().toString(36)}-${(this.idsMade += 1)}`
  }

  openEndedTerms(holdSeconds: number): PoolTerms {
    const fixed = { currency: "EUR", perCustomerLimit: null, opensAtMs: null, closesAtMs: null }
    return { ...fixed, unitPriceCents: 100, holdSeconds }
  }

  private newHold(): Command {
    const quantity = this.chance.hits(0.02) ? this.chance.between(4, 60) : this.chance.between(1, 3)
    const pool = this.chance.hits(0.1) ? OPEN_POOL : this.sale().id
    return this.holdOf(pool, this.customer(), quantity)
  }

  private holdOf(pool: PoolId, customer: string, quantity: number): Extract<Command, { kind: "hold" }> {
    const lanes = this.sales.find(({ id }) => id === pool)?.lanes ?? 1
    const of = ledgerNameFor({ sku: SKU, pool, lanes, customer })
    return { kind: "hold", of, command: { holdId: this.id("h"), pool, customer, quantity } }
  }

  private purchaseStep(
    kind: "undo" | "release" | "claim" | "sell" | "extend" | "return" | "readHold",
    nowMs: number,
  ): Command {
    // Most holds that are remembered have ended; one that may be extended is likelier among the newest.
    const { of, command, orderId: own } = (kind === "extend" && this.newest) || this.purchase()
    const { holdId, pool } = command
    const customer = this.chance.hits(0.03) ? this.customer() : command.customer
    const orderId = this.chance.hits(0.04) ? this.purchase().orderId : own
    if (kind === "claim") return { kind, of, holdId, customer, orderId }
    if (kind === "sell") return { kind, of, holdId, orderId, pool }
    if (kind === "return") {
      const upTo = this.chance.hits(0.4) ? undefined : this.chance.pick([0, 1, 2, 300])
      return { kind, of, holdId, orderId, upTo }
    }
    if (kind === "extend")
      return {
        kind,
        of,
        holdId,
        orderId,
        untilMs: nowMs + this.chance.pick([0, 300, 2_000, 20_000, 400_000]),
      }
    // Some are given back by their shopper, some by an order that has ended.
    if (kind === "release" && this.chance.hits(0.4)) return { kind, of, holdId, customer, orderId }
    return { kind, of, holdId, customer }
  }

  private merchantNext(nowMs: number): Command {
    const earlier = this.merchantSent.at(-1)
    if (earlier && this.chance.hits(0.1)) return earlier
    const command = this.newMerchantCommand(nowMs)
    this.merchantSent.push(command)
    return command
  }

  private newMerchantCommand(nowMs: number): Command {
    const pool = this.sale().id
    if (this.chance.hits(this.closeRate)) return { kind: "state", of: SKU, pool, state: "closed" }
    switch (this.chance.between(0, 5)) {
      case 0: {
        const units = this.chance.between(1, this.generosity)
        return { kind: "receive", of: SKU, id: this.id("r"), delta: this.chance.hits(0.3) ? -units : units }
      }
      case 1:
        return this.allotment(nowMs)
      case 2:
        return { kind: "state", of: SKU, pool, state: this.chance.hits(0.3) ? "paused" : "active" }
      case 3:
        return { kind: "saleTerms", of: SKU, pool, terms: this.terms(nowMs) }
      case 4:
        return { kind: "laneCounts", of: `${SKU}:${this.chance.between(0, this.laneCount - 1)}`, pool }
      default:
        return { kind: "counts", of: SKU }
    }
  }

  private allotment(nowMs: number): Command {
    const { id: saleId, lanes } = this.sale()
    const units = this.chance.between(1, 2 * this.generosity)
    return { kind: "allot", of: SKU, id: this.id("a"), saleId, units, terms: this.terms(nowMs), lanes }
  }

  private terms(nowMs: number): PoolTerms {
    return {
      unitPriceCents: this.chance.between(1, 100) * 100,
      currency: "EUR",
      perCustomerLimit: this.chance.pick([null, null, 1, 4, 50]),
      holdSeconds: this.chance.between(0, this.longestHoldSeconds),
      opensAtMs: nowMs + this.chance.pick([-HOUR_MS, -HOUR_MS, 0, 500]),
      closesAtMs: this.chance.hits(0.1) ? nowMs + this.chance.between(3_000, 60_000) : null,
    }
  }

  /** The newest sale is where most of the crowd is. */
  private sale(): Sale {
    const newest = this.sales.at(-1)
    return newest && this.chance.hits(0.6) ? newest : this.chance.pick(this.sales)
  }

  private customer(): string {
    return `c${this.chance.between(1, this.chance.hits(0.3) ? Math.min(10, this.shoppers) : this.shoppers)}`
  }

  /** Mostly what was bought lately. */
  private purchase(): Purchase {
    if (this.purchases.length > 0) return this.chance.pick(this.purchases)
    const { of, command } = this.holdOf(this.sale().id, this.customer(), 1)
    return { of, command, orderId: this.id("o") }
  }
}
