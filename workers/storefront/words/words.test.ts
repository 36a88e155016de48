import { describe, expect, it } from "vitest"
import { calendarOf } from "./calendar.ts"
import { countOf, formatMoney } from "./money.ts"
import { formatLength, formatMoment, formatRemaining, formatWaitCoarsely } from "./time.ts"

describe("money", () => {
  it("is written from minor units, with as many digits as the currency has", () => {
    expect(formatMoney(129_900, "EUR")).toBe("€1,299.00")
    expect(formatMoney(5, "USD")).toBe("$0.05")
    expect(formatMoney(1_299, "JPY")).toBe("¥1,299")
    expect(formatMoney(129_900, "HUF")).toBe("HUF\u00a01,299.00")
    expect(formatMoney(1_299, "KWD")).toBe("KWD\u00a01.299")
  })

  it("counts one thing in the singular", () => {
    expect(countOf(1, "piece", "pieces")).toBe("1 piece")
    expect(countOf(1_200, "piece", "pieces")).toBe("1,200 pieces")
  })
})

describe("time", () => {
  it("always spells its zone out", () => {
    const atMs = Date.UTC(2026, 10, 20, 17, 0)
    expect(formatMoment(atMs, "UTC")).toBe("Friday 20 November, 17:00 (Coordinated Universal Time)")
    expect(formatMoment(atMs, "Europe/Amsterdam")).toBe(
      "Friday 20 November, 18:00 (Central European Standard Time)",
    )
  })

  it("shows zero only at the end itself", () => {
    expect(formatRemaining(1)).toBe("00:01")
    expect(formatRemaining(0)).toBe("00:00")
    expect(formatRemaining(-5_000)).toBe("00:00")
  })

  it("shows hours and days only when there are some", () => {
    expect(formatRemaining(600_000)).toBe("10:00")
    expect(formatRemaining(3_600_000)).toBe("01:00:00")
    expect(formatRemaining(2 * 86_400_000 + 61_000)).toBe("2 d 00:01:01")
  })

  it("is coarse without script, so that a page that is a minute old still tells the truth", () => {
    expect(formatWaitCoarsely(0)).toBe("now")
    expect(formatWaitCoarsely(61_000)).toBe("in a minute or two")
    expect(formatWaitCoarsely(18 * 60_000)).toBe("in about 18 minutes")
    expect(formatWaitCoarsely(5 * 3_600_000)).toBe("in about 5 hours")
    expect(formatWaitCoarsely(3 * 86_400_000)).toBe("in 3 days")
  })

  it("says a hold's length in whole minutes, and a short odd one in seconds", () => {
    expect(formatLength(600)).toBe("10 minutes")
    expect(formatLength(60)).toBe("1 minute")
    expect(formatLength(90)).toBe("90 seconds")
  })
})

describe("the calendar entry", () => {
  const entry = {
    uid: "a@shop",
    title: "Salt, Fire; and\nwater",
    description: "é".repeat(80),
    address: "https://shop.example/sales/a",
    startsAtMs: Date.UTC(2026, 10, 20, 17),
    endsAtMs: Date.UTC(2026, 10, 20, 18),
    writtenAtMs: 0,
  }

  it("escapes what a title may not have, so that no title adds a line of its own", () => {
    expect(calendarOf(entry)).toContain("SUMMARY:Salt\\, Fire\\; and\\nwater\r\n")
    expect(calendarOf(entry)).toContain("DTSTART:20261120T170000Z\r\n")
  })

  it("has no line of more than 75 octets", () => {
    for (const line of calendarOf(entry).split("\r\n"))
      expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(75)
  })
})
