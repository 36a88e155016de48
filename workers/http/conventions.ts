import { CACHE_CONTROL } from "./cache-headers.ts"

/** What every response obeys, whoever answers: a request id, an explicit Cache-Control, no foreign writers. */

/** On every response. */
export const NO_SNIFFING = { "x-content-type-options": "nosniff" } as const

export const REQUEST_ID_HEADER = "x-request-id"

/** Cloudflare's own id of the request, so that its logs and ours tell of the same one; elsewhere one of our own. */
export function requestIdOf(headers: Headers): string {
  return (
    headers.get("cf-ray") ?? `${(isolate ??= crypto.randomUUID().slice(0, ISOLATE_LENGTH))}-${++requests}`
  )
}

/** Random for each isolate, with a number behind it for each request: a random id for each would cost far more. */
let isolate: string | null = null
let requests = 0

/** 64 bits, in hexadecimal with dashes. */
const ISOLATE_LENGTH = 18

/** Puts them on a response that has been made. */
export function obeyConventions(headers: Headers, requestId: string): void {
  headers.set(REQUEST_ID_HEADER, requestId)
  headers.set("x-content-type-options", NO_SNIFFING["x-content-type-options"])
  // Only a document has links to follow.
  if (headers.get("content-type")?.startsWith("text/html"))
    headers.set("referrer-policy", "strict-origin-when-cross-origin")
  if (!headers.has("cache-control")) headers.set("cache-control", CACHE_CONTROL.never)
}

/** Browsers say where a write comes from; another site's page is refused. Webhooks are signed and come from no page. */
export function isForeignWriter(method: string, headers: Headers): boolean {
  if (method === "GET" || method === "HEAD" || method === "OPTIONS") return false
  const origin = headers.get("origin")
  if (origin === null) return headers.get("sec-fetch-site") === "cross-site"
  return originHost(origin) !== headers.get("host")
}

function originHost(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null
}
