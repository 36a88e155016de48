import { randomBytes, randomUUID } from "node:crypto"
import { issuePass } from "../../waiting-room/pass.ts"
import { encodeBase64Url, importKeyRing, signToken } from "../../waiting-room/signed-token.ts"
import type { KeyRing } from "../../waiting-room/signed-token.ts"

/** What is sent: the same request over and over, or holds of one SKU, each of a customer of its own. */
export type RequestPlan = { kind: "get"; path: string } | HoldPlan | JoinPlan | CheckoutPlan

/** Shoppers who join a sale's line, each with a session of their own and none twice. */
export interface JoinPlan {
  kind: "joins"
  count: number
  saleId: string
  tokenKeys: string
}

/** Checkouts that hold one unit for themselves, each of a customer of its own. */
export interface CheckoutPlan {
  kind: "checkouts"
  count: number
  sku: string
  saleId: string
  tokenKeys: string
}

export interface HoldPlan {
  kind: "holds"
  count: number
  /** When all were sent they are sent again; else the round ends. */
  again: boolean
  sku: string
  saleId: string
  tokenKeys: string
}

export interface Requests {
  buffers: Buffer[]
  again: boolean
}

const PASS_MS = 3_600_000

/** Signed at the same time: enough to keep WebCrypto's threads busy, few enough to keep memory flat. */
const SIGNED_TOGETHER = 512

export async function prepareRequests(plan: RequestPlan): Promise<Requests> {
  if (plan.kind === "get")
    return { buffers: [Buffer.from(`GET ${plan.path} HTTP/1.1\r\nHost: bench\r\n\r\n`)], again: true }
  const ring = await importKeyRing(plan.tokenKeys)
  const prepare = () => (plan.kind === "joins" ? joinRequest(ring, plan) : unitRequest(ring, plan))
  const buffers: Buffer[] = []
  while (buffers.length < plan.count) {
    const together = Math.min(SIGNED_TOGETHER, plan.count - buffers.length)
    buffers.push(...(await Promise.all(Array.from({ length: together }, prepare))))
  }
  return { buffers, again: plan.kind === "holds" && plan.again }
}

async function joinRequest(ring: KeyRing, { saleId }: JoinPlan): Promise<Buffer> {
  const session = await signToken(ring, "session", { s: encodeBase64Url(randomBytes(16)) })
  const head = [
    `POST /api/sales/${saleId}/tickets HTTP/1.1`,
    "Host: bench",
    "Content-Length: 0",
    `Cookie: spillway_session=${session}`,
  ]
  return Buffer.from(`${head.join("\r\n")}\r\n\r\n`)
}

/** One unit for a shopper nobody has seen before: a session, a pass that the line gave it, and a key of its own. */
async function unitRequest(ring: KeyRing, { kind, saleId, sku }: HoldPlan | CheckoutPlan): Promise<Buffer> {
  const subject = encodeBase64Url(randomBytes(16))
  const session = await signToken(ring, "session", { s: subject })
  const ticketId = encodeBase64Url(randomBytes(16))
  const expiresAtMs = Date.now() + PASS_MS
  const pass = await issuePass(
    ring,
    { saleId, passId: randomUUID(), ticketId, subject, expiresAtMs },
    session,
  )
  const email = kind === "checkouts" ? { email: "ann@example.com" } : {}
  const body = JSON.stringify({ items: [{ sku, quantity: 1 }], saleId, pass, ...email })
  const head = [
    `POST ${kind === "checkouts" ? "/api/checkouts" : "/api/holds"} HTTP/1.1`,
    "Host: bench",
    "Content-Type: application/json",
    `Content-Length: ${body.length}`,
    `Idempotency-Key: ${randomUUID()}`,
    `Cookie: spillway_session=${session}`,
  ]
  return Buffer.from(`${head.join("\r\n")}\r\n\r\n${body}`)
}
