import type { Database } from "../../../db/client.ts"
import { isDatabaseAway, refusedBy } from "../../../db/failures.ts"
import {
  changeSale,
  findOverlaps,
  findSale,
  listAllSales,
  readGoods,
  readSkuFacts,
  SALES_OVERLAP,
} from "../../../db/sales.ts"
import type { SaleChange, SaleRecord } from "../../../db/sales.ts"
import { firstOpensAtMs } from "../../../durable-objects/room/contract.ts"
import type { SaleFacts, SalePhase, SaleRefusal } from "../../../durable-objects/room/contract.ts"
import { OPEN_POOL } from "../../../durable-objects/stock/contract.ts"
import { forget } from "../../catalog/page-cache.ts"
import type { Env } from "../../environment.ts"
import type { FieldError } from "../../http/problem.ts"
import { turnstileOf } from "../../line/turnstile.ts"
import { isSku } from "./ids.ts"
import { judgeChange } from "./sale-change.ts"
import type { SaleChangeRequest } from "./sale-change.ts"
import { draftOf, ITEMS_MAX, judgeSale, overlapping, tooFew } from "./sale-rules.ts"
import { TAX_CLASS_DEFAULT } from "../../../durable-objects/prices/contract.ts"
import type { SaleRequest, SkuFacts, Surroundings } from "./sale-rules.ts"
import { scheduleSale } from "./sale-saga.ts"
import { stockOf } from "../../purchase/stock-objects.ts"

/** A sale as merchants read it: its facts, and what only its room knows. */
export interface SaleAnswer extends Omit<SaleRecord, "state" | "earlyAccess"> {
  id: string
  earlyAccess: { opensAtMs: number } | null
  phase: SalePhase
  drawCommitment: string | null
}

export type CreateOutcome =
  | { outcome: "created"; sale: SaleAnswer }
  | { outcome: "refused"; refusal: "invalid_sale"; errors: FieldError[] }
  | { outcome: "refused"; refusal: "slug_taken" }

export async function createSale(
  env: Env,
  db: Database,
  saleId: string,
  request: SaleRequest,
): Promise<CreateOutcome> {
  const around = await lookAround(env, db, saleId, request)
  const errors = judgeSale(request, around)
  if (errors.length > 0) return { outcome: "refused", refusal: "invalid_sale", errors }
  const scheduled = await scheduleSale(env, db, draftOf(request, saleId, around))
  if (scheduled.outcome === "scheduled") return { outcome: "created", sale: answerOfFacts(scheduled.facts) }
  if (scheduled.refusal === "slug_taken") return { outcome: "refused", refusal: "slug_taken" }
  if (scheduled.refusal === "insufficient_stock") {
    return { outcome: "refused", refusal: "invalid_sale", errors: shortErrors(request, scheduled.short) }
  }
  if (scheduled.refusal === "overlap") {
    // Somebody was faster since this one was judged.
    return { outcome: "refused", refusal: "invalid_sale", errors: await overlapErrors(db, saleId, request) }
  }
  throw new Error(`scheduling the sale ${saleId} took so long that it was undone`)
}

/** The catalog's and the ledgers' word on each SKU, and the sales it would collide with. */
async function lookAround(
  env: Env,
  db: Database,
  saleId: string,
  request: SaleRequest,
): Promise<Surroundings> {
  const skus = [...new Set(request.items.map(({ sku }) => sku))].filter(isSku).slice(0, ITEMS_MAX)
  const { closesAtMs } = request
  const opensAtMs = firstOpensAtMs(request)
  const [known, goods, overlaps] = await Promise.all([
    readSkuFacts(db, skus),
    readGoods(db, skus),
    // A span that ends before it begins overlaps nothing, and Postgres would refuse it.
    closesAtMs > opensAtMs ? findOverlaps(db, { skus, opensAtMs, closesAtMs, exceptSaleId: saleId }) : [],
  ])
  const facts = await Promise.all(
    known.map(async (of): Promise<[string, SkuFacts]> => {
      const { pools } = await stockOf(env).root(of.sku).counts()
      const openAvailable = pools.find(({ pool }) => pool === OPEN_POOL)?.available ?? 0
      const { weightGrams = 0, taxClass = TAX_CLASS_DEFAULT } = goods.find(({ sku }) => sku === of.sku) ?? {}
      return [of.sku, { ...of, goods: { weightGrams, taxClass }, openAvailable }]
    }),
  )
  const hasTurnstile = turnstileOf(env) !== null
  return { nowMs: Date.now(), facts: new Map(facts), hasTurnstile, overlaps }
}

async function overlapErrors(db: Database, saleId: string, request: SaleRequest): Promise<FieldError[]> {
  const { closesAtMs } = request
  const opensAtMs = firstOpensAtMs(request)
  const skus = request.items.map(({ sku }) => sku)
  const overlaps = await findOverlaps(db, { skus, opensAtMs, closesAtMs, exceptSaleId: saleId })
  const errors = overlaps.map(({ sku, slug }) => ({
    field: `items.${skus.indexOf(sku)}.sku`,
    message: overlapping(sku, slug),
  }))
  return errors.length > 0
    ? errors
    : [{ field: "items", message: "Another sale of one of these SKUs was at that time. Try again." }]
}

function shortErrors(
  request: SaleRequest,
  short: readonly { sku: string; available: number }[],
): FieldError[] {
  return short.map(({ sku, available }) => {
    const index = request.items.findIndex((item) => item.sku === sku)
    return { field: `items.${index}.allotment`, message: tooFew(available) }
  })
}

/** All sales with their phases, the one that opens last first. */
export async function readSales(env: Env, db: Database): Promise<SaleAnswer[]> {
  const sales = await listAllSales(db)
  return Promise.all(
    sales.map(async (sale) => (sale.state === "ended" ? answerOfRecord(sale) : withRoom(env, sale))),
  )
}

/** One sale; null when there is none, or none that was ever scheduled. */
export async function readSale(env: Env, db: Database, saleId: string): Promise<SaleAnswer | null> {
  try {
    const sale = await findSale(db, saleId)
    return sale && isSeen(sale) ? await withRoom(env, sale) : null
  } catch (error) {
    if (!isDatabaseAway(error)) throw error
    const read = await env.ROOM.getByName(saleId).read() // The day of the sale does not wait for Postgres.
    if (!read) throw error
    return answerOfFacts(read.facts)
  }
}

function isSeen(sale: SaleRecord): boolean {
  return sale.state === "scheduled" || sale.state === "ended"
}

async function withRoom(env: Env, sale: SaleRecord): Promise<SaleAnswer> {
  const read = await env.ROOM.getByName(sale.saleId).read()
  return read ? answerOfFacts(read.facts) : answerOfRecord(sale)
}

export function answerOfFacts(facts: SaleFacts): SaleAnswer {
  const {
    saleId,
    slug,
    title,
    phase,
    waitingOpensAtMs,
    opensAtMs,
    closesAtMs,
    items,
    admission,
    holdSeconds,
    earlyAccess = null,
    drawCommitment,
    challenge = "none",
  } = facts
  return {
    saleId,
    id: saleId,
    slug,
    title,
    phase,
    waitingOpensAtMs,
    opensAtMs,
    closesAtMs,
    items: items.map((item) => ({ ...item, lanes: item.lanes ?? 1 })),
    admission,
    holdSeconds,
    challenge,
    earlyAccess,
    drawCommitment,
  }
}

function answerOfRecord({ state, ...sale }: SaleRecord): SaleAnswer {
  const { saleId: id, earlyAccess = null } = sale
  return { ...sale, id, earlyAccess, phase: state === "ended" ? "ended" : "scheduled", drawCommitment: null }
}

export type ChangeOutcome =
  | { outcome: "changed"; sale: SaleAnswer }
  | { outcome: "refused"; refusal: "sale_not_found" | "sale_over" }
  | { outcome: "refused"; refusal: "invalid_sale"; errors: FieldError[] }

/** Postgres first, because it alone sees other sales; should the room refuse, Postgres is put back. */
export async function rewriteSale(
  env: Env,
  db: Database,
  saleId: string,
  request: SaleChangeRequest,
): Promise<ChangeOutcome> {
  const sale = await findSale(db, saleId)
  if (!sale || !isSeen(sale)) return { outcome: "refused", refusal: "sale_not_found" }
  const nowMs = Date.now()
  if (sale.state === "ended" || sale.closesAtMs <= nowMs) return { outcome: "refused", refusal: "sale_over" }
  const verdict = judgeChange(sale, request, nowMs)
  if (!verdict.ok) return { outcome: "refused", refusal: "invalid_sale", errors: verdict.errors }
  try {
    await changeSale(db, saleId, verdict.change)
  } catch (error) {
    if (refusedBy(error) !== SALES_OVERLAP) throw error
    const message =
      "Another sale sells one of these SKUs at that time. Choose another time, or end that sale."
    return { outcome: "refused", refusal: "invalid_sale", errors: [{ field: "opensAtMs", message }] }
  }
  return tellRoom(env, db, sale, verdict.change)
}

async function tellRoom(
  env: Env,
  db: Database,
  before: SaleRecord,
  change: SaleChange,
): Promise<ChangeOutcome> {
  try {
    const told = await env.ROOM.getByName(before.saleId).change(change)
    if (told.outcome === "ok") return { outcome: "changed", sale: answerOfFacts(told.facts) }
    await changeSale(db, before.saleId, before)
    return changeRefusal(told.refusal)
  } catch (error) {
    await changeSale(db, before.saleId, before).catch(() => undefined) // The failure that matters is the room's.
    throw error
  } finally {
    forget()
  }
}

function changeRefusal(refusal: SaleRefusal): ChangeOutcome {
  if (refusal === "not_found") return { outcome: "refused", refusal: "sale_not_found" }
  if (refusal === "sale_over") return { outcome: "refused", refusal: "sale_over" }
  // What was judged here a moment ago is wrong only because the bell rang in between.
  const errors = [{ field: "opensAtMs", message: "The sale has just opened, so its times stay." }]
  return { outcome: "refused", refusal: "invalid_sale", errors }
}
