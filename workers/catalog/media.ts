import type { Context } from "hono"
import type { App } from "../http/app.ts"
import { CACHE_CONTROL } from "../http/cache-headers.ts"
import { problem } from "../http/problem.ts"

/** The kinds of picture that the shop keeps, by their extension. */
const MEDIA_TYPES = {
  svg: "image/svg+xml",
  png: "image/png",
  jpg: "image/jpeg",
  webp: "image/webp",
  avif: "image/avif",
} as const

export type MediaExtension = keyof typeof MEDIA_TYPES

/** SHA-256 of the content and its kind: the same picture is kept once, and its address never shows another. */
const KEY = /^[0-9a-f]{64}\.(svg|png|jpg|webp|avif)$/

/** An SVG opened by itself is a document. This lets it draw, and nothing else. */
const DISARMED = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

/** `GET /media/{key}`. */
export async function answerMedia(c: Context<App>, key: string): Promise<Response> {
  const extension = KEY.exec(key)?.[1]
  if (!extension) return problem(c, "not_found")
  const headers = {
    "cache-control": CACHE_CONTROL.immutable,
    "content-security-policy": DISARMED,
    "cross-origin-resource-policy": "cross-origin",
    "x-content-type-options": "nosniff",
    etag: `"${key}"`,
  }
  // The address is the content's hash, so whoever has this etag has these bytes.
  if (namesTag(c.req.header("if-none-match"), headers.etag)) return c.body(null, 304, headers)
  const object = await c.env.MEDIA.get(key)
  if (!object) return problem(c, "not_found")
  return c.body(object.body, 200, {
    ...headers,
    "content-type": MEDIA_TYPES[extension as MediaExtension],
    "content-length": String(object.size),
  })
}

/** Whether an If-None-Match header speaks of this tag; proxies may have made it weak. */
export function namesTag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  return header.split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag || tag.trim() === "*")
}
