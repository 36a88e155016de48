import { DurableObject } from "cloudflare:workers"
import { applyMigrations, hasMigrations } from "../../sqlite.ts"
import type {
  CountedUse,
  CouponApi,
  CouponExcess,
  CouponOutcome,
  CouponTerms,
  CouponUse,
  CouponView,
} from "./contract.ts"
import { CouponBook } from "./coupon-book.ts"
import { COUPON_MIGRATIONS } from "./schema.ts"

const UNKNOWN: CouponOutcome = { outcome: "refused", refusal: "unknown", terms: null }

/** The shell around one code's coupon. Its book is null while the code has none. */
export class Coupon extends DurableObject implements CouponApi {
  private book: CouponBook | null = null

  constructor(ctx: DurableObjectState, env: unknown) {
    super(ctx, env as Cloudflare.Env)
    // Asking leaves nothing behind, so that guessing codes fills no storage.
    if (hasMigrations(ctx.storage.sql)) this.book = this.openBook()
  }

  async create(terms: CouponTerms): Promise<boolean> {
    this.book ??= this.openBook()
    return this.book.create(terms, Date.now())
  }

  async replace(terms: CouponTerms): Promise<CouponView | null> {
    return this.book?.replace(terms, Date.now()) ?? null
  }

  async remove(): Promise<boolean> {
    return this.book?.remove() ?? false
  }

  async read(): Promise<CouponView | null> {
    return this.book?.read() ?? null
  }

  async check(
    use: Omit<CouponUse, "useId" | "customer"> & { customer: string | null },
  ): Promise<CouponOutcome> {
    return this.book?.check(use, Date.now()) ?? UNKNOWN
  }

  async reserve(use: CouponUse): Promise<CouponOutcome> {
    return this.book?.reserve(use, Date.now()) ?? UNKNOWN
  }

  async giveBack(useId: string): Promise<void> {
    this.book?.giveBack(useId)
  }

  async countedUses(afterUseId: string): Promise<CountedUse[]> {
    return this.book?.countedUses(afterUseId) ?? []
  }

  async stillCounted(useIds: string[]): Promise<string[]> {
    return this.book?.stillCounted(useIds) ?? []
  }

  async excess(): Promise<CouponExcess[]> {
    return this.book?.excess() ?? []
  }

  private openBook(): CouponBook {
    this.ctx.storage.transactionSync(() => applyMigrations(this.ctx.storage.sql, COUPON_MIGRATIONS))
    return new CouponBook(this.ctx.storage.sql)
  }
}
