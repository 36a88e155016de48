import type { Context } from "hono"
import type {
  CheckoutRefusal,
  OpenOutcome,
  OrderView,
  ShippingAddress,
} from "../../durable-objects/checkout/contract.ts"
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
import { limitCalls } from "../http/rate-limit.ts"
import { bearerOf, claimedSession, ensureSession, readSession } from "../http/session.ts"
import { readRoom } from "../line/board.ts"
import { admittedBy } from "../line/line.ts"
import { leaveSale } from "./leave-sale.ts"
import { fieldErrorsOf, PROBLEM_OF_HOLD } from "./hold-problems.ts"
import { forgetKey, isReused } from "./recent-keys.ts"
import { bodyDigest, orderIdFor, purchaseKeyFor } from "./request-key.ts"
import { laneFor, signOrderToken } from "./orders.ts"
import { rememberSoldOut, soldOut, stockOf } from "./stock-objects.ts"
import { visitOf } from "../http/visit.ts"
import type { Visit } from "../http/visit.ts"

/**
 * Buying, as both the API and the pages do it: take a hold, give it back, open a checkout, look at an order. Whoever
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
async function refusalAtGate(env: Env, saleId: string, pass: string | null): Promise<ProblemCode> {
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
const HOLD_ID_LENGTH_MAX = 1_024

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

export interface CheckoutRequest {
  idempotencyKey: string
  /** The validated body, for telling a replay from another request. */
  body: unknown
  email: string
  shippingAddress: ShippingAddress | null
  couponCode?: string | undefined
  shippingMethod?: string | undefined
  hold: { holdId: string } | { items: readonly Item[]; saleId: string | null; pass: string | null }
}

export type CheckoutResult =
  | { outcome: "opened"; replayed: boolean; order: OrderView; clientSecret: string; orderToken: string }
  | PurchaseRefused

const PROBLEM_OF_CHECKOUT: Record<CheckoutRefusal, ProblemCode> = {
  idempotency_key_reused: "idempotency_key_reused",
  overloaded: "slow_down",
  hold_not_found: "hold_not_found",
  hold_expired: "hold_expired",
  hold_in_use: "hold_in_use",
  sku_not_found: "sku_not_found",
  sale_not_open: "sale_not_open",
  limit_reached: "limit_reached",
  mixed_currencies: "mixed_currencies",
  sold_out: "sold_out",
  coupon_invalid: "coupon_invalid",
  coupon_used_up: "coupon_used_up",
  shipping_unavailable: "shipping_unavailable",
  address_invalid: "invalid_request",
  payment_unavailable: "payment_unavailable",
  payment_refused: "payment_refused",
  in_flight: "request_in_flight",
}

/** Whether a checkout took units or gave some back: a made-up one must not make the edge forget what is sold out. */
function hasMovedUnits(hold: CheckoutRequest["hold"], outcome: OpenOutcome): boolean {
  if (outcome.outcome === "opened") return "items" in hold && !outcome.replayed
  return outcome.refusal === "payment_refused" || ("items" in hold && hold.items.length > 1)
}

function skusOf(hold: CheckoutRequest["hold"]): string[] {
  return "holdId" in hold
    ? ledgersOf(hold.holdId).map((ledger) => partsOfName(ledger).sku)
    : hold.items.map((item) => item.sku)
}

/** Turns a hold into an order that waits for its payment. */
export async function openCheckout(visit: Visit, request: CheckoutRequest): Promise<CheckoutResult> {
  const { env } = visit
  const { hold, email, shippingAddress, couponCode, shippingMethod } = request
  const gate = "holdId" in hold || hold.saleId === null ? null : { saleId: hold.saleId, pass: hold.pass }
  const admitted = gate && (await admittedWith(visit, gate))
  // A pass is bound to its session, so it says whose it is.
  const subject = admitted ?? (await ensureSession(visit))
  await limitCalls(env, "checkout", subject)
  if (gate && admitted === null) return refused(await refusalAtGate(env, gate.saleId, gate.pass))
  if ("holdId" in hold && hold.holdId.length > HOLD_ID_LENGTH_MAX) return refused("hold_not_found")
  const { orderId, orderNumber } = await orderIdFor(subject, request.idempotencyKey)
  const requestDigest = await bodyDigest(request.body)
  const lane = await laneFor(env, orderId)
  let unitsMoved = true // Who is not answered may have taken some, or given some back.
  let outcome: OpenOutcome
  try {
    outcome = await lane.open({
      orderId,
      orderNumber,
      requestDigest,
      subject,
      email,
      shippingAddress,
      couponCode,
      shippingMethod,
      hold: "holdId" in hold ? hold : { items: [...hold.items], saleId: hold.saleId },
    })
    unitsMoved = hasMovedUnits(hold, outcome)
  } finally {
    if (unitsMoved) for (const sku of skusOf(hold)) soldOut.forget(sku)
  }
  if (outcome.outcome === "refused") return refused(PROBLEM_OF_CHECKOUT[outcome.refusal], outcome.skus)
  return { ...outcome, orderToken: await signOrderToken(env, orderId) }
}

async function admittedWith(
  visit: Visit,
  { saleId, pass }: { saleId: string; pass: string | null },
): Promise<string | null> {
  return pass === null ? null : admittedBy(visit.env, { saleId, pass, bearer: bearerOf(visit) })
}

/** What a client is told: the refusal's code, and the SKUs it holds for where it has some. */
export function refusalOf({ refusal, skus }: PurchaseRefused): Refusal {
  const items = skus.length > 0 ? { items: skus.map((sku) => ({ sku })) } : {}
  const retry = refusal === "payment_unavailable" ? { retryAfterSeconds: PAYMENT_RETRY_SECONDS } : {}
  return { code: refusal, members: { ...items, ...fieldErrorsOf(refusal), ...retry } }
}

/** Payments that do not answer rest for so long at least. */
const PAYMENT_RETRY_SECONDS = 5

function refused(refusal: ProblemCode, skus: string[] = []): PurchaseRefused {
  return { outcome: "refused", refusal, skus }
}
