import { describe, expect, it } from "vitest"
import { HOLD_PAGE_MAX, OPEN_POOL } from "./contract.ts"
import type { HoldOutcome } from "./contract.ts"
import { giveBackAll, holdItems, mergeLines } from "./hold-items.ts"
import type { Item } from "./hold-items.ts"
import { HOLD_MS, objectsOf, Shelf, START_MS, TERMS } from "./staged-shelf.ts"

/** What broke elsewhere, by the numbers of the list of hazards: each at the ledger, or at a purchase of several. */

const SALE = "sale-1"
const purchaseOf = (purchaseKey: string, items: Item[], customer = "anna") => ({
  purchaseKey,
  items: mergeLines(items),
  saleId: null,
  customer,
})
const one = (sku: string): Item => ({ sku, quantity: 1 })
const named = (count: number, prefix: string) => Array.from({ length: count }, (_, at) => `${prefix}${at}`)
const refusals = (outcomes: HoldOutcome[]) =>
  outcomes.flatMap((outcome) => (outcome.outcome === "refused" ? [outcome.refusal] : []))

describe("oversold", () => {
  it("hazard 1: two lines on the same SKU are one wish, and one unit doesn't serve it", async () => {
    const A = new Shelf(1)
    const outcome = await holdItems(objectsOf({ A }), purchaseOf("p1", [one("A"), one("A")]))
    expect(outcome).toMatchObject({ outcome: "refused", refusal: "sold_out", skus: ["A"] })
    expect(A.levels()).toEqual([1, 0, 0])
  })

  it("hazard 2: counters stay what the rows say, under concurrency and after a restart", async () => {
    const shelf = new Shelf(50)
    await Promise.all(named(80, "h").map((id) => shelf.hold(id, id, 1)))
    await Promise.all(named(20, "h").map((id) => shelf.submit(() => shelf.ledger.sell(id, id, shelf.nowMs))))
    await Promise.all(named(10, "h").map((id) => shelf.submit(() => shelf.ledger.returnUnits(id, id))))
    const rows = shelf.ledger.holdsPage(OPEN_POOL, 0, HOLD_PAGE_MAX)
    const held = rows.filter(({ state }) => state === "held").length
    const sold = rows.filter(
      ({ state, returnedQuantity }) => state === "sold" && returnedQuantity === 0,
    ).length
    expect([held, sold]).toEqual([30, 10])
    expect(shelf.levels()).toEqual([10, held, sold])
    shelf.restart()
    expect(shelf.levels()).toEqual([10, held, sold])
  })

  it("hazard 3: of ten orders for one unit, one holds it", async () => {
    const shelf = new Shelf(1)
    const outcomes = await Promise.all(named(10, "h").map((id) => shelf.hold(id, id)))
    expect(refusals(outcomes)).toEqual(Array(9).fill("sold_out"))
    expect(shelf.levels()).toEqual([0, 1, 0])
  })

  it("hazard 4: each look at the last unit is a fresh one, also within one transaction", () => {
    const { sql, ledger, nowMs } = new Shelf(1)
    const command = (holdId: string) => ({ holdId, pool: OPEN_POOL, customer: holdId, quantity: 1 })
    const outcomes = sql.transactionSync(() => {
      const first = ledger.hold(command("h1"), nowMs)
      const second = ledger.hold(command("h2"), nowMs)
      ledger.release("h1", "h1", nowMs)
      return [first, second, ledger.hold(command("h3"), nowMs), ledger.hold(command("h4"), nowMs)]
    })
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(["held", "refused", "held", "refused"])
  })

  it("hazard 5: a restarted ledger at zero admits nobody", async () => {
    const shelf = new Shelf(2)
    await shelf.hold("h1", "anna")
    await shelf.hold("h2", "ben")
    await shelf.submit(() => shelf.ledger.sell("h1", "o1", shelf.nowMs))
    shelf.restart()
    expect(await shelf.hold("h3", "carl")).toEqual({ outcome: "refused", refusal: "sold_out" })
    shelf.ledger.reload()
    expect(await shelf.hold("h4", "dora")).toEqual({ outcome: "refused", refusal: "sold_out" })
    expect(shelf.levels()).toEqual([0, 1, 1])
  })
})

describe("ghost holds, lost units", () => {
  it("hazard 6: a double click burns no unit", async () => {
    const shelf = new Shelf(5)
    const clicks = await Promise.all([shelf.hold("h1", "anna"), shelf.hold("h1", "anna")])
    expect(clicks).toMatchObject([{ replayed: false }, { replayed: true }])
    shelf.restart()
    expect(await shelf.hold("h1", "anna")).toMatchObject({ outcome: "held", replayed: true })
    expect(shelf.levels()).toEqual([4, 1, 0])
  })

  it("hazard 6: a double click on the last unit, or over a reached limit, is answered as the first one was", async () => {
    const shelf = new Shelf(1, { perCustomerLimit: 1 })
    const first = await shelf.hold("h1", "anna")
    expect(await shelf.hold("h1", "anna")).toEqual({ ...first, replayed: true })
    shelf.nowMs += HOLD_MS
    expect(await shelf.hold("h1", "anna")).toEqual({ ...first, replayed: true, state: "expired" })
    expect(shelf.levels()).toEqual([1, 0, 0])
  })

  it("hazard 7: a crash after the unit was taken loses no unit", async () => {
    const shelf = new Shelf(1)
    await shelf.hold("h1", "anna")
    shelf.restart()
    expect(shelf.levels()).toEqual([0, 1, 0])
    shelf.nowMs += HOLD_MS
    expect(await shelf.hold("h2", "ben")).toMatchObject({ outcome: "held" })
  })

  it("hazard 7: an order of several items that is refused half way holds none of them", async () => {
    const [A, B] = [new Shelf(3), new Shelf(0)]
    const outcome = await holdItems(objectsOf({ A, B }), purchaseOf("p1", [one("A"), one("B")]))
    expect(outcome).toMatchObject({ outcome: "refused", refusal: "sold_out", skus: ["B"] })
    expect(A.levels()).toEqual([3, 0, 0])
  })

  it("hazard 7: an order of several items that fails half way, and can't be undone, runs out by itself", async () => {
    const [A, B] = [new Shelf(3), new Shelf(3)]
    B.unreachable.add("hold")
    for (const kind of ["undo", "release"] as const) A.unreachable.add(kind)
    await expect(holdItems(objectsOf({ A, B }), purchaseOf("p1", [one("A"), one("B")]))).rejects.toThrow(
      "hold did not arrive",
    )
    A.nowMs += HOLD_MS
    expect([...A.levels(), ...B.levels()]).toEqual([3, 0, 0, 3, 0, 0])
  })

  it("hazard 8: a settlement that failed half way is undone, and nothing goes below zero", async () => {
    const [A, B] = [new Shelf(2), new Shelf(2)]
    const objects = objectsOf({ A, B })
    const held = await holdItems(objects, purchaseOf("p1", [one("A"), one("B")]))
    if (held.outcome !== "held") throw new Error("both shelves have units")
    B.unreachable.add("sell")
    await objects.getByName("A").sell(held.holdId, "o1")
    await expect(objects.getByName("B").sell(held.holdId, "o1")).rejects.toThrow("sell did not arrive")
    // Whoever compensates goes over all lines, more than once, and doesn't know which of them was sold.
    for (const _ of [1, 2]) {
      await objects.getByName("A").returnUnits(held.holdId, "o1")
      await objects.getByName("B").returnUnits(held.holdId, "o1")
      await giveBackAll(objects, held.holdId, "anna")
    }
    expect([...A.levels(), ...B.levels()]).toEqual([2, 0, 0, 2, 0, 0])
  })

  it("hazard 9: an abandoned order's units are for sale to the millisecond, with an alarm or without", async () => {
    const shelf = new Shelf(1)
    await shelf.hold("h1", "anna")
    await shelf.submit(() => shelf.ledger.claim("h1", "anna", "o1", shelf.nowMs))
    shelf.nowMs += HOLD_MS - 1
    expect(await shelf.hold("h2", "ben")).toEqual({ outcome: "refused", refusal: "sold_out" })
    shelf.nowMs += 1
    expect(await shelf.hold("h3", "carl")).toMatchObject({ outcome: "held", replayed: false })
    shelf.nowMs += HOLD_MS
    expect(shelf.ledger.expireDue(shelf.nowMs)).toBe(1)
    expect(shelf.levels()).toEqual([1, 0, 0])
  })

  it("hazard 10: a compensation that runs twice gives back once", async () => {
    const shelf = new Shelf(5)
    const { ledger, nowMs } = shelf
    for (const id of ["h1", "h2", "h3"]) await shelf.hold(id, "anna")
    const release = () => shelf.submit(() => ledger.release("h1", "anna", nowMs))
    expect(await Promise.all([release(), release()])).toMatchObject([{ replayed: false }, { replayed: true }])
    await shelf.submit(() => ledger.sell("h2", "o2", nowMs))
    const giveBack = () => shelf.submit(() => ledger.returnUnits("h2", "o2"))
    expect(await Promise.all([giveBack(), giveBack()])).toMatchObject([
      { replayed: false },
      { replayed: true },
    ])
    expect(shelf.levels()).toEqual([4, 1, 0])
    shelf.restart()
    expect(await giveBack()).toEqual({ outcome: "returned", replayed: true })
    expect(shelf.levels()).toEqual([4, 1, 0])
  })

  it("hazard 11: what comes back is really sold again", async () => {
    const shelf = new Shelf(1)
    const sell = (id: string) => shelf.submit(() => shelf.ledger.sell(id, `order ${id}`, shelf.nowMs))
    for (const id of ["h1", "h2", "h3"]) {
      expect(await shelf.hold(id, id)).toMatchObject({ outcome: "held", replayed: false })
      expect(await sell(id)).toMatchObject({ outcome: "sold", replayed: false })
      expect(shelf.levels()).toEqual([0, 0, 1])
      await shelf.submit(() => shelf.ledger.returnUnits(id, `order ${id}`))
      expect(shelf.levels()).toEqual([1, 0, 0])
    }
  })

  it("hazard 11: what comes back to a sale that is over is sold in the open pool", async () => {
    const shelf = new Shelf(1)
    shelf.ledger.allot({ id: "a1", saleId: SALE, units: 1, terms: TERMS }, START_MS)
    await shelf.hold("h1", "anna", 1, SALE)
    await shelf.submit(() => shelf.ledger.sell("h1", "o1", START_MS))
    await shelf.submit(() => shelf.ledger.setPoolState(SALE, "closed"))
    expect(await shelf.hold("h2", "ben")).toEqual({ outcome: "refused", refusal: "sold_out" })
    await shelf.submit(() => shelf.ledger.returnUnits("h1", "o1"))
    expect(await shelf.hold("h3", "ben")).toMatchObject({ outcome: "held" })
  })
})

describe("limits", () => {
  it("hazard 22: a limit of one is used once, however many orders come together", async () => {
    const shelf = new Shelf(10, { perCustomerLimit: 1 })
    const outcomes = await Promise.all(named(10, "h").map((id) => shelf.hold(id, "anna")))
    expect(refusals(outcomes)).toEqual(Array(9).fill("limit_reached"))
    shelf.restart()
    expect(await shelf.hold("again", "anna")).toEqual({ outcome: "refused", refusal: "limit_reached" })
    expect(shelf.levels()).toEqual([9, 1, 0])
  })

  it("hazard 22: cancelling, running out and returning give it back, once", async () => {
    const shelf = new Shelf(10, { perCustomerLimit: 1 })
    await shelf.hold("h1", "anna")
    await shelf.submit(() => shelf.ledger.release("h1", "anna", shelf.nowMs))
    expect(await shelf.hold("h2", "anna")).toMatchObject({ outcome: "held" })
    shelf.nowMs += HOLD_MS
    expect(await shelf.hold("h3", "anna")).toMatchObject({ outcome: "held" })
    await shelf.submit(() => shelf.ledger.sell("h3", "o3", shelf.nowMs))
    expect(await shelf.hold("h4", "anna")).toEqual({ outcome: "refused", refusal: "limit_reached" })
    for (const _ of [1, 2]) await shelf.submit(() => shelf.ledger.returnUnits("h3", "o3"))
    expect(refusals(await Promise.all([shelf.hold("h5", "anna"), shelf.hold("h6", "anna")]))).toEqual([
      "limit_reached",
    ])
  })
})
