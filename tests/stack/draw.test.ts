import { spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest"
import { signRound } from "../../local/drand-chain.ts"
import { QUICKNET_CHAIN_HASH, seedOf } from "../../waiting-room/draw.ts"
import type { DrawDocument } from "../../waiting-room/draw.ts"
import type { TicketProof } from "../../waiting-room/draw-check.ts"
import { lotOf } from "../../waiting-room/rank.ts"
import { Clerk, expectProblem, Visitor } from "./wire.ts"

/** A sealed draw from end to end: gathered at the edge, sealed by the shards, drawn with the beacon, checked from outside. */

const addresses = inject("stack")
const clerk = new Clerk(addresses)
const SCRIPT = fileURLToPath(new URL("../../local/verify-draw.ts", import.meta.url))
const EARLY = 12

/** Longer than the ten seconds before the bell in which tickets are sealed. */
const BELL_IN_MS = 14_000
const WAIT = { timeout: 40_000, interval: 250 }

let saleId: string
let folder: string
const early: { visitor: Visitor; ticketId: string; ticket: string }[] = []
let late: { visitor: Visitor; ticketId: string; ticket: string }
const visitor = new Visitor(addresses)
const seen = () => join(folder, "seen.json")
const drawNow = async () => (await visitor.get<DrawDocument>(`/api/sales/${saleId}/draw`)).body

async function join1() {
  const newcomer = new Visitor(addresses)
  const { body } = await newcomer.join(saleId)
  return { visitor: newcomer, ticketId: body.ticketId, ticket: body.ticket }
}

async function verify(...options: string[]): Promise<{ status: number; output: string }> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", SCRIPT, ...options])
  let output = ""
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()))
  const status = await new Promise<number>((resolve) => child.on("close", (code) => resolve(code ?? -1)))
  return { status, output }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "spillway-draw-"))
  await clerk.addProduct("DRAW-1", 40)
  const sale = await clerk.schedule({
    items: [{ sku: "DRAW-1", allotment: 40, salePriceCents: 2_000, perCustomerLimit: 2 }],
    opensAtMs: Date.now() + BELL_IN_MS,
  })
  if (sale.status !== 201) throw new Error(JSON.stringify(sale.body))
  ;({ saleId } = sale.body)
  for (let i = 0; i < EARLY; i++) early.push(await join1())
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe("a sealed draw", () => {
  it("is gathered until shortly before the bell, and then sealed with a round to come", async () => {
    expect(await drawNow()).toMatchObject({ phase: "gathering", generation: 0 })
    await expect.poll(drawNow, WAIT).toMatchObject({ phase: "sealed", tickets: { count: EARLY } })
    late = await join1()
    const sealed = await drawNow()
    await writeFile(seen(), JSON.stringify(sealed))
    expect(sealed.beacon?.atMs).toBeGreaterThanOrEqual(sealed.opensAtMs)
    expect(JSON.stringify(sealed)).not.toMatch(/drawSecret|lotKey|randomness/)
    const page = await early[0]?.visitor.get<{ text: string }>(`/sales/${saleId}/draw`)
    expect(page?.body.text).toContain(sealed.tickets?.root)
  })

  it("P4: lets nobody in before the seed is known, and all who came by the seed after it", async () => {
    const passes = await Promise.all(early.map(({ visitor }) => visitor.queueFor(saleId, 40_000)))
    expect(passes).not.toContain(null)
    const draw = await drawNow()
    expect(draw).toMatchObject({
      phase: "drawn",
      unsealed: 1,
      beaconAnswer: { randomness: expect.stringMatching(/^[0-9a-f]{64}$/) },
    })
    const board = await visitor.get(`/api/sales/${saleId}/board`)
    expect(board.body).toMatchObject({ phase: "open", drawSeed: draw.lotKey, drawSecret: draw.drawSecret })
    expect(Buffer.byteLength(JSON.stringify(board.body))).toBeLessThanOrEqual(1_024)
  })

  it("has a proof for each ticket that was sealed, and says of a late one that it was not", async () => {
    for (const { ticketId } of early) {
      const { body, headers } = await visitor.get<TicketProof>(
        `/api/sales/${saleId}/draw/proof?ticketId=${ticketId}`,
      )
      expect(body).toMatchObject({ ticketId, inTree: true })
      expect(headers.get("cache-control")).toMatch(/^public/)
    }
    const { body } = await visitor.get(`/api/sales/${saleId}/draw/proof?ticketId=${late.ticketId}`)
    expect(body).toEqual({ ticketId: late.ticketId, inTree: false })
    // Not in the tree, and in the lottery all the same.
    expect(await late.visitor.queueFor(saleId)).toMatch(/^v1\./)
  })

  it("shows each shopper their lot and rank on a page, and its script is there to check them", async () => {
    const [one] = early
    const draw = await drawNow()
    const lot = await lotOf(draw.lotKey ?? "", one?.ticketId ?? "")
    const page = await one?.visitor.get<{ text: string }>(`/sales/${saleId}/draw`)
    expect(page?.headers.get("cache-control")).toBe("no-store")
    for (const shown of [one?.ticketId, String(lot), String(lot - 1), draw.lotKey, draw.drawSecret, "draw-"])
      expect(page?.body.text).toContain(shown)
    const stranger = await new Visitor(addresses).get<{ text: string }>(`/sales/${saleId}/draw`)
    expect(stranger.body.text).toContain("You have no ticket in this browser")
  })

  it("is verified from outside, and a tampered one is not", async () => {
    const [one] = early
    const asked = [
      "--ticket",
      one?.ticketId ?? "",
      "--tickets",
      "all",
      "--seen",
      seen(),
      "--beacon",
      addresses.beaconUrl,
    ]
    const whole = await verify("--sale", `${addresses.url}/sales/${saleId}/draw`, ...asked)
    expect(whole.output).toMatch(/Nothing is wrong: 12 checks hold, 1 cannot/)
    expect(whole.status).toBe(0)
    const unsealed = await verify(
      "--sale",
      saleId,
      "--url",
      addresses.url,
      "--ticket",
      late.ticketId,
      "--beacon",
      "off",
    )
    expect(unsealed.output).toContain("came after the sealing")
    expect(unsealed.status).toBe(0)

    const draw = await drawNow()
    const file = join(folder, "draw.json")
    const ofQuicknet = { beacon: draw.beacon && { ...draw.beacon, chainHash: QUICKNET_CHAIN_HASH } }
    for (const change of [
      { drawSecret: "another" },
      { lotKey: "0".repeat(64) },
      { beaconAnswer: null },
      ofQuicknet,
    ]) {
      await writeFile(file, JSON.stringify({ ...draw, ...change }))
      const tampered = await verify("--draw", file, "--beacon", "off")
      expect(tampered.output).toContain("MISMATCH")
      expect(tampered.status).toBe(1)
    }
    // All of it hangs together, but the beacon's key never made that signature.
    const signature = signRound(draw.beacon?.round ?? 0, createHash("sha256").update("shop").digest())
    const randomness = createHash("sha256").update(signature, "hex").digest("hex")
    const lotKey = seedOf(draw.drawSecret ?? "", draw.tickets?.root ?? "", randomness)
    await writeFile(file, JSON.stringify({ ...draw, beaconAnswer: { randomness, signature }, lotKey }))
    const forged = await verify("--draw", file, "--beacon", addresses.beaconUrl)
    expect(forged.output).toContain("MISMATCH  The random number is signed with the chain's key")
    expect(forged.output).toContain("2 of 8 checks failed")
    expect(forged.status).toBe(1)

    await writeFile(file, JSON.stringify(draw))
    const tickets = join(folder, "tickets.txt")
    await writeFile(tickets, early.map(({ ticketId }) => `0 ${ticketId}\n`).join(""))
    const swapped = await verify("--draw", file, "--tickets", tickets, "--beacon", addresses.beaconUrl)
    expect(swapped.status).toBe(draw.tickets?.shards[0]?.count === EARLY ? 0 : 1)
  })

  it("cannot be looked at where there is nothing to see: ends with 2 and says why", async () => {
    const nowhere = "00000000-0000-4000-8000-000000000000"
    for (const options of [
      [],
      ["--sale", "nope"],
      ["--sale", nowhere, "--url", addresses.url],
      ["--sale", saleId, "--url", "http://127.0.0.1:9"],
      ["--sale", saleId, "--url", addresses.url, "--ticket", "nope"],
      ["--draw", SCRIPT],
      ["--draw", join(folder, "missing.json")],
      ["--wrong"],
    ]) {
      const { status, output } = await verify(...options)
      expect(status, options.join(" ")).toBe(2)
      expect(output.trim()).not.toBe("")
    }
  })
})

describe("the draw's calls", () => {
  it("a plain draw, of a bell set too late to seal, is public and verifiable from the bell on", async () => {
    await clerk.addProduct("DRAW-2", 5)
    const sale = await clerk.schedule({
      items: [{ sku: "DRAW-2", allotment: 5, salePriceCents: 2_000, perCustomerLimit: 2 }],
    })
    const path = `/api/sales/${sale.body.saleId}/draw`
    const read = async () => (await visitor.get<DrawDocument>(path)).body
    expect(await read()).toMatchObject({ phase: "plain", plainBecause: "scheduled_too_late" })
    await expect.poll(async () => (await read()).lotKey, WAIT).toBeTruthy()
    const checked = await verify("--sale", sale.body.saleId, "--url", addresses.url)
    expect(checked.output).toMatch(/Nothing is wrong: 3 checks hold, 0 cannot/)
    expect(checked.status).toBe(0)
  })

  it("bad input is named, and other sales are not found", async () => {
    const at = (rest: string) => visitor.get(`/api/sales/${saleId}/draw/${rest}`)
    for (const query of [
      "proof",
      "proof?ticketId=",
      "proof?ticketId=nope",
      `proof?ticketId=${"A".repeat(23)}`,
    ])
      expectProblem(await at(query), 422, "invalid_request")
    for (const query of [
      "tickets",
      "tickets?shard=-1",
      "tickets?shard=16",
      "tickets?shard=x",
      "tickets?shard=0&after=x",
    ])
      expectProblem(await at(query), 422, "invalid_request")
    for (const call of ["draw", `draw/proof?ticketId=${"A".repeat(22)}`, "draw/tickets?shard=0"])
      expectProblem(
        await visitor.get(`/api/sales/00000000-0000-4000-8000-000000000000/${call}`),
        404,
        "sale_not_found",
      )
  })
})
