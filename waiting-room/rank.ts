/**
 * Where a ticket stands: one number, relative to the bell or what else the sale's mode counts from, the same at the edge, in the room object and in the browser.
 * Runs in all three, so it uses nothing but WebCrypto. Anyone can recompute it once the draw secret is published.
 */

const LOT_BITS = 52 // What a double keeps exactly of a number below 1.

const encoder = new TextEncoder()

/**
 * A ticket's lot in [0, 1): the first 52 bits of HMAC-SHA256(draw secret, ticket id) over 2^52. Both are taken as
 * text (UTF-8), so `openssl dgst -sha256 -hmac "$secret"` shows the same digits.
 */
export async function lotOf(drawSecret: string, ticketId: string): Promise<number> {
  const key = await drawKeyOf(drawSecret)
  const digest = new DataView(await crypto.subtle.sign("HMAC", key, encoder.encode(ticketId)))
  const first32 = digest.getUint32(0)
  const next20 = digest.getUint32(4) >>> (64 - LOT_BITS)
  return (first32 * 2 ** (LOT_BITS - 32) + next20) / 2 ** LOT_BITS
}

export interface Arrival {
  arrivedAtMs: number
  /** The bell, or what else the sale's mode counts from (see `ranksFromMsOf`). */
  ranksFromMs: number
  lot: number
}

/** Before that moment a lottery in [-1, 0), after it first come, first served; the lot decides within a millisecond. */
export function rankOf({ arrivedAtMs, ranksFromMs, lot }: Arrival): number {
  return arrivedAtMs < ranksFromMs ? lot - 1 : arrivedAtMs - ranksFromMs + lot
}

/** What is published when the sale is scheduled: the hex SHA-256 of the draw secret, taken as text. */
export async function drawCommitmentOf(drawSecret: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(drawSecret)))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("")
}

/** The key last used: an edge answers for one sale many thousand times, and importing costs as much as signing. */
let lastKey: { drawSecret: string; key: CryptoKey } | undefined

async function drawKeyOf(drawSecret: string): Promise<CryptoKey> {
  if (lastKey?.drawSecret === drawSecret) return lastKey.key
  const key = await crypto.subtle.importKey(
    "raw",
    encoder.encode(drawSecret),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  )
  lastKey = { drawSecret, key }
  return key
}
