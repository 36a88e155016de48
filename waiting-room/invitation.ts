import { encodeBase64Url, keyedDigest, signToken, verifyToken } from "./signed-token.ts"
import type { KeyRing } from "./signed-token.ts"

/** One place in a sale's early access, as a signed fact in a link: nothing of it is stored until its holder enters. */
export interface Invitation {
  saleId: string
  invitationId: string
  /** Whom the merchant gave these links to, in the merchant's own word. */
  group: string
  expiresAtMs: number
}

interface InvitationPayload {
  sale: string
  id: string
  grp: string
  exp: number
}

/** Why an invitation is refused, in order of precedence. `forged` also covers other keys and other kinds of token. */
export type InvitationRefusal = "malformed" | "forged" | "other_sale" | "expired"

export type InvitationCheck = { ok: true; invitation: Invitation } | { ok: false; refusal: InvitationRefusal }

/** So that the whole token stays within what is looked at, whatever the group's characters. */
export const INVITATION_GROUP_LENGTH_MAX = 40

const TICKET_ID_BYTES = 16

/** Deterministic: the same invitation gives the same token. */
export async function issueInvitation(ring: KeyRing, invitation: Invitation): Promise<string> {
  const { saleId, invitationId, group, expiresAtMs } = invitation
  const payload: InvitationPayload = { sale: saleId, id: invitationId, grp: group, exp: expiresAtMs }
  return signToken(ring, "invitation", payload)
}

/** Refuses whatever is not a running invitation to this sale. Never throws, whatever the token is. */
export async function checkInvitation(
  ring: KeyRing,
  token: string,
  expected: { saleId: string; nowMs: number },
): Promise<InvitationCheck> {
  const verified = await verifyToken<Partial<InvitationPayload>>(ring, "invitation", token)
  if (!verified.ok) return { ok: false, refusal: verified.refusal === "malformed" ? "malformed" : "forged" }
  const invitation = invitationOf(verified.payload)
  if (!invitation) return { ok: false, refusal: "malformed" }
  if (invitation.saleId !== expected.saleId) return { ok: false, refusal: "other_sale" }
  if (expected.nowMs >= invitation.expiresAtMs) return { ok: false, refusal: "expired" }
  return { ok: true, invitation }
}

/**
 * The ticket id of an invitation, whichever session brings it: a link that was passed on is one place, and goes to the
 * first that enters with it. Keyed, so that nobody can search for an invitation with a good lot.
 */
export async function ticketIdForInvitation(
  ring: KeyRing,
  { saleId, invitationId }: Invitation,
): Promise<string> {
  const digest = await keyedDigest(ring, `invited/${saleId}/${invitationId}`)
  return encodeBase64Url(digest.subarray(0, TICKET_ID_BYTES))
}

function invitationOf(payload: Partial<InvitationPayload> | null): Invitation | null {
  const { sale, id, grp, exp } = payload ?? {}
  if (typeof sale !== "string" || typeof id !== "string") return null
  if (typeof grp !== "string" || !Number.isSafeInteger(exp)) return null
  return { saleId: sale, invitationId: id, group: grp, expiresAtMs: Number(exp) }
}
