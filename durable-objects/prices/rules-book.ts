import type { Sql } from "../sqlite.ts"
import { COUPON_PAGE_MAX, COUPONS_MAX, NO_RULES } from "./contract.ts"
import type { PriceRules, ShippingMethod, TaxRules } from "./contract.ts"

/** The shop's rules, and the codes of its coupons. */
export class RulesBook {
  private readonly sql: Sql

  constructor(sql: Sql) {
    this.sql = sql
  }

  read(): PriceRules {
    const [row] = this.sql
      .exec<{ version: number; shipping: string; taxes: string }>(
        `SELECT version, shipping, taxes FROM rules`,
      )
      .toArray()
    const hasCoupons = this.couponCodes("").length > 0
    if (!row) return { ...NO_RULES, hasCoupons }
    return {
      hasCoupons,
      version: row.version,
      shipping: JSON.parse(row.shipping) as ShippingMethod[],
      // What was written before Stripe Tax could be chosen says nothing of it.
      taxes: { ...NO_RULES.taxes, ...(JSON.parse(row.taxes) as Partial<TaxRules>) },
    }
  }

  change(
    change: Partial<Pick<PriceRules, "shipping" | "taxes">>,
    ifVersion: number | null,
  ): PriceRules | null {
    const before = this.read()
    if (ifVersion !== null && before.version !== ifVersion) return null
    const after = { ...before, ...change, version: before.version + 1 }
    this.sql.exec(
      `INSERT INTO rules (one, version, shipping, taxes) VALUES (1, ?1, ?2, ?3)
       ON CONFLICT (one) DO UPDATE SET version = ?1, shipping = ?2, taxes = ?3`,
      after.version,
      JSON.stringify(after.shipping),
      JSON.stringify(after.taxes),
    )
    return after
  }

  listCoupon(code: string): boolean {
    const [{ found, codes } = { found: 0, codes: 0 }] = this.sql
      .exec<{ found: number; codes: number }>(
        `SELECT (SELECT count(*) FROM coupons WHERE code = ?) AS found, (SELECT count(*) FROM coupons) AS codes`,
        code,
      )
      .toArray()
    if (found > 0) return true
    if (codes >= COUPONS_MAX) return false
    this.sql.exec(`INSERT INTO coupons (code) VALUES (?)`, code)
    return true
  }

  couponCodes(afterCode: string): string[] {
    return this.sql
      .exec<{ code: string }>(
        `SELECT code FROM coupons WHERE code > ? ORDER BY code LIMIT ?`,
        afterCode,
        COUPON_PAGE_MAX,
      )
      .toArray()
      .map((row) => row.code)
  }
}
