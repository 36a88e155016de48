import { encodeBase64Url, keyedDigest, signToken, verifyToken } from "./signed-token.ts"
import type { KeyRing } from "./signed-token.ts"

/** A place in one sale's line, as a signed fact: nothing of it is stored anywhere. */
export interface Ticket {
  saleId: string
  ticketId: string
  /** By the server's clock. */
  arrivedAtMs: number
  /** Whose it is: the session, or the account. */
  subject: string
  /** Came by an invitation, which the id follows from. */
  invited?: boolean
}

interface TicketPayload {
  sale: string
  id: string
  at: number
  sub: string
  /** Invited; else absent. */
  inv?: 1
}

/** Why a ticket is refused, in order of precedence. `forged` also covers keys that are off the ring, and other kinds of token. */
export type TicketRefusal = "malformed" | "forged" | "other_sale" | "other_subject"

export type TicketCheck = { ok: true; ticket: Ticket } | { ok: false; refusal: TicketRefusal }

const TICKET_ID_BYTES = 16

/**
 * The one ticket id a subject has in a sale. It is derived, so that every isolate gives the same one without asking
 * anybody, and keyed, so that nobody can search for a subject with a good lot. It changes with the signing key: keys
 * are rotated between sales.
 */
export async function ticketIdFor(ring: KeyRing, saleId: string, subject: string): Promise<string> {
  const digest = await keyedDigest(ring, `ticket/${saleId}/${subject}`)
  return encodeBase64Url(digest.subarray(0, TICKET_ID_BYTES))
}

/** Deterministic: the same ticket gives the same token. */
export async function issueTicket(ring: KeyRing, ticket: Ticket): Promise<string> {
  const payload: TicketPayload = {
    sale: ticket.saleId,
    id: ticket.ticketId,
    at: ticket.arrivedAtMs,
    sub: ticket.subject,
    ...(ticket.invited && { inv: 1 }),
  }
  return signToken(ring, "ticket", payload)
}

/** Refuses whatever is not a ticket of this sale and this subject. Never throws, whatever the token is. */
export async function checkTicket(
  ring: KeyRing,
  token: string,
  expected: { saleId: string; subject: string },
): Promise<TicketCheck> {
  const verified = await verifyToken<Partial<TicketPayload>>(ring, "ticket", token)
  if (!verified.ok) return { ok: false, refusal: verified.refusal === "malformed" ? "malformed" : "forged" }
  const ticket = ticketOf(verified.payload)
  if (!ticket) return { ok: false, refusal: "malformed" }
  if (ticket.saleId !== expected.saleId) return { ok: false, refusal: "other_sale" }
  if (ticket.subject !== expected.subject) return { ok: false, refusal: "other_subject" }
  return { ok: true, ticket }
}

function ticketOf(payload: Partial<TicketPayload> | null): Ticket | null {
  const { sale, id, at, sub, inv } = payload ?? {}
  if (typeof sale !== "string" || typeof id !== "string" || typeof sub !== "string") return null
  if (!Number.isSafeInteger(at)) return null
  return {
    saleId: sale,
    ticketId: id,
    arrivedAtMs: Number(at),
    subject: sub,
    ...(inv === 1 && { invited: true }),
  }
}
