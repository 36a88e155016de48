import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { MemorySql } from "../../memory-sql.ts"
import { applyMigrations } from "../../sqlite.ts"
import type { CouponTerms, CouponUse } from "./contract.ts"
import { couponCodeOf, COUPON_USE_PAGE_MAX } from "./contract.ts"
import { CouponBook } from "./coupon-book.ts"
import { COUPON_MIGRATIONS } from "./schema.ts"

const NOW = 1_000

function termsOf(changes: Partial<CouponTerms> = {}): CouponTerms {
  return {
    code: "SPRING",
    discount: { kind: "percent", ratePer100k: 10_000 },
    minimum: null,
    startsAtMs: null,
    endsAtMs: null,
    usesMax: null,
    usesPerCustomerMax: null,
    ...changes,
  }
}

function bookOf(changes: Partial<CouponTerms> = {}): { book: CouponBook; sql: MemorySql } {
  const sql = new MemorySql()
  applyMigrations(sql, COUPON_MIGRATIONS)
  const book = new CouponBook(sql)
  expect(book.create(termsOf(changes), NOW - 1)).toBe(true)
  return { book, sql }
}

function use(useId: string, changes: Partial<CouponUse> = {}): CouponUse {
  return { useId, customer: "a@b.example", subtotalCents: 5_000, currency: "EUR", ...changes }
}

describe("a coupon", () => {
  it("counts one use for one order, however often it is asked", () => {
    const { book } = bookOf({ usesMax: 1 })
    expect(book.reserve(use("o1:1"), NOW).outcome).toBe("counts")
    expect(book.reserve(use("o1:1"), NOW).outcome).toBe("counts")
    expect(book.reserve(use("o2:1"), NOW)).toMatchObject({ refusal: "used_up" })
    expect(book.read()?.uses).toBe(1)
  })

  it("is given back once, and a call that comes after that changes nothing", () => {
    const { book } = bookOf({ usesMax: 1 })
    book.reserve(use("o1:1"), NOW)
    book.giveBack("o1:1")
    book.giveBack("o1:1")
    expect(book.read()?.uses).toBe(0)
    expect(book.reserve(use("o1:1"), NOW).outcome).toBe("refused")
    book.giveBack("o2:1")
    expect(book.reserve(use("o2:1"), NOW).outcome).toBe("refused")
    expect(book.reserve(use("o1:2"), NOW).outcome).toBe("counts")
  })

  it("refuses by its first reason", () => {
    const refusal = (changes: Partial<CouponTerms>, of: Partial<CouponUse> = {}) => {
      const outcome = bookOf(changes).book.reserve(use("o1:1", of), NOW)
      return outcome.outcome === "refused" ? outcome.refusal : null
    }
    expect(refusal({ startsAtMs: NOW + 1 })).toBe("not_begun")
    expect(refusal({ startsAtMs: NOW })).toBeNull()
    expect(refusal({ endsAtMs: NOW })).toBe("ended")
    expect(refusal({ endsAtMs: NOW + 1 })).toBeNull()
    expect(refusal({ discount: { kind: "amount", amountCents: 1, currency: "USD" } })).toBe("other_currency")
    expect(refusal({ minimum: { cents: 1, currency: "USD" } })).toBe("other_currency")
    expect(refusal({ minimum: { cents: 5_001, currency: "EUR" } })).toBe("below_minimum")
    expect(refusal({ minimum: { cents: 5_000, currency: "EUR" } })).toBeNull()
    expect(refusal({ usesMax: 0, usesPerCustomerMax: 0 })).toBe("used_up")
    expect(refusal({ usesPerCustomerMax: 0 })).toBe("used_by_customer")
  })

  it("keeps its uses when it is changed, removed and made again", () => {
    const { book } = bookOf({ usesMax: 2 })
    book.reserve(use("o1:1"), NOW)
    expect(book.replace(termsOf({ usesMax: 1 }), NOW)?.uses).toBe(1)
    expect(book.reserve(use("o2:1"), NOW).outcome).toBe("refused")
    expect(book.remove()).toBe(true)
    expect(book.remove()).toBe(false)
    expect(book.read()).toBeNull()
    expect(book.reserve(use("o3:1"), NOW)).toMatchObject({ refusal: "unknown", terms: null })
    // An order that was promised it is still told so.
    expect(book.reserve(use("o1:1"), NOW).outcome).toBe("counts")
    expect(book.create(termsOf({ usesMax: 1 }), NOW)).toBe(true)
    expect(book.reserve(use("o4:1"), NOW).outcome).toBe("refused")
    book.giveBack("o1:1")
    expect(book.reserve(use("o4:1"), NOW).outcome).toBe("counts")
  })

  it("lists the uses that count, page by page, and says which still do", () => {
    const { book } = bookOf()
    const ids = Array.from({ length: COUPON_USE_PAGE_MAX + 1 }, (_, index) => `o${10_000 + index}:1`)
    for (const useId of ids) book.reserve(use(useId), NOW)
    const page = book.countedUses("")
    expect(page).toHaveLength(COUPON_USE_PAGE_MAX)
    expect(page[0]).toEqual({ useId: ids[0], countedAtMs: NOW })
    expect(book.countedUses(page.at(-1)?.useId ?? "")).toEqual([{ useId: ids.at(-1), countedAtMs: NOW }])
    book.giveBack("o10000:1")
    expect(book.countedUses("")[0]?.useId).toBe("o10001:1")
    expect(book.stillCounted(["o10000:1", "o10001:1", "o9:1"])).toEqual(["o10001:1"])
  })

  it("tells a limit that was not kept from one that was lowered", () => {
    const { book, sql } = bookOf({ usesMax: 3, usesPerCustomerMax: 2 })
    const plant = (useId: string, customer: string, atMs: number) =>
      sql.exec(
        `INSERT INTO uses (use_id, customer, state, counted_at_ms) VALUES (?, ?, 'counted', ?)`,
        useId,
        customer,
        atMs,
      )
    book.reserve(use("o1:1"), NOW)
    book.reserve(use("o2:1"), NOW)
    expect(book.excess()).toEqual([])
    plant("o3:1", "a@b.example", NOW)
    expect(book.excess()).toEqual([{ customer: "a@b.example", uses: 3, max: 2 }])
    plant("o4:1", "c@d.example", NOW)
    expect(book.excess()).toEqual([
      { customer: null, uses: 4, max: 3 },
      { customer: "a@b.example", uses: 3, max: 2 },
    ])
    // Whatever was counted before the terms were changed was allowed then.
    book.replace(termsOf({ usesMax: 1, usesPerCustomerMax: 1 }), NOW + 1)
    expect(book.excess()).toEqual([])
    plant("o5:1", "c@d.example", NOW + 2)
    expect(book.excess()).toEqual([
      { customer: null, uses: 5, max: 1 },
      { customer: "c@d.example", uses: 2, max: 1 },
    ])
    // Also of a coupon that counts for nobody any more.
    book.remove()
    expect(book.excess()).toHaveLength(2)
  })

  it("never counts beyond its limits, and giving all back restores every count, also over restarts", () => {
    const orders = fc.integer({ min: 1, max: 6 })
    const command = fc.oneof(
      fc.record({ kind: fc.constant("reserve"), order: orders, customer: fc.constantFrom("a", "b") }),
      fc.record({ kind: fc.constant("giveBack"), order: orders }),
      fc.record({ kind: fc.constant("restart") }),
    )
    const limit = fc.option(fc.integer({ min: 0, max: 4 }), { nil: null })
    fc.assert(
      fc.property(fc.array(command, { maxLength: 40 }), limit, limit, (commands, usesMax, each) => {
        const { book: first, sql } = bookOf({ usesMax, usesPerCustomerMax: each })
        let book = first
        const counted = new Map<string, string>()
        const over = new Set<string>()
        for (const step of commands) {
          if (step.kind === "restart") book = new CouponBook(sql)
          if (!("order" in step)) continue
          const useId = `o${step.order}`
          if (!("customer" in step)) {
            book.giveBack(useId)
            counted.delete(useId)
            over.add(useId)
            continue
          }
          const mine = [...counted.values()].filter((who) => who === step.customer).length
          const may =
            counted.has(useId) ||
            (!over.has(useId) && counted.size < (usesMax ?? Infinity) && mine < (each ?? Infinity))
          const { outcome } = book.reserve(use(useId, { customer: step.customer }), NOW)
          expect(outcome).toBe(may ? "counts" : "refused")
          if (may && !counted.has(useId)) counted.set(useId, step.customer)
          expect(book.read()?.uses).toBe(counted.size)
          expect(book.countedUses("").map(({ useId }) => useId)).toEqual([...counted.keys()].toSorted())
          expect(book.excess()).toEqual([])
        }
        for (const useId of counted.keys()) book.giveBack(useId)
        expect(new CouponBook(sql).read()?.uses).toBe(0)
      }),
    )
  })
})

it("a code is what was typed, in capitals, or none", () => {
  expect(couponCodeOf(" spring-10 ")).toBe("SPRING-10")
  expect(couponCodeOf("ß")).toBeNull()
  expect(couponCodeOf("")).toBeNull()
  expect(couponCodeOf("two words")).toBeNull()
  expect(couponCodeOf("X".repeat(41))).toBeNull()
})
