import { describe, expect, it } from "vitest"
import { MemorySql } from "../memory-sql.ts"
import { applyMigrations } from "../sqlite.ts"
import { HOLD_EXTENSION_MAX_MS } from "./contract.ts"
import { Ledger } from "./ledger.ts"
import { STOCK_MIGRATIONS } from "./schema.ts"

const HOLD_MS = 60_000
const END_MS = HOLD_MS
const LATER_MS = END_MS + 30_000

function stage() {
  const sql = new MemorySql()
  applyMigrations(sql, STOCK_MIGRATIONS)
  const ledger = new Ledger(sql)
  const open = { perCustomerLimit: 3, opensAtMs: null, closesAtMs: null }
  ledger.setOpenTerms({ unitPriceCents: 100, currency: "EUR", holdSeconds: HOLD_MS / 1_000, ...open })
  ledger.receive({ id: "first", delta: 10, reason: "" }, 0)
  const hold = (holdId: string, quantity = 1, nowMs = 0) =>
    ledger.hold({ holdId, pool: "open", customer: holdId, quantity }, nowMs)
  const units = () => {
    const { available, held, sold } = ledger.counts()
    return [available, held, sold]
  }
  return { sql, ledger, hold, units }
}

describe("the end of a hold", () => {
  it("is moved once, and the same again is answered the same", () => {
    const { ledger, hold } = stage()
    hold("h1")
    ledger.claim("h1", "h1", "o1", 0)
    expect(ledger.extend("h1", "o1", LATER_MS, 1)).toEqual({
      outcome: "extended",
      replayed: false,
      expiresAtMs: LATER_MS,
    })
    expect(ledger.extend("h1", "o1", LATER_MS, 2)).toMatchObject({ outcome: "extended", replayed: true })
    expect(ledger.extend("h1", "o1", LATER_MS + 1, 3)).toMatchObject({ refusal: "extended_before" })
    expect(ledger.extend("h1", "o2", LATER_MS, 3)).toMatchObject({ refusal: "claimed_by_other" })
  })

  it("is moved by so much at most, never nearer, and not after it came", () => {
    const { ledger, hold } = stage()
    hold("h1")
    expect(ledger.extend("h1", "o1", END_MS + HOLD_EXTENSION_MAX_MS + 1, 0)).toMatchObject({
      refusal: "too_long",
    })
    expect(ledger.extend("h1", "o1", END_MS - 1, 0)).toMatchObject({
      outcome: "extended",
      expiresAtMs: END_MS,
    })
    expect(ledger.extend("h1", "o1", LATER_MS, END_MS)).toMatchObject({ refusal: "ended" })
    expect(ledger.extend("h2", "o1", LATER_MS, 0)).toMatchObject({ refusal: "not_found" })
  })

  it("that was moved delays nobody else's, and comes itself (P5)", () => {
    const { ledger, hold, units } = stage()
    for (const id of ["h1", "h2", "h3", "h4"]) hold(id)
    hold("h5", 1, 10)
    ledger.extend("h1", "o1", LATER_MS, 1)
    ledger.extend("h3", "o3", END_MS + 5, 1)
    expect(ledger.expireDue(END_MS)).toBe(2)
    expect(ledger.expireDue(END_MS + 5)).toBe(1)
    expect(ledger.expireDue(END_MS + 10)).toBe(1)
    expect(units()).toEqual([9, 1, 0])
    expect(ledger.expireDue(LATER_MS - 1)).toBe(0)
    expect(ledger.earliestExpiryMs).toBe(LATER_MS)
    expect(ledger.expireDue(LATER_MS)).toBe(1)
  })

  it("that was moved is so after a restart too, and is not moved again", () => {
    const { sql, ledger, hold } = stage()
    hold("h1")
    ledger.extend("h1", "o1", LATER_MS, 1)
    const restarted = new Ledger(sql)
    expect(restarted.findHold("h1")).toMatchObject({ expiresAtMs: LATER_MS, extended: true })
    expect(restarted.expireDue(LATER_MS - 1)).toBe(0)
    expect(restarted.extend("h1", "o1", LATER_MS + 5, 2)).toMatchObject({ refusal: "extended_before" })
    expect(restarted.sell("h1", "o1", LATER_MS - 1)).toMatchObject({ outcome: "sold", retaken: false })
  })
})

describe("a part of a sale that comes back", () => {
  it("is for sale again, counts for the limit no more, and is told by how much is back in all", () => {
    const { ledger, hold, units } = stage()
    hold("h1", 3)
    ledger.sell("h1", "o1", 1)
    expect(ledger.returnUnits("h1", "o1", 1)).toEqual({ outcome: "returned", replayed: false })
    expect(ledger.returnUnits("h1", "o1", 1)).toEqual({ outcome: "returned", replayed: true })
    expect(units()).toEqual([8, 0, 2])
    expect(ledger.findHold("h1")).toMatchObject({ state: "sold", returnedQuantity: 1 })
    const again = { holdId: "h2", pool: "open", customer: "h1" }
    expect(ledger.hold({ ...again, quantity: 2 }, 2)).toMatchObject({ refusal: "limit_reached" })
    expect(ledger.hold({ ...again, quantity: 1 }, 2)).toMatchObject({ outcome: "held" })
    ledger.returnUnits("h1", "o1", 3)
    expect(ledger.returnUnits("h1", "o1")).toEqual({ outcome: "returned", replayed: true })
    expect(units()).toEqual([9, 1, 0])
  })

  it("leaves the rest sold: only a sale of which all is back is gone", () => {
    const { sql, ledger, hold } = stage()
    hold("h1", 2)
    ledger.sell("h1", "o1", 1)
    ledger.returnUnits("h1", "o1", 1)
    expect(new Ledger(sql).sell("h1", "o1", 2)).toMatchObject({ outcome: "sold", replayed: true })
    expect(ledger.returnUnits("h1", "o1", 900)).toEqual({ outcome: "returned", replayed: false })
    expect(ledger.sell("h1", "o1", 3)).toMatchObject({ refusal: "gone" })
  })
})
