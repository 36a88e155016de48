import { Hono } from "hono"
import { standingOf } from "../../../waiting-room/draw-check.ts"
import type { App } from "../../http/app.ts"
import { readRoom } from "../../line/board.ts"
import { readStanding } from "../../line/line.ts"
import { Draw } from "../pages/draw.tsx"
import { answerPage, siteOf } from "./answer.ts"
import { answerRefusal } from "./failures.tsx"
import { SALE_ID, viewOfRoom } from "./sale-views.ts"
import { visitOf } from "../../http/visit.ts"

/** A sale's draw, with the shopper's own ticket where there is one. Personal, so never cached. */
export const drawPages = new Hono<App>()

drawPages.get(`/sales/:saleId{${SALE_ID}}/draw`, async (c) => {
  const saleId = c.req.param("saleId")
  const room = await readRoom(c.env, saleId)
  if (!room) return answerRefusal(c, "sale_not_found")
  const { draw } = room.facts
  const standing = await readStanding(visitOf(c), saleId)
  const place = standing && (await standingOf(draw, standing))
  const ticket = standing && { ...standing, lot: place?.lot ?? null, rank: place?.rank ?? null }
  const page = <Draw site={siteOf(c)} sale={viewOfRoom(room)} draw={draw} ticket={ticket} />
  return answerPage(c, page)
})
