import type { Context } from "hono"
import { OPEN_POOL } from "../../durable-objects/stock/contract.ts"
import type { Goods, HoldState } from "../../durable-objects/stock/contract.ts"
import { giveBackAll, holdItems, ledgersOf, mergeLines } from "../../durable-objects/stock/hold-items.ts"
import { ledgerNameFor, partsOfName } from "../../durable-objects/stock/lease/names.ts"
import { laneDirectory } from "../../durable-objects/stock/ledgers.ts"
import type { HeldLine, Item } from "../../durable-objects/stock/hold-items.ts"
import type { Env } from "../environment.ts"
import type { App } from "../http/app.ts"
import type { Refusal } from "../http/failure.ts"
import type { ProblemCode } from "../http/problem.ts"
import { claimedSession, readSession } from "../http/session.ts"
import { readRoom } from "../line/board.ts"
import { leaveSale } from "./leave-sale.ts"
import { fieldErrorsOf, PROBLEM_OF_HOLD } from "./hold-problems.ts"
import { forgetKey, isReused } from "./recent-keys.ts"
import { purchaseKeyFor } from "./request-key.ts"
import { rememberSoldOut, soldOut, stockOf } from "./stock-objects.ts"
import { visitOf } from "../http/visit.ts"

/**
 * Buying, as both the API and the pages do it: take a hold, look at it, give it back. Checkouts are in
 * `open-checkout.ts`, orders in `orders.ts`. Whoever
 * asks is the request's session.
 */

export interface HoldRequest {
  idempotencyKey: string
  items: readonly Item[]
  saleId: string | null
  pass: string | null
}

export interface PurchaseRefused {
  outcome: "refused"
  refusal: ProblemCode
  /** The SKUs it holds for; empty when it is about the whole request. */
  skus: string[]
}

export type HoldResult =
  | {
      outcome: "held"
      replayed: boolean
      holdId: string
      items: HeldLine[]
      currency: string
      expiresAtMs: number
    }
  | PurchaseRefused

/** Who buys, and what the platform gives the request. */
export interface Buyer {
  env: Env
  session: string
  /** The sale that a pass lets them buy in; null without one. */
  admittedTo: string | null
  /** For what goes on behind the answer. */
  waitUntil: (work: Promise<unknown>) => void
}

/** The "buy" button: who was let in, then the ledgers, and nothing else. */
export async function takeHold(buyer: Buyer, request: HoldRequest): Promise<HoldResult> {
  const { env, session } = buyer
  const { saleId } = request
  if (saleId !== null && buyer.admittedTo !== saleId)
    return refused(await refusalAtGate(env, saleId, request.pass))
  const items = mergeLines(request.items)
  const purchaseKey = await purchaseKeyFor(session, request.idempotencyKey)
  const pool = saleId ?? OPEN_POOL
  if (isReused(purchaseKey, `${pool} ${items.map((item) => item.sku).join(" ")}`))
    return refused("idempotency_key_reused")
  const stock = stockOf(env)
  const [first] = items
  const mark = soldOut.mark(first?.sku ?? "", Date.now())
  const outcome = await holdItems(stock, { purchaseKey, items, saleId, customer: session })
  if (outcome.outcome === "refused") {
    if (outcome.refusal !== "reused") forgetKey(purchaseKey)
    if (outcome.refusal === "sold_out" && first && items.length === 1)
      rememberSoldOut(
        buyer,
        { ledger: await stock.ledgerOf(first.sku, pool, session), pool, quantity: first.quantity },
        mark,
      )
    return refused(PROBLEM_OF_HOLD[outcome.refusal], outcome.skus)
  }
  const { replayed, holdId, lines, currency, expiresAtMs } = outcome
  // There were units, and somebody new has some: what is remembered of them is not true any more.
  if (!replayed) for (const { sku } of lines) soldOut.forget(sku)
  return { outcome: "held", replayed, holdId, items: lines, currency, expiresAtMs }
}

/**
 * Whether a hold can be refused as sold out without asking anybody, and before session and pass are looked at: all that
 * is asked is refused either way. Who comes without a pass is told of that first, as always.
 */
export function isKnownSoldOut(
  { items, saleId, pass }: Pick<HoldRequest, "items" | "saleId" | "pass">,
  cookies: string | null,
): boolean {
  const [line] = items
  if (!line || items.length !== 1 || (saleId !== null && pass === null) || saleId === OPEN_POOL) return false
  const { sku, quantity } = line
  const pool = saleId ?? OPEN_POOL
  const lanes = laneDirectory.lanesOf(sku, pool)
  if (lanes === null) return false
  const customer = () => claimedSession(cookies)
  if (lanes === 1) return soldOut.answers({ ledger: sku, pool, quantity }, customer, Date.now())
  const claimed = customer()
  if (claimed === null) return false // Which lane is sold out for them is not known.
  const ledger = ledgerNameFor({ sku, pool, lanes, customer: claimed })
  return soldOut.answers({ ledger, pool, quantity }, () => claimed, Date.now())
}

/**
 * Why a sale's stock may not be touched without a valid pass. This costs a look at the board, for a better answer: a sale
 * that is not open refuses as such, whatever is wrong with the pass.
 */
export async function refusalAtGate(env: Env, saleId: string, pass: string | null): Promise<ProblemCode> {
  const room = await readRoom(env, saleId)
  if (!room) return "sale_not_found"
  const { phase } = room.board
  if (phase === "scheduled" || phase === "waiting" || phase === "ended") return "sale_not_open"
  return pass === null ? "pass_required" : "pass_invalid"
}

export interface HoldView {
  holdId: string
  items: (HeldLine & Partial<Goods>)[]
  currency: string
  expiresAtMs: number
  state: HoldState
  saleId: string | null
  /** The order that will pay for it, once a checkout was opened. */
  orderId: string | null
}

/** Different SKUs that are looked up for one id; a longer id is none of ours. */
export const HOLD_ID_LENGTH_MAX = 1_024

/** A hold as its session sees it; null to anyone else. */
export async function readHold(c: Context<App>, holdId: string): Promise<HoldView | null> {
  const session = await readSession(visitOf(c))
  const names = holdId.length <= HOLD_ID_LENGTH_MAX ? ledgersOf(holdId) : []
  if (!session || names.length === 0) return null
  const stock = stockOf(c.env)
  const records = await Promise.all(names.map((name) => stock.getByName(name).readHold(holdId, session)))
  const lines = records.flatMap((record, index) =>
    record ? [{ ...record, sku: partsOfName(names[index] ?? "").sku }] : [],
  )
  const [first] = lines
  if (!first || lines.length !== names.length) return null
  return {
    holdId,
    items: lines.map(({ sku, quantity, unitPriceCents, goods }) => ({
      sku,
      quantity,
      unitPriceCents,
      ...goods,
    })),
    currency: first.currency,
    expiresAtMs: Math.min(...lines.map((line) => line.expiresAtMs)),
    state: lines.find((line) => line.state !== "held")?.state ?? "held",
    saleId: first.pool === OPEN_POOL ? null : first.pool,
    orderId: first.orderId,
  }
}

export async function giveBack(
  c: Context<App>,
  holdId: string,
): Promise<
  | { outcome: "released"; replayed: boolean }
  | { outcome: "refused"; refusal: "hold_not_found" | "already_paid" }
> {
  const session = await readSession(visitOf(c))
  if (!session || holdId.length > HOLD_ID_LENGTH_MAX) return { outcome: "refused", refusal: "hold_not_found" }
  const outcome = await giveBackAll(stockOf(c.env), holdId, session)
  if (outcome.outcome === "released") {
    if (!outcome.replayed) c.executionCtx.waitUntil(leaveSaleOf(c, holdId, session))
    return outcome
  }
  return {
    outcome: "refused",
    refusal: outcome.refusal === "already_sold" ? "already_paid" : "hold_not_found",
  }
}

/** Where a hold was from is asked behind the answer, for only its room needs to know. */
async function leaveSaleOf(c: Context<App>, holdId: string, session: string): Promise<void> {
  const hold = await readHold(c, holdId).catch(() => null)
  if (hold && hold.saleId !== null)
    await leaveSale(c.env, hold.saleId, { subject: session, items: hold.items })
}

/** What a client is told: the refusal's code, and the SKUs it holds for where it has some. */
export function refusalOf({ refusal, skus }: PurchaseRefused): Refusal {
  const items = skus.length > 0 ? { items: skus.map((sku) => ({ sku })) } : {}
  const retry = refusal === "payment_unavailable" ? { retryAfterSeconds: PAYMENT_RETRY_SECONDS } : {}
  return { code: refusal, members: { ...items, ...fieldErrorsOf(refusal), ...retry } }
}

/** Payments that do not answer rest for so long at least. */
const PAYMENT_RETRY_SECONDS = 5

export function refused(refusal: ProblemCode, skus: string[] = []): PurchaseRefused {
  return { outcome: "refused", refusal, skus }
}
