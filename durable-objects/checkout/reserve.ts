import { partsOfName } from "../stock/lease/names.ts"
import { giveBackAll, holdIdFor, holdItems, ledgersOf, mergeLines, placeItems } from "../stock/hold-items.ts"
import type { HoldItemsRefusal, Item, StockObjects } from "../stock/hold-items.ts"
import { OPEN_POOL } from "../stock/contract.ts"
import type { ClaimOutcome, Goods } from "../stock/contract.ts"
import type { CheckoutRefusal, OpenCheckout, OrderLine } from "./contract.ts"

/** What was claimed of one SKU, before anything is taken off or added. */
export type ReservedLine = Pick<OrderLine, "sku" | "quantity" | "unitPriceCents"> & Partial<Goods>

export type Reservation =
  | {
      outcome: "reserved"
      items: ReservedLine[]
      currency: string
      saleId: string | null
      holdExpiresAtMs: number
    }
  | { outcome: "refused"; refusal: CheckoutRefusal; skus: string[] }

/** The hold a checkout works with: the one it was given, or the one it takes for itself under the order's id. */
export async function holdIdOf(stock: StockObjects, command: OpenCheckout): Promise<string> {
  const { orderId, subject, hold } = command
  if ("holdId" in hold) return hold.holdId
  return holdIdFor(orderId, await placeItems(stock, mergeLines(hold.items), hold.saleId, subject))
}

const REFUSALS_OF_HOLDS: Record<HoldItemsRefusal, CheckoutRefusal> = {
  mixed_currencies: "mixed_currencies",
  overloaded: "overloaded",
  reused: "idempotency_key_reused",
  unknown_pool: "sku_not_found",
  not_open: "sale_not_open",
  limit_reached: "limit_reached",
  sold_out: "sold_out",
}

/** Takes the hold where there is none yet, and binds it to the order. Safe to repeat: the same ids replay. */
export async function reserve(stock: StockObjects, command: OpenCheckout): Promise<Reservation> {
  const { orderId, subject, hold } = command
  if ("items" in hold) {
    const { saleId } = hold
    const items = mergeLines(hold.items)
    const [only] = items
    if (only && items.length === 1) {
      const bound = await holdForOrder(stock, command, only, saleId)
      if (bound) return bound
    } else {
      const held = await holdItems(stock, { purchaseKey: orderId, items, saleId, customer: subject })
      if (held.outcome === "refused")
        return { outcome: "refused", refusal: REFUSALS_OF_HOLDS[held.refusal], skus: held.skus }
    }
  }
  const holdId = await holdIdOf(stock, command)
  const ledgers = ledgersOf(holdId)
  const claims = await Promise.all(
    ledgers.map((ledger) => stock.getByName(ledger).claim(holdId, subject, orderId)),
  )
  const skus = ledgers.map((ledger) => partsOfName(ledger).sku)
  const reservation = judgeClaims(skus, claims)
  // What the order took itself goes back with it; a hold that was brought along stays its owner's.
  if (reservation.outcome === "refused" && "items" in hold) await giveBackAll(stock, holdId, subject)
  return reservation
}

/**
 * Holds the only line of an order and binds it in one call, for no other line can be refused and leave it to be undone.
 * Null when it was held before: how it stands now, the claim says.
 */
async function holdForOrder(
  stock: StockObjects,
  { orderId, subject }: OpenCheckout,
  item: Item,
  saleId: string | null,
): Promise<Reservation | null> {
  const pool = saleId ?? OPEN_POOL
  const ledger = await stock.ledgerOf(item.sku, pool, subject)
  const holdId = holdIdFor(orderId, [{ ...item, ledger }])
  const { quantity } = item
  const held = await stock.getByName(ledger).hold({ holdId, pool, customer: subject, quantity, orderId })
  if (held.outcome === "refused")
    return { outcome: "refused", refusal: REFUSALS_OF_HOLDS[held.refusal], skus: [item.sku] }
  if (held.replayed) return null
  const { unitPriceCents, currency, expiresAtMs: holdExpiresAtMs, goods } = held
  const items = [{ sku: item.sku, quantity, unitPriceCents, ...goods }]
  return { outcome: "reserved", items, currency, saleId, holdExpiresAtMs }
}

function judgeClaims(skus: readonly string[], claims: readonly ClaimOutcome[]): Reservation {
  const refused = (refusal: string) => skus.filter((_, index) => isRefused(claims[index], refusal))
  const missing = refused("not_found")
  if (missing.length > 0 || skus.length === 0)
    return { outcome: "refused", refusal: "hold_not_found", skus: missing }
  const expired = refused("hold_expired")
  if (expired.length > 0) return { outcome: "refused", refusal: "hold_expired", skus: expired }
  const inUse = refused("claimed_by_other")
  if (inUse.length > 0) return { outcome: "refused", refusal: "hold_in_use", skus: inUse }
  const lines = claims.flatMap((claim, index) =>
    claim.outcome === "claimed" ? [{ ...claim, sku: skus[index] ?? "" }] : [],
  )
  const [first] = lines
  if (!first) throw new Error("a claim without lines")
  return {
    outcome: "reserved",
    items: lines.map(({ sku, quantity, unitPriceCents, goods }) => ({
      sku,
      quantity,
      unitPriceCents,
      ...goods,
    })),
    currency: first.currency,
    saleId: first.pool === OPEN_POOL ? null : first.pool,
    holdExpiresAtMs: Math.min(...lines.map((line) => line.expiresAtMs)),
  }
}

function isRefused(claim: ClaimOutcome | undefined, refusal: string): boolean {
  return claim?.outcome === "refused" && claim.refusal === refusal
}
