import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import type { Room } from "../../durable-objects/room/room.ts"
import { openRoom } from "../../durable-objects/room/staged-room.ts"
import { DUMMY_TOKEN } from "../../local/turnstile-emulator/siteverify.ts"
import { FLUSH_HORIZON_MS } from "../../waiting-room/controller.ts"
import { PROOF_BITS, PROOF_CHALLENGE_MS } from "../../waiting-room/proof-of-work.ts"
import { searchProof } from "../../waiting-room/proof-search.ts"
import { drawCommitmentOf } from "../../waiting-room/rank.ts"
import { lineRoutes } from "./routes.ts"
import { background, DRAW_SECRET, shopperOf, stageOf as stageWith } from "./stage.ts"
import type { Stage as StageWith } from "./stage.ts"

type Stage = StageWith<Room>

const stageOf = () => stageWith(openRoom)

let now: number

/** Requests that wait for one another by looking again need a clock that goes on. */
async function together<T>(work: Promise<T>[]): Promise<T[]> {
  const progress = { done: false }
  const all = Promise.all(work).finally(() => (progress.done = true))
  while (!progress.done) await vi.advanceTimersByTimeAsync(1)
  return all
}

/** Lets the pending flush reach the room, then the bell ring and the line move. */
async function openLine(stage: Stage): Promise<void> {
  await vi.advanceTimersByTimeAsync(1_500)
  vi.setSystemTime(stage.opensAtMs + FLUSH_HORIZON_MS)
  stage.room.tick(new Map([["MUG-1", { available: 40, held: 0, sold: 0 }]]), Date.now())
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_800_000_000_000 })
  now = Date.now()
})
afterEach(async () => {
  await vi.advanceTimersByTimeAsync(30_000)
  await Promise.all(background.splice(0))
  vi.useRealTimers()
})

describe("joining", () => {
  test("hazards 6, 23, 25: one session has one ticket, whatever it does and loses", async () => {
    const stage = await stageOf()
    const shopper = shopperOf(stage)
    const first = await shopper.join()
    expect(first).toMatchObject({ status: 201, body: { arrivedAtMs: now } })
    expect(first.headers.get("cache-control")).toBe("no-store")
    await vi.advanceTimersByTimeAsync(400)
    expect(await shopper.join()).toMatchObject({ status: 200, body: first.body })

    const lostItsTicket = shopperOf(
      stage,
      new Map([["spillway_session", shopper.cookies.get("spillway_session") ?? ""]]),
    )
    expect(await lostItsTicket.join()).toMatchObject({ status: 200, body: first.body })
    await vi.advanceTimersByTimeAsync(2_000)
    expect(stage.room.live(Date.now()).joined).toBe(1)
  })

  test("asked twice at once gives one arrival", async () => {
    const stage = await stageOf()
    const shopper = shopperOf(stage)
    await shopper.call(`/api/sales/${stage.saleId}/board`)
    shopper.cookies.set("spillway_session", (await sessionOf(stage)) ?? "")
    const [one, two] = await Promise.all([shopper.join(), shopper.join()])
    expect([one.status, two.status].toSorted((a, b) => a - b)).toEqual([200, 201])
    expect(one.body).toEqual(two.body)
  })

  test("P8: costs one call of the room for a whole crowd", async () => {
    const stage = await stageOf()
    await together(Array.from({ length: 300 }, () => shopperOf(stage).join()))
    await vi.advanceTimersByTimeAsync(1_500)
    expect(stage.calls).toEqual({ read: 1, exchange: 0, countArrivals: 1 })
    expect(stage.room.live(Date.now()).joined).toBe(300)
  })

  test("loses no count when the room is away for a moment", async () => {
    const stage = await stageOf()
    await shopperOf(stage).join()
    stage.away = true
    await vi.advanceTimersByTimeAsync(2_500)
    stage.away = false
    await vi.advanceTimersByTimeAsync(2_500)
    expect(stage.room.live(Date.now()).joined).toBe(1)
  })

  test("is refused when the sale is over, and where there is none", async () => {
    const stage = await stageOf()
    stage.room.end(now)
    expect(await shopperOf(stage).join()).toMatchObject({ status: 409, body: { code: "sale_over" } })
    for (const id of ["nothing", "00000000-0000-4000-8000-ffffffffffff", "%00", "..%2f.."]) {
      const answer = await shopperOf(stage).call(`/api/sales/${id}/tickets`, { method: "POST" })
      expect(answer).toMatchObject({ status: 404 })
    }
  })

  test("nobody arrives before the bell once the draw is public", async () => {
    const stage = await stageOf()
    vi.setSystemTime(stage.opensAtMs)
    await shopperOf(stage).board()
    vi.setSystemTime(stage.opensAtMs - 300)
    expect((await shopperOf(stage).join()).body["arrivedAtMs"]).toBe(stage.opensAtMs)
  })
})

async function sessionOf(stage: Stage): Promise<string | undefined> {
  const other = await stageOf()
  const shopper = shopperOf({ ...other, env: { ...other.env, TOKEN_KEYS: stage.env.TOKEN_KEYS } })
  await shopper.join()
  return shopper.cookies.get("spillway_session")
}

describe("entering", () => {
  test("P4: a ticket becomes a pass when its turn has come, and the same one again", async () => {
    const stage = await stageOf()
    const shopper = shopperOf(stage)
    const { ticket } = (await shopper.join()).body
    const early = await shopper.enter(ticket)
    expect(early).toMatchObject({ status: 425, body: { code: "not_your_turn" } })
    expect(Number(early.headers.get("retry-after"))).toBe(10)
    expect(stage.calls.exchange).toBe(0)

    await openLine(stage)
    const entered = await shopper.enter(ticket)
    expect(entered).toMatchObject({ status: 201, body: { expiresAtMs: Date.now() + 300_000 } })
    expect(await shopper.enter(ticket)).toMatchObject({ status: 200, body: entered.body })
    expect(shopper.cookies.has(`spillway_pass_${stage.saleId.replaceAll("-", "")}`)).toBe(true)

    const check = (by: ReturnType<typeof shopperOf>, saleId = stage.saleId, pass = entered.body["pass"]) =>
      by.call(`/check/${saleId}`, { method: "POST", body: String(pass) }).then(({ body }) => body["text"])
    expect(await check(shopper)).toBe("valid")
    expect(await check(shopperOf(stage))).toBe("pass_invalid")
    expect(await check(shopper, stage.saleId.toUpperCase().replace("00000000", "0000000A"))).toBe(
      "pass_invalid",
    )
    expect(await check(shopper, stage.saleId, ticket)).toBe("pass_invalid")
    vi.setSystemTime(Date.now() + 300_000)
    expect(await check(shopper)).toBe("pass_invalid")
  })

  test("hazards 24, 25: nobody enters with another's ticket, or one for another sale, or a made-up one", async () => {
    const stage = await stageOf()
    const [owner, thief, other] = [shopperOf(stage), shopperOf(stage), await stageOf()]
    const { ticket } = (await owner.join()).body
    const { ticket: foreign } = (await shopperOf(other, owner.cookies).join()).body
    await openLine(stage)
    await thief.join()
    for (const attempt of [
      thief.enter(ticket),
      shopperOf(stage).enter(ticket),
      owner.enter(foreign),
      owner.enter("v1.a.b.c"),
      owner.enter(`${String(ticket).slice(0, -1)}_`),
    ]) {
      expect(await attempt).toMatchObject({ status: 403, body: { code: "ticket_invalid" } })
    }
    expect(stage.calls.exchange).toBe(0)
  })

  test("refuses bodies that are no ticket, with the field named", async () => {
    const stage = await stageOf()
    const shopper = shopperOf(stage)
    expect(await shopper.enter(7)).toMatchObject({ status: 422, body: { code: "invalid_request" } })
    expect(await shopper.enter("x".repeat(401))).toMatchObject({ status: 422 })
    expect(
      await shopper.call(`/api/sales/${stage.saleId}/passes`, { method: "POST", body: "{" }),
    ).toMatchObject({ status: 400 })
  })

  test("hazard 24: fails closed when the room is away, and recovers by itself", async () => {
    const stage = await stageOf()
    const shopper = shopperOf(stage)
    const { ticket } = (await shopper.join()).body
    await openLine(stage)
    stage.away = true
    await vi.advanceTimersByTimeAsync(6_000)
    const closed = await shopper.enter(ticket)
    expect(closed).toMatchObject({ status: 503, body: { code: "temporarily_unavailable" } })
    expect(closed.headers.get("retry-after")).not.toBe(null)
    stage.away = false
    await vi.advanceTimersByTimeAsync(1_000)
    expect(await shopper.enter(ticket)).toMatchObject({ status: 201 })
  })

  test("hazard 27: another spelling of the sale's address goes round nothing", async () => {
    const stage = await stageOf()
    const hex = "00000000-0000-4000-8000-abcdefabcdef"
    for (const id of [
      hex.toUpperCase(),
      `${stage.saleId}.`,
      `${stage.saleId}%20`,
      `%20${stage.saleId}`,
      stage.saleId.replaceAll("-", ""),
    ]) {
      expect((await shopperOf(stage).call(`/api/sales/${id}/board`)).status).toBe(404)
    }
    for (const path of [
      `/API/sales/${stage.saleId}/board`,
      `/api//sales/${stage.saleId}/board`,
      `/api/sales/${stage.saleId}/board/`,
    ]) {
      expect((await shopperOf(stage).call(path)).status).toBe(404)
    }
  })
})

describe("the board", () => {
  test("is public, sets no cookie, and is read from the room once a second", async () => {
    const stage = await stageOf()
    const answers = await together(Array.from({ length: 50 }, () => shopperOf(stage).board()))
    for (const { status, headers } of answers) {
      expect(status).toBe(200)
      expect(headers.get("cache-control")).toBe("public, max-age=1")
      expect(headers.getSetCookie()).toEqual([])
    }
    expect(stage.calls.read).toBe(1)
    await vi.advanceTimersByTimeAsync(1_001)
    await shopperOf(stage).board()
    expect(stage.calls.read).toBe(2)
  })

  test("is served a few seconds old while the room is away, then not at all", async () => {
    const stage = await stageOf()
    const first = await shopperOf(stage).board()
    stage.away = true
    await vi.advanceTimersByTimeAsync(3_000)
    expect(await shopperOf(stage).board()).toMatchObject({ status: 200, body: first.body })
    await vi.advanceTimersByTimeAsync(3_000)
    expect(await shopperOf(stage).board()).toMatchObject({ status: 503 })
  })

  test("a sale's public facts tell bands and no counts", async () => {
    const stage = await stageOf()
    const { status, body, headers } = await shopperOf(stage).call(`/api/sales/${stage.saleId}`)
    expect(status).toBe(200)
    expect(headers.get("cache-control")).toBe("public, max-age=2, stale-while-revalidate=10")
    expect(body).toMatchObject({
      phase: "waiting",
      drawCommitment: await drawCommitmentOf(DRAW_SECRET),
      items: [{ sku: "MUG-1", allotmentBand: "under_50", stock: "in_stock" }],
    })
    expect(JSON.stringify(body)).not.toMatch(/"allotment"|maxActive|perMinute/)
  })

  test("the routes are described for the contract", () => {
    const { paths } = lineRoutes.getOpenAPI31Document({
      openapi: "3.1.0",
      info: { title: "t", version: "1" },
    })
    expect(Object.keys(paths ?? {}).sort()).toEqual([
      "/api/sales",
      "/api/sales/{saleId}",
      "/api/sales/{saleId}/board",
      "/api/sales/{saleId}/challenge",
      "/api/sales/{saleId}/passes",
      "/api/sales/{saleId}/tickets",
    ])
  })
})

describe("a sale that asks for a proof of work", () => {
  const asking = () => stageWith(openRoom, { challenge: "proof_of_work" })
  type Shopper = ReturnType<typeof shopperOf>
  const solved = (challenge: Record<string, unknown>) => {
    const { nonce, bits } = challenge as { nonce: string; bits: number }
    return { nonce, counter: searchProof(nonce, bits, { from: 0, count: 50_000_000 }) }
  }
  const challengeOf = (shopper: Shopper, saleId: string) => shopper.call(`/api/sales/${saleId}/challenge`)
  const joinWith = (shopper: Shopper, saleId: string, body: unknown) =>
    shopper.call(`/api/sales/${saleId}/tickets`, { method: "POST", body: JSON.stringify(body) })

  test("lets nobody join without, says what it asks, and gives a ticket for the answer", async () => {
    const stage = await asking()
    const shopper = shopperOf(stage)
    const refused = await shopper.join()
    expect(refused).toMatchObject({ status: 403, body: { code: "challenge_required" } })
    const asked = refused.body["challenge"] as Record<string, unknown>
    expect(asked).toMatchObject({ kind: "proof_of_work", bits: PROOF_BITS })
    const joined = await joinWith(shopper, stage.saleId, { challenge: solved(asked) })
    expect(joined.status).toBe(201)
    // The ticket that is there already is given again without.
    expect(await shopper.join()).toMatchObject({ status: 200, body: joined.body })
    await vi.advanceTimersByTimeAsync(1_500)
    expect(stage.room.live(Date.now()).joined).toBe(1)
  })

  test("hazard 24: takes a solution once for a session and sale, and from nobody else", async () => {
    const [stage, other] = [await asking(), await asking()]
    const [owner, thief] = [shopperOf(stage), shopperOf(stage)]
    const challenge = solved((await challengeOf(owner, stage.saleId)).body)
    const refusals = [
      joinWith(thief, stage.saleId, { challenge }),
      joinWith(shopperOf(other, owner.cookies), other.saleId, { challenge }),
      joinWith(owner, stage.saleId, { challenge: { ...challenge, counter: Number(challenge.counter) + 1 } }),
      joinWith(owner, stage.saleId, { challenge: { nonce: challenge.nonce } }),
      joinWith(owner, stage.saleId, { challenge: { token: DUMMY_TOKEN } }),
      joinWith(owner, stage.saleId, { challenge: { nonce: "x", counter: 1 } }),
      joinWith(owner, stage.saleId, {}),
    ]
    for (const answer of await Promise.all(refusals))
      expect(answer).toMatchObject({ status: 403, body: { code: "challenge_required" } })
    const first = await joinWith(owner, stage.saleId, { challenge })
    expect(first.status).toBe(201)
    owner.cookies.delete(`spillway_ticket_${stage.saleId.replaceAll("-", "")}`)
    // Sent again it gives the one ticket of its session, so that a replay gains nothing.
    expect(await joinWith(owner, stage.saleId, { challenge })).toMatchObject({
      status: 200,
      body: first.body,
    })
    vi.setSystemTime(Date.now() + PROOF_CHALLENGE_MS)
    owner.cookies.delete(`spillway_ticket_${stage.saleId.replaceAll("-", "")}`)
    await shopperOf(stage).board()
    expect(await joinWith(owner, stage.saleId, { challenge })).toMatchObject({ status: 403 })
  })

  test("hazard 28: a client that keeps no cookie never joins, however much it works", async () => {
    const stage = await asking()
    for (let attempt = 0; attempt < 3; attempt++) {
      const challenge = solved((await challengeOf(shopperOf(stage), stage.saleId)).body)
      expect(await joinWith(shopperOf(stage), stage.saleId, { challenge })).toMatchObject({ status: 403 })
    }
    await vi.advanceTimersByTimeAsync(1_500)
    expect(stage.room.live(Date.now()).joined).toBe(0)
  })

  test("asks nothing where the sale does not, and names the field of a body that is wrong", async () => {
    const stage = await stageOf()
    const shopper = shopperOf(stage)
    expect((await challengeOf(shopper, stage.saleId)).body).toEqual({ kind: "none" })
    for (const [body, field] of [
      [{ more: 1 }, "more"],
      [{ challenge: 7 }, "challenge"],
      [{ challenge: { counter: -1 } }, "challenge.counter"],
      [{ challenge: { nonce: "x".repeat(401) } }, "challenge.nonce"],
    ] as const) {
      const answer = await joinWith(shopper, stage.saleId, body)
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ field }] } })
    }
    expect(await joinWith(shopper, stage.saleId, {})).toMatchObject({ status: 201 })
    expect(await challengeOf(shopper, "nothing")).toMatchObject({ status: 404 })
  })
})
