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
  /** Came by an invitation to a sale with early access; then the lot is of its own draw (see `earlySecretOf`). */
  invited?: boolean | undefined
}

/** Those who were invited stand before all others, in a lottery among them with ranks in [-2, -1). */
export const INVITED_RANKS = { from: -2, end: -1 } as const

/** Before that moment a lottery in [-1, 0), after it first come, first served; the lot decides within a millisecond. */
export function rankOf({ arrivedAtMs, ranksFromMs, lot, invited }: Arrival): number {
  if (invited) return INVITED_RANKS.from + lot
  return arrivedAtMs < ranksFromMs ? lot - 1 : arrivedAtMs - ranksFromMs + lot
}

/** What is published when the sale is scheduled: the hex SHA-256 of the draw secret, taken as text. */
export async function drawCommitmentOf(drawSecret: string): Promise<string> {
  return hexOf(await crypto.subtle.digest("SHA-256", encoder.encode(drawSecret)))
}

/**
 * The secret that the lots of those who were invited are drawn with. It is public from the opening of early access on,
 * before the bell, and tells nothing of the draw's own secret; once that one is public, anyone can recompute this one.
 */
export async function earlySecretOf(drawSecret: string): Promise<string> {
  const key = await drawKeyOf(drawSecret)
  return hexOf(await crypto.subtle.sign("HMAC", key, encoder.encode("early access")))
}

function hexOf(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("")
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
