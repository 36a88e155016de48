import { randomUUID } from "node:crypto"
import { Shopper } from "./shopper.ts"
import type { Answer } from "./shopper.ts"

export interface Counts {
  received: number
  available: number
  held: number
  sold: number
}

export interface SaleBody {
  saleId: string
  slug: string
  title: string
  phase: string
  opensAtMs: number
  drawCommitment: string
  code?: string
  errors?: { field: string; message: string }[]
}

/** A merchant's script. */
export class Merchant {
  private readonly client: Shopper
  private readonly token: string

  constructor(addresses: { url: string; stripeUrl: string }, token = "local-merchant-token") {
    this.client = new Shopper(addresses)
    this.token = token
  }

  call<Body = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<Answer<Body>> {
    return this.client.call<Body>(method, `/merchant/api${path}`, body, {
      authorization: `Bearer ${this.token}`,
    })
  }

  /** A product with one variant, and units of it. */
  async addProduct(
    sku: string,
    units: number,
    priceCents = 5_000,
    currency = "EUR",
  ): Promise<{ id: string; slug: string }> {
    const slug = `product-${sku.toLowerCase()}`
    const product = await this.call<{ id: string; slug: string }>("POST", "/products", {
      slug,
      title: `Product ${sku}`,
      description: "Made for a test.",
      brand: "Test works",
      category: ["Tests"],
      attributes: {},
      images: [],
      status: "active",
      variants: [{ sku, title: "One size", attributes: {}, priceCents, currency }],
    })
    if (product.status !== 201) throw new Error(`product: ${JSON.stringify(product.body)}`)
    if (units > 0) await this.receive(sku, units)
    return product.body
  }

  async receive(
    sku: string,
    delta: number,
    idempotencyKey: string = randomUUID(),
  ): Promise<Answer<Counts & { code?: string }>> {
    return this.call("POST", `/skus/${sku}/stock`, { delta, reason: "test", idempotencyKey })
  }

  stock(sku: string): Promise<Answer<Counts & { pools: (Counts & { pool: string })[] }>> {
    return this.call("GET", `/skus/${sku}/stock`)
  }

  schedule(change: Record<string, unknown>): Promise<Answer<SaleBody>> {
    const nowMs = Date.now()
    return this.call("POST", "/sales", {
      slug: `sale-${randomUUID().slice(0, 8)}`,
      title: "A test sale",
      waitingOpensAtMs: nowMs,
      opensAtMs: nowMs + 1_500,
      closesAtMs: nowMs + 3_600_000,
      admission: { perMinute: 6_000, maxActive: 1_000, passMinutes: 10 },
      holdSeconds: 300,
      ...change,
    })
  }
}
