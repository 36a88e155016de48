import { Hono } from "hono"
import type { Context } from "hono"
import type { ContentfulStatusCode } from "hono/utils/http-status"
import { REHEARSAL_ROOM } from "../../../durable-objects/room/contract.ts"
import type { RoomApi } from "../../../durable-objects/room/contract.ts"
import type { Role } from "../../environment.ts"
import type { App } from "../../http/app.ts"
import { limitBody } from "../../http/app.ts"
import { answerPage, siteOf } from "../../storefront/routes/answer.ts"
import { answerFailure } from "../../storefront/routes/failures.tsx"
import { FORM_BYTES_MAX, readForm } from "../../storefront/routes/read-form.ts"
import { SALE_ID } from "../../storefront/routes/sale-views.ts"
import { readStaff, signIn, signOut } from "../staff.ts"
import { answerTrouble } from "./answer-trouble.tsx"
import { callApi } from "./call-api.ts"
import { consoleOrders } from "./order-routes.tsx"
import { consoleParked } from "./parked-routes.tsx"
import { consolePrices } from "./prices/routes.tsx"
import { LivePage } from "./live-page.tsx"
import type { LiveNumbers } from "./live-words.ts"
import { AuditPage, ConfirmControl, SaleList, SignIn } from "./pages.tsx"
import type { AuditView, ConsoleSale, Control } from "./pages.tsx"
import { readRehearsalForm } from "./rehearsal-form.ts"
import { RehearsalPage } from "./rehearsal-page.tsx"

/** The merchant's pages. They show what the merchant's API answers, and press its buttons. */
export const consoleRoutes = new Hono<App>()
consoleRoutes.onError(answerFailure)
consoleRoutes.route("/", consoleOrders)
consoleRoutes.route("/", consoleParked)
consoleRoutes.route("/", consolePrices)

const SALE = `/merchant/sales/:saleId{${SALE_ID}}`
const CONTROL = `${SALE}/:control{pause|resume|end}`

consoleRoutes.get("/merchant", async (c) => {
  return (await readStaff(c))
    ? c.redirect("/merchant/sales", 303)
    : answerPage(c, <SignIn site={siteOf(c)} error={null} />)
})

consoleRoutes.post("/merchant/sign-in", limitBody(FORM_BYTES_MAX), async (c) => {
  const role = await signIn(c, (await readForm(c))["token"]?.trim() ?? "")
  if (role) return c.redirect("/merchant/sales", 303)
  return answerPage(
    c,
    <SignIn site={siteOf(c)} error="The shop has no such token. Check it for missing letters." />,
    { status: 401 },
  )
})

consoleRoutes.post("/merchant/sign-out", (c) => {
  signOut(c)
  return c.redirect("/merchant", 303)
})

consoleRoutes.get("/merchant/sales", async (c) => {
  const role = await readStaff(c)
  if (!role) return c.redirect("/merchant", 303)
  const list = await callApi<{ items: ConsoleSale[] }>(c, "GET", "/sales")
  if (!list.ok) return answerTrouble(c, list)
  return answerPage(c, <SaleList site={siteOf(c)} role={role} sales={list.body.items} />)
})

consoleRoutes.get("/merchant/rehearsal", async (c) => {
  const role = await readStaff(c)
  if (!role) return c.redirect("/merchant", 303)
  const form = readRehearsalForm(new URL(c.req.url).searchParams)
  const room = c.env.ROOM.getByName(REHEARSAL_ROOM) as unknown as RoomApi
  const rehearsal = form.options ? await room.rehearse(form.options) : null
  const page = <RehearsalPage site={siteOf(c)} role={role} form={form} rehearsal={rehearsal} />
  return answerPage(c, page, form.errors.size > 0 ? { status: 422 } : {})
})

consoleRoutes.get(SALE, async (c) => {
  const role = await readStaff(c)
  if (!role) return c.redirect("/merchant", 303)
  return answerLive(c, role, c.req.param("saleId"), null)
})

async function answerLive(
  c: Context<App>,
  role: Role,
  saleId: string,
  refused: { status: number; detail: string } | null,
): Promise<Response> {
  const [sale, live] = await Promise.all([
    callApi<ConsoleSale>(c, "GET", `/sales/${saleId}`),
    callApi<LiveNumbers>(c, "GET", `/sales/${saleId}/live`),
  ])
  if (!sale.ok) return answerTrouble(c, sale)
  if (!live.ok) return answerTrouble(c, live)
  const page = (
    <LivePage
      site={siteOf(c)}
      role={role}
      sale={sale.body}
      live={live.body}
      trouble={refused?.detail ?? null}
    />
  )
  return answerPage(c, page, refused ? { status: refused.status as ContentfulStatusCode } : {})
}

consoleRoutes.get(CONTROL, async (c) => {
  const role = await readStaff(c)
  if (!role) return c.redirect("/merchant", 303)
  const sale = await callApi<ConsoleSale>(c, "GET", `/sales/${c.req.param("saleId")}`)
  if (!sale.ok) return answerTrouble(c, sale)
  return answerPage(
    c,
    <ConfirmControl
      site={siteOf(c)}
      role={role}
      sale={sale.body}
      control={controlOf(c.req.param("control"))}
    />,
  )
})

consoleRoutes.post(CONTROL, limitBody(FORM_BYTES_MAX), async (c) => {
  const role = await readStaff(c)
  if (!role) return c.redirect("/merchant", 303)
  const saleId = c.req.param("saleId")
  const done = await callApi<unknown>(c, "POST", `/sales/${saleId}/${controlOf(c.req.param("control"))}`)
  return done.ok ? c.redirect(`/merchant/sales/${saleId}`, 303) : answerLive(c, role, saleId, done)
})

consoleRoutes.get(`${SALE}/audit`, async (c) => {
  const role = await readStaff(c)
  if (!role) return c.redirect("/merchant", 303)
  const saleId = c.req.param("saleId")
  const sale = await callApi<ConsoleSale>(c, "GET", `/sales/${saleId}`)
  const audit = await callApi<AuditView>(c, "GET", `/sales/${saleId}/audit`)
  if (!sale.ok) return answerTrouble(c, sale)
  if (!audit.ok) return answerTrouble(c, audit)
  return answerPage(c, <AuditPage site={siteOf(c)} role={role} sale={sale.body} audit={audit.body} />)
})

/** The route's pattern lets nothing else through. */
function controlOf(verb: string): Control {
  return verb === "pause" || verb === "resume" ? verb : "end"
}
