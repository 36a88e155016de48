import { encodeBase64Url } from "../../waiting-room/signed-token.ts"

/**
 * Ids that follow from who asks and with which Idempotency-Key, so that the same request finds what it made before
 * without anything being looked up.
 */

/** Bytes of SHA-256 that an id keeps: 128 bits, out of reach of chance and of search. */
const ID_BYTES = 16

const encoder = new TextEncoder()

async function digestOf(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(text)))
}

/** The name of a hold before its SKUs; see `holdIdFor`. */
export async function purchaseKeyFor(session: string, idempotencyKey: string): Promise<string> {
  const digest = await digestOf(`hold\n${session}\n${idempotencyKey}`)
  return `h_${encodeBase64Url(digest.subarray(0, ID_BYTES))}`
}

export async function orderIdFor(
  session: string,
  idempotencyKey: string,
): Promise<{ orderId: string; orderNumber: string }> {
  const digest = await digestOf(`order\n${session}\n${idempotencyKey}`)
  return {
    orderId: `ord_${encodeBase64Url(digest.subarray(0, ID_BYTES))}`,
    orderNumber: orderNumberOf(digest.subarray(ID_BYTES)),
  }
}

/** Digest of a validated body, for telling a replay from another request under the same key. */
export async function bodyDigest(body: unknown): Promise<string> {
  return encodeBase64Url(await digestOf(JSON.stringify(body)))
}

/** Crockford's base 32: no I, L, O or U, so that a number read over the phone arrives. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

/** Twelve characters, 60 bits: among a million orders, two alike are a matter of one in two million. */
function orderNumberOf(bytes: Uint8Array): string {
  const letters = Array.from(bytes.subarray(0, 12), (byte) => ALPHABET[byte % ALPHABET.length])
  return ["SP", letters.slice(0, 4).join(""), letters.slice(4, 8).join(""), letters.slice(8).join("")].join(
    "-",
  )
}
