import { describe, expect, it } from "vitest"
import { sql } from "drizzle-orm"
import { orderRow, saleDraft, stageDatabase } from "../tests/staged-database.ts"
import { refusedBy } from "./failures.ts"
import { readSaleOrders } from "./sale-orders.ts"
import {
  changeSale,
  claimForUndoing,
  deleteUndone,
  findHalfScheduled,
  findLiveSaleIds,
  findOverlaps,
  findSale,
  insertSale,
  listPublicSales,
  markEnded,
  markScheduled,
  readSkuFacts,
  SALE_SLUG_TAKEN,
  SALES_OVERLAP,
} from "./sales.ts"
import { orderItems, orders, sales } from "./schema.ts"

const staged = stageDatabase()

describe("sales", () => {
  it("of the same SKU never overlap, however many are scheduled at once", async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) => insertSale(staged.db, saleDraft(`sale-${index}`))),
    )
    const refused = outcomes.flatMap((outcome) =>
      outcome.status === "rejected" ? [refusedBy(outcome.reason)] : [],
    )
    expect(refused).toEqual(Array.from({ length: 7 }, () => SALES_OVERLAP))
    const { rows } = await staged.db.execute(sql`select count(*)::int as count from sales`)
    expect(rows).toEqual([{ count: 1 }])
  })

  it("may follow each other to the millisecond, or sell other SKUs at the same time", async () => {
    const first = await staged.schedule(saleDraft("first"))
    await staged.schedule(
      saleDraft("next", {
        opensAtMs: first.closesAtMs,
        waitingOpensAtMs: first.opensAtMs,
        closesAtMs: first.closesAtMs + 1,
      }),
    )
    await staged.schedule(
      saleDraft("other", { items: first.items.map((item) => ({ ...item, sku: "TEAPOT" })) }),
    )
    const span = {
      opensAtMs: first.opensAtMs,
      closesAtMs: first.closesAtMs,
      skus: ["KETTLE", "TEAPOT", "FREE"],
    }
    expect(await findOverlaps(staged.db, { ...span, exceptSaleId: first.saleId })).toEqual([
      { sku: "TEAPOT", slug: "other" },
    ])
  })

  it("cannot be moved over each other, nor have one slug", async () => {
    const first = await staged.schedule(saleDraft("first"))
    const next = await staged.schedule(saleDraft("next", { opensAtMs: first.closesAtMs }))
    const moved = changeSale(staged.db, next.saleId, {
      ...next,
      waitingOpensAtMs: first.opensAtMs,
      opensAtMs: first.opensAtMs,
    })
    expect(refusedBy(await moved.catch((error: unknown) => error))).toBe(SALES_OVERLAP)
    expect((await findSale(staged.db, next.saleId))?.opensAtMs).toBe(next.opensAtMs)
    const namesake = insertSale(
      staged.db,
      saleDraft("first", { items: first.items.map((item) => ({ ...item, sku: "X" })) }),
    )
    expect(refusedBy(await namesake.catch((error: unknown) => error))).toBe(SALE_SLUG_TAKEN)
  })

  it("free their SKUs when they end early", async () => {
    const running = await staged.schedule(saleDraft("running", { opensAtMs: Date.now() - 1_000 }))
    expect(await findLiveSaleIds(staged.db)).toEqual([running.saleId])
    await markEnded(staged.db, running.saleId)
    await markEnded(staged.db, running.saleId)
    expect(await findLiveSaleIds(staged.db)).toEqual([])
    await staged.schedule(saleDraft("again", { opensAtMs: Date.now() + 100 }))
    const coming = await staged.schedule(saleDraft("never", { opensAtMs: Date.now() + 9e6 }))
    await markEnded(staged.db, coming.saleId)
    await staged.schedule(saleDraft("instead", { opensAtMs: Date.now() + 9e6 }))
    expect((await listPublicSales(staged.db)).map(({ slug }) => slug)).toEqual([
      "again",
      "instead",
      "running",
      "never",
    ])
  })

  it("sell from the opening of early access on, so that nothing else may then", async () => {
    const opensAtMs = Date.now() + 3_600_000
    const earlyAccess = { opensAtMs: opensAtMs - 1_800_000 }
    const admission = { perMinute: 60, maxActive: 10, passMinutes: 5, mode: "first_come" as const }
    const early = await staged.schedule(saleDraft("early", { opensAtMs, earlyAccess, admission }))
    expect(await findSale(staged.db, early.saleId)).toMatchObject({ earlyAccess, admission })
    const before = saleDraft("before", {
      opensAtMs: opensAtMs - 3_000_000,
      closesAtMs: opensAtMs - 1_000_000,
    })
    expect(await insertSale(staged.db, before).catch(refusedBy)).toBe(SALES_OVERLAP)
    await changeSale(staged.db, early.saleId, { ...early, title: "Renamed", opensAtMs: opensAtMs + 60_000 })
    expect(await findSale(staged.db, early.saleId)).toMatchObject({ earlyAccess, title: "Renamed" })
    expect(await insertSale(staged.db, before).catch(refusedBy)).toBe(SALES_OVERLAP)
  })

  it("are read as they were written, with the catalog's words", async () => {
    const variants = ["KETTLE", "KETTLE-XL"].map((sku) => ({
      sku,
      title: sku,
      attributes: {},
      priceCents: 2_500,
      currency: "EUR",
    }))
    await staged.addProduct("kettle", { title: "Enamel kettle", images: ["/media/k.svg"], variants })
    const written = await staged.schedule(saleDraft("one"))
    const item = { ...written.items[0], title: "Enamel kettle, KETTLE", image: "/media/k.svg" }
    expect(await findSale(staged.db, written.saleId)).toEqual({
      ...written,
      earlyAccess: null,
      state: "scheduled",
      items: [item],
    })
    expect(await readSkuFacts(staged.db, ["KETTLE", "none"])).toEqual([
      {
        sku: "KETTLE",
        productSlug: "kettle",
        title: "Enamel kettle, KETTLE",
        image: "/media/k.svg",
        priceCents: 2_500,
        currency: "EUR",
      },
    ])
  })

  it("that were left half scheduled are claimed for undoing, and can then no longer be scheduled", async () => {
    const half = saleDraft("half")
    await insertSale(staged.db, half)
    expect(await findHalfScheduled(staged.db, 60_000)).toEqual([])
    await staged.db.update(sales).set({ createdAt: new Date(Date.now() - 120_000) })
    expect(await findHalfScheduled(staged.db, 60_000)).toEqual([{ saleId: half.saleId, skus: ["KETTLE"] }])
    expect(await claimForUndoing(staged.db, half.saleId)).toBe(true)
    expect(await markScheduled(staged.db, half.saleId)).toBe(false)
    expect(await claimForUndoing(staged.db, half.saleId)).toBe(true) // Broken off and done again.
    await deleteUndone(staged.db, half.saleId)
    expect(await findSale(staged.db, half.saleId)).toBeNull()
    const whole = await staged.schedule(saleDraft("whole"))
    expect(await claimForUndoing(staged.db, whole.saleId)).toBe(false)
    await deleteUndone(staged.db, whole.saleId)
    expect((await findSale(staged.db, whole.saleId))?.state).toBe("scheduled")
  })

  it("give the audit their orders with items, in the order of bytes", async () => {
    await staged.db.insert(orders).values([orderRow("b", "s"), orderRow("A", "s"), orderRow("c", "other")])
    await staged.db.insert(orderItems).values({ orderId: "b", sku: "KETTLE", quantity: 2, unitPriceCents: 5 })
    const read = await readSaleOrders(staged.db, "s")
    expect(read.map(({ orderId }) => orderId)).toEqual(["A", "b"])
    expect(read[1]).toMatchObject({
      createdAtMs: 1_000,
      totalCents: 5,
      items: [{ sku: "KETTLE", quantity: 2, unitPriceCents: 5 }],
    })
  })
})
