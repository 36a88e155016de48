import { createHmac } from "node:crypto"
import { readFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import pg from "pg"

export interface BookedIntent {
  id: string
  status: string
  amount: number
  amountReceived: number
  captures: { amountCents: number }[]
  refunds: { amountCents: number }[]
}

/** The intents of one order, as the payment provider's own books have them. */
export async function intentsOf(stripeUrl: string, orderId: string): Promise<BookedIntent[]> {
  const response = await fetch(`${stripeUrl}/_ledger?metadata[orderId]=${encodeURIComponent(orderId)}`)
  return ((await response.json()) as { intents: BookedIntent[] }).intents
}

/** What the stack made up for its emulator. */
export interface StripeSecrets {
  secretKey: string
  webhookSecret: string
}

/** Postgres tells where the stack keeps its data; there lies the key that webhooks are signed with. */
export async function readWebhookSecret(databaseUrl: string): Promise<string> {
  return (await readStripeSecrets(databaseUrl)).webhookSecret
}

export async function readStripeSecrets(databaseUrl: string): Promise<StripeSecrets> {
  const postgres = new pg.Client({ connectionString: databaseUrl })
  await postgres.connect()
  try {
    const { rows } = await postgres.query("SELECT current_setting('data_directory') AS folder")
    return await findSecrets(dirname((rows[0] as { folder: string }).folder))
  } finally {
    await postgres.end()
  }
}

async function findSecrets(home: string): Promise<StripeSecrets> {
  // Where Postgres may not enter the stack's own folder, its home lies elsewhere and names its owner.
  const owner = await readFile(join(home, "owner"), "utf8").catch(() => home)
  const text = await readFile(join(dirname(owner.trim()), "secrets.json"), "utf8")
  return (JSON.parse(text) as { stripe: StripeSecrets }).stripe
}

/** `Stripe-Signature` as Stripe makes it. */
export function signatureOf(body: string, secret: string, atMs = Date.now()): string {
  const seconds = Math.floor(atMs / 1_000)
  return `t=${seconds},v1=${createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex")}`
}

/** An event about an intent, as the provider would send it. */
export function eventOf(id: string, type: string, intent: Record<string, unknown>): string {
  return JSON.stringify({
    id,
    object: "event",
    api_version: "2025-01-27.acacia",
    created: Math.floor(Date.now() / 1_000),
    livemode: false,
    pending_webhooks: 1,
    request: null,
    type,
    data: { object: { object: "payment_intent", ...intent } },
  })
}
