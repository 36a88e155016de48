import { signToken, TOKEN_LENGTH_MAX, verifyToken } from "./signed-token.ts"
import type { KeyRing } from "./signed-token.ts"

/**
 * What an admitted ticket is exchanged for: some minutes inside the sale, for one subject. It is signed together with
 * its bearer, the session token that it is given to, and verifies beside that one only. So one signature vouches for
 * both, and a pass that was copied says nothing of how to use it.
 */
export interface Pass {
  saleId: string
  passId: string
  ticketId: string
  subject: string
  expiresAtMs: number
}

interface PassPayload {
  sale: string
  id: string
  tid: string
  sub: string
  exp: number
}

/**
 * Why a pass is refused, in order of precedence. `forged` also covers keys that are off the ring, other kinds of token,
 * and other bearers.
 */
export type PassCheckRefusal = "malformed" | "forged" | "other_sale" | "expired"

export type PassCheck = { ok: true; pass: Pass } | { ok: false; refusal: PassCheckRefusal }

/** Deterministic: the same pass gives the same token. `bearer` is a session token that was found genuine. */
export async function issuePass(ring: KeyRing, pass: Pass, bearer: string): Promise<string> {
  const { saleId, passId, ticketId, subject, expiresAtMs } = pass
  const payload: PassPayload = { sale: saleId, id: passId, tid: ticketId, sub: subject, exp: expiresAtMs }
  return signToken(ring, "pass", payload, bearer)
}

/**
 * Refuses whatever is not a live pass of this sale, given to this bearer. What verifies tells whose it is: the bearer
 * need not be looked at again. Never throws, whatever the tokens are.
 */
export async function checkPass(
  ring: KeyRing,
  token: string,
  expected: { saleId: string; bearer: string; nowMs: number },
): Promise<PassCheck> {
  if (expected.bearer === "" || expected.bearer.length > TOKEN_LENGTH_MAX)
    return { ok: false, refusal: "forged" }
  const verified = await verifyToken<Partial<PassPayload>>(ring, "pass", token, expected.bearer)
  if (!verified.ok) return { ok: false, refusal: verified.refusal === "malformed" ? "malformed" : "forged" }
  const pass = passOf(verified.payload)
  if (!pass) return { ok: false, refusal: "malformed" }
  if (pass.saleId !== expected.saleId) return { ok: false, refusal: "other_sale" }
  if (expected.nowMs >= pass.expiresAtMs) return { ok: false, refusal: "expired" }
  return { ok: true, pass }
}

function passOf(payload: Partial<PassPayload> | null): Pass | null {
  const { sale, id, tid, sub, exp } = payload ?? {}
  if (typeof sale !== "string" || typeof id !== "string") return null
  if (typeof tid !== "string" || typeof sub !== "string" || !Number.isSafeInteger(exp)) return null
  return { saleId: sale, passId: id, ticketId: tid, subject: sub, expiresAtMs: Number(exp) }
}
