import { describe, expect, it, vi } from "vitest"
import { MemorySql } from "../../memory-sql.ts"
import { applyMigrations } from "../../sqlite.ts"
import type { PoolTerms } from "../contract.ts"
import { Ledger } from "../ledger.ts"
import { STOCK_MIGRATIONS } from "../schema.ts"
import type { LaneGrant, LeaseAnswer, Want } from "./contract.ts"
import { LaneLedger, nothingYet } from "./lane-ledger.ts"
import { RootLink } from "./root-link.ts"

const SALE = "sale-1"
const NOW_MS = 1_000_000
const NOTHING = { holds: 0, late: 0 }

const terms: PoolTerms = {
  unitPriceCents: 1_000,
  currency: "EUR",
  perCustomerLimit: null,
  holdSeconds: 60,
  opensAtMs: null,
  closesAtMs: null,
}

function tables(): MemorySql {
  const sql = new MemorySql()
  applyMigrations(sql, STOCK_MIGRATIONS)
  return sql
}

/** A root with so many units in a sale of two lanes, and so many in the open pool. */
function rootWith(units: { sale: number; open: number }): Ledger {
  const root = new Ledger(tables())
  root.setOpenTerms(terms)
  root.receive({ id: "first", delta: units.sale + units.open, reason: "test" }, NOW_MS)
  root.allot({ id: "allot", saleId: SALE, units: units.sale, terms, lanes: 2 }, NOW_MS)
  return root
}

describe("a root", () => {
  it("serves late payments of a sale that is over with what the open pool has, though it is not enough for all", () => {
    const root = rootWith({ sale: 0, open: 2 })
    root.lease(nothingYet(SALE, 0), NOTHING, NOW_MS)
    root.setPoolState(SALE, "closed")
    const answer = root.lease(nothingYet(SALE, 0), { holds: 0, late: 3 }, NOW_MS)
    expect(answer).toMatchObject({ short: true, grant: { granted: 2 } })
  })
})

/** A lane with so many units of the sale, whose root answers when the test does. */
function laneWith(units: number) {
  const clock = { nowMs: NOW_MS }
  const ledger = new LaneLedger(tables(), 0)
  const grant = {
    pool: SALE,
    lane: 0,
    granted: units,
    takenBack: 0,
    terms,
    state: "active",
    termsVersion: 1,
  } as const
  ledger.accept(grant)
  const questions: { want: Want; answer: (answer: LeaseAnswer) => void }[] = []
  const link = new RootLink({
    lane: 0,
    ledger: () => ledger,
    stocked: () => ledger,
    commit: (decide) => Promise.resolve().then(decide),
    root: () => ({
      lease: (_, want) => new Promise<LeaseAnswer>((answer) => questions.push({ want, answer })),
    }),
    now: () => clock.nowMs,
  })
  const question = (number: number) =>
    vi.waitFor(() => questions[number] ?? Promise.reject(new Error("it was not asked")))
  return { ledger, link, clock, grant, question }
}

describe("a lane", () => {
  it("keeps what was granted to a late payment, though another hold runs out in the same turn", async () => {
    let nowMs = NOW_MS
    const ledger = new LaneLedger(tables(), 0)
    const grant: LaneGrant = {
      pool: SALE,
      lane: 0,
      granted: 2,
      takenBack: 0,
      terms,
      state: "active",
      termsVersion: 1,
    }
    ledger.accept(grant)
    ledger.hold({ holdId: "late", pool: SALE, customer: "anna", quantity: 1 }, nowMs)
    ledger.release("late", "anna", nowMs)
    ledger.hold({ holdId: "running", pool: SALE, customer: "bert", quantity: 1 }, nowMs)
    const closed: LaneGrant = { ...grant, state: "closed", termsVersion: 2 }
    ledger.accept(closed)
    ledger.giveBack(SALE)
    // Others want more than the open pool has, so this answer is the last word.
    const answer = {
      grant: { ...closed, granted: 3, takenBack: 1 },
      short: true,
      elsewhere: 0,
      unsure: false,
    }
    const lease = () => {
      nowMs += terms.holdSeconds * 1_000
      return Promise.resolve(answer)
    }
    const link = new RootLink({
      lane: 0,
      ledger: () => ledger,
      stocked: () => ledger,
      commit: (decide) => Promise.resolve(decide()),
      root: () => ({ lease }),
      now: () => nowMs,
    })
    expect(await link.sell("late", "order")).toEqual({ outcome: "sold", replayed: false, retaken: true })
  })

  it("asks for no units for an order that has given up its hold", async () => {
    const ledger = new LaneLedger(tables(), 0)
    const standing = { pool: SALE, lane: 0, granted: 1, takenBack: 0, termsVersion: 1 }
    ledger.accept({ ...standing, terms, state: "active" })
    ledger.hold({ holdId: "late", pool: SALE, customer: "anna", quantity: 1 }, NOW_MS)
    ledger.release("late", "anna", NOW_MS, "order")
    ledger.giveBack(SALE)
    const lease = vi.fn<() => Promise<LeaseAnswer | null>>()
    const link = new RootLink({
      lane: 0,
      ledger: () => ledger,
      stocked: () => ledger,
      commit: (decide) => Promise.resolve(decide()),
      root: () => ({ lease }),
      now: () => NOW_MS,
    })
    expect(await link.sell("late", "order")).toEqual({ outcome: "refused", refusal: "gone" })
    expect(lease).not.toHaveBeenCalled()
  })

  it("asks again when a recall took what the root still counts among its units", async () => {
    const ledger = new LaneLedger(tables(), 0)
    const grant = (granted: number, takenBack: number): LaneGrant => {
      return { pool: SALE, lane: 0, granted, takenBack, terms, state: "active", termsVersion: 1 }
    }
    const answers = [
      { grant: grant(3, 0), short: true, elsewhere: 0, unsure: false },
      { grant: grant(5, 2), short: false, elsewhere: 0, unsure: false },
    ]
    const lease = async () => {
      const [answer] = answers.splice(0, 1)
      // On the way of the first answer, a recall is quicker: the root has not heard of what it took.
      if (answer?.short) await link.recall(grant(2, 0))
      return answer ?? null
    }
    const link: RootLink = new RootLink({
      lane: 0,
      ledger: () => ledger,
      stocked: () => ledger,
      commit: (decide) => Promise.resolve(decide()),
      root: () => ({ lease }),
      now: () => NOW_MS,
    })
    const wanted = { holdId: "h1", pool: SALE, customer: "anna", quantity: 2 }
    expect(await link.hold(wanted)).toMatchObject({ outcome: "held" })
    expect(answers).toHaveLength(0)
  })

  it("sells a unit that was granted for a late payment, though a hold of the closed sale ends in that moment", async () => {
    const { ledger, link, clock, grant, question } = laneWith(3)
    const hold = (holdId: string) =>
      ledger.hold({ holdId, pool: SALE, customer: holdId, quantity: 1 }, clock.nowMs)
    hold("anna")
    hold("bert")
    clock.nowMs += 10_000
    hold("carl")
    clock.nowMs += 50_000
    const closed = { ...grant, state: "closed", termsVersion: 2 } as const
    await link.recall(closed)

    // Two payments came late. They share a question, for one unit that there is, and carl's time is up meanwhile: his
    // unit goes back, the other stays. As the root does not know of that yet, whoever got none asks again.
    const told = link.tell()
    const first = await question(0)
    const payments = Promise.all([link.sell("anna", "order-a"), link.sell("bert", "order-b")])
    first.answer({ grant: { ...closed, takenBack: 2 }, short: false, elsewhere: 0, unsure: false })
    const second = await question(1)
    expect(second.want).toEqual({ holds: 0, late: 2 })
    clock.nowMs += 10_000
    second.answer({
      grant: { ...closed, granted: 4, takenBack: 2 },
      short: true,
      elsewhere: 0,
      unsure: false,
    })
    const third = await question(2)
    expect(third.want).toEqual({ holds: 0, late: 1 })
    third.answer({
      grant: { ...closed, granted: 5, takenBack: 3 },
      short: false,
      elsewhere: 0,
      unsure: false,
    })
    expect(await payments).toMatchObject([{ outcome: "sold" }, { outcome: "sold" }])
    await told
    expect(ledger.laneCounts(SALE)).toMatchObject({ accepted: 5, returned: 3, available: 0, sold: 2 })
  })
})
