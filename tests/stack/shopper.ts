import { randomUUID } from "node:crypto"

export interface Answer<Body = Record<string, unknown>> {
  status: number
  body: Body
  headers: Headers
}

/** A browser without a screen: keeps its cookies, speaks JSON, and pays at the provider. */
export class Shopper {
  readonly cookies = new Map<string, string>()
  private readonly url: string
  private readonly stripeUrl: string

  constructor(addresses: { url: string; stripeUrl: string }) {
    this.url = addresses.url
    this.stripeUrl = addresses.stripeUrl
  }

  async call<Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<Body>> {
    const response = await fetch(new URL(path, this.url), {
      method,
      redirect: "manual",
      headers: {
        ...(this.cookies.size > 0 && {
          cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; "),
        }),
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = cookie.match(/^([^=]+)=([^;]*)/) ?? []
      if (name !== undefined && value !== undefined) this.cookies.set(name, value)
    }
    const text = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      body: (text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : { text }) as Body,
    }
  }

  get<Body = Record<string, unknown>>(path: string, headers?: Record<string, string>) {
    return this.call<Body>("GET", path, undefined, headers)
  }

  join(saleId: string) {
    return this.call<{ ticket: string; ticketId: string; arrivedAtMs: number }>(
      "POST",
      `/api/sales/${saleId}/tickets`,
      {},
    )
  }

  pass(saleId: string, ticket: string) {
    return this.call<{ pass: string; expiresAtMs: number; code?: string }>(
      "POST",
      `/api/sales/${saleId}/passes`,
      { ticket },
    )
  }

  /** Joins and asks until the pass comes; resolves with null when the sale is over first. */
  async queueFor(saleId: string, deadlineMs = 30_000): Promise<string | null> {
    const joined = await this.join(saleId)
    if (joined.status === 409) return null
    let answer: Awaited<ReturnType<Shopper["pass"]>> | undefined
    for (const startedMs = Date.now(); Date.now() - startedMs < deadlineMs;) {
      answer = await this.pass(saleId, joined.body.ticket)
      if (answer.status === 200 || answer.status === 201) return answer.body.pass
      if (answer.status === 409) return null
      if (answer.status !== 425 && answer.status !== 503)
        throw new Error(`pass: ${answer.status} ${JSON.stringify(answer.body)}`)
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
    const board = await this.get(`/api/sales/${saleId}/board`)
    throw new Error(
      `no pass in time: ${JSON.stringify(answer?.body)} with the board ${JSON.stringify(board.body)}`,
    )
  }

  hold(body: unknown, key: string = randomUUID()) {
    return this.call<HoldBody>("POST", "/api/holds", body, { "idempotency-key": key })
  }

  checkout(body: unknown, key: string = randomUUID()) {
    return this.call<CheckoutBody>("POST", "/api/checkouts", body, { "idempotency-key": key })
  }

  order(orderId: string, headers?: Record<string, string>) {
    return this.get<OrderBody>(`/api/orders/${orderId}`, headers)
  }

  /** What the payment form does: confirms the intent with the publishable key. */
  async pay(
    checkout: CheckoutBody,
    paymentMethod = "pm_card_visa",
  ): Promise<Answer<{ status?: string; error?: { code: string } }>> {
    const intentId = checkout.clientSecret.split("_secret")[0] ?? ""
    const response = await fetch(`${this.stripeUrl}/v1/payment_intents/${intentId}/confirm`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${checkout.publishableKey}`,
        "content-type": "application/x-www-form-urlencoded",
      },
      body: new URLSearchParams({ payment_method: paymentMethod, client_secret: checkout.clientSecret }),
    })
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as { status?: string },
    }
  }

  /** Waits for the order to come to one of the statuses. */
  async orderUntil(orderId: string, statuses: readonly string[], deadlineMs = 20_000): Promise<OrderBody> {
    let last: Answer<OrderBody> | undefined
    for (const startedMs = Date.now(); Date.now() - startedMs < deadlineMs;) {
      last = await this.order(orderId)
      if (last.status === 200 && statuses.includes(last.body.status)) return last.body
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    throw new Error(`order ${orderId} is ${JSON.stringify(last?.body)}, not ${statuses.join(" or ")}`)
  }
}

export interface HoldBody {
  holdId: string
  items: { sku: string; quantity: number; unitPriceCents: number }[]
  currency: string
  expiresAtMs: number
  code?: string
  errors?: { field: string; message: string }[]
}

export interface CheckoutBody {
  orderId: string
  orderNumber: string
  status: string
  totalCents: number
  currency: string
  clientSecret: string
  publishableKey: string
  holdExpiresAtMs: number
  orderToken: string
  code?: string
  errors?: { field: string; message: string }[]
}

export interface OrderBody {
  orderId: string
  orderNumber: string
  status: string
  history: { status: string; atMs: number }[]
  items: { sku: string; quantity: number; unitPriceCents: number }[]
  totalCents: number
  currency: string
  payment: { status: string }
  shipments: unknown[]
  code?: string
}
