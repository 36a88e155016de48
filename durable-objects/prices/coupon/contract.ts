/**
 * What the rest of Spillway may know of a coupon: one object for each code, so that uses are counted in one place, however
 * many orders come at once.
 */

export interface CouponTerms {
  /** As it is written and shown: capital letters, digits, dashes, underscores. The object's name. */
  code: string
  discount:
    | { kind: "percent"; ratePer100k: number }
    /** Counts in this currency only. */
    | { kind: "amount"; amountCents: number; currency: string }
  /** What the goods must come to before the discount; counts in this currency only. */
  minimum: { cents: number; currency: string } | null
  startsAtMs: number | null
  /** The first moment at which it no longer counts. */
  endsAtMs: number | null
  /** Orders, all told and for each customer; null: any number. */
  usesMax: number | null
  usesPerCustomerMax: number | null
}

export interface CouponUse {
  /**
   * One attempt at one order. The same one replays, and one that was given back is over: a call that comes late
   * changes nothing.
   */
  useId: string
  /** The e-mail address in lower case. */
  customer: string
  subtotalCents: number
  currency: string
}

/** In order of precedence. */
export const COUPON_REFUSALS = [
  "unknown",
  "not_begun",
  "ended",
  "other_currency",
  "below_minimum",
  "used_up",
  "used_by_customer",
] as const

export type CouponRefusal = (typeof COUPON_REFUSALS)[number]

export type CouponOutcome =
  | { outcome: "counts"; terms: CouponTerms }
  /** The terms, so that it can be said what it takes; null for a code that is none. */
  | { outcome: "refused"; refusal: CouponRefusal; terms: CouponTerms | null }

export interface CouponView {
  terms: CouponTerms
  /** Orders that have it and did not give it back. */
  uses: number
}

/** A use that counts now. */
export interface CountedUse {
  useId: string
  /** 0 where it was counted before this was written down. */
  countedAtMs: number
}

/** More uses than a limit allows, though the limit was there before the last of them. */
export interface CouponExcess {
  /** Whose; null: of all customers together. */
  customer: string | null
  uses: number
  max: number
}

export interface CouponApi {
  /** False when there is one already. */
  create(terms: CouponTerms): Promise<boolean>
  /** Changes the terms of what comes; orders keep what they were promised. Null when there is none. */
  replace(terms: CouponTerms): Promise<CouponView | null>
  /** It counts for no new order from here on. False when there is none. */
  remove(): Promise<boolean>
  read(): Promise<CouponView | null>
  /** Whether it would count now. Writes nothing. `customer` null: not known yet. */
  check(use: Omit<CouponUse, "useId" | "customer"> & { customer: string | null }): Promise<CouponOutcome>
  /** Counts one use, if it may. */
  reserve(use: CouponUse): Promise<CouponOutcome>
  /** Takes a use back, once. One that never came is over all the same, and can't come late. */
  giveBack(useId: string): Promise<void>
  /** Uses that count, by their ids: a page of `COUPON_USE_PAGE_MAX` after the one given. Also of a removed coupon. */
  countedUses(afterUseId: string): Promise<CountedUse[]>
  /** Those of the uses that count. */
  stillCounted(useIds: string[]): Promise<string[]>
  /** Where its rows have more uses than its limits allow: `COUPON_EXCESS_MAX` at most. */
  excess(): Promise<CouponExcess[]>
}

/** Uses that one page of the audit's reading returns. */
export const COUPON_USE_PAGE_MAX = 1_000

/** Customers beyond their limit that are named; more of them have the same cause. */
export const COUPON_EXCESS_MAX = 20

const COUPON_CODE_PATTERN = /^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/

/** People type codes as they like; they are kept in capitals. Null when it can't be one. */
export function couponCodeOf(typed: string): string | null {
  const code = typed.trim()
  return COUPON_CODE_PATTERN.test(code) ? code.toUpperCase() : null
}
