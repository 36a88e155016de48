import { createHash } from "node:crypto"
import { bls12_381 } from "@noble/curves/bls12-381.js"
import { describe, expect, test } from "vitest"
import { QUICKNET_CHAIN_HASH, roundFrom } from "../waiting-room/draw.ts"
import type { DrawDocument } from "../waiting-room/draw.ts"
import {
  hashOfChain,
  chainInfo,
  checkSignature,
  isSignatureOf,
  knownChain,
  publicKeyOf,
  QUICKNET,
  signRound,
} from "./drand-chain.ts"

/** Rounds of quicknet as drand published them. */
const ROUNDS: [round: number, signature: string, randomness: string][] = [
  [
    1_000,
    "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39",
    "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd",
  ],
  [
    657_413,
    "b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be41076862b98fad56e91a6b85b89cd97b",
    "fc1873a13f3545aeade8401532ef5519920652eee6b0d2b19ca12643b87b3587",
  ],
]
const [[, SIGNATURE]] = ROUNDS as [[number, string, string]]
const ANOTHER_KEY = createHash("sha256").update("another key").digest()
const randomnessOf = (signature: string) => createHash("sha256").update(signature, "hex").digest("hex")

describe("a chain's hash", () => {
  test("follows from its key, timing, group and name, for quicknet as for any other", () => {
    expect(hashOfChain(QUICKNET)).toBe(QUICKNET_CHAIN_HASH)
    // The chain of before, whose name is left out.
    const first = {
      ...QUICKNET,
      public_key:
        "868f005eb8e6e4ca0a47c8a77ceaa5309a47978a7c71bc5cce96366b5d7a569937c529eeda66c7293784a9402801af31",
      period: 30,
      genesis_time: 1_595_431_050,
      groupHash: "176f93498eac9ca337150b46d21dd58673ea4e3581185f869672e59fa4cb390a",
      metadata: { beaconID: "default" },
    }
    expect(hashOfChain(first)).toBe("8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce")
  })

  test("is another one when any of them is", () => {
    for (const change of [
      { public_key: publicKeyOf(ANOTHER_KEY) },
      { period: 4 },
      { genesis_time: QUICKNET.genesis_time + 1 },
      { groupHash: "0".repeat(64) },
      { metadata: { beaconID: "another" } },
    ])
      expect(hashOfChain({ ...QUICKNET, ...change })).not.toBe(QUICKNET_CHAIN_HASH)
  })

  test("is asked only of what has drand's form", () => {
    expect(chainInfo.safeParse({ ...QUICKNET, hash: QUICKNET_CHAIN_HASH }).data).toEqual(QUICKNET)
    for (const change of [
      { public_key: QUICKNET.public_key.slice(2) },
      { public_key: "zz".repeat(96) },
      { period: 0 },
      { period: 2 ** 32 },
      { genesis_time: 1.5 },
      { groupHash: undefined },
      { metadata: {} },
    ])
      expect(chainInfo.safeParse({ ...QUICKNET, ...change }).success, JSON.stringify(change)).toBe(false)
  })
})

describe("a round's signature", () => {
  test("holds for rounds that drand published, and for no other round or key", () => {
    for (const [round, signature, randomness] of ROUNDS) {
      expect(isSignatureOf(round, signature, QUICKNET.public_key), `round ${round}`).toBe(true)
      expect(randomnessOf(signature)).toBe(randomness)
      expect(isSignatureOf(round + 1, signature, QUICKNET.public_key)).toBe(false)
      expect(isSignatureOf(round, signature, publicKeyOf(ANOTHER_KEY))).toBe(false)
    }
  })

  test("that a key makes holds under that key alone", () => {
    const signature = signRound(7, ANOTHER_KEY)
    expect(signature).toMatch(/^[0-9a-f]{96}$/)
    expect(isSignatureOf(7, signature, publicKeyOf(ANOTHER_KEY))).toBe(true)
    expect(isSignatureOf(7, signature, QUICKNET.public_key)).toBe(false)
  })

  test("is none when it is no point, no round, or not under a key", () => {
    const infinity = `c0${"00".repeat(47)}`
    for (const bad of [
      "",
      "zz",
      "ab".repeat(48),
      SIGNATURE.slice(2),
      `${SIGNATURE}00`,
      `${SIGNATURE}zz`,
      infinity,
    ])
      expect(isSignatureOf(1_000, bad, QUICKNET.public_key), bad).toBe(false)
    for (const round of [0, -1, 1.5, Number.NaN, 2 ** 60])
      expect(isSignatureOf(round, SIGNATURE, QUICKNET.public_key), String(round)).toBe(false)
    const endlessKey = `c0${"00".repeat(95)}`
    for (const key of ["", "ab".repeat(96), endlessKey])
      expect(isSignatureOf(1_000, SIGNATURE, key), key).toBe(false)
    expect(isSignatureOf(1_000, infinity, endlessKey)).toBe(false)
  })

  test("has one form: a part outside of the group, which a pairing does not see, is found", () => {
    const { Point } = bls12_381.G1
    const { Fp, Fr } = bls12_381.fields
    const x = Array.from({ length: 20 }, (_, i) => BigInt(i + 1)).find((x) => {
      const point = pointAt(x)
      return point !== null && !point.isTorsionFree()
    })
    const astray = pointAt(x ?? 0n) ?? Point.ZERO
    // Times the group's order: what is left is outside of it.
    const unseen = astray.multiplyUnsafe(Fr.ORDER - 1n).add(astray)
    expect(unseen.is0()).toBe(false)
    expect(compressed(Point.fromHex(SIGNATURE))).toBe(SIGNATURE)
    const anotherForm = compressed(Point.fromHex(SIGNATURE).add(unseen))
    expect(anotherForm).not.toBe(SIGNATURE)
    expect(isSignatureOf(1_000, anotherForm, QUICKNET.public_key)).toBe(false)

    function pointAt(x: bigint) {
      try {
        return Point.fromAffine({ x, y: Fp.sqrt(Fp.create(x ** 3n + 4n)) })
      } catch {
        return null // No square: no point has this x.
      }
    }

    /** The library writes down no such point. */
    function compressed(point: InstanceType<typeof Point>): string {
      const { x, y } = point.toAffine()
      const flags = 0x80n | (y > (Fp.ORDER - 1n) / 2n ? 0x20n : 0n)
      return (x | (flags << 376n)).toString(16).padStart(96, "0")
    }
  })
})

describe("the check of a draw's round", () => {
  const [round, signature, randomness] = ROUNDS[0] ?? [0, "", ""]
  const draw = {
    beacon: { chainHash: QUICKNET_CHAIN_HASH, ...roundFrom(0), round },
    beaconAnswer: { randomness, signature },
  } as unknown as DrawDocument
  const resultOf = (altered: Partial<DrawDocument>, info = knownChain(QUICKNET_CHAIN_HASH)) =>
    checkSignature({ ...draw, ...altered }, info).map(({ result }) => result)

  test("holds for a round of quicknet, with no other word than the chain's hash", () => {
    expect(resultOf({})).toEqual(["ok"])
  })

  test("finds a random number that hangs together with its signature, but that the chain never signed", () => {
    const forged = signRound(round, ANOTHER_KEY)
    expect(resultOf({ beaconAnswer: { signature: forged, randomness: randomnessOf(forged) } })).toEqual([
      "mismatch",
    ])
    const madeUp = "ab".repeat(48)
    expect(resultOf({ beaconAnswer: { signature: madeUp, randomness: randomnessOf(madeUp) } })).toEqual([
      "mismatch",
    ])
    expect(resultOf({ beaconAnswer: { signature, randomness: randomnessOf(madeUp) } })).toEqual(["mismatch"])
    const beacon = { chainHash: QUICKNET_CHAIN_HASH, round: round + 1, atMs: 0 }
    expect(resultOf({ beacon })).toEqual(["mismatch"])
  })

  test("does not take another key for the chain's", () => {
    const info = { ...QUICKNET, public_key: publicKeyOf(ANOTHER_KEY) }
    const forged = signRound(round, ANOTHER_KEY)
    const beaconAnswer = { signature: forged, randomness: randomnessOf(forged) }
    expect(resultOf({ beaconAnswer }, info)).toEqual(["mismatch"])
    const beacon = { chainHash: hashOfChain(info), round, atMs: 0 }
    expect(resultOf({ beacon, beaconAnswer }, info)).toEqual(["ok"])
  })

  test("says what it cannot see: no answer, a chain that nobody tells of, another scheme", () => {
    expect(knownChain("0".repeat(64))).toBe(null)
    expect(resultOf({ beaconAnswer: null })).toEqual([])
    expect(resultOf({}, null)).toEqual(["unknown"])
    const info = { ...QUICKNET, schemeID: "pedersen-bls-unchained" }
    expect(resultOf({}, info)).toEqual(["unknown"])
  })
})
