import type { Context } from "hono"
import { generateCookie } from "hono/cookie"
import { parse } from "hono/utils/cookie"
import type { Env } from "../environment.ts"
import type { App } from "./app.ts"

/** A request as the shop's rules see it, whether the router has it or a handler in front of it. */
export interface Visit {
  readonly env: Env
  readonly url: string
  readonly headers: Headers
  /** Its session, once read or begun. */
  session: string | null
  waitUntil(work: Promise<unknown>): void
  /** Goes out with whatever is answered. */
  setCookie(cookie: string): void
}

/** The one visit of a request that the router has. */
export function visitOf(c: Context<App>): Visit {
  const known = c.get("visit")
  if (known) return known
  const visit: Visit = {
    env: c.env,
    url: c.req.url,
    headers: c.req.raw.headers,
    session: null,
    waitUntil: (work) => c.executionCtx.waitUntil(work),
    setCookie: (cookie) => c.header("set-cookie", cookie, { append: true }),
  }
  c.set("visit", visit)
  return visit
}

/** What the browser keeps under this name; undefined when it sends none. */
export function cookieOf(visit: Visit, name: string): string | undefined {
  const cookies = visit.headers.get("cookie")
  return cookies?.includes(name) ? parse(cookies, name)[name] : undefined
}

/** A cookie only the server reads, for this site only; `Secure` wherever the site is. */
export function setPersonalCookie(visit: Visit, name: string, value: string, maxAgeSeconds: number): void {
  const cookie = generateCookie(name, value, {
    path: "/",
    httpOnly: true,
    sameSite: "Lax",
    secure: visit.url.startsWith("https:"),
    maxAge: maxAgeSeconds,
  })
  visit.setCookie(cookie)
}
