import { TAX_CLASS_DEFAULT } from "../../../durable-objects/prices/contract.ts"
import { refusedBy } from "../../../db/failures.ts"
import type { Database } from "../../../db/client.ts"
import {
  archiveProduct,
  deleteProduct,
  findProductRecord,
  insertProduct,
  PRODUCT_SLUG_TAKEN,
  replaceProduct,
  SKU_TAKEN,
  skusSpokenFor,
} from "../../../db/products.ts"
import type { ProductDraft, ProductRecord } from "../../../db/products.ts"
import { OPEN_POOL } from "../../../durable-objects/stock/contract.ts"
import type { PoolState } from "../../../durable-objects/stock/contract.ts"
import { forget } from "../../catalog/page-cache.ts"
import type { Env } from "../../environment.ts"
import { stockOf } from "../../purchase/stock-objects.ts"

/** How long a hold outside a sale lasts. */
const OPEN_HOLD_SECONDS = 600

type WriteRefusal = "slug_taken" | "sku_taken"

export type CreateOutcome =
  | { outcome: "created"; product: ProductRecord }
  | { outcome: "refused"; refusal: WriteRefusal }

/** Writes the product, then its prices to the stock objects. A product whose prices did not arrive is taken out again. */
export async function createProduct(
  env: Env,
  db: Database,
  id: string,
  draft: ProductDraft,
): Promise<CreateOutcome> {
  try {
    await insertProduct(db, id, draft)
  } catch (error) {
    return { outcome: "refused", refusal: writeRefusalOf(error) }
  }
  try {
    await setOpenTerms(env, draft)
  } catch (error) {
    await deleteProduct(db, id)
    throw error
  }
  forget()
  return { outcome: "created", product: await readBack(db, id) }
}

export type ReplaceOutcome =
  | { outcome: "replaced"; product: ProductRecord }
  | { outcome: "refused"; refusal: "not_found" | WriteRefusal }
  /** These variants would go, but were sold, are held, or are part of a sale. */
  | { outcome: "refused"; refusal: "variants_needed"; skus: string[] }

/** Idempotent: a call that broke off between the two stores is mended by the same call again. */
export async function rewriteProduct(
  env: Env,
  db: Database,
  id: string,
  draft: ProductDraft,
): Promise<ReplaceOutcome> {
  const before = await findProductRecord(db, id)
  if (!before) return { outcome: "refused", refusal: "not_found" }
  const kept = new Set(draft.variants.map(({ sku }) => sku))
  const removed = before.variants.map(({ sku }) => sku).filter((sku) => !kept.has(sku))
  const needed = await skusWithHistory(env, db, removed)
  if (needed.length > 0) return { outcome: "refused", refusal: "variants_needed", skus: needed }

  try {
    await replaceProduct(db, id, draft)
  } catch (error) {
    return { outcome: "refused", refusal: writeRefusalOf(error) }
  }
  await Promise.all([setOpenTerms(env, draft), setOpenState(env, removed, "paused")])
  forget()
  return { outcome: "replaced", product: await readBack(db, id) }
}

/** Deletes what never sold; what orders or sales speak of is archived, so that they keep their words. Null: no such product. */
export async function removeProduct(
  env: Env,
  db: Database,
  id: string,
): Promise<"deleted" | "archived" | null> {
  const product = await findProductRecord(db, id)
  if (!product) return null
  const skus = product.variants.map(({ sku }) => sku)
  await setOpenState(env, skus, "paused") // First, so that nobody takes a hold while it goes.
  const needed = await skusWithHistory(env, db, skus)
  if (needed.length > 0) await archiveProduct(db, id)
  else await deleteProduct(db, id)
  forget()
  return needed.length > 0 ? "archived" : "deleted"
}

/** The SKUs with units held or sold, and those that an order or a live sale names. */
async function skusWithHistory(env: Env, db: Database, skus: readonly string[]): Promise<string[]> {
  if (skus.length === 0) return []
  const counted = await Promise.all(
    skus.map(async (sku) => ({ sku, counts: await stockOf(env).root(sku).counts() })),
  )
  const moved = counted.filter(({ counts }) => counts.held > 0 || counts.sold > 0).map(({ sku }) => sku)
  return [...new Set([...moved, ...(await skusSpokenFor(db, skus))])]
}

async function setOpenTerms(env: Env, draft: ProductDraft): Promise<void> {
  await Promise.all(
    draft.variants.map(({ sku, priceCents, currency, weightGrams = 0, taxClass = TAX_CLASS_DEFAULT }) =>
      stockOf(env).root(sku).setOpenTerms({
        unitPriceCents: priceCents,
        currency,
        perCustomerLimit: null,
        holdSeconds: OPEN_HOLD_SECONDS,
        opensAtMs: null,
        closesAtMs: null,
        goods: { weightGrams, taxClass },
      }),
    ),
  )
  // A product that is not public is not for sale either, even to those who know its SKU.
  const skus = draft.variants.map(({ sku }) => sku)
  await setOpenState(env, skus, draft.status === "active" ? "active" : "paused")
}

async function setOpenState(env: Env, skus: readonly string[], state: PoolState): Promise<void> {
  await Promise.all(skus.map((sku) => stockOf(env).root(sku).setPoolState(OPEN_POOL, state)))
}

async function readBack(db: Database, id: string): Promise<ProductRecord> {
  const product = await findProductRecord(db, id)
  if (!product) throw new Error(`the product ${id} was written and is not there`)
  return product
}

function writeRefusalOf(error: unknown): WriteRefusal {
  const constraint = refusedBy(error)
  if (constraint === PRODUCT_SLUG_TAKEN) return "slug_taken"
  if (constraint === SKU_TAKEN) return "sku_taken"
  throw error
}
