import { Hono } from "hono"
import { fnv1a } from "../../../durable-objects/fnv1a.ts"
import { themeOf } from "../../environment.ts"
import type { App } from "../../http/app.ts"
import { CACHE_CONTROL } from "../../http/cache-headers.ts"
import { themeStyles } from "../../shop-theme.ts"
import type { ShopTheme } from "../../shop-theme.ts"

/** The theme's stylesheet, under a name that carries its content's hash. */
export const themeFile = new Hono<App>()

/** Null where the theme has no colours of its own. */
export function themeAddress(theme: ShopTheme): string | null {
  const styles = themeStyles(theme)
  return styles === null ? null : `/theme/${hashOf(styles)}.css`
}

themeFile.get("/theme/:name{[0-9a-f]+\\.css}", (c) => {
  const styles = themeStyles(themeOf(c.env)) ?? ""
  // A page from before the last change still asks for the old name: it gets today's colours, for a short while.
  const isCurrent = c.req.param("name") === `${hashOf(styles)}.css`
  return c.body(styles, 200, {
    "content-type": "text/css; charset=utf-8",
    "cache-control": isCurrent ? CACHE_CONTROL.immutable : CACHE_CONTROL.document,
  })
})

function hashOf(text: string): string {
  return fnv1a(text).toString(16).padStart(8, "0")
}
