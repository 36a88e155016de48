import type { Context } from "hono"
import type { ContentfulStatusCode } from "hono/utils/http-status"
import manifest from "../../../dist/asset-manifest.json"
import type { ChallengeKind } from "../../../durable-objects/room/contract.ts"
import type { App } from "../../http/app.ts"
import { CACHE_CONTROL } from "../../http/cache-headers.ts"
import { turnstileOf } from "../../line/turnstile.ts"
import type { Site } from "../site.ts"

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

export function siteOf(c: Context<App>): Site {
  return { shopName: c.env.SHOP_NAME, assets: manifest }
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
