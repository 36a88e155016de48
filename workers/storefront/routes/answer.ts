import type { Context } from "hono"
import type { ContentfulStatusCode } from "hono/utils/http-status"
import manifest from "../../../dist/asset-manifest.json"
import type { ChallengeKind } from "../../../durable-objects/room/contract.ts"
import type { App } from "../../http/app.ts"
import { CACHE_CONTROL } from "../../http/cache-headers.ts"
import { turnstileOf } from "../../line/turnstile.ts"
import { getCookie } from "hono/cookie"
import { themeOf } from "../../environment.ts"
import { setPersonalCookie, visitOf } from "../../http/visit.ts"
import { greetingFor } from "../../shop-theme.ts"
import { chooseLanguage, ENGLISH, languageOf, WORDS } from "../languages/choose-language.ts"
import type { Speech } from "../languages/speech.ts"
import type { Site } from "../site.ts"
import { themeAddress } from "./theme-file.ts"

export interface PageOptions {
  status?: ContentfulStatusCode
  /** `no-store` unless the page is the same for everybody. */
  cacheControl?: string
  retryAfterSeconds?: number
  /** Origins of the payment provider, on the one page that needs them. */
  payment?: readonly string[]
  /** Origins of the check that a sale asks of who joins, on the pages with that button. */
  check?: readonly string[]
}

/** The shop around a page that is the same for everybody. */
export function siteOf(c: Context<App>): Site {
  return siteIn(c, ENGLISH)
}

const LANGUAGE_COOKIE = "spillway_lang"
const LANGUAGE_COOKIE_SECONDS = 365 * 86_400

/** The shop around a page for one reader, in their language. Such a page is never cached. */
export function siteFor(c: Context<App>): Site {
  const query = c.req.query("lang")
  const cookie = getCookie(c, LANGUAGE_COOKIE)
  const acceptLanguage = c.req.header("accept-language")
  const language = chooseLanguage({ query, cookie, acceptLanguage, shop: themeOf(c.env).language })
  if (languageOf(query) && query !== cookie)
    setPersonalCookie(visitOf(c), LANGUAGE_COOKIE, language, LANGUAGE_COOKIE_SECONDS)
  return siteIn(c, { language, words: WORDS[language], zone: zoneOf(c) })
}

function siteIn(c: Context<App>, speech: Speech): Site {
  const theme = themeOf(c.env)
  return {
    shopName: c.env.SHOP_NAME,
    assets: manifest,
    speech,
    theme: {
      stylesheet: themeAddress(theme),
      logo: theme.logo ?? null,
      greeting: greetingFor(theme, speech.language),
    },
  }
}

/** Where the network takes the shopper to be. Null for what is no zone that times can be told in. */
function zoneOf(c: Context<App>): string | null {
  const { cf } = c.req.raw as { cf?: { timezone?: unknown } }
  if (typeof cf?.timezone !== "string") return null
  try {
    return new Intl.DateTimeFormat("en", { timeZone: cf.timezone }).resolvedOptions().timeZone
  } catch {
    return null
  }
}

/** A page as HTML, with the headers that every page has. */
export async function answerPage(
  c: Context<App>,
  page: { toString(): string | Promise<string> },
  options: PageOptions = {},
): Promise<Response> {
  const markup = await page.toString()
  const headers: Record<string, string> = {
    "cache-control": options.cacheControl ?? CACHE_CONTROL.never,
    "content-security-policy": contentSecurityPolicy(options.payment ?? options.check ?? []),
  }
  if (options.retryAfterSeconds !== undefined)
    headers["retry-after"] = String(Math.max(1, Math.ceil(options.retryAfterSeconds)))
  return c.html(`<!doctype html>${markup}`, options.status ?? 200, headers)
}

/**
 * Nothing runs or is styled inline, and nothing comes from elsewhere but the payment form on its own page, and the check
 * that a sale may ask for.
 */
function contentSecurityPolicy(foreignOrigins: readonly string[]): string {
  const foreign = foreignOrigins.map((origin) => ` ${origin}`).join("")
  return [
    "default-src 'self'",
    `script-src 'self'${foreign}`,
    `connect-src 'self'${foreign}`,
    `frame-src ${foreign.trim() || "'none'"}`,
    `img-src 'self' data:${foreign}`,
    "style-src 'self'",
    "font-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ")
}

/** What a sale's check needs: nothing, unless it is Turnstile. */
export function checkOrigins(c: Context<App>, kind: ChallengeKind): string[] {
  const turnstile = kind === "turnstile" ? turnstileOf(c.env) : null
  return turnstile ? [new URL(turnstile.base).origin] : []
}

/** What the provider's script needs: its own origin, and Stripe's others where it is Stripe's. */
export function paymentOrigins(scriptUrl: string, apiBase: string): string[] {
  const origin = new URL(scriptUrl).origin
  if (origin === "https://js.stripe.com")
    return [origin, "https://*.js.stripe.com", "https://api.stripe.com", "https://hooks.stripe.com"]
  return apiBase === "" ? [origin] : [...new Set([origin, new URL(apiBase).origin])]
}
