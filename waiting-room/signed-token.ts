import { decodeBase64Url, encodeBase64Url } from "./base64url.ts"

/**
 * Compact signed tokens: tickets, passes, sessions and order tokens are all of this shape.
 *
 *     v1.<kid>.<payload, base64url JSON>.<HMAC-SHA256, base64url>
 *
 * The purpose is part of what is signed but not of the token, so that a token of one kind never passes as another.
 * Old keys go on verifying until they are taken off the ring; the newest signs.
 */

export { decodeBase64Url, encodeBase64Url }

/** Longest token that is looked at; a longer one is refused before any work is done on it. */
export const TOKEN_LENGTH_MAX = 400

const KEY_BYTES_MIN = 32

export type TokenPurpose = "session" | "ticket" | "pass" | "order" | "challenge" | "invitation"

export interface SigningKey {
  kid: string
  key: CryptoKey
}

/** Newest first: `[0]` signs, all verify. */
export type KeyRing = readonly [SigningKey, ...SigningKey[]]

export type TokenRefusal = "malformed" | "unknown_key" | "bad_signature"

export type Verified<Payload> = { ok: true; payload: Payload } | { ok: false; refusal: TokenRefusal }

const encoder = new TextEncoder()
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false })

/**
 * Reads a ring from its setting, `kid:base64url[,kid:base64url…]`, newest first.
 * Throws when an entry has no kid, or fewer than 32 bytes of key.
 */
export async function importKeyRing(setting: string): Promise<KeyRing> {
  const keys = await Promise.all(
    setting.split(",").map(async (entry): Promise<SigningKey> => {
      const [kid, secret] = entry.trim().split(":")
      if (!kid || !/^[A-Za-z0-9]{1,16}$/.test(kid))
        throw new Error("TOKEN_KEYS: each entry is kid:base64url, with a kid of 1 to 16 letters and digits")
      const bytes = decodeBase64Url(secret ?? "")
      if (!bytes || bytes.length < KEY_BYTES_MIN)
        throw new Error(`TOKEN_KEYS: the key ${kid} is not base64url of at least ${KEY_BYTES_MIN} bytes`)
      const key = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, [
        "sign",
        "verify",
      ])
      return { kid, key }
    }),
  )
  const [newest, ...older] = keys
  if (!newest) throw new Error("TOKEN_KEYS: at least one key is needed")
  return [newest, ...older]
}

/**
 * Signs a payload. Deterministic: the same key, purpose and payload give the same token. What it is `boundTo` is part of
 * what is signed and not of the token: whoever has the token alone has nothing.
 */
export async function signToken(
  ring: KeyRing,
  purpose: TokenPurpose,
  payload: object,
  boundTo = "",
): Promise<string> {
  const [{ kid, key }] = ring
  const body = `v1.${kid}.${encodeBase64Url(encoder.encode(JSON.stringify(payload)))}`
  const signature = await crypto.subtle.sign("HMAC", key, signedBytes(purpose, body, boundTo))
  return `${body}.${encodeBase64Url(new Uint8Array(signature))}`
}

/**
 * Checks signature and purpose and gives the payload back. Says nothing of expiry or subject: whoever reads the
 * payload knows what these mean for its kind. The comparison is WebCrypto's, in constant time.
 */
export async function verifyToken<Payload extends object>(
  ring: KeyRing,
  purpose: TokenPurpose,
  token: string,
  boundTo = "",
): Promise<Verified<Payload>> {
  if (token.length > TOKEN_LENGTH_MAX) return { ok: false, refusal: "malformed" }
  const [version, kid, payload, signature, ...rest] = token.split(".")
  if (version !== "v1" || !kid || !payload || !signature || rest.length > 0)
    return { ok: false, refusal: "malformed" }
  const signingKey = ring.find((candidate) => candidate.kid === kid)
  if (!signingKey) return { ok: false, refusal: "unknown_key" }
  const signatureBytes = decodeBase64Url(signature)
  const payloadBytes = decodeBase64Url(payload)
  if (!signatureBytes || !payloadBytes) return { ok: false, refusal: "malformed" }
  const body = token.slice(0, token.length - signature.length - 1)
  const genuine = await crypto.subtle.verify(
    "HMAC",
    signingKey.key,
    signatureBytes,
    signedBytes(purpose, body, boundTo),
  )
  if (!genuine) return { ok: false, refusal: "bad_signature" }
  return { ok: true, payload: JSON.parse(decoder.decode(payloadBytes)) as Payload }
}

/** What a token says, genuine or not; null when it can't be read. Never a ground to let anybody do anything. */
export function decodeWithoutVerifying<Payload extends object>(token: string): Partial<Payload> | null {
  if (token.length > TOKEN_LENGTH_MAX) return null
  const payload = token.split(".")[2]
  const bytes = payload ? decodeBase64Url(payload) : null
  if (!bytes) return null
  try {
    const read: unknown = JSON.parse(decoder.decode(bytes))
    return typeof read === "object" && read !== null ? read : null
  } catch {
    return null
  }
}

/** HMAC-SHA256 of a text under the ring's signing key, for ids derived from secrets (see `ticketIdFor`). */
export async function keyedDigest(ring: KeyRing, text: string): Promise<Uint8Array> {
  const [{ key }] = ring
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, encoder.encode(text)))
}

/** Purpose and body have no slash, so no two tokens sign the same bytes. */
function signedBytes(purpose: TokenPurpose, body: string, boundTo: string): Uint8Array {
  return encoder.encode(`spillway/${purpose}/${body}${boundTo === "" ? "" : `/${boundTo}`}`)
}
