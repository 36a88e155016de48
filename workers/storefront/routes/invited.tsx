import { Hono } from "hono"
import type { App } from "../../http/app.ts"
import { limitBody } from "../../http/app.ts"
import { readRoom } from "../../line/board.ts"
import { joinLine, readInvitation } from "../../line/line.ts"
import { Invited } from "../pages/invited.tsx"
import { answerPage, siteFor } from "./answer.ts"
import { answerRefusal } from "./failures.tsx"
import { FORM_BYTES_MAX } from "./read-form.ts"
import { SALE_ID, viewOfRoom } from "./sale-views.ts"
import { visitOf } from "../../http/visit.ts"

/**
 * A link to early access. Looking at it does nothing, for mail programs look at links too; the button joins. The address
 * is what lets its holder in, so the page is nobody else's to keep and its address is told to no other site.
 */
export const invitedPages = new Hono<App>()

const TOKEN = "[A-Za-z0-9_.-]+"
const INVITED = `/sales/:saleId{${SALE_ID}}/invited/:token{${TOKEN}}` as const

invitedPages.get(INVITED, async (c) => {
  const { saleId, token } = c.req.param()
  const room = await readRoom(c.env, saleId)
  if (!room) return answerRefusal(c, "sale_not_found")
  if (!(await readInvitation(c.env, saleId, token))) return answerRefusal(c, "invitation_invalid", { saleId })
  const opensAtMs = room.facts.earlyAccess?.opensAtMs ?? room.facts.opensAtMs
  const action = `/sales/${saleId}/invited/${token}`
  return answerPage(
    c,
    <Invited
      site={siteFor(c)}
      sale={viewOfRoom(room)}
      opensAtMs={opensAtMs}
      nowMs={Date.now()}
      action={action}
    />,
  )
})

invitedPages.post(INVITED, limitBody(FORM_BYTES_MAX), async (c) => {
  const { saleId, token } = c.req.param()
  const joined = await joinLine(visitOf(c), saleId, { invitation: token })
  if (joined.outcome === "joined") return c.redirect(`/sales/${saleId}/line`, 303)
  const saying = joined.refusal === "ticket_invalid" ? "invitation_invalid" : joined.refusal
  return answerRefusal(c, saying, { saleId })
})
