import type { Board, PassRefusal } from "../../durable-objects/room/contract.ts"
import { lotKeyOn } from "../../waiting-room/draw.ts"
import { checkInvitation, ticketIdForInvitation } from "../../waiting-room/invitation.ts"
import type { Invitation } from "../../waiting-room/invitation.ts"
import { checkPass, issuePass } from "../../waiting-room/pass.ts"
import { isRegistrationClosed, ranksFromMsOf } from "../../waiting-room/mode.ts"
import { isOver } from "../../waiting-room/phase.ts"
import { lotOf, rankOf } from "../../waiting-room/rank.ts"
import { checkTicket, issueTicket, ticketIdFor } from "../../waiting-room/ticket.ts"
import type { Ticket } from "../../waiting-room/ticket.ts"
import { settingsOf } from "../environment.ts"
import type { Env } from "../environment.ts"
import { limitCalls } from "../http/rate-limit.ts"
import { bearerOf, ensureSession, readSession } from "../http/session.ts"
import { cookieOf, setPersonalCookie } from "../http/visit.ts"
import type { Visit } from "../http/visit.ts"
import { countArrival, gatherTicket } from "./arrivals.ts"
import { isSaleId, readRoom } from "./board.ts"
import { challengeFor, isChallengeMet } from "./challenge.ts"
import { decideAtEdge } from "./edge-admission.ts"
import { IssuedTickets } from "./issued-tickets.ts"
import { askRoom } from "./room-call.ts"
import type { ChallengeView, JoinRequest } from "./schemas.ts"

export type JoinOutcome =
  | { outcome: "joined"; replayed: boolean; ticket: string; ticketId: string; arrivedAtMs: number }
  | { outcome: "refused"; refusal: JoinRefusal }
  | { outcome: "refused"; refusal: "challenge_required"; challenge: ChallengeView }

/**
 * In order of precedence; a challenge is asked for after them. `ticket_invalid` the invitation is not one to this sale,
 * or has run out · `registration_closed` a draw's bell has rung.
 */
export type JoinRefusal = "sale_not_found" | "sale_over" | "ticket_invalid" | "registration_closed"

export type EnterOutcome =
  | { outcome: "admitted"; replayed: boolean; pass: string; expiresAtMs: number }
  | { outcome: "refused"; refusal: "sale_not_found" | PassRefusal; retryAfterMs: number }

/** A shopper's place, from the ticket in this browser's cookie. */
export interface Standing {
  ticket: string
  ticketId: string
  arrivedAtMs: number
  /** Null until the draw's secret is published. */
  rank: number | null
  invited: boolean
}

/** Two isolates' clocks may differ by this much; a ticket from further in the future was not issued by any. */
const CLOCK_SKEW_MS = 1_000

/** A ticket's cookie outlives the sale by this much, within what browsers keep. */
const TICKET_COOKIE_EXTRA_SECONDS = 86_400
const TICKET_COOKIE_SECONDS_MAX = 30 * 86_400

const issued = new IssuedTickets()

/**
 * A place in the line: from the moment the sale is scheduled, for all who come before the bell stand in the same
 * lottery. One session has one place, and asking again moves it neither way, whether or not others may still join. An
 * invitation takes the place of the one that the session had without it. Where the sale asks for a challenge, its answer
 * is looked at last; an invitation, which the merchant signed for one place, stands for it.
 */
export async function joinLine(visit: Visit, saleId: string, asked: JoinRequest = {}): Promise<JoinOutcome> {
  const room = await readRoom(visit.env, saleId)
  if (!room) return { outcome: "refused", refusal: "sale_not_found" }
  if (isOver(room.board.phase)) return { outcome: "refused", refusal: "sale_over" }
  const invitation =
    asked.invitation === undefined ? null : await readInvitation(visit.env, saleId, asked.invitation)
  if (asked.invitation !== undefined && !invitation) return { outcome: "refused", refusal: "ticket_invalid" }
  const known = await readSession(visit)
  const kept = known === null ? null : await readTicketCookie(visit, saleId, known)
  if (!kept && isRegistrationClosed(room.board, Date.now()))
    return { outcome: "refused", refusal: "registration_closed" }
  if (kept && (!invitation || kept.ticket.invited)) {
    const { ticketId, arrivedAtMs } = kept.ticket
    return { outcome: "joined", replayed: true, ticket: kept.token, ticketId, arrivedAtMs }
  }
  const subject = await ensureSession(visit)
  // A session that has just begun was counted as that.
  if (known !== null) await limitCalls(visit.env, "join", subject)
  const joining = { saleId, kind: room.facts.challenge ?? "none", subject }
  if (!invitation && !(await isChallengeMet(visit, joining, asked.challenge))) {
    const challenge = await challengeFor(visit.env, joining)
    return { outcome: "refused", refusal: "challenge_required", challenge }
  }
  const { keyRing } = await settingsOf(visit.env)
  const invited = invitation !== null
  const ticketId = invitation
    ? await ticketIdForInvitation(keyRing, invitation)
    : await ticketIdFor(keyRing, saleId, subject)
  const { arrivedAtMs, replayed } = issued.recall(ticketId, arrivalNow(room.board))
  if (!replayed) {
    countArrival(visit, saleId, ranksFromMsOf(room.board), { arrivedAtMs, invited })
    // The lots of those who were invited are not keyed with the seed, so there is nothing to seal of them.
    if (!invited) gatherTicket(visit, room.facts.draw, ticketId)
  }
  const ticket = await issueTicket(keyRing, { saleId, ticketId, arrivedAtMs, subject, invited })
  const seconds = Math.ceil((room.board.closesAtMs - Date.now()) / 1_000) + TICKET_COOKIE_EXTRA_SECONDS
  setPersonalCookie(visit, ticketCookie(saleId), ticket, Math.min(TICKET_COOKIE_SECONDS_MAX, seconds))
  // Another session's place with the same invitation was counted, but is not this one's.
  return { outcome: "joined", replayed: replayed && !invited, ticket, ticketId, arrivedAtMs }
}

/** What the sale asks of this session before it may join; null when there is no such sale. */
export async function readChallenge(visit: Visit, saleId: string): Promise<ChallengeView | null> {
  const room = await readRoom(visit.env, saleId)
  if (!room) return null
  const { challenge: kind = "none" } = room.facts
  return challengeFor(visit.env, { saleId, kind, subject: await ensureSession(visit) })
}

/** Exchanges a ticket whose turn has come. Precedence: no such sale, ticket, then the room's refusals in their order. */
export async function enterSale(visit: Visit, saleId: string, token: string): Promise<EnterOutcome> {
  const room = await readRoom(visit.env, saleId)
  if (!room) return refused("sale_not_found")
  const subject = await readSession(visit)
  if (!subject) return refused("ticket_invalid")
  const { keyRing } = await settingsOf(visit.env)
  const checked = await checkTicket(keyRing, token, { saleId, subject })
  if (!checked.ok) return refused("ticket_invalid")
  const { ticketId, arrivedAtMs, invited = false } = checked.ticket
  if (arrivedAtMs > Date.now() + CLOCK_SKEW_MS) return refused("ticket_invalid")
  const atEdge = decideAtEdge(room.board, await rankOn(room.board, checked.ticket), Date.now(), invited)
  if (atEdge.decision === "refuse") return refused(atEdge.refusal, atEdge.retryAfterMs)

  await limitCalls(visit.env, "enter", subject)
  const outcome = await askRoom(visit.env, saleId, (api) =>
    api.exchange({ ticketId, arrivedAtMs, subject, invited }),
  )
  // Somebody else has entered with this link. Without its ticket the session may join like anyone.
  if (outcome.outcome === "refused" && outcome.refusal === "ticket_invalid")
    setPersonalCookie(visit, ticketCookie(saleId), "", 0)
  if (outcome.outcome === "refused") return refused(outcome.refusal, outcome.retryAfterMs)
  const { passId, expiresAtMs, replayed } = outcome
  const pass = await issuePass(keyRing, { saleId, passId, ticketId, subject, expiresAtMs }, bearerOf(visit))
  // For the pages only: a call of the API must send the pass itself.
  setPersonalCookie(
    visit,
    passCookie(saleId),
    pass,
    Math.max(1, Math.ceil((expiresAtMs - Date.now()) / 1_000)),
  )
  return { outcome: "admitted", replayed, pass, expiresAtMs }
}

/** Where this browser stands; null when it has no ticket, or there is no such sale. */
export async function readStanding(visit: Visit, saleId: string): Promise<Standing | null> {
  const room = await readRoom(visit.env, saleId)
  const subject = await readSession(visit)
  if (!room || !subject) return null
  const kept = await readTicketCookie(visit, saleId, subject)
  if (!kept) return null
  const { ticketId, arrivedAtMs, invited = false } = kept.ticket
  return { ticket: kept.token, ticketId, arrivedAtMs, invited, rank: await rankOn(room.board, kept.ticket) }
}

/** The invitation that a token is, to a sale that has early access; null when it is none. */
export async function readInvitation(env: Env, saleId: string, token: string): Promise<Invitation | null> {
  const room = await readRoom(env, saleId)
  if (!room?.facts.earlyAccess) return null
  const { keyRing } = await settingsOf(env)
  const checked = await checkInvitation(keyRing, token, { saleId, nowMs: Date.now() })
  return checked.ok ? checked.invitation : null
}

/** The live pass in this browser's cookie. For pages; the API never reads it. */
export async function readPass(
  visit: Visit,
  saleId: string,
): Promise<{ pass: string; expiresAtMs: number } | null> {
  if (!isSaleId(saleId)) return null
  const token = cookieOf(visit, passCookie(saleId))
  if (!token) return null
  const { keyRing } = await settingsOf(visit.env)
  const checked = await checkPass(keyRing, token, { saleId, bearer: bearerOf(visit), nowMs: Date.now() })
  return checked.ok ? { pass: token, expiresAtMs: checked.pass.expiresAtMs } : null
}

/** The session that a pass lets buy in this sale now, which is its bearer's; null when it lets nobody. Asks nobody. */
export async function admittedBy(
  env: Env,
  { saleId, pass, bearer }: { saleId: string; pass: string; bearer: string },
): Promise<string | null> {
  const { keyRing } = await settingsOf(env)
  const checked = await checkPass(keyRing, pass, { saleId, bearer, nowMs: Date.now() })
  return checked.ok ? checked.pass.subject : null
}

/** Nobody arrives before the bell once the draw is public, even where the clock is a little behind. */
function arrivalNow(board: Board): number {
  return board.drawSecret === undefined ? Date.now() : Math.max(Date.now(), board.opensAtMs)
}

async function rankOn(board: Board, ticket: Ticket): Promise<number | null> {
  const { ticketId, arrivedAtMs, invited } = ticket
  const lotKey = invited ? board.earlyAccess?.secret : lotKeyOn(board)
  if (lotKey === undefined) return null
  return rankOf({
    arrivedAtMs,
    ranksFromMs: ranksFromMsOf(board),
    lot: await lotOf(lotKey, ticketId),
    invited,
  })
}

async function readTicketCookie(
  visit: Visit,
  saleId: string,
  subject: string,
): Promise<{ token: string; ticket: Ticket } | null> {
  const token = cookieOf(visit, ticketCookie(saleId))
  if (!token) return null
  const { keyRing } = await settingsOf(visit.env)
  const checked = await checkTicket(keyRing, token, { saleId, subject })
  return checked.ok ? { token, ticket: checked.ticket } : null
}

function refused(refusal: "sale_not_found" | PassRefusal, retryAfterMs = 0): EnterOutcome {
  return { outcome: "refused", refusal, retryAfterMs }
}

function ticketCookie(saleId: string): string {
  return `spillway_ticket_${saleId.replaceAll("-", "")}`
}

function passCookie(saleId: string): string {
  return `spillway_pass_${saleId.replaceAll("-", "")}`
}
