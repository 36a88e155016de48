import type { Context } from "hono"
import type { ContentfulStatusCode } from "hono/utils/http-status"
import manifest from "../../../dist/asset-manifest.json"
import type { App } from "../../http/app.ts"
import { CACHE_CONTROL } from "../../http/cache-headers.ts"
import type { Site } from "../site.ts"

export interface PageOptions {
  status?: ContentfulStatusCode
  /** `no-store` unless the page is the same for everybody. */
  cacheControl?: string
  retryAfterSeconds?: number
  /** Origins of the payment provider, on the one page that needs them. */
  payment?: readonly string[]
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
    "content-security-policy": contentSecurityPolicy(options.payment ?? []),
  }
  if (options.retryAfterSeconds !== undefined)
    headers["retry-after"] = String(Math.max(1, Math.ceil(options.retryAfterSeconds)))
  return c.html(`<!doctype html>${markup}`, options.status ?? 200, headers)
}

/** Nothing runs or is styled inline, and nothing comes from elsewhere but the payment form on its own page. */
function contentSecurityPolicy(paymentOrigins: readonly string[]): string {
  const payment = paymentOrigins.map((origin) => ` ${origin}`).join("")
  return [
    "default-src 'self'",
    `script-src 'self'${payment}`,
    `connect-src 'self'${payment}`,
    `frame-src ${payment.trim() || "'none'"}`,
    `img-src 'self' data:${payment}`,
    "style-src 'self'",
    "font-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ")
}

/** What the provider's script needs: its own origin, and Stripe's others where it is Stripe's. */
export function paymentOrigins(scriptUrl: string, apiBase: string): string[] {
  const origin = new URL(scriptUrl).origin
  if (origin === "https://js.stripe.com")
    return [origin, "https://*.js.stripe.com", "https://api.stripe.com", "https://hooks.stripe.com"]
  return apiBase === "" ? [origin] : [...new Set([origin, new URL(apiBase).origin])]
}
