import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { describe, expect, it, onTestFinished } from "vitest"
import { openStripe, StripePayments } from "./stripe.ts"

const REFUND = { refundKey: "a", intentId: "pi_1", orderId: "o1", amountCents: 500, currency: "EUR" }
const BROKEN = { error: { type: "api_error", message: "An unknown error occurred." } }

/** A Stripe that answers refunds with the 500 that it kept under their key, and lists those it has. */
async function brokenStripe(refunds: object[]): Promise<StripePayments> {
  const server = createServer((request, response) => {
    const isList = request.method === "GET"
    const headers = isList ? {} : { "idempotent-replayed": "true", "stripe-should-retry": "false" }
    response.writeHead(isList ? 200 : 500, { "content-type": "application/json", ...headers })
    response.end(JSON.stringify(isList ? { object: "list", data: refunds, has_more: false } : BROKEN))
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return new StripePayments({
    STRIPE_SECRET_KEY: "sk_test_a",
    STRIPE_API_BASE: `http://127.0.0.1:${port}`,
  })
}

function refundOf(refundKey: string): object {
  return {
    id: `re_${refundKey}`,
    amount: 500,
    currency: "eur",
    created: 7,
    status: "succeeded",
    metadata: { orderId: "o1", refundKey },
  }
}

describe("a refund whose key keeps a 500", () => {
  it("was made if Stripe's books have it", async () => {
    const payments = await brokenStripe([refundOf("b"), refundOf("a")])
    expect(await payments.refund(REFUND)).toMatchObject({
      outcome: "ok",
      refund: { refundId: "re_a", amountCents: 500, status: "succeeded" },
    })
  })

  it("is never asked for under another key, though the books don't have it", async () => {
    const payments = await brokenStripe([refundOf("b")])
    expect((await payments.refund(REFUND)).outcome).toBe("unavailable")
  })
})

it("one client serves as long as the settings stay the same", () => {
  const settings = { STRIPE_SECRET_KEY: "sk_test_one", STRIPE_API_BASE: "" }
  const client = openStripe(settings)
  expect(openStripe({ ...settings })).toBe(client)
  expect(openStripe({ ...settings, STRIPE_SECRET_KEY: "sk_test_other" })).not.toBe(client)
})
