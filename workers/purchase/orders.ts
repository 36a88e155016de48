import type { Context } from "hono"
import type { CancelOutcome, OrderView } from "../../durable-objects/checkout/contract.ts"
import { laneOf } from "../../durable-objects/checkout/contract.ts"
import { signToken, verifyToken } from "../../waiting-room/signed-token.ts"
import { settingsOf } from "../environment.ts"
import type { Env } from "../environment.ts"
import type { App } from "../http/app.ts"
import { readSession } from "../http/session.ts"
import { leaveSale } from "./leave-sale.ts"
import { soldOut } from "./stock-objects.ts"
import { visitOf } from "../http/visit.ts"

/** Orders as their owners reach them: by session, or by the token that came with the order. */

export async function cancelCheckout(c: Context<App>, orderId: string): Promise<CancelOutcome> {
  const session = await readSession(visitOf(c))
  if (!session || !ORDER_ID.test(orderId)) return { outcome: "refused", refusal: "not_found" }
  const outcome = await (await laneFor(c.env, orderId)).cancel(orderId, session)
  if (outcome.outcome !== "cancelled") return outcome
  const { saleId, items } = outcome.order
  for (const { sku } of items) soldOut.forget(sku)
  if (!outcome.replayed && saleId !== null)
    c.executionCtx.waitUntil(leaveSale(c.env, saleId, { subject: session, items }))
  return outcome
}

export interface OrderAccess {
  order: OrderView
  orderToken: string
  clientSecret: string | null
}

/** An order, to its session or to whoever brings its token; null to anyone else. */
export async function readOrder(
  c: Context<App>,
  orderId: string,
  bearer: string | null,
): Promise<OrderAccess | null> {
  if (!ORDER_ID.test(orderId)) return null
  const [session, tokenFits] = await Promise.all([readSession(visitOf(c)), fitsOrder(c, orderId, bearer)])
  if (!session && !tokenFits) return null
  const found = await (await laneFor(c.env, orderId)).read(orderId)
  if (!found || !(tokenFits || found.subject === session)) return null
  return {
    order: found.order,
    orderToken: await signOrderToken(c.env, orderId),
    clientSecret: found.clientSecret,
  }
}

const ORDER_ID = /^ord_[A-Za-z0-9_-]{22}$/

/** Whether a lane could know this id at all. */
export function isOrderId(text: string): boolean {
  return ORDER_ID.test(text)
}

interface OrderTokenPayload {
  /** Order id. */
  o: string
}

async function fitsOrder(c: Context<App>, orderId: string, bearer: string | null): Promise<boolean> {
  if (bearer === null) return false
  const { keyRing } = await settingsOf(c.env)
  const verified = await verifyToken<OrderTokenPayload>(keyRing, "order", bearer)
  return verified.ok && verified.payload.o === orderId
}

/** Whoever has it may see the order, and nothing else. */
export async function signOrderToken(env: Env, orderId: string): Promise<string> {
  const payload: OrderTokenPayload = { o: orderId }
  return signToken((await settingsOf(env)).keyRing, "order", payload)
}

export async function laneFor(env: Env, orderId: string) {
  const { CHECKOUT_LANES } = await settingsOf(env)
  return env.CHECKOUT.getByName(laneOf(orderId, CHECKOUT_LANES))
}
