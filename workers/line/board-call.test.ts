import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { openRoom } from "../../durable-objects/room/staged-room.ts"
import { answerBoardFromCopy } from "./board-call.ts"
import { shopperOf, stageOf } from "./stage.ts"

const openStage = () => stageOf(openRoom)

const boardOf = (saleId: string) => `https://shop.test/api/sales/${saleId}/board`
const asked = (url: string, init?: RequestInit) => {
  const request = new Request(url, init)
  return answerBoardFromCopy(request, request)
}

beforeEach(() => vi.useFakeTimers({ now: 1_800_000_000_000 }))
afterEach(() => vi.useRealTimers())

test("the short way says what the long way says, for as long as the copy is fresh", async () => {
  const { saleId, ...stage } = await openStage()
  expect(asked(boardOf(saleId))).toBeNull() // Nobody has read it yet.
  const shopper = shopperOf({ saleId, ...stage })
  const long = await shopper.board()
  const short = asked(boardOf(saleId))
  expect(short?.status).toBe(long.status)
  expect(await short?.json()).toEqual(long.body)
  const namesOf = (headers: Headers) => [...headers.keys()].toSorted()
  expect(namesOf(short?.headers ?? new Headers())).toEqual(namesOf(long.headers))
  for (const name of ["content-type", "cache-control", "x-content-type-options"])
    expect(short?.headers.get(name)).toBe(long.headers.get(name))
  expect(short?.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{18}-\d+$/)
  expect(stage.calls.read).toBe(1)

  vi.setSystemTime(Date.now() + 1_000)
  expect(asked(boardOf(saleId))).toBeNull()
})

test("hazard 27: other methods and other spellings go the long way", async () => {
  const stage = await openStage()
  const { saleId } = stage
  await shopperOf(stage).board()
  expect(asked(boardOf(saleId))).not.toBeNull()
  expect(asked(boardOf(saleId), { method: "HEAD" })).toBeNull()
  for (const path of [
    `/api/sales/${saleId}/board/`,
    `/api/sales/${saleId}/board?x=1`,
    `/api/sales/${saleId.toUpperCase()}x/board`,
    `/api//sales/${saleId}/board`,
    `/API/sales/${saleId}/board`,
    `/api/sales/./${saleId}x/board`,
    `/x/api/sales/${saleId}/board`,
    `/api/sales/${saleId}%20/board`,
    "/api/sales//board",
    "/board",
  ])
    expect(asked(`https://shop.test${path}`), path).toBeNull()
})
