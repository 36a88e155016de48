import type { Sql } from "../../sqlite.ts"
import type { CouponOutcome, CouponRefusal, CouponTerms, CouponUse, CouponView } from "./contract.ts"

type UseState = "counted" | "given_back"

/** A coupon and its uses. How many count is remembered beside the rows, and follows from them. */
export class CouponBook {
  private readonly sql: Sql
  private uses: number

  constructor(sql: Sql) {
    this.sql = sql
    this.uses = this.count(`SELECT count(*) AS uses FROM uses WHERE state = 'counted'`)
  }

  create(terms: CouponTerms): boolean {
    if (this.terms()) return false
    this.sql.exec(
      `INSERT INTO coupon (one, terms, removed) VALUES (1, ?1, 0)
       ON CONFLICT (one) DO UPDATE SET terms = ?1, removed = 0`,
      JSON.stringify(terms),
    )
    return true
  }

  replace(terms: CouponTerms): CouponView | null {
    if (!this.terms()) return null
    this.sql.exec(`UPDATE coupon SET terms = ?`, JSON.stringify(terms))
    return { terms, uses: this.uses }
  }

  remove(): boolean {
    if (!this.terms()) return false
    this.sql.exec(`UPDATE coupon SET removed = 1`)
    return true
  }

  read(): CouponView | null {
    const terms = this.terms()
    return terms && { terms, uses: this.uses }
  }

  check(
    use: Omit<CouponUse, "useId" | "customer"> & { customer: string | null },
    nowMs: number,
  ): CouponOutcome {
    const terms = this.terms()
    if (!terms) return { outcome: "refused", refusal: "unknown", terms: null }
    const refusal = this.refusalOf(terms, use, nowMs)
    return refusal ? { outcome: "refused", refusal, terms } : { outcome: "counts", terms }
  }

  reserve(use: CouponUse, nowMs: number): CouponOutcome {
    const state = this.stateOf(use.useId)
    // Also when the coupon was removed since: what was counted must not be told that it is not.
    const terms = this.terms(true)
    if (state === "counted" && terms) return { outcome: "counts", terms }
    // Its order ended before this call came: it belongs to nobody.
    if (state === "given_back") return { outcome: "refused", refusal: "used_up", terms }
    const outcome = this.check(use, nowMs)
    if (outcome.outcome === "refused") return outcome
    // From here it must succeed.
    this.sql.exec(
      `INSERT INTO uses (use_id, customer, state) VALUES (?, ?, 'counted')`,
      use.useId,
      use.customer,
    )
    this.uses++
    return outcome
  }

  giveBack(useId: string): void {
    const state = this.stateOf(useId)
    if (state === "given_back") return
    if (state === null) {
      this.sql.exec(`INSERT INTO uses (use_id, customer, state) VALUES (?, NULL, 'given_back')`, useId)
      return
    }
    this.sql.exec(`UPDATE uses SET state = 'given_back' WHERE use_id = ?`, useId)
    this.uses--
  }

  private refusalOf(
    terms: CouponTerms,
    use: Pick<CouponUse, "subtotalCents" | "currency"> & { customer: string | null },
    nowMs: number,
  ): CouponRefusal | null {
    const { discount, minimum, startsAtMs, endsAtMs, usesMax, usesPerCustomerMax } = terms
    if (startsAtMs !== null && nowMs < startsAtMs) return "not_begun"
    if (endsAtMs !== null && nowMs >= endsAtMs) return "ended"
    if (discount.kind === "amount" && discount.currency !== use.currency) return "other_currency"
    if (minimum && minimum.currency !== use.currency) return "other_currency"
    if (minimum && use.subtotalCents < minimum.cents) return "below_minimum"
    if (usesMax !== null && this.uses >= usesMax) return "used_up"
    if (usesPerCustomerMax === null || use.customer === null) return null
    return this.usesOf(use.customer) >= usesPerCustomerMax ? "used_by_customer" : null
  }

  private terms(removedToo = false): CouponTerms | null {
    const [row] = this.sql
      .exec<{ terms: string }>(`SELECT terms FROM coupon WHERE removed <= ?`, removedToo ? 1 : 0)
      .toArray()
    return row ? (JSON.parse(row.terms) as CouponTerms) : null
  }

  private stateOf(useId: string): UseState | null {
    const [row] = this.sql
      .exec<{ state: UseState }>(`SELECT state FROM uses WHERE use_id = ?`, useId)
      .toArray()
    return row?.state ?? null
  }

  private usesOf(customer: string): number {
    return this.count(`SELECT count(*) AS uses FROM uses WHERE customer = ? AND state = 'counted'`, customer)
  }

  private count(query: string, ...bindings: string[]): number {
    return this.sql.exec<{ uses: number }>(query, ...bindings).toArray()[0]?.uses ?? 0
  }
}
