import type { SalePhase } from "../../../durable-objects/room/contract.ts"
import type { Limit } from "../../../waiting-room/controller.ts"
import { formatCount, formatMoney } from "../../storefront/words/money.ts"
import { PROBLEMS } from "../../http/problem.ts"

/** What the console reads of `GET /merchant/api/sales/{saleId}/live`. */
export interface LiveNumbers {
  saleId: string
  phase: SalePhase
  nowMs: number
  joined: number
  waiting: number
  admitted: number
  active: number
  limit: Limit
  pacePerMinute: number
  available: number
  held: number
  sold: number
  revenueCents: number
  currency: string
  payments: { confirmed: number; failed: number; successRate: number | null }
  queueLag: { outboxDepth: number; oldestMs: number | null; deadLetters: number | null }
  paymentGate: { state: "closed" | "open" | "half_open" }
  reconciliation: { left: number; says: string | null } | null
  refusals: Record<string, number>
  items: { sku: string; received: number; available: number; held: number; sold: number }[]
}

/** What sets the pace of the line. */
const LIMIT_WORDS: Record<Limit, string> = {
  closed: "The line stands",
  flushing: "It is about to move",
  rate: "Your rate",
  payments: "The payment provider",
  cap: "Places inside",
  stock: "Units left",
  line_empty: "Nobody waits",
}

/** Whether the provider is asked. */
const GATE_WORDS: Record<LiveNumbers["paymentGate"]["state"], string> = {
  closed: "Answers",
  open: "Rests",
  half_open: "Is tried",
}

/** Every number of the panel as text, by the name it has on the page: first by the server, then by the script. */
export function wordsOf(live: LiveNumbers): Record<string, string> {
  const { payments, queueLag } = live
  const bySku = live.items.flatMap((item) => [
    [`${item.sku} available`, formatCount(item.available)],
    [`${item.sku} held`, formatCount(item.held)],
    [`${item.sku} sold`, formatCount(item.sold)],
  ])
  return {
    joined: formatCount(live.joined),
    waiting: formatCount(live.waiting),
    admitted: formatCount(live.admitted),
    active: formatCount(live.active),
    pace: formatCount(Math.round(live.pacePerMinute)),
    limit: LIMIT_WORDS[live.limit],
    available: formatCount(live.available),
    held: formatCount(live.held),
    sold: formatCount(live.sold),
    revenue: live.currency === "" ? "–" : formatMoney(live.revenueCents, live.currency),
    confirmed: formatCount(payments.confirmed),
    failed: formatCount(payments.failed),
    success: payments.successRate === null ? "–" : `${(payments.successRate * 100).toFixed(1)} %`,
    gate: GATE_WORDS[live.paymentGate.state],
    outbox: formatCount(queueLag.outboxDepth),
    oldest: queueLag.oldestMs === null ? "–" : formatLag(queueLag.oldestMs),
    ...Object.fromEntries(bySku),
  }
}

function formatLag(milliseconds: number): string {
  if (milliseconds < 1_000) return "under 1 s"
  if (milliseconds < 90_000) return `${Math.round(milliseconds / 1_000)} s`
  return `${Math.round(milliseconds / 60_000)} min`
}

/** Refusals, most frequent first, in words where the code is known. */
export function refusalsOf(live: LiveNumbers): { title: string; count: string }[] {
  return Object.entries(live.refusals)
    .filter(([, count]) => count > 0)
    .toSorted(([, a], [, b]) => b - a)
    .map(([code, count]) => ({ title: titleOf(code), count: formatCount(count) }))
}

function titleOf(code: string): string {
  const known: Record<string, readonly [number, string, string]> = PROBLEMS
  return known[code]?.[1] ?? code.replaceAll("_", " ")
}

export interface Alarm {
  title: string
  /** What to do about it. */
  advice: string
}

/** An order is in Postgres about a second after its capture; a minute means that something stands still. */
const LAG_ALARM_MS = 60_000
const PAYMENTS_TRIED_MIN = 10
const SUCCESS_RATE_MIN = 0.8

export function alarmsOf(live: LiveNumbers): Alarm[] {
  const alarms: Alarm[] = []
  const { payments, queueLag } = live
  if (
    live.items.some(
      (item) =>
        item.available < 0 ||
        item.held < 0 ||
        item.sold < 0 ||
        item.available + item.held + item.sold !== item.received,
    )
  ) {
    alarms.push({
      title: "A stock ledger does not add up",
      advice: "Pause the sale and open the audit: it names the SKU and the difference.",
    })
  }
  if (queueLag.oldestMs !== null && queueLag.oldestMs > LAG_ALARM_MS) {
    alarms.push({
      title: "Orders are slow to reach Postgres",
      advice: "No order is lost: they wait in their lanes. See /readyz for which part does not answer.",
    })
  }
  if (queueLag.deadLetters) {
    alarms.push({
      title: `${formatCount(queueLag.deadLetters)} dead ${queueLag.deadLetters === 1 ? "letter" : "letters"}: Postgres does not take them`,
      advice: "npm run dead-letters says why; replay them once the reason is gone.",
    })
  }
  const { reconciliation } = live
  if (reconciliation && reconciliation.says !== null) {
    const many = reconciliation.left === 1 ? "one place" : `${reconciliation.left} places`
    alarms.push({ title: `The books differ in ${many}`, advice: reconciliation.says })
  }
  if (live.paymentGate.state !== "closed") {
    alarms.push({
      title: "The payment provider does not answer, or is slow",
      advice:
        "The line slows down by itself, and goes on when payments do. Holds are kept meanwhile, and no order is lost.",
    })
  }
  if (
    payments.successRate !== null &&
    payments.confirmed + payments.failed >= PAYMENTS_TRIED_MIN &&
    payments.successRate < SUCCESS_RATE_MIN
  ) {
    alarms.push({
      title: "Many payments fail",
      advice:
        "Look at the provider’s status page. Pausing keeps the line’s order and takes the pressure off.",
    })
  }
  return alarms
}
