import { createHash } from "node:crypto"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { encodeBase64Url } from "./base64url.ts"
import {
  isRandomnessOf,
  lotKeyOn,
  QUICKNET_CHAIN_HASH,
  rootOfShards,
  roundAtMs,
  roundFrom,
  seedOf,
} from "./draw.ts"
import type { DrawDocument } from "./draw.ts"
import {
  checkAllTickets,
  checkBoard,
  checkDocument,
  checkEarlyAccess,
  checkProof,
  checkUnchanged,
  standingOf,
} from "./draw-check.ts"
import type { Check } from "./draw-check.ts"
import { earlySecretOf, lotOf } from "./rank.ts"
import { hexOf, sha256 } from "./sha256.ts"
import { packTicketId, packTicketIds, sortTicketIds, TicketTree } from "./ticket-tree.ts"

const opensAtMs = 1_800_000_000_000
const idsOf = (shard: number, count: number) =>
  Array.from({ length: count }, (_, i) => encodeBase64Url(sha256(`${shard}/${i}`).subarray(0, 16)))
const idsByShard = [idsOf(0, 5), [], idsOf(2, 12)]
const trees = idsByShard.map((ids) => new TicketTree(sortTicketIds(packTicketIds(ids))))

/** A draw as it should be. */
function honestDraw(): DrawDocument {
  const shards = trees.map((tree) => ({ root: hexOf(tree.root), count: tree.count }))
  const root = rootOfShards(shards)
  const signature = "ab".repeat(48)
  const randomness = hexOf(sha256(Buffer.from(signature, "hex")))
  return {
    saleId: "00000000-0000-4000-8000-000000000001",
    opensAtMs,
    phase: "drawn",
    generation: 0,
    drawCommitment: hexOf(sha256("secret")),
    tickets: { root, count: 17, shards, sealedAtMs: opensAtMs - 9_000 },
    beacon: { chainHash: QUICKNET_CHAIN_HASH, ...roundFrom(opensAtMs) },
    beaconAnswer: { randomness, signature },
    drawSecret: "secret",
    lotKey: seedOf("secret", root, randomness),
  }
}

const resultsOf = (checks: readonly Check[]) => checks.map(({ result }) => result)

describe("a draw's seed", () => {
  test("anyone can recompute it with other tools", () => {
    const hex = createHash("sha256").update("spillway/draw/v1\nthe secret\nroot\nrandom").digest("hex")
    expect(seedOf("the secret", "root", "random")).toBe(hex)
    expect(seedOf("the secret", "root", null)).not.toBe(hex)
  })

  test("is what lots are keyed with where there is one, and the secret elsewhere", () => {
    expect(lotKeyOn({})).toBe(undefined)
    expect(lotKeyOn({ drawSecret: "s" })).toBe("s")
    expect(lotKeyOn({ drawSecret: "s", drawSeed: "d" })).toBe("d")
  })

  test("gives uniform lots over twenty thousand tickets (chi-squared, p > 0.01)", async () => {
    const cells = Array.from({ length: 100 }, () => 0)
    const key = seedOf("a fixed secret", "a fixed root", "a fixed random number")
    for (let i = 0; i < 20_000; i++) {
      const cell = Math.floor((await lotOf(key, `ticket-${i}`)) * 100)
      cells[cell] = (cells[cell] ?? 0) + 1
    }
    const chiSquared = cells.reduce((sum, count) => sum + (count - 200) ** 2 / 200, 0)
    expect(chiSquared).toBeLessThan(134.6) // 99 degrees of freedom.
  })
})

describe("a round", () => {
  test("is the first one published at that moment or after it", () => {
    // drand's quicknet: its first round was published at 1692803367, and one every three seconds since.
    expect(roundFrom(1_692_803_367_000)).toEqual({ round: 1, atMs: 1_692_803_367_000 })
    expect(roundFrom(1_692_803_367_001).round).toBe(2)
    expect(roundFrom(Date.UTC(2026, 3, 20)).round).toBe(27_946_612)
    fc.assert(
      fc.property(fc.integer({ min: 1_692_803_367_000, max: 4e12 }), (atMs) => {
        const found = roundFrom(atMs)
        expect(found.atMs).toBe(roundAtMs(found.round))
        expect(found.atMs).toBeGreaterThanOrEqual(atMs)
        expect(roundAtMs(found.round - 1)).toBeLessThan(atMs)
      }),
    )
  })
})

test("the random number of a real round of quicknet is its signature's hash", () => {
  const round1000 = {
    signature:
      "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39",
    randomness: "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd",
  }
  expect(isRandomnessOf(round1000)).toBe(true)
  expect(isRandomnessOf({ ...round1000, randomness: round1000.signature })).toBe(false)
})

describe("a check of a draw", () => {
  test("holds for an honest one, in every part", async () => {
    const draw = honestDraw()
    expect(new Set(resultsOf(checkDocument(draw)))).toEqual(new Set(["ok"]))
    expect(resultsOf(checkAllTickets(draw, idsByShard.map(packTicketIds)))).toEqual(["ok"])
    const board = { drawCommitment: draw.drawCommitment, drawSecret: "secret", drawSeed: draw.lotKey ?? "" }
    expect(checkBoard(draw, board).result).toBe("ok")
    const [ticketId = ""] = idsByShard[2] ?? []
    const lot = await lotOf(draw.lotKey ?? "", ticketId)
    expect(await standingOf(draw, { ticketId, arrivedAtMs: opensAtMs - 1 })).toEqual({ lot, rank: lot - 1 })
  })

  test("reckons a ticket's rank as its sale's mode does, and as an invitation does", async () => {
    const [ticketId = ""] = idsByShard[2] ?? []
    const firstCome = { ...honestDraw(), ranksFromMs: opensAtMs - 60_000 }
    const lot = await lotOf(firstCome.lotKey ?? "", ticketId)
    const rankAt = async (arrivedAtMs: number) =>
      (await standingOf(firstCome, { ticketId, arrivedAtMs }))?.rank
    expect(await rankAt(opensAtMs - 60_001)).toBe(lot - 1)
    expect(await rankAt(opensAtMs - 50_000)).toBe(10_000 + lot)
    const secret = await earlySecretOf("secret")
    const early = { ...honestDraw(), earlyAccess: { opensAtMs: opensAtMs - 60_000, secret } }
    const invited = { ticketId, arrivedAtMs: opensAtMs + 5_000, invited: true }
    const invitedLot = await lotOf(secret, ticketId)
    expect(await standingOf(early, invited)).toEqual({ lot: invitedLot, rank: invitedLot - 2 })
    expect(await standingOf(honestDraw(), invited)).toBe(null)
  })

  test("finds a secret of early access that does not follow from the draw's", async () => {
    const times = { opensAtMs: opensAtMs - 60_000 }
    const resultOf = async (earlyAccess?: DrawDocument["earlyAccess"]) =>
      resultsOf(await checkEarlyAccess({ ...honestDraw(), ...(earlyAccess && { earlyAccess }) }))
    expect(await resultOf()).toEqual([])
    expect(await resultOf(times)).toEqual(["unknown"])
    expect(await resultOf({ ...times, secret: await earlySecretOf("secret") })).toEqual(["ok"])
    expect(await resultOf({ ...times, secret: await earlySecretOf("another") })).toEqual(["mismatch"])
  })

  test("finds whatever is altered in it", () => {
    const flip = (hex: string) => `${hex[0] === "0" ? "1" : "0"}${hex.slice(1)}`
    const alterations: ((draw: DrawDocument) => void)[] = [
      (draw) => (draw.drawSecret = "another"),
      (draw) => (draw.drawCommitment = flip(draw.drawCommitment)),
      (draw) => (draw.lotKey = flip(draw.lotKey ?? "")),
      (draw) => (draw.lotKey = "secret"),
      (draw) => (draw.beaconAnswer = null),
      (draw) => draw.beaconAnswer && (draw.beaconAnswer.randomness = flip(draw.beaconAnswer.randomness)),
      (draw) => draw.beaconAnswer && (draw.beaconAnswer.signature = flip(draw.beaconAnswer.signature)),
      (draw) => draw.beacon && (draw.beacon.round += 1),
      (draw) => draw.beacon && Object.assign(draw.beacon, { round: 5, atMs: roundAtMs(5) }),
      (draw) => draw.tickets && (draw.tickets.root = flip(draw.tickets.root)),
      (draw) => draw.tickets && (draw.tickets.count += 1),
      (draw) => draw.tickets && (draw.tickets.sealedAtMs = opensAtMs + 60_000),
      (draw) => draw.tickets?.shards.reverse(),
      (draw) => draw.tickets?.shards.pop(),
      (draw) => draw.tickets?.shards[0] && (draw.tickets.shards[0].count += 1),
      (draw) => (draw.tickets = undefined as never),
    ]
    for (const [index, alter] of alterations.entries()) {
      const draw = honestDraw()
      alter(draw)
      expect(resultsOf(checkDocument(draw)), `alteration ${index}`).toContain("mismatch")
    }
  })

  test("finds a ticket that was taken out of the list, or put into it", () => {
    const draw = honestDraw()
    const packed = idsByShard.map(packTicketIds)
    const fewer = [...packed.slice(0, 2), packTicketIds((idsByShard[2] ?? []).slice(1))]
    const more = [packTicketIds([...(idsByShard[0] ?? []), ...idsOf(9, 1)]), ...packed.slice(1)]
    for (const list of [fewer, more, [...packed, packTicketIds(idsOf(9, 1))], []])
      expect(resultsOf(checkAllTickets(draw, list))).toEqual(["mismatch"])
  })

  test("hazard 25: a ticket made after the sealing is shown not to be in the tree, and no proof of another's helps", () => {
    const draw = honestDraw()
    const [ticketId = ""] = idsByShard[2] ?? []
    const found = trees[2]?.proofOf(packTicketId(ticketId) ?? new Uint8Array())
    const proof = {
      ticketId,
      inTree: true,
      shard: 2,
      index: found?.index ?? -1,
      path: (found?.path ?? []).map(hexOf),
    }
    expect(checkProof(draw, ticketId, proof).result).toBe("ok")
    const [late = ""] = idsOf(7, 1)
    expect(checkProof(draw, late, { ticketId: late, inTree: false })).toMatchObject({
      result: "unknown",
      detail: expect.stringContaining("after the sealing"),
    })
    for (const forged of [
      { ...proof, ticketId: late },
      { ...proof, shard: 0 },
      { ...proof, shard: 99 },
      { ...proof, index: proof.index + 1 },
      { ...proof, path: proof.path.slice(1) },
      { ...proof, path: ["zz"] },
    ])
      expect(checkProof(draw, forged.ticketId, forged).result).toBe("mismatch")
  })

  test("finds what was published otherwise before the bell", () => {
    const now = honestDraw()
    const { drawSecret: _secret, lotKey: _key, beaconAnswer: _answer, ...sealed } = honestDraw()
    const { tickets: _tickets, beacon: _beacon, ...gathering } = sealed
    for (const before of [gathering, sealed, now]) expect(checkUnchanged(before, now).result).toBe("ok")
    const root = "0".repeat(64)
    const tickets = sealed.tickets && { ...sealed.tickets, root }
    const beacon = sealed.beacon && { ...sealed.beacon, round: sealed.beacon.round - 1 }
    for (const other of [
      { ...sealed, drawCommitment: root },
      { ...sealed, ...(tickets && { tickets }) },
      { ...sealed, ...(beacon && { beacon }) },
      { ...now, lotKey: root },
    ])
      expect(checkUnchanged(other, now).result).toBe("mismatch")
    const moved = { ...sealed, ...(tickets && { tickets }), generation: 1 }
    expect(checkUnchanged(moved, now)).toMatchObject({
      result: "ok",
      detail: expect.stringContaining("moved"),
    })
    const unsealed: DrawDocument = { ...gathering, phase: "plain", lotKey: "secret", drawSecret: "secret" }
    expect(checkUnchanged(sealed, unsealed).result).toBe("mismatch")
  })

  test("says what cannot be checked yet, and calls nothing wrong by it", () => {
    const { drawSecret: _secret, lotKey: _key, beaconAnswer: _answer, ...sealed } = honestDraw()
    expect(resultsOf(checkDocument({ ...sealed, phase: "sealed" }))).not.toContain("mismatch")
    const { tickets: _tickets, beacon: _beacon, ...gathering } = sealed
    expect(new Set(resultsOf(checkDocument({ ...gathering, phase: "gathering" })))).toEqual(
      new Set(["unknown"]),
    )
  })

  test("of a plain draw asks that lots are keyed with the secret", () => {
    const { tickets: _tickets, beacon: _beacon, beaconAnswer: _answer, ...rest } = honestDraw()
    const plain: DrawDocument = {
      ...rest,
      phase: "plain",
      plainBecause: "scheduled_too_late",
      lotKey: "secret",
    }
    expect(resultsOf(checkDocument(plain))).toEqual(["ok", "ok"])
    expect(resultsOf(checkDocument({ ...plain, lotKey: "another" }))).toContain("mismatch")
  })

  test("does not call a chain of the shop's own drand's", () => {
    const draw = honestDraw()
    if (draw.beacon) draw.beacon.chainHash = "0".repeat(64)
    expect(checkDocument(draw).find(({ result }) => result !== "ok")).toMatchObject({
      result: "unknown",
      detail: expect.stringContaining("not drand's quicknet"),
    })
  })

  test("of a seed without the beacon holds, and says so", () => {
    const draw = honestDraw()
    draw.beaconAnswer = null
    draw.lotKey = seedOf("secret", draw.tickets?.root ?? "", null)
    const checks = checkDocument(draw)
    expect(resultsOf(checks)).not.toContain("mismatch")
    expect(checks.map(({ detail }) => detail).join()).toContain("secret and root alone")
  })
})
