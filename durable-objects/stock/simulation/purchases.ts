import { MemorySql } from "../../memory-sql.ts"
import { applyMigrations } from "../../sqlite.ts"
import { HOLD_PAGE_MAX, OPEN_POOL } from "../contract.ts"
import { giveBackAll, holdItems, mergeLines } from "../hold-items.ts"
import type { HoldItemsOutcome, Item, StockObjects } from "../hold-items.ts"
import { Ledger } from "../ledger.ts"
import { STOCK_MIGRATIONS } from "../schema.ts"
import { checkSums } from "./auditor.ts"
import { Chance } from "./random.ts"

const SKUS = ["A", "B", "C", "D"]
const UNITS = 12
const HOLD_MS = 20_000
const START_MS = 1_000_000
/** Microtasks that a call takes on its way, at most: enough for every order of arrival. */
const HOPS_MAX = 6
/** Purchases that are under way together. */
const CROWD_MAX = 8

interface Purchase {
  purchaseKey: string
  customer: string
  items: Item[]
  saleId: null
}

/** A purchase that its shopper was told of. */
interface Told {
  purchase: Purchase
  holdId: string
  expiresAtMs: number
  toldAtMs: number
  /** What the shopper asked for since. */
  wish: "keep" | "give back" | "pay"
}

/**
 * Purchases of several SKUs while every ledger call may fail before or after it did its work, or do it only after its
 * caller gave up. Throws when a shopper was told of a hold that is not whole, when a refusal left units behind, or when
 * units are still held after time has passed. Returns how often each thing happened.
 */
export async function simulatePurchases(seed: number, rounds: number): Promise<Record<string, number>> {
  const crowd = new Crowd(new Chance(seed))
  for (let round = 0; round < rounds; round++) {
    try {
      await crowd.round()
    } catch (error) {
      throw new Error(`seed ${seed}, round ${round}: ${String(error)}`, { cause: error })
    }
  }
  crowd.letTimePass()
  return crowd.tally
}

/** A call that failed on its way. */
class Unreachable extends Error {}

class Crowd {
  readonly tally: Record<string, number> = {}
  private readonly chance: Chance
  private readonly shops = new Map<string, { sql: MemorySql; ledger: Ledger }>()
  private readonly told = new Map<string, Told>()
  /** Work that ledgers do after their caller has given up. */
  private stragglers: (() => void)[] = []
  /** Purchases whose shoppers wait for an answer, and will ask again. */
  private unanswered: Purchase[] = []
  private nowMs = START_MS
  private purchasesMade = 0
  private faultRate = 0
  private someClickedTwice = false

  constructor(chance: Chance) {
    this.chance = chance
    for (const sku of SKUS) {
      const sql = new MemorySql()
      applyMigrations(sql, STOCK_MIGRATIONS)
      const ledger = new Ledger(sql)
      ledger.setOpenTerms({
        unitPriceCents: 1_000,
        currency: "EUR",
        perCustomerLimit: 5,
        holdSeconds: HOLD_MS / 1_000,
        opensAtMs: null,
        closesAtMs: null,
      })
      ledger.receive({ id: "r1", delta: UNITS, reason: "delivery" }, this.nowMs)
      this.shops.set(sku, { sql, ledger })
    }
  }

  async round(): Promise<void> {
    this.faultRate = this.chance.pick([0, 0.05, 0.3])
    this.nowMs += this.chance.between(1, this.chance.pick([10, 1_000, HOLD_MS]))
    this.someClickedTwice = false
    const arrived = this.stragglers
    this.stragglers = []
    for (const work of arrived) work()
    if (this.chance.hits(0.1)) this.restart(this.chance.pick(SKUS))
    const crowd = Array.from({ length: this.chance.between(1, CROWD_MAX) }, () => this.act())
    await Promise.all(crowd)
    for (const { ledger } of this.shops.values()) checkSums(ledger.counts())
    this.checkSold()
    this.checkTold()
    // Of two requests under way together each may leave a line to the other; then it runs out by itself.
    const isCalm = this.faultRate === 0 && arrived.length === 0 && !this.someClickedTwice
    if (isCalm) this.checkNothingElseHeld()
  }

  /** When every hold's time is over, nothing is held, and sold is what was paid, whole. */
  letTimePass(): void {
    for (const work of this.stragglers) work()
    this.nowMs += HOLD_MS
    for (const { ledger } of this.shops.values()) {
      ledger.expireDue(this.nowMs)
      if (ledger.counts().held > 0) throw new Error("units are held that no one can buy")
    }
    this.checkSold()
  }

  private async act(): Promise<void> {
    const open = [...this.told.values()].filter(({ wish }) => wish !== "pay")
    const kind = open.length === 0 ? "buy" : this.chance.weighted({ buy: 6, repeat: 2, giveBack: 2, pay: 2 })
    try {
      if (kind === "buy") await this.click(this.unanswered.pop() ?? this.newPurchase())
      else if (kind === "repeat") await this.buy(this.chance.pick(open).purchase)
      else if (kind === "giveBack") await this.giveBack(this.chance.pick(open))
      else await this.pay(this.chance.pick(open))
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error
      this.count(`${kind}: no answer`)
    }
  }

  /** Some click twice, and both requests are under way together. */
  private async click(purchase: Purchase): Promise<void> {
    if (!this.chance.hits(0.2)) return this.buy(purchase)
    this.someClickedTwice = true
    const [first, second] = await Promise.allSettled([this.buy(purchase), this.buy(purchase)])
    if (first.status === "rejected") throw first.reason
    if (second.status === "rejected") throw second.reason
  }

  private async buy(purchase: Purchase): Promise<void> {
    const outcome = await holdItems(this.objects(), purchase).catch((error: unknown) => {
      if (this.chance.hits(0.7)) this.unanswered.push(purchase)
      throw error
    })
    this.count(outcome.outcome === "held" ? `held${outcome.replayed ? " again" : ""}` : outcome.refusal)
    if (outcome.outcome === "held") this.tell(purchase, outcome)
  }

  private tell(purchase: Purchase, outcome: Extract<HoldItemsOutcome, { outcome: "held" }>): void {
    const earlier = this.told.get(outcome.holdId)
    const { holdId, expiresAtMs } = outcome
    // What comes again is no news, and an answer that comes when the hold has run out says so itself.
    if (!earlier && expiresAtMs > this.nowMs)
      this.told.set(holdId, { purchase, holdId, expiresAtMs, toldAtMs: this.nowMs, wish: "keep" })
  }

  /** After a round without faults, whatever was held in it was told. */
  private checkNothingElseHeld(): void {
    for (const sku of SKUS)
      for (const hold of this.shop(sku).ledger.holdsPage(OPEN_POOL, 0, HOLD_PAGE_MAX))
        if (hold.state === "held" && hold.createdAtMs === this.nowMs && !this.told.has(hold.holdId))
          throw new Error(`${sku} holds ${hold.quantity} for ${hold.holdId}, and nobody was told`)
  }

  /** Whoever was told of a hold has it, whatever failed on the way. */
  private checkTold(): void {
    for (const { holdId, toldAtMs, wish, purchase } of this.told.values()) {
      if (wish !== "keep" || toldAtMs !== this.nowMs) continue
      for (const { sku, quantity } of purchase.items) {
        const hold = this.shop(sku).ledger.findHold(holdId)
        if (hold?.state !== "held" || hold.quantity !== quantity)
          throw new Error(`${holdId} was told as held, but ${sku} has ${JSON.stringify(hold)}`)
      }
    }
  }

  private async giveBack(told: Told): Promise<void> {
    if (told.wish === "keep") told.wish = "give back"
    const outcome = await giveBackAll(this.objects(), told.holdId, told.purchase.customer)
    this.count(`give back: ${outcome.outcome === "refused" ? outcome.refusal : outcome.outcome}`)
    if (outcome.outcome !== "released") return
    for (const { sku } of told.purchase.items)
      if (this.shop(sku).ledger.findHold(told.holdId)?.state === "held")
        throw new Error(`${told.holdId} was given back, but ${sku} still holds it`)
  }

  /** Sells line by line, each until its ledger answers: a payment is settled, whatever it takes. */
  private async pay(told: Told): Promise<void> {
    if (told.wish !== "keep" || told.expiresAtMs <= this.nowMs) return
    told.wish = "pay"
    for (const { sku } of told.purchase.items) {
      const outcome = await this.untilAnswered(() => this.objects().getByName(sku).sell(told.holdId, "order"))
      if (outcome.outcome !== "sold") throw new Error(`${told.holdId} was told as held, but ${sku} is gone`)
    }
    this.count("paid")
  }

  private async untilAnswered<T>(ask: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await ask()
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error
      }
    }
  }

  /** Sold units are exactly those of the paid purchases. */
  private checkSold(): void {
    for (const sku of SKUS) {
      let paid = 0
      for (const { wish, purchase } of this.told.values())
        if (wish === "pay") paid += purchase.items.find((item) => item.sku === sku)?.quantity ?? 0
      const { sold } = this.shop(sku).ledger.counts()
      if (sold !== paid) throw new Error(`${sku} has sold ${sold}, but ${paid} were paid`)
    }
  }

  /** Ledgers behind a network that has its moods. */
  private objects(): StockObjects {
    return {
      getByName: (sku) => ({
        hold: (command) => this.call(() => this.shop(sku).ledger.hold(command, this.nowMs)),
        undo: (holdId, customer) => this.call(() => this.shop(sku).ledger.undo(holdId, customer)),
        release: (holdId, customer, orderId) =>
          this.call(() => this.shop(sku).ledger.release(holdId, customer, this.nowMs, orderId)),
        claim: (holdId, customer, orderId) =>
          this.call(() => this.shop(sku).ledger.claim(holdId, customer, orderId, this.nowMs)),
        sell: (holdId, orderId) => this.call(() => this.shop(sku).ledger.sell(holdId, orderId, this.nowMs)),
        extend: (holdId, orderId, untilMs) =>
          this.call(() => this.shop(sku).ledger.extend(holdId, orderId, untilMs, this.nowMs)),
        returnUnits: (holdId, orderId) => this.call(() => this.shop(sku).ledger.returnUnits(holdId, orderId)),
        readHold: (holdId) => this.call(() => this.shop(sku).ledger.findHold(holdId)),
      }),
      ledgerOf: (sku) => Promise.resolve(sku),
    }
  }

  private async call<T>(work: () => T): Promise<T> {
    await this.hops()
    if (this.chance.hits(this.faultRate)) {
      const happens = this.chance.pick(["never", "now", "later"])
      if (happens === "now") work()
      if (happens === "later") this.stragglers.push(work)
      throw new Unreachable(`the ledger did not answer; what was asked happens ${happens}`)
    }
    const answer = work()
    await this.hops()
    return answer
  }

  private async hops(): Promise<void> {
    for (let left = this.chance.between(0, HOPS_MAX); left > 0; left--) await Promise.resolve()
  }

  private newPurchase(): Purchase {
    const wished = Array.from({ length: this.chance.between(1, 4) }, () => ({
      sku: this.chance.pick(SKUS),
      quantity: this.chance.between(1, 2),
    }))
    return {
      purchaseKey: `p${(this.purchasesMade += 1)}`,
      customer: `c${this.chance.between(1, 12)}`,
      items: mergeLines(wished),
      saleId: null,
    }
  }

  private restart(sku: string): void {
    this.count("restarts")
    const shop = this.shop(sku)
    shop.ledger = new Ledger(shop.sql)
  }

  private shop(sku: string) {
    const shop = this.shops.get(sku)
    if (!shop) throw new Error(`there is no ledger for ${sku}`)
    return shop
  }

  private count(what: string): void {
    this.tally[what] = (this.tally[what] ?? 0) + 1
  }
}
