import { createHash } from "node:crypto"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { issueProofChallenge, PROOF_CHALLENGE_MS, refusalOfProof } from "./proof-of-work.ts"
import { digestsOf, leadingZeroBits, searchProof } from "./proof-search.ts"
import { encodeBase64Url, importKeyRing, signToken } from "./signed-token.ts"

const ring = await importKeyRing(`a:${encodeBase64Url(new Uint8Array(32).fill(1))}`)
const otherRing = await importKeyRing(`a:${encodeBase64Url(new Uint8Array(32).fill(2))}`)
const nowMs = 1_800_000_000_000
const mine = { saleId: "sale-1", subject: "session-1", nowMs }

async function solved(by = ring, asked = mine) {
  const { nonce, bits } = await issueProofChallenge(by, asked)
  const counter = searchProof(nonce, bits, { from: 0, count: 50_000_000 })
  if (counter === null) throw new Error("no counter was found")
  return { nonce, counter }
}

describe("the search for a proof", () => {
  test("digests what SHA-256 digests, whatever the nonce's length", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), fc.nat(), (nonce, counter) => {
        const hex = [...digestsOf(nonce)(counter)].map((word) => (word >>> 0).toString(16).padStart(8, "0"))
        expect(hex.join("")).toBe(createHash("sha256").update(`${nonce}:${counter}`).digest("hex"))
      }),
    )
  })

  test("counts zero bits over words, and finds the first counter that has enough", () => {
    expect(leadingZeroBits([-1, 0])).toBe(0)
    expect(leadingZeroBits([1])).toBe(31)
    expect(leadingZeroBits([0, 0x00ffffff])).toBe(40)
    const found = searchProof("nonce", 8, { from: 0, count: 100_000 }) ?? -1
    const zeros = (counter: number) => leadingZeroBits(digestsOf("nonce")(counter))
    expect(zeros(found)).toBeGreaterThanOrEqual(8)
    for (let counter = 0; counter < found; counter++) expect(zeros(counter)).toBeLessThan(8)
    expect(searchProof("nonce", 8, { from: 0, count: found })).toBe(null)
    expect(searchProof("nonce", 8, { from: found, count: 1 })).toBe(found)
  })
})

describe("hazard 24: a proof of work", () => {
  test("is good for its session and sale until its time is over, also when it is sent again", async () => {
    const proof = await solved()
    expect(await refusalOfProof(ring, proof, mine)).toBe(null)
    expect(await refusalOfProof(ring, proof, { ...mine, nowMs: nowMs + PROOF_CHALLENGE_MS - 1 })).toBe(null)
    expect(await refusalOfProof(ring, proof, { ...mine, nowMs: nowMs + PROOF_CHALLENGE_MS })).toBe("expired")
    expect(await refusalOfProof(ring, proof, { ...mine, saleId: "sale-2" })).toBe("other_sale")
    expect(await refusalOfProof(ring, proof, { ...mine, subject: "session-2" })).toBe("forged")
  })

  test("is refused unsolved, under another key, as another kind of token, with easier work, or altered", async () => {
    const proof = await solved()
    expect(await refusalOfProof(ring, { ...proof, counter: proof.counter + 1 }, mine)).toBe("not_solved")
    for (const counter of [-1, 0.5, NaN, Infinity, 2 ** 60])
      expect(await refusalOfProof(ring, { ...proof, counter }, mine)).toBe("malformed")
    expect(await refusalOfProof(ring, await solved(otherRing), mine)).toBe("forged")
    const easy = { sale: mine.saleId, bits: 0, exp: nowMs + 1 }
    const ticket = await signToken(ring, "ticket", easy, mine.subject)
    expect(await refusalOfProof(ring, { nonce: ticket, counter: 0 }, mine)).toBe("forged")
    const [version, kid, , signature] = proof.nonce.split(".")
    const payload = encodeBase64Url(new TextEncoder().encode(JSON.stringify(easy)))
    const easier = [version, kid, payload, signature].join(".")
    expect(await refusalOfProof(ring, { nonce: easier, counter: 0 }, mine)).toBe("forged")
    for (let i = 0; i < proof.nonce.length; i++) {
      const nonce = proof.nonce.slice(0, i) + (proof.nonce[i] === "A" ? "B" : "A") + proof.nonce.slice(i + 1)
      expect(["forged", "malformed"]).toContain(await refusalOfProof(ring, { ...proof, nonce }, mine))
    }
  })

  test("never throws: garbage is refused", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), fc.integer(), async (nonce, counter) => {
        expect(["forged", "malformed"]).toContain(await refusalOfProof(ring, { nonce, counter }, mine))
      }),
    )
    for (const shape of [{}, null, 7, { sale: "sale-1" }, { sale: "sale-1", bits: "0", exp: 1 }]) {
      const nonce = await signToken(ring, "challenge", shape as object, mine.subject)
      expect(await refusalOfProof(ring, { nonce, counter: 1 }, mine)).toBe("malformed")
    }
  })
})
