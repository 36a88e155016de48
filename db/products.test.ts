import { describe, expect, it } from "vitest"
import { sql } from "drizzle-orm"
import { levelsOf, orderRow, productDraft, saleDraft, stageDatabase } from "../tests/staged-database.ts"
import { findProduct } from "./catalog-product.ts"
import { refusedBy } from "./failures.ts"
import {
  deleteProduct,
  findProductRecord,
  listProductRecords,
  PRODUCT_SLUG_TAKEN,
  replaceProduct,
  SKU_TAKEN,
  skusSpokenFor,
} from "./products.ts"
import { orderItems, orders } from "./schema.ts"
import { upsertStockLevels } from "./stock-levels.ts"

const staged = stageDatabase()

describe("products", () => {
  it("are read with their variants in order and the next sale", async () => {
    const variants = ["B", "A"].map((sku) => ({
      sku,
      title: sku,
      attributes: { size: sku },
      priceCents: 100,
      currency: "EUR",
    }))
    await staged.addProduct("kettle", { variants })
    const coming = await staged.schedule(
      saleDraft("coming", { items: saleDraft("x").items.map((item) => ({ ...item, sku: "A" })) }),
    )
    const product = await findProduct(staged.db, "kettle")
    expect(product?.variants.map(({ sku }) => sku)).toEqual(["B", "A"])
    expect(product?.sale).toEqual({
      saleId: coming.saleId,
      slug: "coming",
      title: "coming",
      opensAtMs: coming.opensAtMs,
      closesAtMs: coming.closesAtMs,
      items: [{ sku: "A", salePriceCents: 1_000, perCustomerLimit: 1 }],
    })
    expect(await findProduct(staged.db, "none")).toBeNull()
  })

  it("refuse a slug or a SKU that another one has, also when written anew", async () => {
    await staged.addProduct("kettle")
    const id = await staged.addProduct("teapot")
    expect(refusedBy(await staged.addProduct("kettle").catch((error: unknown) => error))).toBe(
      PRODUCT_SLUG_TAKEN,
    )
    const thief = productDraft("teapot", { variants: productDraft("kettle").variants })
    expect(refusedBy(await replaceProduct(staged.db, id, thief).catch((error: unknown) => error))).toBe(
      SKU_TAKEN,
    )
    expect((await findProductRecord(staged.db, id))?.variants.map(({ sku }) => sku)).toEqual(["TEAPOT"])
  })

  it("are listed to merchants page by page, and gone when deleted", async () => {
    for (const slug of ["a", "b", "c"]) await staged.addProduct(slug, { status: "draft" })
    const [first, second] = await listProductRecords(staged.db, { after: null, limit: 1 })
    expect(first?.product.slug).toBe("c")
    expect(second?.product.slug).toBe("b")
    if (!first) throw new Error("the first page is empty")
    expect(
      (await listProductRecords(staged.db, { after: first, limit: 5 })).map(({ product }) => product.slug),
    ).toEqual(["b", "a"])
    await deleteProduct(staged.db, first.id)
    expect(await findProductRecord(staged.db, first.id)).toBeNull()
  })

  it("are spoken for by orders and by sales that are not over", async () => {
    await staged.schedule(saleDraft("coming"))
    await staged.db.insert(orders).values(orderRow("o-1", "s"))
    await staged.db.insert(orderItems).values({ orderId: "o-1", sku: "SOLD", quantity: 1, unitPriceCents: 5 })
    expect((await skusSpokenFor(staged.db, ["KETTLE", "SOLD", "FREE"])).toSorted()).toEqual([
      "KETTLE",
      "SOLD",
    ])
  })
})

describe("stock levels", () => {
  it("keep the highest version, whatever comes late, twice or together", async () => {
    await upsertStockLevels(staged.db, [
      levelsOf("A", { open: 1 }, 5),
      levelsOf("A", { open: 9 }, 7),
      levelsOf("B", { open: 2 }, 1),
    ])
    await upsertStockLevels(staged.db, [levelsOf("A", { open: 3 }, 6)])
    await upsertStockLevels(staged.db, [])
    const { rows } = await staged.db.execute(
      sql`select sku, open_available, version::int as version from stock_levels order by sku`,
    )
    expect(rows).toEqual([
      { sku: "A", open_available: 9, version: 7 },
      { sku: "B", open_available: 2, version: 1 },
    ])
  })
})
