import type { OrderStatus, PaymentStatus } from "./contract.ts"

/** Which status follows which. A status without followers is terminal. */
export const ORDER_TRANSITIONS: Record<OrderStatus, readonly OrderStatus[]> = {
  created: ["inventory_reserved"],
  inventory_reserved: ["payment_authorized", "payment_failed", "reservation_expired", "cancelled"],
  payment_authorized: ["confirmed", "payment_failed", "reservation_expired", "cancelled"],
  confirmed: ["shipped", "refunded"],
  shipped: ["delivered", "refunded"],
  delivered: ["refunded"],
  payment_failed: [],
  reservation_expired: [],
  cancelled: [],
  refunded: [],
}

export function mayBecome(from: OrderStatus, to: OrderStatus): boolean {
  return ORDER_TRANSITIONS[from].includes(to)
}

/** Where the order's units are: still in its hold, sold to it, or no longer its own. */
export type StockStanding = "held" | "sold" | "given_back"

export const STOCK_TRANSITIONS: Record<StockStanding, readonly StockStanding[]> = {
  held: ["sold", "given_back"],
  sold: ["given_back"],
  given_back: [],
}

/**
 * Which word on the payment follows which. Money that was taken or given back can be heard of at any time, whatever was believed
 * before; a refund that was paid out may come back from the bank.
 */
export const PAYMENT_TRANSITIONS: Record<PaymentStatus, readonly PaymentStatus[]> = {
  none: ["requires_payment", "failed"],
  requires_payment: [
    "requires_action",
    "processing",
    "authorized",
    "captured",
    "failed",
    "cancelled",
    "refunded",
  ],
  requires_action: ["processing", "authorized", "captured", "failed", "cancelled", "refunded"],
  processing: ["requires_payment", "authorized", "captured", "failed", "cancelled", "refunded"],
  failed: [
    "requires_payment",
    "requires_action",
    "processing",
    "authorized",
    "captured",
    "cancelled",
    "refunded",
  ],
  authorized: ["captured", "failed", "cancelled", "refunded"],
  captured: ["refunded"],
  cancelled: ["captured", "refunded"],
  refunded: ["captured"],
}

/** Why an order may not go from one standing to another; null when it may. */
export function refusalOfMove(
  from: Pick<Standing, "status" | "stock" | "payment">,
  to: Pick<Standing, "status" | "stock" | "payment">,
): string | null {
  const refused = (before: string, after: string, followers: readonly string[]) =>
    before !== after && !followers.includes(after) ? `from ${before} to ${after}` : null
  return (
    refused(from.status, to.status, ORDER_TRANSITIONS[from.status]) ??
    refused(from.stock, to.stock, STOCK_TRANSITIONS[from.stock]) ??
    refused(from.payment, to.payment, PAYMENT_TRANSITIONS[from.payment])
  )
}

/** What the next step is decided from. */
export interface Standing {
  status: OrderStatus
  stock: StockStanding
  payment: PaymentStatus
  intentId: string | null
  totalCents: number
  holdExpiresAtMs: number
  /** When the hold was extended, or refused to be; null while it may still be asked, which is done once. */
  holdExtendedAtMs: number | null
  /** Failures of the step that is being tried, since the last one that succeeded. */
  attempts: number
}

/**
 * What the saga does with an order.
 * `create_intent` asks for money · `authorize_free` passes an order that costs nothing · `extend_hold` gives a payment that
 * is under way more time · `settle_stock` sells the held units, now that the money is set aside · `capture` takes it ·
 * `confirm_free` confirms where there is none to take · `check_payment` asks the provider what became of an intent whose
 * hold has run out · `give_back` puts the units back · `cancel_intent` lets go of money that is not taken ·
 * `refund_intent` gives back money that was taken for an order that had ended · `abandon` ends a checkout that died before
 * it held anything.
 */
export type StepName =
  | "create_intent"
  | "authorize_free"
  | "extend_hold"
  | "settle_stock"
  | "capture"
  | "confirm_free"
  | "check_payment"
  | "give_back"
  | "cancel_intent"
  | "refund_intent"
  | "abandon"

/** `wait` until something is heard or the time given · `rest` nothing is left to do. */
export type Step = { step: StepName | "rest" } | { step: "wait"; untilMs: number }

/** A row of the table: what an order does that stands so. Two of the acts depend on the clock as well. */
interface StepRow {
  status: readonly OrderStatus[]
  stock: readonly StockStanding[]
  payment: readonly PaymentStatus[]
  /** Whether the provider has an intent for it. */
  intent: boolean
  act: StepName | "ask_for_payment" | "await_payment" | "rest"
}

const ENDED: readonly OrderStatus[] = ["cancelled", "payment_failed", "reservation_expired"]
const PAID: readonly OrderStatus[] = ["confirmed", "shipped", "delivered", "refunded"]
const OPEN: readonly PaymentStatus[] = ["requires_payment", "requires_action", "processing", "failed"]
const TAKEN: readonly PaymentStatus[] = ["captured", "refunded"]
const UNTOUCHED: readonly PaymentStatus[] = ["none", "failed"]
const ANY: readonly PaymentStatus[] = [...OPEN, "authorized", "captured", "cancelled", "refunded"]

/**
 * The saga as a table: every standing an order can have, and what it does next. A standing that is in no row cannot be.
 * Of an order that ended, units go back first, they are what others wait for; then the money.
 */
const STEP_TABLE: readonly StepRow[] = [
  { status: ["created"], stock: ["held"], payment: ["none"], intent: false, act: "abandon" },
  {
    status: ["inventory_reserved"],
    stock: ["held"],
    payment: ["none"],
    intent: false,
    act: "ask_for_payment",
  },
  { status: ["inventory_reserved"], stock: ["held"], payment: OPEN, intent: true, act: "await_payment" },
  {
    status: ["payment_authorized"],
    stock: ["held"],
    payment: ["authorized"],
    intent: true,
    act: "settle_stock",
  },
  { status: ["payment_authorized"], stock: ["sold"], payment: ["authorized"], intent: true, act: "capture" },
  { status: ["payment_authorized"], stock: ["held"], payment: ["none"], intent: false, act: "settle_stock" },
  { status: ["payment_authorized"], stock: ["sold"], payment: ["none"], intent: false, act: "confirm_free" },
  { status: PAID, stock: ["sold", "given_back"], payment: TAKEN, intent: true, act: "rest" },
  { status: PAID, stock: ["sold", "given_back"], payment: ["none"], intent: false, act: "rest" },
  { status: ENDED, stock: ["held", "sold"], payment: ANY, intent: true, act: "give_back" },
  { status: ENDED, stock: ["held", "sold"], payment: UNTOUCHED, intent: false, act: "give_back" },
  {
    status: ENDED,
    stock: ["given_back"],
    payment: [...OPEN, "authorized"],
    intent: true,
    act: "cancel_intent",
  },
  { status: ENDED, stock: ["given_back"], payment: ["captured"], intent: true, act: "refund_intent" },
  { status: ENDED, stock: ["given_back"], payment: ["cancelled", "refunded"], intent: true, act: "rest" },
  { status: ENDED, stock: ["given_back"], payment: UNTOUCHED, intent: false, act: "rest" },
]

const ACTS = new Map<string, StepRow["act"]>()
for (const { status, stock, payment, intent, act } of STEP_TABLE)
  for (const a of status)
    for (const b of stock)
      for (const c of payment) {
        const key = `${a} ${b} ${c} ${intent}`
        if (ACTS.has(key)) throw new Error(`the table of steps has two rows for ${key}`)
        ACTS.set(key, act)
      }

/** What the table says; null for a standing that cannot be. */
export function actOf({
  status,
  stock,
  payment,
  intentId,
}: Pick<Standing, "status" | "stock" | "payment" | "intentId">): StepRow["act"] | null {
  return ACTS.get(`${status} ${stock} ${payment} ${intentId !== null}`) ?? null
}

/** A shopper who confirms in the hold's last second is still heard: the payment is asked after this long. */
export const PAYMENT_GRACE_MS = 2_000

/** What a hold is extended by, once, while its payment is under way: as long as a bank's own check may take. */
export const HOLD_EXTENSION_MS = 120_000

/** The extension is asked for this long before the hold's end: a ledger that is slow to answer still gets it in time. */
export const EXTEND_BEFORE_MS = 5_000

/**
 * The saga, as a function of where the order stands. Every step moves the standing on, or is tried again. While the
 * provider is away a payment counts as under way: the shopper cannot help it.
 */
export function nextStep(standing: Standing, nowMs: number, isProviderAway = false): Step {
  const act = actOf(standing)
  if (act === "ask_for_payment") return stepBeforeIntent(standing, nowMs, isProviderAway)
  if (act === "await_payment") return stepBeforePayment(standing, nowMs, isProviderAway)
  if (act !== null) return { step: act }
  const { status, stock, payment, intentId } = standing
  throw new Error(`no order is ${status}, ${stock}, ${payment} ${intentId ? "with" : "without"} an intent`)
}

function stepBeforeIntent(standing: Standing, nowMs: number, isProviderAway: boolean): Step {
  if (standing.totalCents === 0) return { step: "authorize_free" }
  if (nowMs >= deadlineMs(standing)) return { step: "check_payment" }
  const isUnderWay = standing.attempts > 0 || isProviderAway
  return { step: isUnderWay && mayExtend(standing, nowMs) ? "extend_hold" : "create_intent" }
}

function stepBeforePayment(standing: Standing, nowMs: number, isProviderAway: boolean): Step {
  if (nowMs >= deadlineMs(standing)) return { step: "check_payment" }
  const { payment } = standing
  const isUnderWay = payment === "requires_action" || payment === "processing" || isProviderAway
  if (isUnderWay && mayExtend(standing, nowMs)) return { step: "extend_hold" }
  return { step: "wait", untilMs: nextLookMs(standing, nowMs) }
}

function mayExtend({ holdExtendedAtMs, holdExpiresAtMs }: Standing, nowMs: number): boolean {
  return holdExtendedAtMs === null && nowMs >= holdExpiresAtMs - EXTEND_BEFORE_MS
}

function deadlineMs({ holdExpiresAtMs }: Standing): number {
  return holdExpiresAtMs + PAYMENT_GRACE_MS
}

/** When an unpaid order must be looked at, whatever is heard: before its hold ends, and after. */
export function nextLookMs(standing: Standing, nowMs: number): number {
  const extendAtMs = standing.holdExpiresAtMs - EXTEND_BEFORE_MS
  return standing.holdExtendedAtMs === null && nowMs < extendAtMs ? extendAtMs : deadlineMs(standing)
}
