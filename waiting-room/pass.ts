import { signToken, verifyToken } from "./signed-token.ts"
import type { KeyRing } from "./signed-token.ts"

/** What an admitted ticket is exchanged for: some minutes inside the sale, for one subject. */
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

/** Why a pass is refused, in order of precedence. `forged` also covers keys that are off the ring, and other kinds of token. */
export type PassCheckRefusal = "malformed" | "forged" | "other_sale" | "other_subject" | "expired"

export type PassCheck = { ok: true; pass: Pass } | { ok: false; refusal: PassCheckRefusal }

/** Deterministic: the same pass gives the same token. */
export async function issuePass(ring: KeyRing, pass: Pass): Promise<string> {
  const { saleId, passId, ticketId, subject, expiresAtMs } = pass
  const payload: PassPayload = { sale: saleId, id: passId, tid: ticketId, sub: subject, exp: expiresAtMs }
  return signToken(ring, "pass", payload)
}

/** Refuses whatever is not a live pass of this sale and this subject. Never throws, whatever the token is. */
export async function checkPass(
  ring: KeyRing,
  token: string,
  expected: { saleId: string; subject: string; nowMs: number },
): Promise<PassCheck> {
  const verified = await verifyToken<Partial<PassPayload>>(ring, "pass", token)
  if (!verified.ok) return { ok: false, refusal: verified.refusal === "malformed" ? "malformed" : "forged" }
  const pass = passOf(verified.payload)
  if (!pass) return { ok: false, refusal: "malformed" }
  if (pass.saleId !== expected.saleId) return { ok: false, refusal: "other_sale" }
  if (pass.subject !== expected.subject) return { ok: false, refusal: "other_subject" }
  if (expected.nowMs >= pass.expiresAtMs) return { ok: false, refusal: "expired" }
  return { ok: true, pass }
}

function passOf(payload: Partial<PassPayload> | null): Pass | null {
  const { sale, id, tid, sub, exp } = payload ?? {}
  if (typeof sale !== "string" || typeof id !== "string") return null
  if (typeof tid !== "string" || typeof sub !== "string" || !Number.isSafeInteger(exp)) return null
  return { saleId: sale, passId: id, ticketId: tid, subject: sub, expiresAtMs: Number(exp) }
}
