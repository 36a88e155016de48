import { DurableObject } from "cloudflare:workers"
import { applyMigrations } from "../sqlite.ts"
import type { PriceRules, PriceRulesApi, ShippingMethod, TaxRules } from "./contract.ts"
import { RulesBook } from "./rules-book.ts"
import { PRICE_MIGRATIONS } from "./schema.ts"

/** The shell around a shop's rules of prices. There is one, and it is asked twice a minute by each lane and isolate. */
export class ShopPrices extends DurableObject implements PriceRulesApi {
  private readonly book: RulesBook

  constructor(ctx: DurableObjectState, env: unknown) {
    super(ctx, env as Cloudflare.Env)
    ctx.storage.transactionSync(() => applyMigrations(ctx.storage.sql, PRICE_MIGRATIONS))
    this.book = new RulesBook(ctx.storage.sql)
  }

  async read(): Promise<PriceRules> {
    return this.book.read()
  }

  async putShipping(shipping: ShippingMethod[], ifVersion: number | null): Promise<PriceRules | null> {
    return this.book.change({ shipping }, ifVersion)
  }

  async putTaxes(taxes: TaxRules, ifVersion: number | null): Promise<PriceRules | null> {
    return this.book.change({ taxes }, ifVersion)
  }

  async listCoupon(code: string): Promise<boolean> {
    return this.book.listCoupon(code)
  }

  async couponCodes(afterCode: string): Promise<string[]> {
    return this.book.couponCodes(afterCode)
  }
}
