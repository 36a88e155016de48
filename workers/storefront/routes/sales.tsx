import { Hono } from "hono"
import { modeOf } from "../../../waiting-room/mode.ts"
import { listSales } from "../../catalog/sales-list.ts"
import type { App } from "../../http/app.ts"
import { limitBody } from "../../http/app.ts"
import { CACHE_CONTROL } from "../../http/cache-headers.ts"
import { readRoom } from "../../line/board.ts"
import { joinLine } from "../../line/line.ts"
import { joinRequest } from "../../line/schemas.ts"
import { Sales } from "../pages/home.tsx"
import { Sale } from "../pages/sale.tsx"
import { piecesOf } from "../pages/sale-view.ts"
import { MODE_STEPS } from "../line/mode-steps.ts"
import { calendarOf } from "../words/calendar.ts"
import { answerPage, checkOrigins, siteOf } from "./answer.ts"
import { answerRefusal } from "./failures.tsx"
import { FORM_BYTES_MAX, readForm } from "./read-form.ts"
import { roomIfAnswering, SALE_ID, viewOfRoom, viewOfSummary } from "./sale-views.ts"
import { visitOf } from "../../http/visit.ts"

/** What is public of a sale: the list, its page, its date. Joining the line is the one thing written here. */
export const salePages = new Hono<App>()

const SALES_SHOWN_MAX = 20

salePages.get("/sales", async (c) => {
  const nowMs = Date.now()
  const sales = (await listSales(c)).slice(0, SALES_SHOWN_MAX)
  const shown = await Promise.all(
    sales.map(async (summary) => {
      const room = summary.state === "ended" ? null : await roomIfAnswering(c, summary.saleId)
      const sale = room ? viewOfRoom(room) : viewOfSummary(summary, nowMs)
      return { ...sale, designs: piecesOf(sale.items).length }
    }),
  )
  return answerPage(c, <Sales site={siteOf(c)} sales={shown} />, { cacheControl: CACHE_CONTROL.catalog })
})

salePages.get(`/sales/:saleId{${SALE_ID}}`, async (c) => {
  const room = await readRoom(c.env, c.req.param("saleId"))
  if (!room) return answerRefusal(c, "sale_not_found")
  const sale = viewOfRoom(room)
  return answerPage(c, <Sale site={siteOf(c)} nowMs={Date.now()} sale={sale} />, {
    cacheControl: CACHE_CONTROL.sale,
    check: checkOrigins(c, sale.challenge),
  })
})

salePages.get(`/sales/:saleId{${SALE_ID}}/calendar.ics`, async (c) => {
  const room = await readRoom(c.env, c.req.param("saleId"))
  if (!room) return answerRefusal(c, "sale_not_found")
  const { facts } = room
  const address = new URL(`/sales/${facts.saleId}`, c.req.url).href
  const calendar = calendarOf({
    uid: `${facts.saleId}@${new URL(c.req.url).hostname}`,
    title: `${facts.title}, ${c.env.SHOP_NAME}`,
    description: `${MODE_STEPS[modeOf(facts.admission)][0].words} ${address}`,
    address,
    startsAtMs: facts.opensAtMs,
    endsAtMs: facts.closesAtMs,
    writtenAtMs: Date.now(),
  })
  return c.body(calendar, 200, {
    "content-type": "text/calendar; charset=utf-8",
    "content-disposition": 'attachment; filename="sale.ics"',
    "cache-control": CACHE_CONTROL.sale,
  })
})

salePages.post(`/sales/:saleId{${SALE_ID}}/join`, limitBody(FORM_BYTES_MAX), async (c) => {
  const saleId = c.req.param("saleId")
  const asked = joinRequest.safeParse({ challenge: answerIn(await readForm(c)) })
  if (!asked.success) return answerRefusal(c, "challenge_required", { saleId })
  const joined = await joinLine(visitOf(c), saleId, asked.data)
  if (joined.outcome === "refused") return answerRefusal(c, joined.refusal, { saleId })
  return c.redirect(`/sales/${saleId}/line`, 303)
})

/** The answer to the sale's challenge, as the page's script put it into the form. */
function answerIn({ nonce, counter, token }: Record<string, string>): unknown {
  return {
    ...(nonce && { nonce }),
    ...(counter && { counter: Number(counter) }),
    ...(token && { token }),
  }
}
