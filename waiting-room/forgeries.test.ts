import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { checkPass, issuePass } from "./pass.ts"
import { encodeBase64Url, importKeyRing, signToken } from "./signed-token.ts"
import type { TokenPurpose } from "./signed-token.ts"
import { checkTicket, issueTicket } from "./ticket.ts"

/**
 * Promise P4: of generated forgeries, replays and copies of tickets and passes none is accepted. `FORGERIES=1000000`
 * does the whole number; `FORGERY_SEED=…` replays a run.
 */

/** Enough that every kind of forgery comes up some hundred times. */
const FORGERIES_DEFAULT = 20_000
const FORGERIES = Number(process.env["FORGERIES"] ?? FORGERIES_DEFAULT)
const seed = Number(process.env["FORGERY_SEED"] ?? Math.floor(Math.random() * 2 ** 31))

const nowMs = 1_800_000_000_000
const [sale, otherSale] = ["00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"]
const keyOf = (seed: number) => encodeBase64Url(new Uint8Array(32).fill(seed))
/** Verifies tokens of today's key and of yesterday's. */
const ring = await importKeyRing(`b:${keyOf(2)},a:${keyOf(1)}`)
const yesterday = await importKeyRing(`a:${keyOf(1)}`)
const foreign = await importKeyRing(`b:${keyOf(9)},a:${keyOf(8)}`)
const offRing = await importKeyRing(`c:${keyOf(2)}`)

const [me, thief] = ["session-me", "session-thief"]
const sessionOf = (subject: string, by = ring) => signToken(by, "session", { s: subject })
const myBearer = await sessionOf(me)
const bearers = [
  myBearer,
  await sessionOf(thief),
  await sessionOf(me, yesterday),
  await sessionOf(me, foreign),
]

const ticketFacts = { saleId: sale, ticketId: "t-me", arrivedAtMs: nowMs, subject: me }
const passFacts = { saleId: sale, passId: "p-me", ticketId: "t-me", subject: me, expiresAtMs: nowMs + 60_000 }
const ticket = await issueTicket(ring, ticketFacts)
const pass = await issuePass(ring, passFacts, myBearer)

/** Who presents a token, where and when. */
interface Presented {
  token: string
  saleId: string
  subject: string
  bearer: string
  atMs: number
}

const mine: Omit<Presented, "token"> = { saleId: sale, subject: me, bearer: myBearer, atMs: nowMs }

const CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ %\u0000é"
const genuine = fc.constantFrom(ticket, pass)
const position = fc.nat({ max: Math.max(ticket.length, pass.length) })
const character = fc.constantFrom(...CHARACTERS.split(""))
const subjects = fc.constantFrom(me, thief, "", `${me} `, me.toUpperCase())
const saleIds = fc.constantFrom(sale, otherSale, "", `${sale} `, `${sale}.`)

/** One change to a genuine token, or a new one by somebody without the key. Never the genuine token itself. */
const altered = fc
  .tuple(genuine, position, character, fc.constantFrom("replace", "insert", "delete", "swap", "cut"))
  .map(([token, at, with_, how]) => {
    const i = at % token.length
    if (how === "replace") return token.slice(0, i) + with_ + token.slice(i + 1)
    if (how === "insert") return token.slice(0, i) + with_ + token.slice(i)
    if (how === "delete") return token.slice(0, i) + token.slice(i + 1)
    if (how === "cut") return token.slice(0, i)
    return token.slice(0, i) + (token[i + 1] ?? "") + (token[i] ?? "") + token.slice(i + 2)
  })

/** Parts of several genuine tokens put together. */
const spliced = fc
  .array(fc.constantFrom(...ticket.split("."), ...pass.split("."), ...myBearer.split(".")), {
    minLength: 3,
    maxLength: 5,
  })
  .map((parts) => parts.join("."))

/** Facts as a forger would like them, under a signature that is not theirs to make. */
const claimed = fc.record({
  sale: saleIds,
  id: fc.constantFrom("t-me", "p-me", "other"),
  tid: fc.constantFrom("t-me", "other"),
  sub: subjects,
  at: fc.integer({ min: -1, max: nowMs }),
  exp: fc.integer({ min: nowMs, max: nowMs * 2 }),
})
const reworded = fc.tuple(genuine, claimed).map(([token, facts]) => {
  const [version, kid, , signature] = token.split(".")
  const payload = encodeBase64Url(new TextEncoder().encode(JSON.stringify(facts)))
  return [version, kid, payload, signature].join(".")
})

const purposes = fc.constantFrom<TokenPurpose>("session", "ticket", "pass", "order", "challenge")
const signedElsewhere = fc.record({
  by: fc.constantFrom(foreign, offRing),
  purpose: purposes,
  facts: claimed,
  boundTo: fc.constantFrom("", ...bearers),
})
const otherKinds = fc.record({
  purpose: fc.constantFrom<TokenPurpose>("session", "order", "challenge"),
  facts: claimed,
  boundTo: fc.constantFrom("", ...bearers),
})

/** A token as written, presented by its owner in the right place: only the token is wrong. */
const forged: fc.Arbitrary<() => Promise<Presented>> = fc.oneof(
  fc
    .oneof(altered, spliced, reworded, fc.string({ unit: "binary", maxLength: 450 }))
    .map((token) => async () => ({ ...mine, token })),
  signedElsewhere.map(({ by, purpose, facts, boundTo }) => async () => {
    return { ...mine, token: await signToken(by, purpose, facts, boundTo) }
  }),
  otherKinds.map(({ purpose, facts, boundTo }) => async () => {
    return { ...mine, token: await signToken(ring, purpose, facts, boundTo) }
  }),
)

/** A genuine token in the wrong hands, in the wrong place, or too late: something about it differs from `mine`. */
const misplaced = fc
  .record({
    token: genuine,
    saleId: saleIds,
    subject: subjects,
    bearer: fc.constantFrom("", `${myBearer}A`, ...bearers),
    atMs: fc.constantFrom(nowMs, passFacts.expiresAtMs, passFacts.expiresAtMs + 1, nowMs + 1e9),
  })
  .filter((presented) => {
    if (presented.saleId !== sale) return true
    if (presented.token === ticket) return presented.subject !== me
    return presented.bearer !== myBearer || presented.atMs >= passFacts.expiresAtMs
  })
  .map((presented) => async () => presented)

/** What was good once: passes of earlier times replayed, and a pass replayed beside a session that was signed anew. */
const replayed = fc
  .record({ agoMs: fc.nat({ max: 3_600_000 }), bearer: fc.constantFrom(...bearers.slice(1)) })
  .map(({ agoMs, bearer }) => async () => {
    const old = { ...passFacts, expiresAtMs: nowMs - agoMs }
    return agoMs % 2 === 0
      ? { ...mine, token: await issuePass(ring, old, myBearer) }
      : { ...mine, bearer, token: pass }
  })

async function accepts({ token, saleId, subject, bearer, atMs }: Presented): Promise<string[]> {
  const [asTicket, asPass] = await Promise.all([
    checkTicket(ring, token, { saleId, subject }),
    checkPass(ring, token, { saleId, bearer, nowMs: atMs }),
  ])
  return [...(asTicket.ok ? ["ticket"] : []), ...(asPass.ok ? ["pass"] : [])]
}

describe("P4, hazard 24: forgeries, copies and replays", () => {
  test("the genuine ones are accepted, each as what it is", async () => {
    expect(await accepts({ ...mine, token: ticket })).toEqual(["ticket"])
    expect(await accepts({ ...mine, token: pass })).toEqual(["pass"])
    const olderBearer = bearers[2] ?? ""
    const ofYesterday = await issuePass(yesterday, passFacts, olderBearer)
    expect(await accepts({ ...mine, bearer: olderBearer, token: ofYesterday })).toEqual(["pass"])
  })

  test(`none of ${FORGERIES} is accepted (FORGERY_SEED=${seed})`, { timeout: 1_200_000 }, async () => {
    let seen = 0
    const attempts = fc.oneof(
      { arbitrary: forged, weight: 3 },
      { arbitrary: misplaced, weight: 2 },
      { arbitrary: replayed, weight: 1 },
    )
    await fc.assert(
      fc.asyncProperty(attempts, async (make) => {
        const presented = await make()
        const unaltered = presented.token === ticket || presented.token === pass
        const inPlace =
          presented.saleId === sale &&
          presented.subject === me &&
          presented.bearer === myBearer &&
          presented.atMs === nowMs
        fc.pre(!(unaltered && inPlace)) // A change that changed nothing, such as a letter replaced by itself.
        seen += 1
        expect(await accepts(presented), JSON.stringify(presented)).toEqual([])
      }),
      { numRuns: FORGERIES, seed, endOnFailure: true },
    )
    expect(seen).toBe(FORGERIES)
  })
})
