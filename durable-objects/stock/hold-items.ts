import { OPEN_POOL } from "./contract.ts"
import type { HoldCommand, HoldOutcome, HoldRefusal, ReleaseOutcome, StockApi } from "./contract.ts"

/**
 * A purchase of several SKUs meets several ledgers. Here they are held all or none, by whoever starts the purchase:
 * the Worker, or a checkout lane. What is refused, or fails half way, is given back; should the giver-back die too,
 * the holds run out by themselves.
 *
 * A hold's id names its SKUs, so that whoever has the id finds the ledgers without looking anything up:
 * `<purchase key>~<sku>[~<sku>…]`. The ledgers know it whole, so an altered list is an unknown hold.
 */

/** Where stock objects are found: the namespace binding, or a stand-in of the same shape in a simulation. */
export interface StockObjects {
  getByName(sku: string): Pick<StockApi, "hold" | "release" | "claim" | "sell" | "returnUnits" | "readHold">
}

export interface Item {
  sku: string
  quantity: number
}

export interface HeldLine extends Item {
  unitPriceCents: number
}

export type HoldItemsOutcome =
  | {
      outcome: "held"
      replayed: boolean
      holdId: string
      lines: HeldLine[]
      currency: string
      expiresAtMs: number
    }
  | { outcome: "refused"; refusal: HoldRefusal; skus: string[] }

/** Different SKUs in one purchase, at most. */
export const HOLD_LINES_MAX = 10

const SEPARATOR = "~"

export function holdIdFor(purchaseKey: string, items: readonly Item[]): string {
  return [purchaseKey, ...items.map((item) => item.sku).toSorted()].join(SEPARATOR)
}

export function skusOf(holdId: string): string[] {
  return holdId.split(SEPARATOR).slice(1)
}

/** One line per SKU: an order with two lines on the same SKU is one line on the ledger, so no check sees half of it. */
export function mergeLines(items: readonly Item[]): Item[] {
  const bySku = new Map<string, number>()
  for (const { sku, quantity } of items) bySku.set(sku, (bySku.get(sku) ?? 0) + quantity)
  return [...bySku].map(([sku, quantity]) => ({ sku, quantity })).toSorted((a, b) => (a.sku < b.sku ? -1 : 1))
}

/** Holds every item or none. `items` are merged lines. */
export async function holdItems(
  stock: StockObjects,
  purchase: { purchaseKey: string; items: readonly Item[]; saleId: string | null; customer: string },
): Promise<HoldItemsOutcome> {
  const { items, customer } = purchase
  const holdId = holdIdFor(purchase.purchaseKey, items)
  const command = (item: Item): HoldCommand => ({
    holdId,
    pool: purchase.saleId ?? OPEN_POOL,
    customer,
    quantity: item.quantity,
  })
  const answers = await Promise.allSettled(items.map((item) => stock.getByName(item.sku).hold(command(item))))
  const failed = answers.find((answer) => answer.status === "rejected")
  if (failed) {
    // What can't be given back now runs out by itself; the failure that matters is the first one.
    await giveBackAll(stock, holdId, customer).catch(() => undefined)
    throw failed.reason
  }
  const outcomes = answers.map((answer) => (answer as PromiseFulfilledResult<HoldOutcome>).value)
  const verdict = judgeHolds(holdId, items, outcomes)
  if (verdict.outcome === "refused" && items.length > 1 && verdict.refusal !== "reused")
    await giveBackAll(stock, holdId, customer)
  return verdict
}

const REFUSAL_PRECEDENCE: readonly HoldRefusal[] = [
  "overloaded",
  "reused",
  "unknown_pool",
  "not_open",
  "limit_reached",
  "sold_out",
]

/**
 * Joins the ledgers' answers. When some lines are refused, the first refusal in precedence is the answer, with the
 * SKUs it holds for. Lines that ended before while others begin anew are what is left of an attempt that was refused:
 * its key is spent.
 */
export function judgeHolds(
  holdId: string,
  items: readonly Item[],
  outcomes: readonly HoldOutcome[],
): HoldItemsOutcome {
  const lines = items.map((item, index) => ({ item, answer: outcomes[index] }))
  for (const refusal of REFUSAL_PRECEDENCE) {
    const refused = lines.filter(({ answer }) => answer?.outcome === "refused" && answer.refusal === refusal)
    if (refused.length > 0) return { outcome: "refused", refusal, skus: refused.map(({ item }) => item.sku) }
  }
  const held = lines.flatMap(({ item, answer }) => (answer?.outcome === "held" ? [{ item, answer }] : []))
  const [first] = held
  if (!first || held.length !== items.length) throw new Error("a ledger gave no answer")
  const ended = held.filter(({ answer }) => answer.state === "released" || answer.state === "expired")
  if (ended.length > 0 && ended.length < held.length)
    return { outcome: "refused", refusal: "sold_out", skus: ended.map(({ item }) => item.sku) }
  return {
    outcome: "held",
    replayed: held.every(({ answer }) => answer.replayed),
    holdId,
    lines: held.map(({ item, answer }) => ({
      sku: item.sku,
      quantity: answer.quantity,
      unitPriceCents: answer.unitPriceCents,
    })),
    currency: first.answer.currency,
    expiresAtMs: Math.min(...held.map(({ answer }) => answer.expiresAtMs)),
  }
}

/** Releases a hold on every ledger it names. The first refusal counts: `already_sold` before `not_found`. */
export async function giveBackAll(
  stock: StockObjects,
  holdId: string,
  customer: string,
): Promise<ReleaseOutcome> {
  const outcomes = await Promise.all(
    skusOf(holdId).map((sku) => stock.getByName(sku).release(holdId, customer)),
  )
  const refusals = outcomes.flatMap((outcome) => (outcome.outcome === "refused" ? [outcome.refusal] : []))
  if (refusals.includes("already_sold")) return { outcome: "refused", refusal: "already_sold" }
  if (outcomes.length === 0 || refusals.length === outcomes.length)
    return { outcome: "refused", refusal: "not_found" }
  return {
    outcome: "released",
    replayed: outcomes.every((outcome) => outcome.outcome === "released" && outcome.replayed),
  }
}
