import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import type { Room } from "../../durable-objects/room/room.ts"
import { openRoom } from "../../durable-objects/room/staged-room.ts"
import { FLUSH_HORIZON_MS } from "../../waiting-room/controller.ts"
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
