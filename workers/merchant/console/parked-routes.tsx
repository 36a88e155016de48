import { Hono } from "hono"
import type { Context } from "hono"
import type { ContentfulStatusCode } from "hono/utils/http-status"
import type { Role } from "../../environment.ts"
import type { App } from "../../http/app.ts"
import { limitBody } from "../../http/app.ts"
import { answerPage, siteOf } from "../../storefront/routes/answer.ts"
import { FORM_BYTES_MAX, readForm } from "../../storefront/routes/read-form.ts"
import type { ListedParked, Parking } from "../orders/parked-schemas.ts"
import { readStaff } from "../staff.ts"
import { answerTrouble } from "./answer-trouble.tsx"
import { callApi } from "./call-api.ts"
import { PARKED_HREF, ParkedList, ParkedPage, parkingHref } from "./parked-page.tsx"
import type { DealtForm } from "./parked-page.tsx"

/** The console's pages of orders that somebody must look at. */
export const consoleParked = new Hono<App>()

const PARKING = "/merchant/orders/:orderId{ord_[A-Za-z0-9_-]+}/parked"
const EMPTY: DealtForm = { name: "", note: "", errors: {} }

export function readParkedOrders(c: Context<App>, after: string) {
  const query = new URLSearchParams({ after }).toString()
  return callApi<{ items: ListedParked[]; nextAfter: string | null }>(c, "GET", `/parked-orders?${query}`)
}

consoleParked.get(PARKED_HREF, async (c) => {
  const role = await readStaff(c)
  if (!role) return c.redirect("/merchant", 303)
  const after = c.req.query("after")?.trim() ?? ""
  const list = await readParkedOrders(c, after)
  if (!list.ok) return answerTrouble(c, list)
  const { items, nextAfter } = list.body
  const page = { site: siteOf(c), role, orders: items, nextAfter, goesOn: after !== "" }
  return answerPage(c, <ParkedList {...page} />)
})

consoleParked.get(PARKING, async (c) => {
  const role = await readStaff(c)
  if (!role) return c.redirect("/merchant", 303)
  return answerParking(c, role, c.req.param("orderId"), { tried: c.req.query("tried") === "1" })
})

consoleParked.post(`${PARKING}/try-again`, async (c) => {
  const role = await readStaff(c)
  if (!role) return c.redirect("/merchant", 303)
  const orderId = c.req.param("orderId")
  const done = await callApi(c, "POST", `/parked-orders/${orderId}/try-again`)
  // It went on while this page was open: that is what was asked for.
  if (done.ok || done.code === "not_parked") return c.redirect(`${parkingHref(orderId)}?tried=1`, 303)
  return answerParking(c, role, orderId, { status: done.status, trouble: done.detail })
})

consoleParked.post(`${PARKING}/dealt-with`, limitBody(FORM_BYTES_MAX), async (c) => {
  const role = await readStaff(c)
  if (!role) return c.redirect("/merchant", 303)
  const orderId = c.req.param("orderId")
  const { form, body } = readDealtForm(await readForm(c))
  if (!body) return answerParking(c, role, orderId, { status: 422, form })
  const done = await callApi(c, "POST", `/parked-orders/${orderId}/dealt-with`, body)
  if (done.ok) return c.redirect(PARKED_HREF, 303)
  for (const { field, message } of done.errors)
    if (field === "name" || field === "note") form.errors[field] = message
  const trouble = Object.keys(form.errors).length > 0 ? null : done.detail
  return answerParking(c, role, orderId, { status: done.status, form, trouble })
})

function readDealtForm(fields: Record<string, string>) {
  const form: DealtForm = {
    name: fields["name"]?.trim() ?? "",
    note: fields["note"]?.trim() ?? "",
    errors: {},
  }
  if (form.name === "") form.errors.name = "So that others know whom to ask."
  if (form.note === "") form.errors.note = "So that nobody does it twice."
  const parkedAtMs = Number(fields["parkedAtMs"])
  const isRight = Object.keys(form.errors).length === 0
  return { form, body: isRight ? { parkedAtMs, name: form.name, note: form.note } : null }
}

async function answerParking(
  c: Context<App>,
  role: Role,
  orderId: string,
  shown: { status?: number; tried?: boolean; form?: DealtForm; trouble?: string | null },
): Promise<Response> {
  const parking = await callApi<Parking>(c, "GET", `/parked-orders/${orderId}`)
  if (!parking.ok) return answerTrouble(c, parking)
  const { status = 200, tried = false, form = EMPTY, trouble = null } = shown
  const page = { site: siteOf(c), role, parking: parking.body, form, tried, trouble }
  return answerPage(c, <ParkedPage {...page} />, { status: status as ContentfulStatusCode })
}
