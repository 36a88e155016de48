import { MemorySql } from "../../../durable-objects/memory-sql.ts"
import { NO_RULES } from "../../../durable-objects/prices/contract.ts"
import type { PriceRules } from "../../../durable-objects/prices/contract.ts"
import type {
  CountedUse,
  CouponExcess,
  CouponTerms,
  CouponUse,
} from "../../../durable-objects/prices/coupon/contract.ts"
import { CouponBook } from "../../../durable-objects/prices/coupon/coupon-book.ts"
import { COUPON_MIGRATIONS } from "../../../durable-objects/prices/coupon/schema.ts"
import { applyMigrations } from "../../../durable-objects/sqlite.ts"
import type { Life, Network } from "./network.ts"

/** The one code of a simulated shop: a tenth off, for some orders, and one of each customer. */
export const COUPON: CouponTerms = {
  code: "TENTH",
  discount: { kind: "percent", ratePer100k: 10_000 },
  minimum: null,
  startsAtMs: null,
  endsAtMs: null,
  usesMax: 3,
  usesPerCustomerMax: 1,
}

/** Of a shop that leaves its taxes to Stripe, and whose orders without an address are taxed at home. */
const TAXED_RULES: PriceRules = {
  ...NO_RULES,
  taxes: { ...NO_RULES.taxes, taxProvider: "stripe", pricesIncludeTax: false, homeCountry: "DE" },
}

/** The coupon's object and the one with the price rules: real books, reached over the network. */
export class CouponStation {
  /** Whether Stripe Tax works the taxes out; else there are none. */
  readonly isTaxed: boolean
  private readonly network: Network
  private readonly sql = new MemorySql()
  private book: CouponBook

  constructor(network: Network, isTaxed: boolean) {
    this.network = network
    this.isTaxed = isTaxed
    applyMigrations(this.sql, COUPON_MIGRATIONS)
    this.book = new CouponBook(this.sql)
    this.book.create(COUPON, network.nowMs - 1)
  }

  bindingsFor(life: Life): object {
    const { network } = this
    const coupon = {
      reserve: (use: CouponUse) =>
        network.call(life, "coupon reserve", () => this.book.reserve(use, network.nowMs)),
      giveBack: (useId: string) => network.call(life, "coupon give back", () => this.book.giveBack(useId)),
    }
    const known: PriceRules = { ...(this.isTaxed ? TAXED_RULES : NO_RULES), hasCoupons: true }
    const rules = { read: () => network.call(life, "price rules", () => known) }
    return { COUPONS: { getByName: () => coupon }, PRICES: { getByName: () => rules } }
  }

  restart(): void {
    this.book = new CouponBook(this.sql)
  }

  /** What the coupon says for the audit: the uses that count, and where they are too many. */
  read(): { counted: CountedUse[]; excess: CouponExcess[] } {
    return { counted: this.book.countedUses(""), excess: this.book.excess() }
  }

  get uses(): number {
    return this.book.read()?.uses ?? 0
  }
}
