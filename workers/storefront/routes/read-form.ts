import type { Context } from "hono"
import type { App } from "../../http/app.ts"

/** Largest form of a page: an address with every field at its limit is far below it. */
export const FORM_BYTES_MAX = 16 * 1024

/** A posted form's text fields by name. Files, and anything that is no form, are no fields. */
export async function readForm(c: Context<App>): Promise<Record<string, string>> {
  const type = c.req.header("content-type") ?? ""
  if (!type.startsWith("application/x-www-form-urlencoded") && !type.startsWith("multipart/form-data"))
    return {}
  const fields: Record<string, string> = {}
  for (const [name, value] of Object.entries(await c.req.parseBody()))
    if (typeof value === "string") fields[name] = value
  return fields
}
