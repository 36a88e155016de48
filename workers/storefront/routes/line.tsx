import { Hono } from "hono"
import type { Context } from "hono"
import type { App } from "../../http/app.ts"
import { limitBody } from "../../http/app.ts"
import { nextPollMs } from "../../../waiting-room/estimate.ts"
import { readRoom } from "../../line/board.ts"
import { enterSale, readPass, readStanding } from "../../line/line.ts"
import { readLine } from "../line/read-line.ts"
import { Inside } from "../pages/inside.tsx"
import { Line, NotInLine } from "../pages/line.tsx"
import type { LineProps } from "../pages/line.tsx"
import { isClosed } from "../words/phases.ts"
import { answerPage, checkOrigins, siteFor } from "./answer.ts"
import type { PageOptions } from "./answer.ts"
import { answerRefusal } from "./failures.tsx"
import { FORM_BYTES_MAX } from "./read-form.ts"
import { SALE_ID, viewOfRoom } from "./sale-views.ts"
import { visitOf } from "../../http/visit.ts"

/** The waiting room and what is behind its gate. Personal, so never cached. */
export const linePages = new Hono<App>()

linePages.get(`/sales/:saleId{${SALE_ID}}/line`, async (c) => {
  const saleId = c.req.param("saleId")
  const pass = await readPass(visitOf(c), saleId)
  if (pass && pass.expiresAtMs > Date.now()) return c.redirect(`/sales/${saleId}/inside`, 303)
  return answerLine(c, saleId, null, {})
})

linePages.post(`/sales/:saleId{${SALE_ID}}/enter`, limitBody(FORM_BYTES_MAX), async (c) => {
  const saleId = c.req.param("saleId")
  const standing = await readStanding(visitOf(c), saleId)
  if (!standing) return c.redirect(`/sales/${saleId}/line`, 303)
  const entered = await enterSale(visitOf(c), saleId, standing.ticket)
  if (entered.outcome === "admitted") return c.redirect(`/sales/${saleId}/inside`, 303)
  const retryAfterSeconds = entered.retryAfterMs / 1_000
  if (entered.refusal === "not_your_turn") {
    return answerLine(c, saleId, "not_your_turn", { status: 425, retryAfterSeconds })
  }
  if (entered.refusal === "room_full") {
    return answerLine(c, saleId, "room_full", { status: 503, retryAfterSeconds })
  }
  if (entered.refusal === "sale_over") return answerLine(c, saleId, null, { status: 409 })
  return answerRefusal(c, entered.refusal, { saleId })
})

async function answerLine(
  c: Context<App>,
  saleId: string,
  refused: LineProps["refused"],
  options: PageOptions,
): Promise<Response> {
  const room = await readRoom(c.env, saleId)
  if (!room) return answerRefusal(c, "sale_not_found")
  const sale = viewOfRoom(room)
  const standing = await readStanding(visitOf(c), saleId)
  if (!standing) {
    const check = checkOrigins(c, sale.challenge)
    return answerPage(c, <NotInLine site={siteFor(c)} sale={sale} />, { ...options, check })
  }
  const skus = sale.items.map((item) => item.sku)
  const reading = readLine(room.board, standing.rank, skus, standing.invited)
  const page = (
    <Line
      site={siteFor(c)}
      sale={sale}
      reading={reading}
      ticket={standing}
      pollAfterMs={nextPollMs(reading.ahead, room.board) ?? room.board.pollAfterMs}
      refused={refused}
    />
  )
  return answerPage(c, page, options)
}

linePages.get(`/sales/:saleId{${SALE_ID}}/inside`, async (c) => {
  const saleId = c.req.param("saleId")
  const nowMs = Date.now()
  const pass = await readPass(visitOf(c), saleId)
  if (!pass || pass.expiresAtMs <= nowMs) return c.redirect(`/sales/${saleId}/line`, 303)
  const room = await readRoom(c.env, saleId)
  if (!room) return answerRefusal(c, "sale_not_found")
  if (isClosed(room.board.phase))
    return answerRefusal(c, room.board.phase === "sold_out" ? "sold_out" : "sale_over", { saleId })
  const page = (
    <Inside
      site={siteFor(c)}
      sale={viewOfRoom(room)}
      nowMs={nowMs}
      passExpiresAtMs={pass.expiresAtMs}
      holdKey={() => crypto.randomUUID()}
    />
  )
  return answerPage(c, page)
})
