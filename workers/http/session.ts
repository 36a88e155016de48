import type { Context } from "hono"
import { generateCookie } from "hono/cookie"
import { parse } from "hono/utils/cookie"
import {
  decodeWithoutVerifying,
  encodeBase64Url,
  signToken,
  verifyToken,
} from "../../waiting-room/signed-token.ts"
import { settingsOf } from "../environment.ts"
import type { Env } from "../environment.ts"
import type { App } from "./app.ts"
import { limitNewSessions } from "./rate-limit.ts"

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

/**
 * A new session, and the `Set-Cookie` header that gives it to the browser which asked. Throws `slow_down` when too many
 * begin at its address.
 */
export async function beginSession(
  env: Env,
  { url, headers }: Pick<Request, "url" | "headers">,
): Promise<{ session: string; setCookie: string }> {
  await limitNewSessions(env, headers)
  const session = encodeBase64Url(crypto.getRandomValues(new Uint8Array(SESSION_ID_BYTES)))
  const { keyRing } = await settingsOf(env)
  const payload: SessionPayload = { s: session }
  const token = await signToken(keyRing, "session", payload)
  return { session, setCookie: personalCookie(url, SESSION_COOKIE, token, SESSION_SECONDS) }
}

/** The session token that this request carries, genuine or not: what a pass is bound to. Empty when there is none. */
export function bearerOf(c: Context<App>): string {
  return sessionTokenOf(c.req.header("cookie") ?? null)
}

/** The session of this request, or null when it carries no genuine one. */
export async function readSession(c: Context<App>): Promise<string | null> {
  const remembered = c.get("session")
  if (remembered !== undefined) return remembered
  const session = await sessionOfToken(c.env, bearerOf(c))
  if (session !== null) c.set("session", session)
  return session
}

/** The session of this request; a new one, with its cookie on the response, when there is none. */
export async function ensureSession(c: Context<App>): Promise<string> {
  const existing = await readSession(c)
  if (existing) return existing
  const { session, setCookie } = await beginSession(c.env, c.req.raw)
  c.header("set-cookie", setCookie, { append: true })
  c.set("session", session)
  return session
}

/** A cookie only the server reads, for this site only; `Secure` wherever the site is. */
export function setPersonalCookie(c: Context<App>, name: string, value: string, maxAgeSeconds: number): void {
  c.header("set-cookie", personalCookie(c.req.url, name, value, maxAgeSeconds), { append: true })
}

function personalCookie(url: string, name: string, value: string, maxAgeSeconds: number): string {
  const secure = url.startsWith("https:")
  return generateCookie(name, value, {
    path: "/",
    httpOnly: true,
    sameSite: "Lax",
    secure,
    maxAge: maxAgeSeconds,
  })
}
