import { OPEN_POOL } from "./contract.ts"
import type { HoldApi, HoldCommand, HoldOutcome, HoldRefusal, PoolId, ReleaseOutcome } from "./contract.ts"
import { LANES_MAX } from "./lease/contract.ts"
import { laneName, partsOfName } from "./lease/names.ts"

/**
 * A purchase of several SKUs meets several ledgers. Here they are held all or none, by whoever starts the purchase:
 * the Worker, or a checkout lane. What is refused, or fails half way, is given back; should the giver-back die too,
 * the holds run out by themselves.
 *
 * A hold's id names its ledgers, so that whoever has the id finds them without looking anything up:
 * `<purchase key>~<ledger>[~<ledger>…]`, where a ledger is a SKU or one of its lanes. The ledgers know it whole, so an
 * altered list is an unknown hold.
 */

/** Where the ledgers are found: the Worker's bindings, or a stand-in of the same shape in a simulation. */
export interface StockObjects {
  getByName(
    ledger: string,
  ): Pick<HoldApi, "hold" | "undo" | "release" | "claim" | "sell" | "extend" | "returnUnits" | "readHold">
  /** The name of the ledger that keeps this customer's holds of a SKU: the SKU, or one of its lanes. Always the same. */
  ledgerOf(sku: string, pool: PoolId, customer: string): Promise<string>
}

export interface Item {
  sku: string
  quantity: number
}

export interface HeldLine extends Item {
  unitPriceCents: number
}

/** Beside the ledgers' own refusals: the lines of one purchase are paid in one currency. */
export type HoldItemsRefusal = HoldRefusal | "mixed_currencies"

export type HoldItemsOutcome =
  | {
      outcome: "held"
      replayed: boolean
      holdId: string
      lines: HeldLine[]
      currency: string
      expiresAtMs: number
    }
  | { outcome: "refused"; refusal: HoldItemsRefusal; skus: string[] }

/** Different SKUs in one purchase, at most. */
export const HOLD_LINES_MAX = 10

const SEPARATOR = "~"

/** What a SKU may be; a hold's id joins them with what none of them can have. */
export const SKU_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

/** A hold of the hold call, or of a checkout that holds for itself: its order's id. */
const PURCHASE_KEY = /^[A-Za-z0-9_-]{1,64}$/

/** An item and the ledger that keeps it for one customer. */
export interface PlacedItem extends Item {
  ledger: string
}

/** Finds the ledgers of a purchase, in the order of its items. */
export function placeItems(
  stock: Pick<StockObjects, "ledgerOf">,
  items: readonly Item[],
  saleId: string | null,
  customer: string,
): Promise<PlacedItem[]> {
  const place = async (item: Item) => ({
    ...item,
    ledger: await stock.ledgerOf(item.sku, saleId ?? OPEN_POOL, customer),
  })
  return Promise.all(items.map(place))
}

export function holdIdFor(purchaseKey: string, items: readonly PlacedItem[]): string {
  return [purchaseKey, ...items.map((item) => item.ledger).toSorted()].join(SEPARATOR)
}

/** The ledgers that an id names; none when it can't be a hold's id, so that a made-up one wakes no ledger. */
export function ledgersOf(holdId: string): string[] {
  const [purchaseKey, ...ledgers] = holdId.split(SEPARATOR)
  const sound = PURCHASE_KEY.test(purchaseKey ?? "") && ledgers.length <= HOLD_LINES_MAX
  return sound && ledgers.every(isLedgerName) && areDistinct(ledgers) ? ledgers : []
}

/** As `holdIdFor` writes them: in order, and one for each SKU. */
function areDistinct(ledgers: readonly string[]): boolean {
  const skus = new Set(ledgers.map((ledger) => partsOfName(ledger).sku))
  return (
    skus.size === ledgers.length && ledgers.every((ledger, i) => i === 0 || (ledgers[i - 1] ?? "") < ledger)
  )
}

function isLedgerName(ledger: string): boolean {
  const { sku, lane } = partsOfName(ledger)
  if (!SKU_PATTERN.test(sku)) return false
  return (
    lane === null ||
    (Number.isInteger(lane) && lane >= 0 && lane < LANES_MAX && ledger === laneName(sku, lane))
  )
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
  const { saleId, customer } = purchase
  const items = await placeItems(stock, purchase.items, saleId, customer)
  const holdId = holdIdFor(purchase.purchaseKey, items)
  const command = (item: Item): HoldCommand => ({
    holdId,
    pool: saleId ?? OPEN_POOL,
    customer,
    quantity: item.quantity,
  })
  const answers = await Promise.allSettled(
    items.map((item) => stock.getByName(item.ledger).hold(command(item))),
  )
  const outcomes = answers.map((answer) => (answer.status === "fulfilled" ? answer.value : null))
  const verdict = judgeHolds(holdId, items, outcomes)
  if (verdict?.outcome === "held") return verdict
  await undoNew(stock, holdId, customer, items, outcomes)
  if (verdict) return verdict
  throw answers.find((answer) => answer.status === "rejected")?.reason
}

/**
 * All or none: what this attempt has held is undone. A line that was held before belongs to an attempt that may have
 * been answered, and one whose ledger did not answer may be such a line: those stay, and run out by themselves.
 */
async function undoNew(
  stock: StockObjects,
  holdId: string,
  customer: string,
  items: readonly PlacedItem[],
  outcomes: readonly (HoldOutcome | null)[],
): Promise<void> {
  const fresh = items.filter((_, index) => {
    const outcome = outcomes[index]
    return outcome?.outcome === "held" && !outcome.replayed
  })
  await Promise.allSettled(fresh.map(({ ledger }) => stock.getByName(ledger).undo(holdId, customer)))
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
 * Joins the ledgers' answers; null when one of them gave none and no other refuses. When some lines are refused, the
 * first refusal in precedence is the answer, with the SKUs it holds for.
 */
export function judgeHolds(
  holdId: string,
  items: readonly Item[],
  outcomes: readonly (HoldOutcome | null)[],
): HoldItemsOutcome | null {
  const held: { item: Item; answer: Extract<HoldOutcome, { outcome: "held" }> }[] = []
  const refused: { item: Item; refusal: HoldRefusal }[] = []
  for (const [index, item] of items.entries()) {
    const answer = outcomes[index]
    if (answer?.outcome === "held") held.push({ item, answer })
    else if (answer) refused.push({ item, refusal: answer.refusal })
  }
  const refusal = REFUSAL_PRECEDENCE.find((first) => refused.some((line) => line.refusal === first))
  if (refusal) {
    const skus = refused.filter((line) => line.refusal === refusal).map(({ item }) => item.sku)
    return { outcome: "refused", refusal, skus }
  }
  const [first] = held
  if (!first || held.length !== items.length) return null
  const foreign = held.filter(({ answer }) => answer.currency !== first.answer.currency)
  if (foreign.length > 0)
    return { outcome: "refused", refusal: "mixed_currencies", skus: foreign.map(({ item }) => item.sku) }
  // Some lines of an attempt that died half way have run out, and others begin anew: together they are no hold.
  const ended = held.filter(({ answer }) => answer.state === "released" || answer.state === "expired")
  if (ended.length > 0 && held.some(({ answer }) => !answer.replayed))
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

/**
 * Releases a hold on every ledger it names; for good for the order that is named, so that no sale of its own comes after.
 * The first refusal counts: `already_sold` before `not_found`.
 */
export async function giveBackAll(
  stock: StockObjects,
  holdId: string,
  customer: string,
  orderId?: string,
): Promise<ReleaseOutcome> {
  const outcomes = await Promise.all(
    ledgersOf(holdId).map((ledger) => stock.getByName(ledger).release(holdId, customer, orderId)),
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
