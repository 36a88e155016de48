import type { Sql } from "../../sqlite.ts"
import { COUPON_EXCESS_MAX, COUPON_USE_PAGE_MAX } from "./contract.ts"
import type {
  CountedUse,
  CouponExcess,
  CouponOutcome,
  CouponRefusal,
  CouponTerms,
  CouponUse,
  CouponView,
} from "./contract.ts"

type UseState = "counted" | "given_back"

/** A coupon and its uses. How many count is remembered beside the rows, and follows from them. */
export class CouponBook {
  private readonly sql: Sql
  private uses: number

  constructor(sql: Sql) {
    this.sql = sql
    this.uses = this.count(`SELECT count(*) AS uses FROM uses WHERE state = 'counted'`)
  }

  create(terms: CouponTerms, nowMs: number): boolean {
    if (this.terms()) return false
    this.sql.exec(
      `INSERT INTO coupon (one, terms, removed, terms_changed_at_ms) VALUES (1, ?1, 0, ?2)
       ON CONFLICT (one) DO UPDATE SET terms = ?1, removed = 0, terms_changed_at_ms = ?2`,
      JSON.stringify(terms),
      nowMs,
    )
    return true
  }

  replace(terms: CouponTerms, nowMs: number): CouponView | null {
    if (!this.terms()) return null
    this.sql.exec(`UPDATE coupon SET terms = ?, terms_changed_at_ms = ?`, JSON.stringify(terms), nowMs)
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
      `INSERT INTO uses (use_id, customer, state, counted_at_ms) VALUES (?, ?, 'counted', ?)`,
      use.useId,
      use.customer,
      nowMs,
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

  countedUses(afterUseId: string): CountedUse[] {
    return this.sql
      .exec<{ useId: string; countedAtMs: number }>(
        `SELECT use_id AS useId, counted_at_ms AS countedAtMs FROM uses
         WHERE state = 'counted' AND use_id > ? ORDER BY use_id LIMIT ?`,
        afterUseId,
        COUPON_USE_PAGE_MAX,
      )
      .toArray()
  }

  stillCounted(useIds: readonly string[]): string[] {
    return useIds.filter((useId) => this.stateOf(useId) === "counted")
  }

  /**
   * Judged from the rows, not from the count that `reserve` goes by. When the youngest of the uses that count was counted
   * under these terms, all of them counted then: more than the limit is a limit that was not kept.
   */
  excess(): CouponExcess[] {
    const { usesMax, usesPerCustomerMax } = this.terms(true) ?? { usesMax: null, usesPerCustomerMax: null }
    const all = usesMax === null ? [] : this.usesBeyond(`NULL`, usesMax)
    const each = usesPerCustomerMax === null ? [] : this.usesBeyond(`customer`, usesPerCustomerMax)
    return [...all, ...each]
  }

  private usesBeyond(owner: "NULL" | "customer", max: number): CouponExcess[] {
    return this.sql
      .exec<{ customer: string | null; uses: number }>(
        `SELECT ${owner} AS customer, count(*) AS uses FROM uses WHERE state = 'counted' GROUP BY ${owner}
         HAVING count(*) > ? AND max(counted_at_ms) > (SELECT terms_changed_at_ms FROM coupon) LIMIT ?`,
        max,
        COUPON_EXCESS_MAX,
      )
      .toArray()
      .map(({ customer, uses }) => ({ customer, uses, max }))
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
