import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { openRoom } from "../../durable-objects/room/staged-room.ts"
import { saleOfJoinCall } from "./join-call.ts"
import { shopperOf, stageOf } from "./stage.ts"

const openStage = () => stageOf(openRoom)

beforeEach(() => vi.useFakeTimers({ now: 1_800_000_000_000 }))
afterEach(() => vi.useRealTimers())

/** The same path as the router takes it, spelled so that the short way does not know it. */
const longWay = (saleId: string) => `/api/sales/${saleId}/%74ickets`

const named = (headers: Headers) =>
  [...headers].filter(([name]) => !["x-request-id", "set-cookie"].includes(name)).toSorted()

test("the short way says what the long way says", async () => {
  const stage = await openStage()
  const { saleId } = stage
  const nobody = saleId.replace(/^0/, "f")
  const calls: [saleId: string, init: RequestInit][] = [
    [saleId, {}],
    [saleId, { body: "{}" }],
    [saleId, { body: "" }],
    [saleId, { headers: { "content-length": "0" } }],
    [saleId, { body: "no JSON" }],
    [saleId, { body: "[]" }],
    [saleId, { body: JSON.stringify({ other: 1 }) }],
    [saleId, { body: JSON.stringify({ invitation: "none" }) }],
    [saleId, { body: " ".repeat(5_000) }],
    [saleId, { headers: { origin: "https://elsewhere.test" } }],
    [saleId, { headers: { "sec-fetch-site": "cross-site" } }],
    [saleId, { headers: { cookie: "spillway_session=v1.a.none.none" } }],
    [nobody, {}],
  ]
  for (const [sale, init] of calls) {
    const short = await shopperOf(stage).call(`/api/sales/${sale}/tickets`, { method: "POST", ...init })
    const long = await shopperOf(stage).call(longWay(sale), { method: "POST", ...init })
    const what = JSON.stringify([sale, init])
    expect(short.status, what).toBe(long.status)
    expect(Object.keys(short.body), what).toEqual(Object.keys(long.body))
    expect(short.body["code"], what).toBe(long.body["code"])
    expect(named(short.headers), what).toEqual(named(long.headers))
    expect(short.headers.get("x-request-id"), what).toMatch(/^[0-9a-f-]{18}-\d+$/)
    const cookiesOf = (headers: Headers) => headers.getSetCookie().map((set) => set.split("=")[0])
    expect(cookiesOf(short.headers), what).toEqual(cookiesOf(long.headers))
  }
})

test("a new shopper gets a session and a place, and keeps both either way", async () => {
  const stage = await openStage()
  const shopper = shopperOf(stage)
  const first = await shopper.join()
  expect(first.status).toBe(201)
  expect([...shopper.cookies.keys()].map((name) => name.split("_")[1])).toEqual(["session", "ticket"])
  const again = await shopper.call(longWay(stage.saleId), { method: "POST" })
  expect(again.status).toBe(200)
  expect(again.body).toEqual(first.body)
})

test("hazard 27: other methods and other spellings go the long way", () => {
  const saleId = "00000000-0000-4000-8000-000000000001"
  const asked = (path: string, method = "POST") =>
    saleOfJoinCall(new Request(`https://shop.test${path}`, { method }))
  expect(asked(`/api/sales/${saleId}/tickets`)).toBe(saleId)
  expect(asked(`/api/sales/${saleId}/tickets`, "GET")).toBeNull()
  for (const path of [
    `/api/sales/${saleId}/tickets/`,
    `/api/sales/${saleId}/tickets?x=1`,
    `/api/sales/${saleId}x/tickets`,
    `/api/sales/${saleId.toUpperCase().replace("0", "A")}/tickets`,
    `/api/sales/x/${saleId}/tickets`,
    `/api//sales/${saleId}/tickets`,
    `/x/api/sales/${saleId}/tickets`,
    longWay(saleId),
    "/api/sales//tickets",
    "/api/sales/tickets",
  ])
    expect(asked(path), path).toBeNull()
})
