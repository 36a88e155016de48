import type { Context } from "hono"
import { getCookie, setCookie } from "hono/cookie"
import { encodeBase64Url, signToken, verifyToken } from "../../waiting-room/signed-token.ts"
import { settingsOf } from "../environment.ts"
import type { App } from "./app.ts"

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

/** The session of this request, or null when it carries no genuine one. */
export async function readSession(c: Context<App>): Promise<string | null> {
  const remembered = c.get("session")
  if (remembered !== undefined) return remembered
  const token = getCookie(c, SESSION_COOKIE)
  if (!token) return null
  const { keyRing } = await settingsOf(c.env)
  const verified = await verifyToken<SessionPayload>(keyRing, "session", token)
  if (!verified.ok) return null
  c.set("session", verified.payload.s)
  return verified.payload.s
}

/** The session of this request; a new one, with its cookie on the response, when there is none. */
export async function ensureSession(c: Context<App>): Promise<string> {
  const existing = await readSession(c)
  if (existing) return existing
  const session = encodeBase64Url(crypto.getRandomValues(new Uint8Array(SESSION_ID_BYTES)))
  const { keyRing } = await settingsOf(c.env)
  const payload: SessionPayload = { s: session }
  setPersonalCookie(c, SESSION_COOKIE, await signToken(keyRing, "session", payload), SESSION_SECONDS)
  c.set("session", session)
  return session
}

/** A cookie only the server reads, for this site only; `Secure` wherever the site is. */
export function setPersonalCookie(c: Context<App>, name: string, value: string, maxAgeSeconds: number): void {
  const secure = new URL(c.req.url).protocol === "https:"
  setCookie(c, name, value, { path: "/", httpOnly: true, sameSite: "Lax", secure, maxAge: maxAgeSeconds })
}
