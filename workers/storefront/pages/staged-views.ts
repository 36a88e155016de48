import { sampleLine, sampleOrder } from "../../../durable-objects/checkout/sample-order.ts"
import type { LineReading } from "../line/line-reading.ts"
import { EMPTY_FIELDS } from "./checkout-decision.ts"
import type { SaleView } from "./sale-view.ts"

/** For tests: what pages show, with an attempt at markup wherever somebody may write something. */

export const NOW_MS = Date.UTC(2026, 10, 20, 12)
export const HOSTILE = `</title><script>alert("x")</script><img src=x onerror='alert(1)'>`

const names = [
  "main.css",
  "inter.woff2",
  "fraunces.woff2",
  "page.js",
  "sale.js",
  "buy.js",
  "line.js",
  "pay.js",
  "order.js",
  "console.js",
  "join.js",
  "solve.js",
]
export const site = {
  shopName: `Kiln ${HOSTILE}`,
  assets: Object.fromEntries(names.map((name) => [name, `/assets/${name}`])),
}

const item = {
  sku: "A-1",
  productSlug: "a",
  title: HOSTILE,
  image: `/media/${HOSTILE}`,
  allotment: 10,
  salePriceCents: 100,
  priceCents: 200,
  currency: "EUR",
  perCustomerLimit: 1,
}

export function saleIn(phase: SaleView["phase"]): SaleView {
  return {
    saleId: "5f4e3ff1-9f1e-4b1c-8f5a-0f4be9f5a001",
    title: HOSTILE,
    phase,
    waitingOpensAtMs: NOW_MS - 2,
    opensAtMs: NOW_MS + 60_000,
    closesAtMs: NOW_MS + 120_000,
    holdSeconds: 600,
    items: [item, { ...item, sku: "A-2" }, { ...item, sku: "B-1", productSlug: "b" }],
    stock: { "A-1": "low", "A-2": "sold_out", "B-1": "in_stock" },
    line: { joined: 10, served: 2, pacePerMinute: 3 },
    drawCommitment: "00ff",
    drawSecret: null,
    challenge: "none",
  }
}

export const reading: LineReading = {
  phase: "open",
  yourTurn: false,
  ahead: 10,
  spokenFor: false,
  cameBack: false,
  estimate: { lowMs: 1, highMs: 2 },
  joined: 20,
  served: 3,
  pacePerMinute: 5,
  stock: {},
  opensAtMs: NOW_MS,
  closesAtMs: NOW_MS + 1,
  nowMs: NOW_MS,
}

export const card = {
  slug: "a",
  title: HOSTILE,
  brand: HOSTILE,
  image: null,
  priceCents: 100,
  currency: "EUR",
  stock: "low" as const,
  salePriceCents: 50,
}
export const lines = [{ sku: "A-1", title: HOSTILE, image: null, quantity: 2, unitPriceCents: 100 }]
export const order = sampleOrder({
  status: "inventory_reserved",
  items: [sampleLine("A-1", 2, 100)],
  email: HOSTILE,
  couponCode: HOSTILE,
  shippingMethod: { id: "m", title: HOSTILE },
  shippingAddress: { name: HOSTILE, line1: "1", city: "C", postalCode: "P", country: "NL" },
  holdExpiresAtMs: NOW_MS + 1_000,
  payment: { status: "requires_payment", intentId: null, declineMessage: HOSTILE },
})
export const ticket = { ticketId: "t", arrivedAtMs: NOW_MS, rank: 3 }
export const hold = { holdId: "h", currency: "EUR", expiresAtMs: NOW_MS + 1_000 }
export const checkout = { site, hold, lines, nowMs: NOW_MS, productSlug: HOSTILE, trouble: null }
export const typed = { ...EMPTY_FIELDS, email: HOSTILE, name: "Ada" }
export const consoleSale = {
  ...saleIn("open"),
  admission: { perMinute: 600, maxActive: 50, passMinutes: 5 },
  holdSeconds: 300,
}
export const live = {
  saleId: "s",
  phase: "open" as const,
  nowMs: NOW_MS,
  joined: 1,
  waiting: 1,
  admitted: 1,
  active: 1,
  limit: "rate" as const,
  pacePerMinute: 1,
  available: -1,
  held: 1,
  sold: 1,
  revenueCents: 1,
  currency: "EUR",
  payments: { confirmed: 1, failed: 0, successRate: 1 },
  queueLag: { outboxDepth: 1, oldestMs: 100_000, deadLetters: 1 },
  paymentGate: { state: "open" as const },
  reconciliation: { left: 2, says: HOSTILE },
  refusals: { not_your_turn: 3 },
  items: [{ sku: "A-1", received: 1, available: -1, held: 1, sold: 1 }],
}
export const audit = {
  promises: { P1: { ok: false, checked: 1, says: HOSTILE } },
  differences: [{ promise: "P1", kind: "count_negative", subjects: { sku: HOSTILE }, says: HOSTILE }],
  notices: [{ kind: "disputed", subjects: { orderId: HOSTILE }, says: HOSTILE }],
  counts: { skus: 1, pending: 1 },
}
export const product = {
  slug: "a",
  title: HOSTILE,
  description: HOSTILE,
  brand: HOSTILE,
  category: [HOSTILE],
  attributes: { [HOSTILE]: HOSTILE },
  images: [],
}
export const variant = {
  sku: "A-1",
  title: HOSTILE,
  priceCents: 200,
  currency: "EUR",
  stock: "low" as const,
  salePriceCents: 100,
  perCustomerLimit: 1,
}
export const inSale = {
  saleId: "s",
  title: HOSTILE,
  phase: "open" as const,
  opensAtMs: NOW_MS,
  skus: ["A-1"],
}
export const query = { q: HOSTILE, category: HOSTILE, sort: "relevance", cursor: HOSTILE }
