import type { Context } from "hono"
import type { ContentfulStatusCode } from "hono/utils/http-status"
import type { App } from "../../../http/app.ts"
import { answerPage, siteOf } from "../../../storefront/routes/answer.ts"
import type { Role } from "../../../environment.ts"
import { mayDo, PERMISSIONS } from "../../permissions.ts"
import type { Permission } from "../../permissions.ts"
import { readStaff } from "../../staff.ts"
import { answerTrouble } from "../answer-trouble.tsx"
import type { ApiRefusal } from "../call-api.ts"
import { callApi } from "../call-api.ts"
import { addRefusals } from "./form-reader.ts"
import type { TypedForm } from "./form-reader.ts"
import type { Shipping } from "./shipping-form.ts"
import type { Taxes } from "./tax-form.ts"

/** What the routes of all prices share. */

/** The role of who is signed in and may do this; else the answer: the way to sign in, or why not. */
export async function staffFor(c: Context<App>, permission: Permission): Promise<Role | Response> {
  const role = await readStaff(c)
  if (!role) return c.redirect("/merchant", 303)
  if (mayDo(role, permission)) return role
  return answerTrouble(c, { status: 403, detail: `This needs the role ${PERMISSIONS[permission]}.` })
}

export const readShipping = (c: Context<App>) => callApi<Shipping>(c, "GET", "/prices/shipping")
export const readTaxes = (c: Context<App>) => callApi<Taxes>(c, "GET", "/prices/taxes")

/** The list of prices, after something was done. */
export function showDone(c: Context<App>, done: string): Response {
  return c.redirect(`/merchant/prices?done=${done}`, 303)
}

/**
 * The version that a form was made from: what was changed since, it does not know. One that says none goes by what is
 * there now.
 */
export function versionIn(fields: Record<string, string>): number | undefined {
  const version = fields["version"] ?? ""
  return /^\d{1,15}$/.test(version) ? Number(version) : undefined
}

/** The form once more, with what was typed and what is wrong with it. */
export function answerForm(
  c: Context<App>,
  refused: ApiRefusal | null,
  form: TypedForm,
  fieldOf: (apiField: string) => string | null,
  show: (frame: { site: ReturnType<typeof siteOf>; trouble: string | null }) => {
    toString(): string | Promise<string>
  },
): Promise<Response> {
  const trouble = refused && addRefusals(form, refused, fieldOf)
  const words = refused?.code === "prices_changed" ? CHANGED : trouble
  const status = (refused?.status ?? 422) as ContentfulStatusCode
  return answerPage(c, show({ site: siteOf(c), trouble: words }), { status })
}

const CHANGED =
  "Somebody changed the prices since this page was opened. Look at them, then save again: what you typed is still here."
