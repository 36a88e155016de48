import { Hono } from "hono"
import type { Context } from "hono"
import type { App } from "../../http/app.ts"
import { limitBody } from "../../http/app.ts"
import { readRoom } from "../../line/board.ts"
import { joinLine, readInvitation } from "../../line/line.ts"
import { Invited } from "../pages/invited.tsx"
import { Message } from "../pages/message.tsx"
import { answerPage, siteOf } from "./answer.ts"
import { answerRefusal } from "./failures.tsx"
import { FORM_BYTES_MAX } from "./read-form.ts"
import { SALE_ID, viewOfRoom } from "./sale-views.ts"

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
  if (!(await readInvitation(c.env, saleId, token))) return answerNotInvited(c, saleId)
  const opensAtMs = room.facts.earlyAccess?.opensAtMs ?? room.facts.opensAtMs
  const action = `/sales/${saleId}/invited/${token}`
  return answerPage(
    c,
    <Invited
      site={siteOf(c)}
      sale={viewOfRoom(room)}
      opensAtMs={opensAtMs}
      nowMs={Date.now()}
      action={action}
    />,
  )
})

invitedPages.post(INVITED, limitBody(FORM_BYTES_MAX), async (c) => {
  const { saleId, token } = c.req.param()
  const joined = await joinLine(c, saleId, token)
  if (joined.outcome === "joined") return c.redirect(`/sales/${saleId}/line`, 303)
  if (joined.refusal === "ticket_invalid") return answerNotInvited(c, saleId)
  const code = joined.refusal === "registration_closed" ? "sale_over" : joined.refusal
  return answerRefusal(c, code, { saleId })
})

function answerNotInvited(c: Context<App>, saleId: string): Promise<Response> {
  const page = (
    <Message
      site={siteOf(c)}
      title="This invitation is not valid"
      words={[
        "It is not one to this sale, or it has run out. Check that the whole link was copied. You can join the sale's line without it.",
      ]}
      actions={[{ href: `/sales/${saleId}`, label: "About the sale" }]}
    />
  )
  return answerPage(c, page, { status: 403 })
}
