import { createRoute, z } from "@hono/zod-openapi"
import { encodeBase64Url } from "../../../waiting-room/signed-token.ts"
import { issueInvitation } from "../../../waiting-room/invitation.ts"
import { settingsOf } from "../../environment.ts"
import { createRoutes, limitBody } from "../../http/app.ts"
import { BODY_BYTES_MAX } from "../../http/body.ts"
import { json, problems } from "../../http/documented.ts"
import { ProblemError } from "../../http/problem.ts"
import { allow } from "./authentication.ts"
import { isUuid } from "./ids.ts"
import { invitationsAnswer, invitationsBody } from "./sale-schemas.ts"

/** Links to a sale's early access. They are signed, not stored: who has one has a place. */
export const invitationRoutes = createRoutes()

const INVITATION_ID_BYTES = 16

const inviteCall = createRoute({
  method: "post",
  path: "/merchant/api/sales/{saleId}/invitations",
  tags: ["Merchant: sales"],
  summary: "Make links to a sale's early access, each good for one place",
  middleware: [allow("sales.invite"), limitBody(BODY_BYTES_MAX)],
  request: {
    params: z.object({ saleId: z.string() }),
    body: { required: true, content: { "application/json": { schema: invitationsBody } } },
  },
  responses: {
    201: json(invitationsAnswer, "The links"),
    ...problems("bad_json", "unauthorized", "forbidden", "sale_not_found", "sale_over", "invalid_request"),
  },
})

invitationRoutes.openapi(inviteCall, async (c) => {
  const { saleId } = c.req.valid("param")
  const { group, count } = c.req.valid("json")
  const read = isUuid(saleId) ? await c.env.ROOM.getByName(saleId).read() : null
  if (!read) throw new ProblemError("sale_not_found")
  if (read.facts.phase === "ended") throw new ProblemError("sale_over")
  if (!read.facts.earlyAccess) {
    const message = "This sale has no early access. It is set when a sale is scheduled."
    throw new ProblemError("invalid_request", {
      detail: message,
      errors: [{ field: "earlyAccess", message }],
    })
  }
  const expiresAtMs = read.facts.closesAtMs
  const { keyRing } = await settingsOf(c.env)
  const invitations = await Promise.all(
    Array.from({ length: count }, async () => {
      const invitationId = encodeBase64Url(crypto.getRandomValues(new Uint8Array(INVITATION_ID_BYTES)))
      const token = await issueInvitation(keyRing, { saleId, invitationId, group, expiresAtMs })
      const url = new URL(`/sales/${saleId}/invited/${token}`, c.req.url).href
      return { invitationId, token, url }
    }),
  )
  return c.json({ group, expiresAtMs, invitations }, 201)
})
