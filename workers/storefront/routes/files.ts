import { Hono } from "hono"
import type { App } from "../../http/app.ts"
import { CACHE_CONTROL } from "../../http/cache-headers.ts"

/** Files for when the Worker is reached for them; on Cloudflare's network they are served before it. */
export const fileRoutes = new Hono<App>()

for (const path of ["/assets/*", "/favicon.svg", "/robots.txt"]) {
  fileRoutes.get(path, async (c, next) => {
    const found = await c.env.ASSETS.fetch(new Request(c.req.url, { headers: c.req.raw.headers }))
    if (!found.ok && found.status !== 304) return next()
    const response = new Response(found.body, found)
    const hashed = c.req.path.startsWith("/assets/")
    response.headers.set("cache-control", hashed ? CACHE_CONTROL.immutable : CACHE_CONTROL.document)
    return response
  })
}
