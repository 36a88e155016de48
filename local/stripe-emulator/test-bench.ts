/** What the tests share: an emulator on a free port, the official SDK in front of it, and a listener for webhooks. */
import { mkdtempSync, rmSync } from "node:fs"
import { createServer } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import Stripe from "stripe"
import { onTestFinished } from "vitest"
import { startStripeEmulator } from "./emulator.ts"
import type { StripeEmulator } from "./emulator.ts"
import { listen } from "./server.ts"

export const PUBLISHABLE_KEY = "pk_test_bench"
export const SECRET_KEY = "sk_test_bench"
export const WEBHOOK_SECRET = "whsec_bench"

/** A webhook as it arrived. */
export interface Received {
  rawBody: string
  signature: string
  event: {
    id: string
    type: string
    data: { object: Record<string, unknown> }
    request: { idempotency_key: string | null }
  }
}

export interface Listener {
  url: string
  received: Received[]
  /** The status for the next webhooks; 200 unless changed. */
  status: number
  /** Resolves when the check holds, looking again after every webhook. */
  until(check: (received: Received[]) => boolean): Promise<Received[]>
}

/** A webhook endpoint that writes everything down. */
export async function startListener(): Promise<Listener> {
  const waiting = new Set<() => void>()
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on("data", (chunk: Buffer) => chunks.push(chunk))
    request.on("end", () => {
      const rawBody = Buffer.concat(chunks).toString()
      const event = JSON.parse(rawBody) as Received["event"]
      listener.received.push({ rawBody, signature: String(request.headers["stripe-signature"]), event })
      response.writeHead(listener.status).end()
      for (const look of waiting) look()
    })
  })
  const port = await listen(server, 0, "127.0.0.1")
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const listener: Listener = {
    url: `http://127.0.0.1:${port}/hook`,
    received: [],
    status: 200,
    until: (check) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!check(listener.received)) return
          waiting.delete(look)
          resolve(listener.received)
        }
        waiting.add(look)
        look()
      }),
  }
  return listener
}

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "stripe-emulator-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** The SDK as the merchant (or, with the publishable key, as a shopper) would use it, without retries of its own. */
export function sdk(port: number, key = SECRET_KEY): Stripe {
  return new Stripe(key, {
    host: "127.0.0.1",
    port,
    protocol: "http",
    maxNetworkRetries: 0,
    telemetry: false,
  })
}

export interface Bench {
  emulator: StripeEmulator
  stripe: Stripe
  shopper: Stripe
  listener: Listener
  dataDir: string
  /** A raw call with the secret key; for what the SDK would not send. */
  post(
    path: string,
    form: string,
    headers?: Record<string, string>,
  ): Promise<{ status: number; headers: Headers; body: Answered }>
  faults(settings: object): Promise<Response>
  /** Moves the emulator's clock forward, in milliseconds. */
  advance(byMs: number): Promise<Response>
  ledger(): Promise<Ledger>
}

/** The members of an answer that the tests look at. */
export interface Answered {
  id?: string
  status?: string
  amount?: number
  error?: { type: string; code?: string; param?: string; decline_code?: string }
}

export interface Ledger {
  intents: {
    id: string
    status: string
    amountReceived: number
    metadata: Record<string, string>
    captures: { amountCents: number }[]
    refunds: object[]
    taxCalculationId: string | null
  }[]
  taxTransactions: { intentId: string; type: string; amount: number; tax: number; reason: string | null }[]
  captures: { intentId: string; amountCents: number }[]
  refunds: { intentId: string; amountCents: number; status: string }[]
  disputes: { intentId: string; amountCents: number; status: string }[]
  webhookDeliveries: {
    eventId: string
    type: string
    attempt: number
    status: number | null
    error: string | null
    delivered: boolean
  }[]
  counts: Record<string, number>
}

/** Starts the emulator over a folder; the test's end stops it. */
export async function startEmulator(dataDir: string, webhookUrl: string, port = 0): Promise<StripeEmulator> {
  const emulator = await startStripeEmulator({
    port,
    dataDir,
    webhookUrl,
    publishableKey: PUBLISHABLE_KEY,
    secretKey: SECRET_KEY,
    webhookSecret: WEBHOOK_SECRET,
  })
  onTestFinished(() => emulator.stop())
  return emulator
}

export async function readLedger(url: string, query = ""): Promise<Ledger> {
  return (await (await fetch(`${url}/_ledger${query}`)).json()) as Ledger
}

/** Everything a test needs. */
export async function startBench(): Promise<Bench> {
  const dataDir = temporaryFolder()
  const listener = await startListener()
  const emulator = await startEmulator(dataDir, listener.url)
  return {
    emulator,
    dataDir,
    listener,
    stripe: sdk(emulator.port),
    shopper: sdk(emulator.port, PUBLISHABLE_KEY),
    async post(path, form, headers = {}) {
      const response = await fetch(`${emulator.url}${path}`, {
        method: "POST",
        headers: {
          Authorization: `Bearer ${SECRET_KEY}`,
          "Content-Type": "application/x-www-form-urlencoded",
          ...headers,
        },
        body: form,
      })
      return { status: response.status, headers: response.headers, body: (await response.json()) as Answered }
    },
    faults: (settings) =>
      fetch(`${emulator.url}/_faults`, { method: "POST", body: JSON.stringify(settings) }),
    advance: (advanceMs) =>
      fetch(`${emulator.url}/_clock`, { method: "POST", body: JSON.stringify({ advanceMs }) }),
    ledger: () => readLedger(emulator.url),
  }
}

/** The error a call fails with; fails itself when the call succeeds. */
export async function failure(call: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  try {
    await call
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) return error
    throw error
  }
  throw new Error("The call succeeded and should have failed.")
}
