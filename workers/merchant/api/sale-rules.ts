import { LANES_MAX } from "../../../durable-objects/stock/lease/contract.ts"
import { CHALLENGE_KINDS } from "../../../durable-objects/room/contract.ts"
import type { ChallengeKind } from "../../../durable-objects/room/contract.ts"
import { modeOf } from "../../../waiting-room/mode.ts"
import type { ModeSettings } from "../../../waiting-room/mode.ts"
import type { SaleDraft, SaleItemRecord } from "../../../db/sales.ts"
import type { FieldError } from "../../http/problem.ts"
import { isSlug, PRICE_CENTS_MAX, SLUG_ADVICE } from "./product-schemas.ts"

/** What makes a sale one that can be held. All rules are told at once, each with its field. */

export const ITEMS_MAX = 20
const HOLD_SECONDS = { min: 30, max: 3_600 }
const PER_MINUTE_MAX = 600_000
const ACTIVE_MAX = 1_000_000
const PASS_MINUTES_MAX = 60
/** No provider takes more than people can be let in. */
const PAYMENTS_PER_MINUTE_MAX = PER_MINUTE_MAX
const LIMIT_MAX = 1_000
const DRAW_FACTOR = { min: 1, max: 10 }
/** A day: who was drawn in the evening may come in the morning. */
const TURN_MINUTES_MAX = 1_440

/** A merchant's "now" is on its way for this long. */
export const OPENS_IN_PAST_TOLERANCE_MS = 5_000

/** The line opens this long before the sale, unless told otherwise. */
export const WAITING_LEAD_MS = 600_000

/** A year; beyond it is a mistake of units: seconds or microseconds for milliseconds. */
const OPENS_AHEAD_MAX_MS = 366 * 86_400_000
const LASTS_MAX_MS = 60 * 86_400_000
const EARLY_LEAD_MAX_MS = LASTS_MAX_MS

export interface SaleItemRequest {
  sku: string
  allotment: number
  salePriceCents: number
  perCustomerLimit: number
  lanes?: number | undefined
}

export interface SaleRequest {
  slug: string
  title: string
  opensAtMs: number
  closesAtMs: number
  waitingOpensAtMs?: number | undefined
  items: SaleItemRequest[]
  admission: SaleDraft["admission"]
  holdSeconds: number
  earlyAccess?: { opensAtMs: number } | undefined
  requireAccount?: boolean | undefined
  challenge?: string | undefined
}

/** What the catalog and the ledger know of a SKU. */
export interface SkuFacts {
  sku: string
  productSlug: string
  title: string
  image: string | null
  priceCents: number
  currency: string
  goods?: SaleItemRecord["goods"]
  /** Units in the open pool that nobody holds. */
  openAvailable: number
}

export interface Surroundings {
  nowMs: number
  facts: ReadonlyMap<string, SkuFacts>
  /** Whether a sale may ask for Turnstile. */
  hasTurnstile: boolean
  /** Other sales of the same SKUs at the same time. */
  overlaps: readonly { sku: string; slug: string }[]
}

type Times = Pick<SaleRequest, "opensAtMs" | "closesAtMs" | "waitingOpensAtMs">

/** Every rule that the request breaks; an empty list is a sale that can be scheduled. */
export function judgeSale(request: SaleRequest, around: Surroundings): FieldError[] {
  const errors = [
    ...(isSlug(request.slug) ? [] : [{ field: "slug", message: SLUG_ADVICE }]),
    ...judgeTimes(request, around.nowMs),
    ...judgeEarlyAccess(request, around.nowMs),
    ...judgeAdmission(request.admission),
    ...range("holdSeconds", request.holdSeconds, HOLD_SECONDS.min, HOLD_SECONDS.max),
    ...judgeItems(request.items, around),
  ]
  if (request.requireAccount)
    errors.push({
      field: "requireAccount",
      message: "Sales for accounts only are not supported yet. Leave it out.",
    })
  return [...errors, ...judgeChallenge(request.challenge, around)]
}

function judgeChallenge(challenge: string | undefined, { hasTurnstile }: Surroundings): FieldError[] {
  if (challenge === undefined) return []
  if (!isChallenge(challenge))
    return [{ field: "challenge", message: `One of ${CHALLENGE_KINDS.join(", ")}.` }]
  if (challenge !== "turnstile" || hasTurnstile) return []
  const message =
    "Turnstile is not configured. Set TURNSTILE_SITE_KEY and TURNSTILE_SECRET, or choose proof_of_work."
  return [{ field: "challenge", message }]
}

function isChallenge(text: string): text is ChallengeKind {
  return CHALLENGE_KINDS.some((kind) => kind === text)
}

export function judgeTimes(times: Times, nowMs: number): FieldError[] {
  const { opensAtMs, closesAtMs, waitingOpensAtMs } = times
  const errors: FieldError[] = []
  if (opensAtMs < nowMs - OPENS_IN_PAST_TOLERANCE_MS)
    errors.push({ field: "opensAtMs", message: "The sale would open in the past." })
  if (opensAtMs > nowMs + OPENS_AHEAD_MAX_MS) {
    errors.push({
      field: "opensAtMs",
      message: "The sale would open more than a year from now. Times are milliseconds since 1970.",
    })
  }
  if (closesAtMs <= opensAtMs)
    errors.push({ field: "closesAtMs", message: "The sale would close before it opens." })
  if (closesAtMs - opensAtMs > LASTS_MAX_MS)
    errors.push({ field: "closesAtMs", message: "A sale lasts 60 days at most." })
  if (waitingOpensAtMs !== undefined && waitingOpensAtMs > opensAtMs) {
    errors.push({ field: "waitingOpensAtMs", message: "The line would open after the sale." })
  }
  if (waitingOpensAtMs !== undefined && waitingOpensAtMs < 0)
    errors.push({ field: "waitingOpensAtMs", message: "Milliseconds since 1970." })
  return errors
}

/** Early access comes before the bell, and in a draw nobody comes before the others. */
function judgeEarlyAccess(
  { earlyAccess, opensAtMs, admission }: Pick<SaleRequest, "earlyAccess" | "opensAtMs" | "admission">,
  nowMs: number,
): FieldError[] {
  if (!earlyAccess) return []
  const errors: FieldError[] = []
  const field = "earlyAccess.opensAtMs"
  if (earlyAccess.opensAtMs >= opensAtMs)
    errors.push({ field, message: "Early access would open after the sale. It comes before the bell." })
  if (earlyAccess.opensAtMs < nowMs - OPENS_IN_PAST_TOLERANCE_MS)
    errors.push({ field, message: "Early access would open in the past." })
  if (opensAtMs - earlyAccess.opensAtMs > EARLY_LEAD_MAX_MS)
    errors.push({ field, message: "Early access opens 60 days before the sale at most." })
  if (modeOf(admission) === "draw")
    errors.push({ field: "earlyAccess", message: "A draw has no early access. Leave one of them out." })
  return errors
}

export function judgeAdmission(admission: SaleRequest["admission"]): FieldError[] {
  return [
    ...range("admission.perMinute", admission.perMinute, 1, PER_MINUTE_MAX),
    ...range("admission.maxActive", admission.maxActive, 1, ACTIVE_MAX),
    ...range("admission.passMinutes", admission.passMinutes, 1, PASS_MINUTES_MAX),
    ...range("admission.paymentsPerMinute", admission.paymentsPerMinute ?? 1, 1, PAYMENTS_PER_MINUTE_MAX),
    ...judgeMode(admission),
  ]
}

function judgeMode(admission: ModeSettings): FieldError[] {
  const { drawFactor = DRAW_FACTOR.min, turnMinutes = 1 } = admission
  const errors = [
    ...range("admission.drawFactor", drawFactor, DRAW_FACTOR.min, DRAW_FACTOR.max),
    ...range("admission.turnMinutes", turnMinutes, 1, TURN_MINUTES_MAX),
  ]
  if (modeOf(admission) === "draw") return errors
  const onlyInDraw = (["drawFactor", "turnMinutes"] as const).filter((name) => admission[name] !== undefined)
  const message = 'Only a draw has this. Leave it out, or set the mode to "draw".'
  return [...errors, ...onlyInDraw.map((name) => ({ field: `admission.${name}`, message }))]
}

function judgeItems(items: SaleRequest["items"], { facts, overlaps }: Surroundings): FieldError[] {
  const errors = range("items", items.length, 1, ITEMS_MAX, "items")
  const seen = new Set<string>()
  const currency = items.map(({ sku }) => facts.get(sku)?.currency).find((known) => known !== undefined)
  for (const [index, item] of items.slice(0, ITEMS_MAX).entries()) {
    const field = (name: string): string => `items.${index}.${name}`
    errors.push(
      ...range(field("salePriceCents"), item.salePriceCents, 0, PRICE_CENTS_MAX),
      ...range(field("perCustomerLimit"), item.perCustomerLimit, 1, LIMIT_MAX),
      ...range(field("lanes"), item.lanes ?? 1, 1, LANES_MAX),
    )
    if (seen.has(item.sku)) errors.push({ field: field("sku"), message: `${item.sku} is in the sale twice.` })
    seen.add(item.sku)
    if (item.allotment < 1) errors.push({ field: field("allotment"), message: "At least 1." })
    const known = facts.get(item.sku)
    if (!known) {
      errors.push({ field: field("sku"), message: `The catalog has no SKU ${item.sku}.` })
      continue
    }
    if (item.allotment > known.openAvailable)
      errors.push({ field: field("allotment"), message: tooFew(known.openAvailable) })
    if (known.currency !== currency) {
      errors.push({
        field: field("sku"),
        message: `${item.sku} is priced in ${known.currency}, the sale in ${currency}. A sale has one currency.`,
      })
    }
    for (const { slug } of overlaps.filter(({ sku }) => sku === item.sku)) {
      errors.push({ field: field("sku"), message: overlapping(item.sku, slug) })
    }
  }
  return errors
}

export function tooFew(available: number): string {
  return `Only ${available} ${available === 1 ? "unit is" : "units are"} free in the open pool. Receive more first, or allot fewer.`
}

export function overlapping(sku: string, slug: string): string {
  return `${sku} is in the sale ${slug} at that time. Choose another time, or end that sale.`
}

function range(field: string, value: number, min: number, max: number, unit = ""): FieldError[] {
  if (value >= min && value <= max) return []
  return [{ field, message: `Between ${min} and ${max}${unit && ` ${unit}`}.` }]
}

/** The sale that a request means, with its defaults. Only for requests without errors. */
export function draftOf(request: SaleRequest, saleId: string, around: Surroundings): SaleDraft {
  const { slug, title, opensAtMs, closesAtMs, admission, holdSeconds, earlyAccess = null } = request
  const items = request.items.map((item): SaleItemRecord => {
    const known = around.facts.get(item.sku)
    if (!known) throw new Error(`${item.sku} was not known when the sale was drafted`)
    const { openAvailable: _openAvailable, ...facts } = known
    return { ...facts, ...item, lanes: item.lanes ?? 1 }
  })
  const waitingOpensAtMs = request.waitingOpensAtMs ?? waitingDefault(opensAtMs, around.nowMs)
  const { challenge = "none" } = request
  if (!isChallenge(challenge)) throw new Error(`${challenge} was no challenge when the sale was drafted`)
  const times = { waitingOpensAtMs, opensAtMs, closesAtMs }
  return { saleId, slug, title, ...times, admission, holdSeconds, challenge, earlyAccess, items }
}

/** Ten minutes before the sale, or now when it opens sooner. */
export function waitingDefault(opensAtMs: number, nowMs: number): number {
  return Math.min(opensAtMs, Math.max(nowMs, opensAtMs - WAITING_LEAD_MS))
}
