import { describe, expect, it } from "vitest"
import type { OrderStatus, PaymentStatus } from "./contract.ts"
import {
  actOf,
  nextStep,
  ORDER_TRANSITIONS,
  PAYMENT_TRANSITIONS,
  refusalOfMove,
  STOCK_TRANSITIONS,
} from "./order-machine.ts"
import type { Standing, StepName, StockStanding } from "./order-machine.ts"

const STATUSES = Object.keys(ORDER_TRANSITIONS) as OrderStatus[]
const STOCKS = Object.keys(STOCK_TRANSITIONS) as StockStanding[]
const PAYMENTS = Object.keys(PAYMENT_TRANSITIONS) as PaymentStatus[]
const HOLD_ENDS_MS = 100_000
const AFTER_MS = 1_000_000

const ALL: Standing[] = STATUSES.flatMap((status) =>
  STOCKS.flatMap((stock) =>
    PAYMENTS.flatMap((payment) =>
      [null, "pi_1"].map((intentId) => ({
        status,
        stock,
        payment,
        intentId,
        totalCents: 1_000,
        holdExpiresAtMs: HOLD_ENDS_MS,
        holdExtendedAtMs: null,
        attempts: 0,
      })),
    ),
  ),
)
const POSSIBLE = ALL.filter((standing) => actOf(standing) !== null)
const isEnded = ({ status }: Standing) =>
  status === "cancelled" || status === "payment_failed" || status === "reservation_expired"

/** What a step may come to by its own words, one of them at a time; the test's own reading of what each is for. */
const MAY_LEAVE: Record<StepName, Partial<Standing>[]> = {
  create_intent: [
    { intentId: "pi_1", payment: "requires_payment" },
    { status: "payment_failed", payment: "failed" },
  ],
  authorize_free: [{ status: "payment_authorized" }],
  extend_hold: [{ holdExtendedAtMs: 1 }],
  settle_stock: [{ stock: "sold" }, { status: "reservation_expired" }],
  capture: [
    { status: "confirmed", payment: "captured" },
    { status: "payment_failed", payment: "cancelled" },
    { status: "payment_failed", payment: "failed" },
  ],
  confirm_free: [{ status: "confirmed" }],
  check_payment: [
    { status: "payment_authorized", payment: "authorized" },
    { status: "reservation_expired" },
    { status: "payment_failed" },
  ],
  give_back: [{ stock: "given_back" }],
  cancel_intent: [{ payment: "cancelled" }, { payment: "captured" }],
  refund_intent: [{ payment: "refunded" }],
  abandon: [],
}

/** Without an intent there is nobody to ask. */
function resultsOf(step: StepName, { intentId }: Standing): Partial<Standing>[] {
  const results = MAY_LEAVE[step]
  return step === "check_payment" && intentId === null
    ? results.filter(({ status }) => status === "reservation_expired")
    : results
}

/** What may happen to an order beside its steps: its shopper cancels, or a webhook says something. */
function befalls(standing: Standing): Partial<Standing>[] {
  const heard: Partial<Standing>[] = []
  if (standing.status === "inventory_reserved") heard.push({ status: "cancelled" })
  if (standing.intentId === null) return heard
  if (standing.status === "inventory_reserved")
    heard.push(
      { status: "payment_authorized", payment: "authorized" },
      { payment: "failed" },
      { payment: "processing" },
      ...(standing.payment === "requires_payment" || standing.payment === "failed"
        ? [{ payment: "requires_action" as const }]
        : []),
      { status: "payment_failed", payment: "cancelled" },
      { status: "payment_failed", payment: "authorized" },
      { status: "payment_failed", payment: "captured" },
    )
  if (standing.status === "payment_authorized") heard.push({ status: "payment_failed" })
  if (isEnded(standing) && standing.payment !== "captured" && standing.payment !== "refunded")
    heard.push({ payment: "captured" }, { payment: "refunded" })
  return heard
}

const keyOf = ({ status, stock, payment, intentId }: Standing) => `${status} ${stock} ${payment} ${intentId}`

function stepOf(standing: Standing): StepName | "rest" | "wait" {
  return nextStep(standing, AFTER_MS).step
}

describe("the table of steps", () => {
  it("has a row for each standing that an order can come to, and every move to it is allowed", () => {
    const first = ALL.find(
      ({ status, stock, payment, intentId }) =>
        [status, stock, payment, intentId].join() === "created,held,none,",
    )
    if (!first) throw new Error("no beginning")
    const open: Standing[] = [first]
    const seen = new Map<string, Standing>()
    for (let standing = open.pop(); standing; standing = open.pop()) {
      if (seen.has(keyOf(standing))) continue
      seen.set(keyOf(standing), standing)
      for (const totalCents of [1_000, 0])
        for (const nowMs of [0, HOLD_ENDS_MS, AFTER_MS]) {
          const { step } = nextStep({ ...standing, totalCents }, nowMs)
          const results = step === "rest" || step === "wait" ? [] : resultsOf(step, standing)
          const opened: Partial<Standing>[] =
            standing.status === "created" ? [{ status: "inventory_reserved" }] : []
          for (const change of [...results, ...befalls(standing), ...opened]) {
            const after = { ...standing, ...change }
            expect(refusalOfMove(standing, after), `${keyOf(standing)} -> ${keyOf(after)}`).toBeNull()
            expect(actOf(after), keyOf(after)).not.toBeNull()
            open.push(after)
          }
        }
    }
    expect(seen.size).toBeGreaterThan(40)
  })

  it("takes every order to its rest, whatever its steps come to", () => {
    for (const standing of POSSIBLE) {
      let paths = [standing]
      for (let steps = 0; paths.length > 0; steps++) {
        expect(steps, keyOf(standing)).toBeLessThan(12)
        paths = paths.flatMap((at) => {
          const step = stepOf(at)
          expect(step, keyOf(at)).not.toBe("wait")
          return step === "rest" || step === "wait"
            ? []
            : resultsOf(step, at).map((change) => ({ ...at, ...change }))
        })
      }
    }
  })

  it("rests only where nothing is owed: no units kept from others, no money kept or set aside for an order that ended", () => {
    for (const standing of POSSIBLE.filter((candidate) => stepOf(candidate) === "rest")) {
      if (!isEnded(standing))
        expect(["confirmed", "shipped", "delivered", "refunded"]).toContain(standing.status)
      else {
        expect(standing.stock, keyOf(standing)).toBe("given_back")
        const owesNothing = standing.intentId === null ? ["none", "failed"] : ["cancelled", "refunded"]
        expect(owesNothing, keyOf(standing)).toContain(standing.payment)
      }
    }
  })

  it("captures only what was authorized for units that are sold", () => {
    for (const standing of POSSIBLE.filter((candidate) => stepOf(candidate) === "capture"))
      expect(keyOf(standing)).toBe("payment_authorized sold authorized pi_1")
  })

  it("has no way out of an order that ended", () => {
    for (const from of POSSIBLE.filter(isEnded))
      for (const to of ALL) if (to.status !== from.status) expect(refusalOfMove(from, to)).not.toBeNull()
  })

  it("says of what cannot be that it cannot", () => {
    for (const standing of ALL.filter((candidate) => actOf(candidate) === null))
      expect(() => nextStep(standing, 0)).toThrow("no order is")
  })
})
