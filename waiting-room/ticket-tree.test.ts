import { createHash } from "node:crypto"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { encodeBase64Url } from "./base64url.ts"
import { bytesOfHex, hexOf, sha256 } from "./sha256.ts"
import {
  packTicketId,
  packTicketIds,
  rootFromProof,
  rootOver,
  sortTicketIds,
  TicketTree,
  unpackTicketId,
} from "./ticket-tree.ts"

const ticketIds = fc
  .array(fc.uint8Array({ minLength: 16, maxLength: 16 }), { maxLength: 70 })
  .map((ids) => ids.map(encodeBase64Url))

const treeOf = (ids: readonly string[]) => new TicketTree(sortTicketIds(packTicketIds(ids)))
const digestOf = (...parts: Uint8Array[]) => createHash("sha256").update(Buffer.concat(parts)).digest()

/** RFC 6962, section 2.1, word for word: splits at the largest power of two below the count. */
function rootByTheBook(leaves: readonly Uint8Array[]): Uint8Array {
  const [only] = leaves
  if (!only) return digestOf()
  if (leaves.length === 1) return digestOf(Uint8Array.of(0), only)
  let split = 1
  while (split * 2 < leaves.length) split *= 2
  return digestOf(Uint8Array.of(1), rootByTheBook(leaves.slice(0, split)), rootByTheBook(leaves.slice(split)))
}

describe("SHA-256", () => {
  test("is that of the platform, at every length around its blocks", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(hexOf(sha256(bytes))).toBe(createHash("sha256").update(bytes).digest("hex"))
      }),
      { numRuns: 500 },
    )
    for (let length = 0; length < 200; length++) {
      const bytes = new Uint8Array(length).fill(0xa5)
      expect(hexOf(sha256(bytes))).toBe(createHash("sha256").update(bytes).digest("hex"))
    }
  })

  test("hex is read back, and nothing else is", () => {
    expect(bytesOfHex("00ff10")).toEqual(Uint8Array.of(0, 255, 16))
    for (const text of ["0", "0g", "FF", " 00"]) expect(bytesOfHex(text)).toBe(null)
  })
})

describe("a ticket tree", () => {
  test("has the root of RFC 6962, whatever the order in which ids come and however often", () => {
    fc.assert(
      fc.property(ticketIds, fc.nat(), (ids, turn) => {
        const sorted = [...new Set(ids)]
          .map((id) => Buffer.from(id, "base64url"))
          .sort((a, b) => Buffer.compare(a, b))
        const shuffled = [...ids.slice(turn % (ids.length + 1)), ...ids]
        const tree = treeOf(shuffled)
        expect(tree.count).toBe(sorted.length)
        expect(hexOf(tree.root)).toBe(hexOf(rootByTheBook(sorted)))
        expect(hexOf(rootOver(sorted))).toBe(hexOf(tree.root))
      }),
    )
  })

  test("proves every id that is in it, and none that is not", () => {
    fc.assert(
      fc.property(ticketIds, fc.uint8Array({ minLength: 16, maxLength: 16 }), (ids, stranger) => {
        const tree = treeOf(ids)
        for (const id of ids) {
          const leaf = packTicketId(id) ?? new Uint8Array()
          const proof = tree.proofOf(leaf)
          expect(proof && unpackTicketId(tree.ids, proof.index)).toBe(id)
          expect(proof && hexOf(rootFromProof(leaf, proof, tree.count) ?? stranger)).toBe(hexOf(tree.root))
        }
        if (!ids.includes(encodeBase64Url(stranger))) expect(tree.proofOf(stranger)).toBe(null)
      }),
    )
  })

  test("of several blocks has the root of RFC 6962, and is the same from its blocks' roots", () => {
    for (const count of [255, 256, 257, 512, 513, 767, 1_025]) {
      const ids = Array.from({ length: count }, (_, i) => encodeBase64Url(sha256(`${i}`).subarray(0, 16)))
      const built = treeOf(ids)
      const leaves = Array.from({ length: count }, (_, i) => built.ids.subarray(i * 16, i * 16 + 16))
      expect(hexOf(built.root)).toBe(hexOf(rootByTheBook(leaves)))
      const tree = new TicketTree(built.ids, built.blocks)
      for (const [index, leaf] of leaves.entries()) {
        if (index % 61 > 0 && index % 256 > 0 && index < count - 1) continue
        const proof = tree.proofOf(leaf)
        expect(proof?.index).toBe(index)
        expect(proof && hexOf(rootFromProof(leaf, proof, count) ?? leaf)).toBe(hexOf(built.root))
      }
    }
  })

  test("a proof that is altered anywhere leads elsewhere", () => {
    const ids = Array.from({ length: 21 }, (_, i) => encodeBase64Url(sha256(`${i}`).subarray(0, 16)))
    const tree = treeOf(ids)
    const root = hexOf(tree.root)
    fc.assert(
      fc.property(fc.nat(20), fc.nat(15), fc.nat(31), fc.nat(20), (at, byte, pathByte, other) => {
        const leaf = packTicketId(ids[at] ?? "") ?? new Uint8Array()
        const proof = tree.proofOf(leaf)
        if (!proof) throw new Error("an id of the tree has a proof")
        const leads = (toLeaf: Uint8Array, { index, path } = proof, count = tree.count) => {
          const reached = rootFromProof(toLeaf, { index, path }, count)
          return reached && hexOf(reached)
        }
        expect(leads(leaf)).toBe(root)
        const altered = leaf.slice()
        altered[byte] = (altered[byte] ?? 0) ^ 1
        expect(leads(altered)).not.toBe(root)
        const path = proof.path.map((hash) => hash.slice())
        const step = path[other % path.length]
        if (step) step[pathByte] = (step[pathByte] ?? 0) ^ 0x80
        expect(leads(leaf, { ...proof, path })).not.toBe(root)
        if (other !== proof.index) expect(leads(leaf, { ...proof, index: other })).not.toBe(root)
        expect(leads(leaf, { ...proof, path: proof.path.slice(1) })).not.toBe(root)
        expect(leads(leaf, { ...proof, path: [...proof.path, leaf] })).not.toBe(root)
        expect(leads(leaf, { ...proof, index: proof.index + 32 })).not.toBe(root)
      }),
    )
  })

  test("an inner node does not pass for a leaf", () => {
    const ids = ["a", "b", "c", "d"].map((name) => sha256(name).subarray(0, 16))
    const tree = new TicketTree(sortTicketIds(Buffer.concat(ids)))
    const [left, right] = [0, 2].map((at) =>
      Buffer.concat(
        [at, at + 1].map((i) => digestOf(Uint8Array.of(0), tree.ids.subarray(i * 16, i * 16 + 16))),
      ),
    )
    const path = [digestOf(Uint8Array.of(1), right ?? Buffer.of())]
    expect(hexOf(rootFromProof(left ?? Buffer.of(), { index: 0, path }, 2) ?? Buffer.of())).not.toBe(
      hexOf(tree.root),
    )
  })

  test("of nothing is the hash of nothing, and what is no id is said to be none", () => {
    expect(hexOf(treeOf([]).root)).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    for (const text of ["", "abc", "!".repeat(22), "A".repeat(23), "AAAAAAAAAAAAAAAAAAAAAB"])
      expect(() => packTicketIds([text])).toThrow(/ticket id/)
  })
})
