import { createHash } from "node:crypto"
import * as fc from "fast-check"
import { afterEach, describe, expect, test } from "vitest"
import { startBeacon } from "../../local/beacon.ts"
import type { LocalBeacon } from "../../local/beacon.ts"
import { chainInfo, hashOfChain, isSignatureOf } from "../../local/drand-chain.ts"
import { FLUSH_HORIZON_MS } from "../../waiting-room/controller.ts"
import { roundAtMs, roundFrom, seedOf } from "../../waiting-room/draw.ts"
import { checkDocument } from "../../waiting-room/draw-check.ts"
import { askBeacon, chainHashOf } from "./beacon.ts"
import { DRAW_WAIT_MS, drawStepOf, nextDrawStepMs, SEAL_BEFORE_BELL_MS, startDraw } from "./draw-life.ts"
import { OPENS_AT_MS, stagedSale, stageRoom, stockOf } from "./staged-room.ts"

const opensAtMs = OPENS_AT_MS
const sealAtMs = opensAtMs - SEAL_BEFORE_BELL_MS
const CHAIN = "c".repeat(64)
const shards = [{ root: "a".repeat(64), count: 3 }]
const answer = { randomness: "1".repeat(64), signature: "2".repeat(96) }
const stock = stockOf(40)

const sale = stagedSale({
  waitingOpensAtMs: opensAtMs - 600_000,
  item: { allotment: 40 },
  admission: { perMinute: 60_000, maxActive: 30 },
})
const secrets = {
  drawSecret: "secret",
  drawCommitment: createHash("sha256").update("secret").digest("hex"),
}

/** A room as it is scheduled a minute before the bell, and as it would be after an eviction. */
function newRoom() {
  const { room, restarted } = stageRoom(sale, secrets, opensAtMs)
  room.draw.begin(opensAtMs - 60_000)
  room.countArrivals({ opensAtMs, bySecond: [[-1, 3]] })
  return { room, restart: () => restarted(opensAtMs) }
}

const gate = { ticketId: "t1", subject: "s1", arrivedAtMs: opensAtMs - 1_000, lot: 0.1, passId: "p1" }

describe("a sealed draw", () => {
  test("P4: lets nobody in, and moves the line nowhere, until the seed is known", () => {
    const { room } = newRoom()
    room.draw.seal(shards, 0, CHAIN, sealAtMs)
    for (const afterMs of [0, FLUSH_HORIZON_MS, 5_000, 9_000]) {
      const nowMs = opensAtMs + afterMs
      room.tick(stock, nowMs)
      const board = room.board(nowMs)
      expect(board).toMatchObject({ phase: "waiting", frontier: -1 })
      expect(JSON.stringify([board, room.facts(nowMs)])).not.toMatch(/drawSecret|drawSeed|lotKey/)
      expect(room.exchange(gate, nowMs)).toMatchObject({ refusal: "not_your_turn" })
    }
    room.draw.beaconAnswered(answer)
    const nowMs = opensAtMs + 9_500
    room.tick(stock, nowMs)
    expect(room.board(nowMs)).toMatchObject({ phase: "open", drawSecret: "secret" })
    expect(room.board(nowMs).frontier).toBeGreaterThan(-1)
    expect(room.exchange(gate, nowMs)).toMatchObject({ outcome: "admitted" })
  })

  test("is made of secret, root and randomness, and its document holds together", () => {
    const { room, restart } = newRoom()
    room.draw.seal(shards, 0, CHAIN, sealAtMs)
    const sealed = room.draw.document(3, opensAtMs)
    expect(sealed).toMatchObject({ phase: "sealed", beacon: roundFrom(opensAtMs) })
    room.draw.beaconAnswered(answer)
    const { root = "" } = sealed.tickets ?? {}
    const seed = seedOf("secret", root, answer.randomness)
    expect(room.board(opensAtMs + 1)).toMatchObject({ drawSeed: seed, drawSecret: "secret" })
    expect(room.draw.lotKey).toBe(seed)
    const evicted = restart()
    expect(evicted.draw.document(3, opensAtMs + 1)).toEqual(room.draw.document(3, opensAtMs + 1))
    const real = evicted.draw.document(3, opensAtMs + 1)
    expect(checkDocument(real).filter(({ result }) => result === "mismatch")).toMatchObject([
      { name: "The random number is the hash of its signature" }, // The one in this test is made up.
    ])
  })

  test("is drawn once: no second answer, and no second sealing, changes it", () => {
    const { room } = newRoom()
    room.draw.seal(shards, 0, CHAIN, sealAtMs)
    room.draw.seal([{ root: "b".repeat(64), count: 1 }], 0, CHAIN, sealAtMs + 1)
    room.draw.beaconAnswered(answer)
    const { lotKey } = room.draw
    room.draw.beaconAnswered({ ...answer, randomness: "9".repeat(64) })
    room.draw.giveUp(opensAtMs + DRAW_WAIT_MS)
    expect(room.draw.lotKey).toBe(lotKey)
    expect(room.draw.document(3, opensAtMs).tickets?.count).toBe(3)
  })

  test("does not hang on a silent beacon: the sale opens without it, and the document says so", () => {
    const { room } = newRoom()
    room.draw.seal(shards, 0, CHAIN, sealAtMs)
    room.draw.giveUp(opensAtMs + DRAW_WAIT_MS - 1)
    expect(room.draw.hasLots).toBe(false)
    room.draw.giveUp(opensAtMs + DRAW_WAIT_MS)
    const document = room.draw.document(3, opensAtMs + DRAW_WAIT_MS)
    expect(document).toMatchObject({ phase: "drawn", beaconAnswer: null })
    expect(document.lotKey).toBe(seedOf("secret", document.tickets?.root ?? "", null))
    room.tick(stock, opensAtMs + DRAW_WAIT_MS)
    expect(room.board(opensAtMs + DRAW_WAIT_MS).frontier).toBeGreaterThan(-1)
  })

  test("that could not be sealed by the bell is a plain one, and roots that come then are not taken", () => {
    const { room } = newRoom()
    room.draw.seal(shards, 0, CHAIN, opensAtMs)
    expect(room.draw.document(3, opensAtMs).phase).toBe("gathering")
    room.draw.giveUp(opensAtMs)
    expect(room.draw.document(3, opensAtMs)).toMatchObject({
      phase: "plain",
      plainBecause: "not_sealed_in_time",
      lotKey: "secret",
    })
    expect(room.board(opensAtMs)).toMatchObject({ phase: "open", drawSecret: "secret" })
    expect(room.board(opensAtMs)).not.toHaveProperty("drawSeed")
  })

  test("begins anew when the bell is moved, and takes no roots of the old one", () => {
    const { room } = newRoom()
    room.draw.seal(shards, 0, CHAIN, sealAtMs)
    expect(room.change({ opensAtMs: opensAtMs + 120_000 }, sealAtMs + 1)).toBe(null)
    expect(room.draw.document(3, opensAtMs)).toMatchObject({ phase: "gathering", generation: 1 })
    room.draw.seal(shards, 0, CHAIN, sealAtMs + 2)
    expect(room.draw.document(3, opensAtMs).phase).toBe("gathering")
    expect(room.change({ opensAtMs: sealAtMs + 1_000 }, sealAtMs + 3)).toBe(null)
    expect(room.draw.document(3, opensAtMs)).toMatchObject({
      phase: "plain",
      plainBecause: "scheduled_too_late",
    })
  })

  test("a sale from before there was sealing goes on as it did, also when its bell is moved", () => {
    const { room } = stageRoom(sale, secrets)
    room.change({ opensAtMs: opensAtMs + 1 }, opensAtMs - 60_000)
    expect(room.draw.document(3, 0)).toMatchObject({ phase: "plain", plainBecause: "before_sealing_existed" })
    expect(room.board(opensAtMs + 1)).toMatchObject({ phase: "open", drawSecret: "secret" })
  })
})

describe("a draw's clock", () => {
  test("always wakes for the next step, and ends with lots by ten seconds after the bell", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -120_000, max: 5_000 }),
        fc.boolean(),
        fc.boolean(),
        (scheduledMs, sealWorks, beaconWorks) => {
          const { room } = newRoom()
          room.draw.begin(opensAtMs + scheduledMs)
          let nowMs = opensAtMs + scheduledMs
          for (let wakes = 0; !room.draw.hasLots; wakes++) {
            expect(wakes).toBeLessThan(60)
            const step = room.draw.step(nowMs)
            if (step === "seal" && sealWorks) room.draw.seal(shards, 0, CHAIN, nowMs)
            if (step === "ask_beacon" && beaconWorks) room.draw.beaconAnswered(answer)
            if (step === "give_up") room.draw.giveUp(nowMs)
            if (room.draw.hasLots) break
            const nextMs = room.draw.nextStepMs(nowMs)
            if (nextMs === null) throw new Error("a draw that waits wakes again")
            nowMs = Math.max(nowMs + 1, nextMs)
          }
          expect(nowMs).toBeLessThanOrEqual(Math.max(opensAtMs + DRAW_WAIT_MS + 500, opensAtMs + scheduledMs))
          expect(room.draw.nextStepMs(nowMs)).toBe(null)
        },
      ),
    )
  })

  test("asks for a round that does not exist at the sealing, and never before it is due", () => {
    const { room } = newRoom()
    room.draw.seal(shards, 0, CHAIN, opensAtMs - 1)
    const beacon = room.draw.document(3, opensAtMs).beacon ?? { round: 0, atMs: 0 }
    expect(beacon.atMs).toBeGreaterThanOrEqual(opensAtMs + 999)
    expect(room.draw.step(beacon.atMs - 1)).toBe(null)
    expect(room.draw.nextStepMs(opensAtMs)).toBe(beacon.atMs)
    expect(room.draw.step(beacon.atMs)).toBe("ask_beacon")
  })

  test("goes on when the sale is ended right after its bell, and not when it never rang", () => {
    const { room } = newRoom()
    room.draw.seal(shards, 0, CHAIN, sealAtMs)
    room.end(opensAtMs + 1)
    room.poolTold({ sku: "MUG-1", state: "closed", termsVersion: 1 })
    expect(room.nextTickMs(opensAtMs + 1)).not.toBe(null)
    expect(room.nextTickMs(opensAtMs + 1)).toBe(room.draw.nextStepMs(opensAtMs + 1))
    room.draw.beaconAnswered(answer)
    expect(room.nextTickMs(opensAtMs + 1)).toBe(null)
    const { room: early } = newRoom()
    early.end(sealAtMs)
    early.poolTold({ sku: "MUG-1", state: "closed", termsVersion: 1 })
    expect(early.nextTickMs(sealAtMs + 1)).toBe(null)
  })

  test("where no beacon is asked, the bell draws", () => {
    const { room } = newRoom()
    room.draw.seal(shards, 0, null, sealAtMs)
    expect(room.draw.step(opensAtMs - 1)).toBe(null)
    expect(room.draw.step(opensAtMs)).toBe("give_up")
    expect(drawStepOf(startDraw(opensAtMs, 0, opensAtMs - 1), opensAtMs, opensAtMs)).toBe(null)
    expect(nextDrawStepMs(startDraw(opensAtMs, 0, opensAtMs), opensAtMs, opensAtMs)).toBe(null)
  })
})

describe("the beacon", () => {
  let beacon: LocalBeacon | null = null
  afterEach(async () => beacon?.stop())

  test("answers a round that is out, the same each time, and none to come", async () => {
    let nowMs = roundAtMs(1_000)
    beacon = await startBeacon(() => nowMs)
    const first = await askBeacon(beacon.chainUrl, 1_000)
    expect(await askBeacon(beacon.chainUrl, 1_000)).toEqual(first)
    expect(createHash("sha256").update(Buffer.from(first.signature, "hex")).digest("hex")).toBe(
      first.randomness,
    )
    await expect(askBeacon(beacon.chainUrl, 1_001)).rejects.toThrow("answered 425")
    nowMs += 3_000
    expect((await askBeacon(beacon.chainUrl, 1_001)).randomness).not.toBe(first.randomness)
    await expect(askBeacon(`${beacon.url}/${CHAIN}`, 1_000)).rejects.toThrow("answered 404")
    expect(chainHashOf(beacon.chainUrl)).toMatch(/^[0-9a-f]{64}$/)
    const info = chainInfo.parse(await (await fetch(`${beacon.chainUrl}/info`)).json())
    expect(hashOfChain(info)).toBe(chainHashOf(beacon.chainUrl))
    expect(isSignatureOf(1_000, first.signature, info.public_key)).toBe(true)
  })

  test("what is not the round, or not random by its signature, is not taken", async () => {
    const { createServer } = await import("node:http")
    let body = ""
    const server = createServer((_request, response) => response.end(body))
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    const url = `http://127.0.0.1:${(server.address() as { port: number }).port}/${CHAIN}`
    const signature = "ab".repeat(48)
    const randomness = createHash("sha256").update(Buffer.from(signature, "hex")).digest("hex")
    const good = { round: 7, randomness, signature }
    for (const bad of [
      "",
      "null",
      "[]",
      "{",
      JSON.stringify({ ...good, round: 8 }),
      JSON.stringify({ ...good, signature: "" }),
      JSON.stringify({ ...good, randomness: "0".repeat(64) }),
      JSON.stringify({ ...good, signature: "zz" }),
      JSON.stringify({ ...good, more: "x".repeat(5_000) }),
    ]) {
      body = bad
      await expect(askBeacon(url, 7), bad.slice(0, 60)).rejects.toThrow()
    }
    body = JSON.stringify(good)
    expect(await askBeacon(url, 7)).toEqual({ randomness, signature })
    await new Promise((resolve) => server.close(resolve))
    await expect(askBeacon(url, 7)).rejects.toThrow()
  })

  test("an address that names no chain is refused, and an empty one means none", () => {
    expect(chainHashOf("")).toBe(null)
    for (const url of [
      "https://api.drand.sh",
      "https://api.drand.sh/",
      `ftp://x/${CHAIN}`,
      `https://x/${CHAIN}/`,
    ])
      expect(() => chainHashOf(url)).toThrow("DRAND_URL")
  })
})
