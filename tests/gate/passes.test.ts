import { describe, expect, test, vi } from "vitest"
import { issuePass } from "../../waiting-room/pass.ts"
import { encodeBase64Url, importKeyRing, signToken } from "../../waiting-room/signed-token.ts"
import { issueTicket } from "../../waiting-room/ticket.ts"
import { admittedTwo, ask, onModelClock, openLine, past, stageOf, ticketOn } from "./stage.ts"
import type { Admitted, Stage } from "./stage.ts"

onModelClock()

const keyText = (seed: number) => encodeBase64Url(new Uint8Array(32).fill(seed))
const ring = await importKeyRing(`a:${keyText(7)}`) // The stage's own.
const otherKey = await importKeyRing(`a:${keyText(8)}`)
const unknownKey = await importKeyRing(`b:${keyText(7)}`)

describe("hazard 24: every gated call", () => {
  /** Passes that must let nobody in, for the session with that cookie. */
  async function badPasses(stage: Stage, mine: Admitted, theirs: Admitted) {
    const bearer = /spillway_session=([^;]+)/.exec(mine.cookie)?.[1] ?? ""
    const other = await stageOf()
    const facts = {
      saleId: stage.saleId,
      passId: crypto.randomUUID(),
      ticketId: "t",
      subject: "s",
      expiresAtMs: Date.now() + 60_000,
    }
    const [head, kid, payload, signature] = mine.pass.split(".")
    const changed = { sale: stage.saleId, id: "p", tid: "t", sub: "s", exp: Date.now() + 9e9 }
    const longer = encodeBase64Url(new TextEncoder().encode(JSON.stringify(changed)))
    return {
      "another session's": theirs.pass,
      "another sale's": await issuePass(ring, { ...facts, saleId: other.saleId }, bearer),
      "an expired one": await issuePass(ring, { ...facts, expiresAtMs: Date.now() }, bearer),
      "signed with another key": await issuePass(otherKey, facts, bearer),
      "signed with a key that is off the ring": await issuePass(unknownKey, facts, bearer),
      "signed for nobody": await issuePass(ring, facts, ""),
      "the ticket": mine.ticket,
      "the session": bearer,
      "another kind of token with a pass's facts": await signToken(ring, "order", changed, bearer),
      "with a longer life": [head, kid, longer, signature].join("."),
      "without its signature": [head, kid, payload, ""].join("."),
      "with half its signature": [head, kid, payload, signature?.slice(0, 20)].join("."),
      "of another version": ["v2", kid, payload, signature].join("."),
      "in capitals": mine.pass.toUpperCase(),
      "with a space behind": `${mine.pass} `,
      "with a fifth part": `${mine.pass}.x`,
      "a word": "none",
    }
  }

  test("refuses whatever is not this session's live pass of this sale, and asks no ledger", async () => {
    const stage = await stageOf()
    const [mine, theirs] = await admittedTwo(stage)
    const bad = await badPasses(stage, mine, theirs)
    const { saleId } = stage
    const items = [{ sku: "MUG-1", quantity: 1 }]
    const withoutPass = mine.cookie.replaceAll(/; spillway_pass_[^;]+/g, "")
    for (const [what, pass] of Object.entries(bad)) {
      const headers = { "idempotency-key": what.replaceAll(/\W/g, "-") }
      const hold = { items, saleId, pass }
      const checkout = { ...hold, email: "a@example.com" }
      const cookie = `${withoutPass}; spillway_pass_${saleId.replaceAll("-", "")}=${encodeURIComponent(pass)}`
      const calls = [
        ask(stage.env, "POST", "/api/holds", { cookie: mine.cookie, headers, body: hold }),
        ask(stage.env, "POST", "/api/checkouts", { cookie: mine.cookie, headers, body: checkout }),
      ]
      for (const answer of await Promise.all(calls))
        expect([answer.status, answer.code], `a pass ${what}`).toEqual([403, "pass_invalid"])
      const form = { sku: "MUG-1", quantity: "1", saleId }
      const pages = [
        ask(stage.env, "GET", `/sales/${saleId}/inside`, { cookie }),
        ask(stage.env, "POST", "/buy", { cookie, form }),
      ]
      for (const answer of await Promise.all(pages))
        expect([answer.status, answer.location], `a pass ${what}`).toEqual([303, `/sales/${saleId}/line`])
    }
    expect(past).toEqual([])
  })

  test("lets the same caller through with the pass: it is the pass that was missing", async () => {
    const stage = await stageOf()
    const [{ cookie, pass }] = await admittedTwo(stage)
    vi.spyOn(console, "error").mockReturnValue() // The ledger that only notes is no ledger.
    const body = { items: [{ sku: "MUG-1", quantity: 1 }], saleId: stage.saleId, pass }
    await ask(stage.env, "POST", "/api/holds", { cookie, headers: { "idempotency-key": "k" }, body })
    expect(past).not.toEqual([])
    const inside = await ask(stage.env, "GET", `/sales/${stage.saleId}/inside`, { cookie })
    expect(inside.status).toBe(200)
  })

  test("the exchange: a ticket that is copied, forged, another sale's or another kind gives no pass", async () => {
    const stage = await stageOf()
    const [owner, thief, other] = [await ticketOn(stage), await ticketOn(stage), await stageOf()]
    await openLine(stage)
    const facts = { saleId: stage.saleId, ticketId: "t", arrivedAtMs: stage.opensAtMs - 1, subject: "s" }
    const attempts: [string, string][] = [
      [thief.cookie, owner.ticket],
      ["", owner.ticket],
      [owner.cookie, (await ticketOn(other, owner.cookie)).ticket],
      [owner.cookie, await issueTicket(ring, facts)],
      [owner.cookie, await issueTicket(otherKey, facts)],
      [owner.cookie, await issueTicket(unknownKey, facts)],
      [owner.cookie, await signToken(ring, "order", { sale: stage.saleId, id: "t", at: 1, sub: "s" })],
      [owner.cookie, /spillway_session=([^;]+)/.exec(owner.cookie)?.[1] ?? ""],
    ]
    for (const [cookie, ticket] of attempts) {
      const answer = await ask(stage.env, "POST", `/api/sales/${stage.saleId}/passes`, {
        cookie,
        body: { ticket },
      })
      expect([answer.status, answer.code]).toEqual([403, "ticket_invalid"])
    }
    expect(stage.calls.exchange).toBe(0)
  })

  test("a replayed exchange gives the pass there is and takes no second place", async () => {
    const stage = await stageOf()
    const [{ cookie, ticket, pass }] = await admittedTwo(stage)
    const again = Array.from({ length: 20 }, () =>
      ask(stage.env, "POST", `/api/sales/${stage.saleId}/passes`, { cookie, body: { ticket } }),
    )
    for (const answer of await Promise.all(again)) {
      expect(answer.status).toBe(200)
      expect((JSON.parse(answer.text) as { pass: string }).pass).toBe(pass)
    }
    expect(stage.room.live(Date.now())).toMatchObject({ active: 2, admitted: 2 })
  })
})
