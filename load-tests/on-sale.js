// Shoppers in a sale, from the line to the confirmation, and an audit at the end.
//
//   npm start                       (in another terminal; SPILLWAY_DEMO=off is enough)
//   k6 run load-tests/on-sale.js
//
// Settings, with -e NAME=value:
//   SHOP       address of the shop              (http://localhost:8787)
//   PAYMENTS   address of the payment provider  (http://127.0.0.1:12111)
//   TOKEN      API token of an owner            (local-merchant-token)
//   SHOPPERS   people who come                  (300)
//   UNITS      units for sale                   (100)
//   BUYING     share of the admitted who pay    (0.9)

import { check, fail, sleep } from "k6"
import { uuidv4 } from "./uuid.js"
import http from "k6/http"
import { Counter, Rate, Trend } from "k6/metrics"

const SHOP = __ENV.SHOP || "http://localhost:8787"
const PAYMENTS = __ENV.PAYMENTS || "http://127.0.0.1:12111"
const TOKEN = __ENV.TOKEN || "local-merchant-token"
const SHOPPERS = Number(__ENV.SHOPPERS || 300)
const UNITS = Number(__ENV.UNITS || 100)
const BUYING = Number(__ENV.BUYING || 0.9)

const OPENS_AFTER_SECONDS = 5
const GIVE_UP_AFTER_SECONDS = 120
const SETTLE_SECONDS = 15

const bought = new Counter("orders_confirmed")
const soldOut = new Counter("shoppers_told_sold_out")
const unanswered = new Counter("shoppers_without_answer")
const serverErrors = new Rate("server_errors")
const holdTime = new Trend("hold_ms", true)
const checkoutTime = new Trend("checkout_ms", true)
const confirmTime = new Trend("paid_to_confirmed_ms", true)
const waitTime = new Trend("in_line_ms", true)

export const options = {
  scenarios: {
    crowd: {
      executor: "per-vu-iterations",
      vus: SHOPPERS,
      iterations: 1,
      maxDuration: `${GIVE_UP_AFTER_SECONDS + 60}s`,
    },
  },
  thresholds: {
    server_errors: ["rate==0"],
    shoppers_without_answer: ["count==0"],
    orders_confirmed: [`count<=${UNITS}`, "count>0"],
    checks: ["rate==1"],
  },
  summaryTrendStats: ["min", "med", "p(95)", "p(99)", "max"],
}

const json = { "content-type": "application/json" }
const merchant = { headers: { ...json, authorization: `Bearer ${TOKEN}` } }

function call(method, path, body, headers = {}) {
  const answer = http.request(method, `${SHOP}${path}`, body === undefined ? null : JSON.stringify(body), {
    headers: { ...json, ...headers },
    tags: {
      name: `${method} ${path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, "{saleId}").replace(/ord_[\w-]+/, "{orderId}")}`,
    },
    responseCallback: http.expectedStatuses({ min: 200, max: 499 }, 503),
  })
  // 503 is an answer too, where it says when to ask again.
  serverErrors.add(answer.status === 0 || (answer.status >= 500 && !answer.headers["Retry-After"]))
  return answer
}

export function setup() {
  const sku = `LOAD-${Date.now().toString(36).toUpperCase()}`
  const product = {
    slug: sku.toLowerCase(),
    title: "Load test",
    status: "active",
    variants: [{ sku, title: "One size", priceCents: 4900, currency: "EUR" }],
  }
  const made = [
    http.post(`${SHOP}/merchant/api/products`, JSON.stringify(product), merchant),
    http.post(
      `${SHOP}/merchant/api/skus/${sku}/stock`,
      JSON.stringify({ delta: UNITS, reason: "load test", idempotencyKey: sku }),
      merchant,
    ),
  ]
  const opensAtMs = Date.now() + OPENS_AFTER_SECONDS * 1000
  const sale = http.post(
    `${SHOP}/merchant/api/sales`,
    JSON.stringify({
      slug: `sale-${sku.toLowerCase()}`,
      title: "Load test",
      waitingOpensAtMs: Date.now(),
      opensAtMs,
      closesAtMs: opensAtMs + 3_600_000,
      items: [{ sku, allotment: UNITS, salePriceCents: 2900, perCustomerLimit: 1 }],
      admission: { perMinute: 6000, maxActive: 1000, passMinutes: 5 },
      holdSeconds: 60,
    }),
    merchant,
  )
  if (made.some((answer) => answer.status >= 300) || sale.status !== 201) {
    fail(`The sale could not be set up: ${made.map((answer) => answer.status)} ${sale.status} ${sale.body}`)
  }
  return { saleId: sale.json("saleId"), sku }
}

export default function shopper({ saleId, sku }) {
  // A crowd that comes over the seconds before and after the bell.
  sleep(Math.random() * (OPENS_AFTER_SECONDS + 3))
  const pass = waitInLine(saleId)
  if (pass === null) return
  const held = call(
    "POST",
    "/api/holds",
    { items: [{ sku, quantity: 1 }], saleId, pass },
    { "idempotency-key": uuidv4() },
  )
  holdTime.add(held.timings.duration)
  if (held.status === 409) {
    check(held, { "a refusal says why": (answer) => answer.json("code") === "sold_out" })
    soldOut.add(1)
    return
  }
  if (!check(held, { "hold taken": (answer) => answer.status === 201 })) return
  sleep(Math.random())
  if (Math.random() > BUYING) {
    const back = call("DELETE", `/api/holds/${held.json("holdId")}`)
    check(back, { "hold given back": (answer) => answer.status === 200 })
    return
  }
  buy(held.json("holdId"))
}

/** The pass, or null when the sale was over first. */
function waitInLine(saleId) {
  const cameAt = Date.now()
  const joined = call("POST", `/api/sales/${saleId}/tickets`, {})
  if (joined.status === 409) {
    soldOut.add(1)
    return null
  }
  if (!check(joined, { "ticket given": (answer) => answer.status === 201 || answer.status === 200 }))
    return null
  const ticket = joined.json("ticket")
  while (Date.now() - cameAt < GIVE_UP_AFTER_SECONDS * 1000) {
    const answer = call("POST", `/api/sales/${saleId}/passes`, { ticket })
    if (answer.status === 201 || answer.status === 200) {
      waitTime.add(Date.now() - cameAt)
      return answer.json("pass")
    }
    if (answer.status === 409) {
      soldOut.add(1)
      return null
    }
    sleep(Math.min(2, Number(answer.headers["Retry-After"] || 1)))
  }
  unanswered.add(1)
  return null
}

function buy(holdId) {
  const checkout = call(
    "POST",
    "/api/checkouts",
    { holdId, email: "load@example.com" },
    { "idempotency-key": uuidv4() },
  )
  checkoutTime.add(checkout.timings.duration)
  if (!check(checkout, { "checkout opened": (answer) => answer.status === 201 })) return
  const { orderId, clientSecret, publishableKey } = checkout.json()
  const paid = http.post(
    `${PAYMENTS}/v1/payment_intents/${clientSecret.split("_secret")[0]}/confirm`,
    { payment_method: "pm_card_visa", client_secret: clientSecret },
    { headers: { authorization: `Bearer ${publishableKey}` }, tags: { name: "confirm payment" } },
  )
  if (!check(paid, { "payment accepted": (answer) => answer.status === 200 })) return
  const paidAt = Date.now()
  for (let tries = 0; tries < 100; tries++) {
    const order = call("GET", `/api/orders/${orderId}`)
    if (order.json("status") === "confirmed") {
      confirmTime.add(Date.now() - paidAt)
      bought.add(1)
      return
    }
    sleep(0.3)
  }
  check(null, { "paid order confirmed": () => false })
}

export function teardown({ saleId, sku }) {
  sleep(SETTLE_SECONDS)
  const audit = http.get(`${SHOP}/merchant/api/sales/${saleId}/audit`, merchant)
  const { promises, differences } = audit.json()
  const broken = Object.keys(promises).filter((name) => !promises[name].ok)
  console.log(
    `audit of ${saleId}: ${broken.length === 0 ? "all promises kept" : `BROKEN ${broken}`}, ${differences.length} differences`,
  )
  const stock = http.get(`${SHOP}/merchant/api/skus/${sku}/stock`, merchant).json()
  console.log(
    `stock: ${stock.received} received, ${stock.available} available, ${stock.held} held, ${stock.sold} sold`,
  )
  check(audit, {
    "every promise kept": () => broken.length === 0,
    "no differences between the ledgers": () => differences.length === 0,
    "stock adds up": () =>
      stock.available + stock.held + stock.sold === stock.received && stock.sold <= UNITS,
  })
}
