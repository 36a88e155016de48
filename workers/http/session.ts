import { parse } from "hono/utils/cookie"
import {
  decodeWithoutVerifying,
  encodeBase64Url,
  signToken,
  verifyToken,
} from "../../waiting-room/signed-token.ts"
import { settingsOf } from "../environment.ts"
import type { Env } from "../environment.ts"
import { limitNewSessions } from "./rate-limit.ts"
import { setPersonalCookie } from "./visit.ts"
import type { Visit } from "./visit.ts"

/**
 * A shopper is a session: a signed cookie with a random id and nothing else. Holds, tickets, passes and orders are
 * bound to that id.
 */
export const SESSION_COOKIE = "spillway_session"

const SESSION_SECONDS = 30 * 86_400
const SESSION_ID_BYTES = 16

interface SessionPayload {
  /** Session id. */
  s: string
}

/** The session token in a `Cookie` header, genuine or not; empty when there is none. */
export function sessionTokenOf(cookies: string | null): string {
  return (cookies === null ? undefined : parse(cookies, SESSION_COOKIE)[SESSION_COOKIE]) ?? ""
}

/** The session that a token names, or null when it is not genuine. */
export async function sessionOfToken(env: Env, token: string): Promise<string | null> {
  if (token === "") return null
  const { keyRing } = await settingsOf(env)
  const verified = await verifyToken<SessionPayload>(keyRing, "session", token)
  return verified.ok ? verified.payload.s : null
}

/**
 * The session that a `Cookie` header claims to be, genuine or not; null when it names none. For what matters only to who
 * tells the truth.
 */
export function claimedSession(cookies: string | null): string | null {
  const token = sessionTokenOf(cookies)
  const session = token && decodeWithoutVerifying<SessionPayload>(token)?.s
  return typeof session === "string" && session !== "" ? session : null
}

/** The session token that this request carries, genuine or not: what a pass is bound to. Empty when there is none. */
export function bearerOf(visit: Visit): string {
  return sessionTokenOf(visit.headers.get("cookie"))
}

/** The session of this request, or null when it carries no genuine one. */
export async function readSession(visit: Visit): Promise<string | null> {
  visit.session ??= await sessionOfToken(visit.env, bearerOf(visit))
  return visit.session
}

/** The session of this request; a new one when there is none. Throws `slow_down` when too many begin at its address. */
export async function ensureSession(visit: Visit): Promise<string> {
  return (await readSession(visit)) ?? beginSession(visit)
}

/** A new session, its cookie with the answer. Throws `slow_down` when too many begin at its address. */
export async function beginSession(visit: Visit): Promise<string> {
  await limitNewSessions(visit.env, visit.headers)
  const session = encodeBase64Url(crypto.getRandomValues(new Uint8Array(SESSION_ID_BYTES)))
  const { keyRing } = await settingsOf(visit.env)
  const payload: SessionPayload = { s: session }
  setPersonalCookie(visit, SESSION_COOKIE, await signToken(keyRing, "session", payload), SESSION_SECONDS)
  visit.session = session
  return session
}
