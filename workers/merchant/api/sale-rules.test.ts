import { describe, expect, it } from "vitest"
import type { SaleRecord } from "../../../db/sales.ts"
import { judgeChange } from "./sale-change.ts"
import {
  draftOf,
  judgeSale,
  OPENS_IN_PAST_TOLERANCE_MS,
  waitingDefault,
  WAITING_LEAD_MS,
} from "./sale-rules.ts"
import type { SaleRequest, SkuFacts, Surroundings } from "./sale-rules.ts"

const NOW = 1_800_000_000_000
const HOUR = 3_600_000

function facts(sku: string, changes: Partial<SkuFacts> = {}): [string, SkuFacts] {
  return [
    sku,
    {
      sku,
      productSlug: sku,
      title: sku,
      image: null,
      priceCents: 2_000,
      currency: "EUR",
      openAvailable: 10,
      ...changes,
    },
  ]
}

const around: Surroundings = {
  nowMs: NOW,
  facts: new Map([facts("A"), facts("B"), facts("US", { currency: "USD" })]),
  hasTurnstile: false,
  overlaps: [],
}

const item = { sku: "A", allotment: 10, salePriceCents: 1_000, perCustomerLimit: 2 }

const good: SaleRequest = {
  slug: "spring-drop",
  title: "Spring drop",
  opensAtMs: NOW + HOUR,
  closesAtMs: NOW + 2 * HOUR,
  items: [item],
  admission: { perMinute: 600, maxActive: 100, passMinutes: 10 },
  holdSeconds: 600,
}

function fieldsOf(changes: Partial<SaleRequest>, surroundings: Partial<Surroundings> = {}): string[] {
  return judgeSale({ ...good, ...changes }, { ...around, ...surroundings }).map(({ field }) => field)
}

describe("a sale", () => {
  it("that breaks no rule has no errors", () => {
    expect(fieldsOf({})).toEqual([])
    expect(
      fieldsOf({ opensAtMs: NOW - OPENS_IN_PAST_TOLERANCE_MS, items: [{ ...item, salePriceCents: 0 }] }),
    ).toEqual([])
    expect(fieldsOf({ requireAccount: false, challenge: "none" })).toEqual([])
  })

  it.each<[string, Partial<SaleRequest>, string[]]>([
    ["slug of another shape", { slug: "Spring Drop" }, ["slug"]],
    ["opens in the past", { opensAtMs: NOW - OPENS_IN_PAST_TOLERANCE_MS - 1 }, ["opensAtMs"]],
    ["opens in microseconds", { opensAtMs: NOW * 2, closesAtMs: NOW * 2 + 1 }, ["opensAtMs"]],
    ["closes before it opens", { closesAtMs: NOW }, ["closesAtMs"]],
    ["closes as it opens", { closesAtMs: good.opensAtMs }, ["closesAtMs"]],
    ["lasts for ever", { closesAtMs: NOW + 1_000 * 24 * HOUR }, ["closesAtMs"]],
    ["line after the sale", { waitingOpensAtMs: good.opensAtMs + 1 }, ["waitingOpensAtMs"]],
    ["nothing to sell", { items: [] }, ["items"]],
    [
      "the same SKU twice",
      {
        items: [
          { ...item, allotment: 1 },
          { ...item, allotment: 1 },
        ],
      },
      ["items.1.sku"],
    ],
    ["an unknown SKU", { items: [{ ...item, sku: "X" }] }, ["items.0.sku"]],
    ["no units", { items: [{ ...item, allotment: 0 }] }, ["items.0.allotment"]],
    ["more units than there are", { items: [{ ...item, allotment: 11 }] }, ["items.0.allotment"]],
    ["a negative price", { items: [{ ...item, salePriceCents: -1 }] }, ["items.0.salePriceCents"]],
    ["no lanes", { items: [{ ...item, lanes: 0 }] }, ["items.0.lanes"]],
    ["more lanes than there may be", { items: [{ ...item, lanes: 65 }] }, ["items.0.lanes"]],
    ["a limit of none", { items: [{ ...item, perCustomerLimit: 0 }] }, ["items.0.perCustomerLimit"]],
    ["two currencies", { items: [item, { ...item, sku: "US" }] }, ["items.1.sku"]],
    ["a short hold", { holdSeconds: 29 }, ["holdSeconds"]],
    ["a long hold", { holdSeconds: 3_601 }, ["holdSeconds"]],
    [
      "nobody admitted",
      { admission: { perMinute: 0, maxActive: 0, passMinutes: 0 } },
      ["admission.perMinute", "admission.maxActive", "admission.passMinutes"],
    ],
    [
      "no payments",
      { admission: { ...good.admission, paymentsPerMinute: 0 } },
      ["admission.paymentsPerMinute"],
    ],
    ["early access after the bell", { earlyAccess: { opensAtMs: NOW + HOUR } }, ["earlyAccess.opensAtMs"]],
    ["early access in the past", { earlyAccess: { opensAtMs: NOW - HOUR } }, ["earlyAccess.opensAtMs"]],
    [
      "early access months before",
      { opensAtMs: NOW + 2_000 * HOUR, closesAtMs: NOW + 2_001 * HOUR, earlyAccess: { opensAtMs: NOW } },
      ["earlyAccess.opensAtMs"],
    ],
    [
      "early access to a draw",
      { earlyAccess: { opensAtMs: NOW }, admission: { ...good.admission, mode: "draw" } },
      ["earlyAccess"],
    ],
    ["winners in a lottery", { admission: { ...good.admission, drawFactor: 2 } }, ["admission.drawFactor"]],
    [
      "turns in a first-come sale",
      { admission: { ...good.admission, mode: "first_come", turnMinutes: 5 } },
      ["admission.turnMinutes"],
    ],
    [
      "a draw of too few winners, and turns of no time",
      { admission: { ...good.admission, mode: "draw", drawFactor: 0.9, turnMinutes: 0 } },
      ["admission.drawFactor", "admission.turnMinutes"],
    ],
    [
      "a draw of too many winners, and turns of days",
      { admission: { ...good.admission, mode: "draw", drawFactor: 10.1, turnMinutes: 1_441 } },
      ["admission.drawFactor", "admission.turnMinutes"],
    ],
    ["accounts only", { requireAccount: true }, ["requireAccount"]],
    ["a challenge that there is not", { challenge: "riddle" }, ["challenge"]],
    ["Turnstile where it is not configured", { challenge: "turnstile" }, ["challenge"]],
  ])("is refused with the field that is wrong: %s", (_, changes, fields) => {
    expect(fieldsOf(changes)).toEqual(fields)
  })

  it.each([
    { mode: "lottery" },
    { mode: "first_come" },
    { mode: "draw" },
    { mode: "draw", drawFactor: 1, turnMinutes: 1 },
    { mode: "draw", drawFactor: 2.5, turnMinutes: 1_440 },
  ] as const)("may be held as %o", (mode) => {
    expect(fieldsOf({ admission: { ...good.admission, ...mode } })).toEqual([])
  })

  it("of more than twenty items is refused, and only twenty are looked at", () => {
    const items = Array.from({ length: 30 }, (_, index) => ({ ...item, sku: `X${index}` }))
    expect(fieldsOf({ items })).toHaveLength(21)
  })

  it("of a SKU that another sale has at that time is refused with the other's name", () => {
    const errors = judgeSale(good, { ...around, overlaps: [{ sku: "A", slug: "early-bird" }] })
    expect(errors).toEqual([
      { field: "items.0.sku", message: expect.stringContaining("early-bird") as string },
    ])
  })

  it("is told all that is wrong with it at once", () => {
    const wrong = {
      slug: "",
      closesAtMs: NOW,
      holdSeconds: 1,
      items: [{ sku: "X", allotment: 0, salePriceCents: -1, perCustomerLimit: 0 }],
    }
    expect(fieldsOf(wrong).toSorted()).toEqual([
      "closesAtMs",
      "holdSeconds",
      "items.0.allotment",
      "items.0.perCustomerLimit",
      "items.0.salePriceCents",
      "items.0.sku",
      "slug",
    ])
  })

  it("opens its line ten minutes before, or now when it opens sooner, and never after the bell", () => {
    expect(waitingDefault(NOW + HOUR, NOW)).toBe(NOW + HOUR - WAITING_LEAD_MS)
    expect(waitingDefault(NOW + 1_000, NOW)).toBe(NOW)
    expect(waitingDefault(NOW - 1_000, NOW)).toBe(NOW - 1_000)
  })

  it("takes the catalog's words for its items", () => {
    const [drafted] = draftOf(good, "id", around).items
    expect(drafted).toEqual({
      ...item,
      lanes: 1,
      productSlug: "A",
      title: "A",
      image: null,
      priceCents: 2_000,
      currency: "EUR",
    })
  })
})

describe("a change of a sale", () => {
  const sale: SaleRecord = { ...draftOf(good, "id", around), state: "scheduled" }
  const fields = (request: Parameters<typeof judgeChange>[1], nowMs = NOW): string[] => {
    const verdict = judgeChange(sale, request, nowMs)
    return verdict.ok ? [] : verdict.errors.map(({ field }) => field)
  }

  it("may be of title, times and admission before the bell", () => {
    const admission = { perMinute: 1, maxActive: 1, passMinutes: 1, paymentsPerMinute: 30 }
    const request = { title: "Later", opensAtMs: NOW + 2 * HOUR, closesAtMs: NOW + 3 * HOUR, admission }
    expect(judgeChange(sale, request, NOW)).toMatchObject({
      ok: true,
      change: { ...request, waitingOpensAtMs: sale.waitingOpensAtMs },
    })
  })

  it("brings the line forward with a sale that opens sooner", () => {
    expect(judgeChange(sale, { opensAtMs: NOW + 1_000 }, NOW)).toMatchObject({
      ok: true,
      change: { waitingOpensAtMs: NOW + 1_000 },
    })
  })

  it("keeps its mode, which a change of the rate need not repeat and may not change", () => {
    const drawn = { ...sale, admission: { ...sale.admission, mode: "draw", drawFactor: 3 } } as const
    const admission = { perMinute: 7, maxActive: 8, passMinutes: 9 }
    expect(judgeChange(drawn, { admission }, NOW)).toMatchObject({
      ok: true,
      change: { admission: { ...admission, mode: "draw", drawFactor: 3 } },
    })
    expect(judgeChange(drawn, { admission: { ...admission, drawFactor: 2 } }, NOW)).toMatchObject({
      ok: true,
      change: { admission: { drawFactor: 2 } },
    })
    const other = judgeChange(drawn, { admission: { ...admission, mode: "first_come" } }, NOW)
    expect(other.ok ? [] : other.errors.map(({ field }) => field)).toContain("admission.mode")
    expect(fields({ admission: { ...admission, mode: "lottery" } })).toEqual([])
    expect(fields({ admission: { ...admission, drawFactor: 2 } })).toEqual(["admission.drawFactor"])
  })

  it("leaves the line's opening of a first-come sale where it was, once it has come", () => {
    const firstCome = { ...sale, admission: { ...sale.admission, mode: "first_come" } } as const
    const openedMs = sale.waitingOpensAtMs + 1
    const wrong = (request: Parameters<typeof judgeChange>[1], nowMs: number): string[] => {
      const verdict = judgeChange(firstCome, request, nowMs)
      return verdict.ok ? [] : verdict.errors.map(({ field }) => field)
    }
    expect(wrong({ waitingOpensAtMs: openedMs + 1 }, openedMs)).toEqual(["waitingOpensAtMs"])
    expect(wrong({ waitingOpensAtMs: NOW - 1 }, NOW)).toEqual(["waitingOpensAtMs"])
    expect(wrong({ waitingOpensAtMs: openedMs + 1 }, NOW)).toEqual([])
    expect(wrong({ opensAtMs: good.opensAtMs + 60_000 }, openedMs)).toEqual([])
    expect(fields({ waitingOpensAtMs: openedMs + 1 }, openedMs)).toEqual([])
  })

  it("keeps its early access, and its bell behind it", () => {
    const early = { ...sale, earlyAccess: { opensAtMs: NOW + HOUR / 2 } }
    const wrong = (request: Parameters<typeof judgeChange>[1]): string[] => {
      const verdict = judgeChange(early, request, NOW)
      return verdict.ok ? [] : verdict.errors.map(({ field }) => field)
    }
    expect(wrong({ opensAtMs: NOW + HOUR / 2 })).toEqual(["opensAtMs"])
    expect(wrong({ opensAtMs: NOW + HOUR / 2 + 1, earlyAccess: early.earlyAccess })).toEqual([])
    expect(wrong({ earlyAccess: { opensAtMs: NOW } })).toEqual(["earlyAccess"])
    expect(fields({ earlyAccess: { opensAtMs: NOW } })).toEqual(["earlyAccess"])
  })

  it("may repeat the rest as it is, and not change it", () => {
    expect(fields(good)).toEqual([])
    const other = {
      slug: "other",
      holdSeconds: 60,
      items: [{ ...item, allotment: 1 }],
      requireAccount: true,
      challenge: "turnstile",
    }
    expect(fields(other)).toEqual(["slug", "holdSeconds", "items", "requireAccount", "challenge"])
    expect(fields({ items: [{ ...item, lanes: 1 }] })).toEqual([])
    expect(fields({ items: [{ ...item, lanes: 8 }] })).toEqual(["items"])
  })

  it("moves nothing but the close after the bell, and that not into the past", () => {
    const opened = good.opensAtMs + 1
    expect(fields({ opensAtMs: opened + HOUR, waitingOpensAtMs: NOW }, opened).toSorted()).toEqual([
      "opensAtMs",
      "waitingOpensAtMs",
    ])
    expect(fields({ closesAtMs: opened + HOUR }, opened)).toEqual([])
    expect(fields({ closesAtMs: opened }, opened)).toEqual(["closesAtMs"])
    expect(fields({ title: "Renamed" }, opened)).toEqual([])
  })
})
