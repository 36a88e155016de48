import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { checkPass, issuePass } from "./pass.ts"
import { encodeBase64Url, importKeyRing, signToken } from "./signed-token.ts"
import { checkTicket, issueTicket, ticketIdFor } from "./ticket.ts"

const keyText = (seed: number) => encodeBase64Url(new Uint8Array(32).fill(seed))
const ring = await importKeyRing(`a:${keyText(1)}`)
const rotated = await importKeyRing(`b:${keyText(2)},a:${keyText(1)}`)
const otherShop = await importKeyRing(`a:${keyText(9)}`)

const sale = "00000000-0000-4000-8000-000000000001"
const otherSale = "00000000-0000-4000-8000-000000000002"
const nowMs = 1_800_000_000_000
const ticket = { saleId: sale, ticketId: "t1", arrivedAtMs: nowMs, subject: "s1" }
const pass = { saleId: sale, passId: "p1", ticketId: "t1", subject: "s1", expiresAtMs: nowMs + 60_000 }
const ticketToken = await issueTicket(ring, ticket)
/** The session tokens that passes are given to, by their subject. */
const bearers: Record<string, string> = {
  s1: await signToken(ring, "session", { s: "s1" }),
  s2: await signToken(ring, "session", { s: "s2" }),
}
const bearer = bearers.s1 ?? ""
const passToken = await issuePass(ring, pass, bearer)

const asTicket = (token: string, saleId = sale, subject = "s1", keys = ring) =>
  checkTicket(keys, token, { saleId, subject })
const asPass = (token: string, saleId = sale, subject = "s1", atMs = nowMs, keys = ring) =>
  checkPass(keys, token, { saleId, bearer: bearers[subject] ?? "", nowMs: atMs })

/** Each single character changed to another one. */
function alterations(token: string): string[] {
  return token
    .split("")
    .map((character, i) => token.slice(0, i) + (character === "A" ? "B" : "A") + token.slice(i + 1))
}

const kinds = [
  { kind: "ticket", token: ticketToken, other: passToken, check: asTicket },
  { kind: "pass", token: passToken, other: ticketToken, check: asPass },
] as const

describe.each(kinds)("hazard 24: a $kind", ({ kind, token, other, check }) => {
  const refusal = async (text: string, saleId = sale, subject = "s1") => {
    const checked = await check(text, saleId, subject)
    return checked.ok ? "ok" : checked.refusal
  }

  test("is good for its own sale and subject", async () => {
    expect(await refusal(token)).toBe("ok")
    expect(token.length).toBeLessThanOrEqual(400)
  })

  test("is refused when any character of it was altered", async () => {
    for (const altered of alterations(token))
      expect(["forged", "malformed"]).toContain(await refusal(altered))
  })

  test("is refused for another sale, another session, and first for the sale", async () => {
    expect(await refusal(token, otherSale)).toBe("other_sale")
    expect(await refusal(token, sale.toUpperCase().replace("0001", "000A"))).toBe("other_sale")
    // A pass without its bearer verifies for nobody; a ticket says whose it is.
    expect(await refusal(token, sale, "s2")).toBe(kind === "pass" ? "forged" : "other_subject")
    expect(await refusal(token, otherSale, "s2")).toBe(kind === "pass" ? "forged" : "other_sale")
  })

  test("is refused when another key, or another kind of token, signed it", async () => {
    expect(await refusal(other)).toBe("forged")
    const foreign =
      kind === "ticket" ? await issueTicket(otherShop, ticket) : await issuePass(otherShop, pass, bearer)
    expect(await refusal(foreign)).toBe("forged")
    const unknownKey =
      kind === "ticket" ? await issueTicket(rotated, ticket) : await issuePass(rotated, pass, bearer)
    expect(await refusal(unknownKey)).toBe("forged")
  })

  test("signed before a key was added is still good", async () => {
    const checked =
      kind === "ticket"
        ? await asTicket(token, sale, "s1", rotated)
        : await asPass(token, sale, "s1", nowMs, rotated)
    expect(checked.ok).toBe(true)
  })

  test("never throws: garbage is malformed or forged", async () => {
    const tokenLike = fc
      .array(fc.stringMatching(/^[A-Za-z0-9_-]{0,20}$/), { maxLength: 6 })
      .map((parts) => ["v1", "a", ...parts].join("."))
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.string({ unit: "binary" }), tokenLike), async (text) => {
        expect(["forged", "malformed"]).toContain(await refusal(text))
      }),
    )
    expect(await refusal("x".repeat(100_000))).toBe("malformed")
  })

  test("never throws: a signed payload of another shape is malformed", async () => {
    const shapes = [
      {},
      [],
      { sale },
      { sale, id: 1, at: 2, tid: 3, sub: 4, exp: 5 },
      { sale, id: "x", tid: "t", sub: "s1", at: "1", exp: "1" },
    ]
    const boundTo = kind === "pass" ? bearer : ""
    const odd = { sale, id: "x", tid: "t", sub: "s1", at: 1.5, exp: 1.5 }
    for (const shape of [...shapes, odd])
      expect(await refusal(await signToken(ring, kind, shape, boundTo))).toBe("malformed")
    for (const bare of [null, 7, "text", true]) {
      expect(await refusal(await signToken(ring, kind, bare as unknown as object, boundTo))).toBe("malformed")
    }
  })
})

describe("hazard 24: a pass", () => {
  test("ends at its time, to the millisecond", async () => {
    expect((await asPass(passToken, sale, "s1", pass.expiresAtMs - 1)).ok).toBe(true)
    expect(await asPass(passToken, sale, "s1", pass.expiresAtMs)).toEqual({ ok: false, refusal: "expired" })
  })

  test("says that it is not this session's before it says that it has ended", async () => {
    expect(await asPass(passToken, sale, "s2", pass.expiresAtMs)).toEqual({ ok: false, refusal: "forged" })
  })

  test("vouches for its bearer: an altered session token, another's, or none is refused", async () => {
    const beside = (text: string) => checkPass(ring, passToken, { saleId: sale, bearer: text, nowMs })
    expect(await beside(bearer)).toEqual({ ok: true, pass })
    for (const altered of [...alterations(bearer), bearers.s2 ?? "", "", `${bearer}A`, bearer.slice(0, -1)])
      expect(await beside(altered)).toEqual({ ok: false, refusal: "forged" })
  })

  test("can't be used with a session id that was read out of it", async () => {
    const unsigned = encodeBase64Url(new TextEncoder().encode(JSON.stringify({ s: "s1" })))
    const guessed = `v1.a.${unsigned}.${encodeBase64Url(new Uint8Array(32))}`
    expect(await checkPass(ring, passToken, { saleId: sale, bearer: guessed, nowMs })).toEqual({
      ok: false,
      refusal: "forged",
    })
  })

  test("signed without a bearer is nobody's", async () => {
    const { saleId, passId, ticketId, subject, expiresAtMs } = pass
    const payload = { sale: saleId, id: passId, tid: ticketId, sub: subject, exp: expiresAtMs }
    const unbound = await signToken(ring, "pass", payload)
    expect(await checkPass(ring, unbound, { saleId: sale, bearer: "", nowMs })).toEqual({
      ok: false,
      refusal: "forged",
    })
  })
})

describe("hazards 6, 23, 25: one session has one ticket id in a sale", () => {
  test("every isolate derives the same, and other sessions and sales have others", async () => {
    const id = await ticketIdFor(ring, sale, "s1")
    expect(id).toMatch(/^[A-Za-z0-9_-]{22}$/)
    expect(await ticketIdFor(await importKeyRing(`a:${keyText(1)}`), sale, "s1")).toBe(id)
    const others = [
      ticketIdFor(ring, sale, "s2"),
      ticketIdFor(ring, otherSale, "s1"),
      ticketIdFor(otherShop, sale, "s1"),
    ]
    expect(new Set([id, ...(await Promise.all(others))]).size).toBe(4)
  })

  test("the same ticket is the same token, so asking twice gives nothing to choose from", async () => {
    expect(await issueTicket(ring, ticket)).toBe(ticketToken)
    expect(await issuePass(ring, pass, bearer)).toBe(passToken)
  })
})
