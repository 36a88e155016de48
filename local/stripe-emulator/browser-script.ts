/** The script of `/v3/`, put together from its modules so that each stays small. */
import { readFileSync } from "node:fs"

/** Each after those that it imports from; the last one defines `Stripe`. */
const MODULES = ["card-input.js", "card-styles.js", "card-form.js", "payment-element.js"] as const

/**
 * One classic script that leaves nothing but `Stripe` behind. It is classic, as Stripe.js is, because only such a script
 * knows its own address; so the modules share one function and lose their imports and exports, which stand at the
 * start of a line.
 */
export function readBrowserScript(): string {
  const modules = MODULES.map((name) => {
    const source = readFileSync(new URL(`./browser/${name}`, import.meta.url), "utf8")
    return source.replace(/^import [^"]*"[^"]+"\n/gm, "").replace(/^export /gm, "")
  })
  return `(() => {\n"use strict"\n${modules.join("\n")}\n})()\n`
}
