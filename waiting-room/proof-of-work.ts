import { leadingZeroBits } from "./proof-search.ts"
import { signToken, TOKEN_LENGTH_MAX, verifyToken } from "./signed-token.ts"
import type { KeyRing } from "./signed-token.ts"

/**
 * A challenge to a browser that wants to join: some work that costs a phone about a second and a flood of joins a
 * machine each. Nothing of it is stored. The nonce is a signed token, bound to one session and one sale, so work can't
 * be done in advance of it, shared, or sold. A solution may be sent again: it gives its session the one ticket that it
 * has already.
 */
export interface ProofChallenge {
  nonce: string
  /** SHA-256(nonce + ":" + counter) must begin with so many zero bits. */
  bits: number
  expiresAtMs: number
}

/**
 * 2^18 digests on average. `proof-search.ts` does 950,000 a second on a server's core; a phone of some years ago is
 * reckoned at a quarter of that.
 */
export const PROOF_BITS = 18

/** Long enough for the slowest device and a shopper who is called away; short enough that old nonces are no store. */
export const PROOF_CHALLENGE_MS = 600_000

/** Far beyond any counter that a search comes to. */
export const PROOF_COUNTER_MAX = 2 ** 40

interface ProofPayload {
  sale: string
  bits: number
  exp: number
}

/** Why a solution is refused, in order of precedence. `forged` covers other keys, other kinds of token and other sessions. */
export type ProofRefusal = "malformed" | "forged" | "other_sale" | "expired" | "not_solved"

export async function issueProofChallenge(
  ring: KeyRing,
  { saleId, subject, nowMs }: { saleId: string; subject: string; nowMs: number },
): Promise<ProofChallenge> {
  const expiresAtMs = nowMs + PROOF_CHALLENGE_MS
  const payload: ProofPayload = { sale: saleId, bits: PROOF_BITS, exp: expiresAtMs }
  return { nonce: await signToken(ring, "challenge", payload, subject), bits: PROOF_BITS, expiresAtMs }
}

/** Null when the work was done, for this sale and by this session. Never throws, whatever the solution is. */
export async function refusalOfProof(
  ring: KeyRing,
  { nonce, counter }: { nonce: string; counter: number },
  expected: { saleId: string; subject: string; nowMs: number },
): Promise<ProofRefusal | null> {
  if (nonce.length > TOKEN_LENGTH_MAX || !Number.isSafeInteger(counter) || counter < 0) return "malformed"
  const verified = await verifyToken<Partial<ProofPayload>>(ring, "challenge", nonce, expected.subject)
  if (!verified.ok) return verified.refusal === "malformed" ? "malformed" : "forged"
  const { sale, bits, exp } = verified.payload ?? {}
  if (typeof bits !== "number" || typeof exp !== "number") return "malformed"
  if (sale !== expected.saleId) return "other_sale"
  if (expected.nowMs >= exp) return "expired"
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${nonce}:${counter}`))
  const view = new DataView(digest)
  const words = Array.from({ length: digest.byteLength / 4 }, (_, i) => view.getInt32(i * 4))
  return leadingZeroBits(words) >= bits ? null : "not_solved"
}
