import { createHmac } from "node:crypto"
import { describe, expect, test } from "vitest"
import {
  checkInvitation,
  INVITATION_GROUP_LENGTH_MAX,
  issueInvitation,
  ticketIdForInvitation,
} from "./invitation.ts"
import { earlySecretOf, rankOf } from "./rank.ts"
import { encodeBase64Url, importKeyRing, signToken, TOKEN_LENGTH_MAX } from "./signed-token.ts"
import { checkTicket, issueTicket } from "./ticket.ts"

const keyText = (seed: number) => encodeBase64Url(new Uint8Array(32).fill(seed))
const ring = await importKeyRing(`a:${keyText(1)}`)
const saleId = "00000000-0000-4000-8000-000000000001"
const nowMs = 1_800_000_000_000
const invitation = {
  saleId,
  invitationId: "AAAAAAAAAAAAAAAAAAAAAA",
  group: "g".repeat(INVITATION_GROUP_LENGTH_MAX),
  expiresAtMs: nowMs + 60_000,
}
const token = await issueInvitation(ring, invitation)

async function refusal(text: string, expected = { saleId, nowMs }, keys = ring): Promise<string> {
  const checked = await checkInvitation(keys, text, expected)
  return checked.ok ? "ok" : checked.refusal
}

describe("hazard 24: an invitation", () => {
  test("is good for its own sale until it closes, and short enough for any link", async () => {
    expect(await checkInvitation(ring, token, { saleId, nowMs })).toEqual({ ok: true, invitation })
    expect(token.length).toBeLessThanOrEqual(TOKEN_LENGTH_MAX)
    expect(await refusal(token, { saleId, nowMs: invitation.expiresAtMs - 1 })).toBe("ok")
    expect(await refusal(token, { saleId, nowMs: invitation.expiresAtMs })).toBe("expired")
  })

  test("is refused when any character of it was altered", async () => {
    for (let i = 0; i < token.length; i++) {
      const altered = token.slice(0, i) + (token[i] === "A" ? "B" : "A") + token.slice(i + 1)
      expect(["forged", "malformed"]).toContain(await refusal(altered))
    }
  })

  test("is refused for another sale, from another shop, of another kind, and when it is none", async () => {
    expect(await refusal(token, { saleId: saleId.replace("1", "2"), nowMs })).toBe("other_sale")
    expect(await refusal(token, undefined, await importKeyRing(`a:${keyText(9)}`))).toBe("forged")
    const ticket = { saleId, ticketId: "t", arrivedAtMs: nowMs, subject: "s" }
    expect(await refusal(await issueTicket(ring, ticket))).toBe("forged")
    expect(await refusal(await signToken(ring, "invitation", { sale: saleId, id: 1 }))).toBe("malformed")
    expect(await refusal(await signToken(ring, "invitation", []))).toBe("malformed")
    for (const text of ["", "v1.a.b.c", "x".repeat(401)]) expect(await refusal(text)).toBe("malformed")
    const asTicket = await checkTicket(ring, token, { saleId, subject: "s" })
    expect(asTicket).toEqual({ ok: false, refusal: "forged" })
  })

  test("gives one ticket, whoever brings it", async () => {
    const ticketId = await ticketIdForInvitation(ring, invitation)
    expect(await ticketIdForInvitation(ring, { ...invitation, group: "other" })).toBe(ticketId)
    expect(await ticketIdForInvitation(ring, { ...invitation, invitationId: "B" })).not.toBe(ticketId)
    const ticket = { saleId, ticketId, arrivedAtMs: nowMs, subject: "s", invited: true }
    const checked = await checkTicket(ring, await issueTicket(ring, ticket), { saleId, subject: "s" })
    expect(checked).toEqual({ ok: true, ticket })
  })
})

describe("those who were invited", () => {
  test("stand before all others, whenever they came", () => {
    const at = (arrivedAtMs: number, lot: number, invited: boolean) =>
      rankOf({ arrivedAtMs, ranksFromMs: 1_000, lot, invited })
    expect(at(999_999, 0.999, true)).toBeLessThan(at(0, 0, false))
    expect(at(999_999, 0.25, true)).toBe(at(0, 0.25, true))
  })

  test("are drawn with a secret that anyone can recompute once the draw's own is public", async () => {
    const expected = createHmac("sha256", "secret").update("early access").digest("hex")
    expect(await earlySecretOf("secret")).toBe(expected)
  })
})
