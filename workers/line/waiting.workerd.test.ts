import { env as bindings } from "cloudflare:workers"
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import type { RoomApi, Sale } from "../../durable-objects/room/contract.ts"
import { nextPollMs } from "../../waiting-room/estimate.ts"
import type { Board } from "../../waiting-room/board.ts"
import type { Env } from "../environment.ts"
import { answerErrors, createRoutes, everyResponse } from "../http/app.ts"
import { STAGED_SETTINGS } from "../staged-settings.ts"
import { lineRoutes } from "./routes.ts"

/**
 * P8, counted: what a waiting crowd costs its room. The line's routes over the real object; what stands between them
 * counts its calls. On a model clock, so that a minute's polls take seconds.
 */

const SECOND_MS = 1_000
const START_MS = 1_800_000_000_000
const STEP_MS = SECOND_MS / 4

const WAIT_MS = 60 * SECOND_MS
const FIRST_LOOKS_MS = 10 * SECOND_MS

/** What was joined is told to the room by then. */
const FLUSHED_MS = 1_500

/** An isolate's copy of the board is refreshed within a second of its age, and a refresh takes no time here. */
const BOARD_AGE_MS_MAX = SECOND_MS

let saleCount = 0
const background: Promise<unknown>[] = []
const context = {
  waitUntil: (work: Promise<unknown>) => void background.push(work),
  passThroughOnException: () => {},
  props: {},
} as unknown as ExecutionContext

const app = createRoutes()
app.use(everyResponse)
app.route("/", lineRoutes)
answerErrors(app)

/** A sale whose bell is so far away, and its room behind a counter. */
async function waitingSale(bellInMs: number) {
  saleCount += 1
  const saleId = `20000000-0000-4000-8000-${String(saleCount).padStart(12, "0")}`
  const nowMs = Date.now()
  const item = {
    sku: "MUG",
    productSlug: "mug",
    title: "Mug",
    image: null,
    allotment: 40,
    salePriceCents: 900,
    priceCents: 1_800,
    currency: "EUR",
    perCustomerLimit: 2,
  }
  const sale: Sale = {
    saleId,
    slug: `mugs-${saleCount}`,
    title: "Mugs",
    waitingOpensAtMs: nowMs - 1,
    opensAtMs: nowMs + bellInMs,
    closesAtMs: nowMs + 3_600_000,
    items: [item],
    admission: { perMinute: 600, maxActive: 50, passMinutes: 5 },
    holdSeconds: 60,
  }
  await (bindings.ROOM.getByName(saleId) as unknown as RoomApi).schedule(sale)
  const calls: Record<string, number> = {}
  const countedRoom = (name: string) => {
    const stub = bindings.ROOM.getByName(name) as unknown as RoomApi
    return new Proxy(stub, {
      get: (_, method: keyof RoomApi) => {
        return (...given: never[]) => {
          calls[method] = (calls[method] ?? 0) + 1
          return (stub[method] as (...given: never[]) => unknown)(...given)
        }
      },
    })
  }
  const env = {
    ...bindings,
    ROOM: { getByName: countedRoom },
    ...STAGED_SETTINGS,
  } as unknown as Env
  const call = (path: string, init: RequestInit = {}) =>
    app.request(`http://shop.test/api/sales/${saleId}/${path}`, init, env, context)
  return { saleId, opensAtMs: sale.opensAtMs, call, calls }
}

type WaitingSale = Awaited<ReturnType<typeof waitingSale>>

async function join({ call }: WaitingSale): Promise<void> {
  const response = await call("tickets", { method: "POST" })
  expect(response.status).toBe(201)
  await response.text()
}

/** When each of a crowd looks first: evenly over the first seconds. */
function firstLooks(shoppers: number, fromMs: number): number[] {
  return Array.from({ length: shoppers }, (_, i) => fromMs + (i / shoppers) * FIRST_LOOKS_MS)
}

/** Each shopper polls when the page's own script would. Returns how many polls there were. */
async function waitAMinute(sale: WaitingSale, shoppers: number): Promise<number> {
  const asksAtMs = firstLooks(shoppers, Date.now())
  let polls = 0
  const endsAtMs = Date.now() + WAIT_MS
  while (Date.now() < endsAtMs) {
    for (const [i, askAtMs] of asksAtMs.entries()) {
      if (askAtMs > Date.now()) continue
      const response = await sale.call("board")
      const board = await response.json<Board>()
      asksAtMs[i] = Date.now() + (nextPollMs(null, board) ?? Infinity)
      polls += 1
    }
    await vi.advanceTimersByTimeAsync(STEP_MS)
  }
  return polls
}

/**
 * How many polls the same wait is by the interval alone: half of what is left until the bell, and two seconds near it.
 * An older board has more of it left, and a look waits for the clock's step: both make later looks, never more of them.
 */
function pollsByInterval(
  opensAtMs: number,
  shoppers: number,
  { boardAgeMs, stepMs }: { boardAgeMs: number; stepMs: number },
): number {
  const fromMs = Date.now()
  let polls = 0
  for (let lookMs of firstLooks(shoppers, fromMs)) {
    for (;;) {
      lookMs = fromMs + Math.ceil((lookMs - fromMs) / stepMs) * stepMs
      if (lookMs >= fromMs + WAIT_MS) break
      polls += 1
      const leftMs = opensAtMs - lookMs + boardAgeMs
      lookMs += leftMs <= 2 * SECOND_MS ? Math.max(SECOND_MS, leftMs) : Math.max(2 * SECOND_MS, leftMs / 2)
    }
  }
  return polls
}

beforeEach(() => {
  vi.useFakeTimers({ now: START_MS, toFake: ["Date", "setTimeout", "clearTimeout"] })
})
afterEach(async () => {
  await vi.advanceTimersByTimeAsync(30 * SECOND_MS)
  await Promise.all(background.splice(0))
  vi.useRealTimers()
})

describe("P8: a waiting shopper costs no object call", () => {
  test("joining is ten thousand answers and no call; what was counted is told in one", async () => {
    const sale = await waitingSale(2 * WAIT_MS)
    await (await sale.call("board")).text()
    expect(sale.calls).toEqual({ read: 1 })
    for (let i = 0; i < 10_000; i++) await join(sale)
    expect(sale.calls).toEqual({ read: 1 })
    await vi.advanceTimersByTimeAsync(FLUSHED_MS)
    await Promise.all(background.splice(0))
    expect(sale.calls).toEqual({ read: 1, countArrivals: 1 })
    await vi.advanceTimersByTimeAsync(SECOND_MS)
    const board = await (await sale.call("board")).json<Board>()
    expect(board.joined).toBe(10_000)
  })

  test("the minute before the bell costs ten thousand the seconds of it, as it does a hundred", async () => {
    for (const shoppers of [100, 10_000]) {
      const sale = await waitingSale(FLUSHED_MS + WAIT_MS)
      for (let i = 0; i < shoppers; i++) await join(sale)
      await vi.advanceTimersByTimeAsync(FLUSHED_MS)
      await Promise.all(background.splice(0))
      const before = { ...sale.calls }
      const pollsMax = pollsByInterval(sale.opensAtMs, shoppers, { boardAgeMs: 0, stepMs: 1 })
      const late = { boardAgeMs: BOARD_AGE_MS_MAX, stepMs: STEP_MS }
      const pollsMin = pollsByInterval(sale.opensAtMs, shoppers, late)
      const polls = await waitAMinute(sale, shoppers)
      expect(polls).toBeGreaterThanOrEqual(pollsMin)
      expect(polls).toBeLessThanOrEqual(pollsMax)
      expect((sale.calls["read"] ?? 0) - (before["read"] ?? 0)).toBeLessThanOrEqual(WAIT_MS / SECOND_MS)
      expect(sale.calls).toEqual({ read: sale.calls["read"], countArrivals: before["countArrivals"] })
    }
  })
})
