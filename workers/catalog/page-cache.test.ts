import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import type { Context } from "hono"
import type { App } from "../http/app.ts"
import { ageOf, LAST_RESORT_MS } from "./page-age.ts"
import { cached, ENTRIES_MAX, forget } from "./page-cache.ts"

const FRESHNESS = { freshMs: 1_000, staleMs: 60_000 }

describe("the age of a page", () => {
  const entry = { value: 1, loadedAtMs: 0, generation: 3 }
  const at = (nowMs: number, generation = 3) => ageOf(entry, { ...FRESHNESS, nowMs, generation })

  it("goes from fresh to stale to last resort to none", () => {
    expect(
      [0, 1_000, 1_001, 60_000, 60_001, LAST_RESORT_MS, LAST_RESORT_MS + 1].map((nowMs) => at(nowMs)),
    ).toEqual(["fresh", "fresh", "stale", "stale", "last_resort", "last_resort", "none"])
    expect(ageOf(undefined, { ...FRESHNESS, nowMs: 0, generation: 3 })).toBe("none")
  })

  it("is a last resort after a merchant's write", () => {
    expect(at(0, 4)).toBe("last_resort")
  })
})

function away(): Promise<never> {
  return Promise.reject(Object.assign(new Error("no way to Postgres"), { name: "NeonDbError" }))
}

describe("the page cache", () => {
  let behind: Promise<unknown>[]
  let key = ""
  let keys = 0

  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000_000 + (keys += 1) * 10 * LAST_RESORT_MS })
    behind = []
    key = `key-${keys}`
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  const context = {
    executionCtx: { waitUntil: (work: Promise<unknown>) => behind.push(work) },
  } as unknown as Context<App>
  const read = (load: () => Promise<unknown>) => cached(context, key, FRESHNESS, load)

  it("loads once while fresh", async () => {
    const load = vi.fn<() => Promise<unknown>>(async () => "page")
    expect([await read(load), await read(load)]).toEqual(["page", "page"])
    expect(load).toHaveBeenCalledTimes(1)
  })

  it("remembers that there is nothing", async () => {
    const load = vi.fn<() => Promise<unknown>>(async () => null)
    expect([await read(load), await read(load)]).toEqual([null, null])
    expect(load).toHaveBeenCalledTimes(1)
  })

  it("serves a stale page at once to everybody, and refreshes it once behind the answer", async () => {
    await read(async () => "old")
    vi.advanceTimersByTime(2_000)
    const load = vi.fn<() => Promise<unknown>>(async () => "new")
    expect([await read(load), await read(load), await read(load)]).toEqual(["old", "old", "old"])
    expect(load).toHaveBeenCalledTimes(1)
    await Promise.all(behind)
    expect(await read(load)).toBe("new")
  })

  it("shows a merchant's write at once, also when a load was under way meanwhile", async () => {
    const loaded = Promise.withResolvers<unknown>()
    const slow = read(() => loaded.promise)
    forget()
    loaded.resolve("before the write")
    expect(await slow).toBe("before the write")
    expect(await read(async () => "after the write")).toBe("after the write")
  })

  it("serves what it has for a day while Postgres is away, then says so", async () => {
    await read(async () => "page")
    vi.advanceTimersByTime(LAST_RESORT_MS)
    expect(await read(away)).toBe("page")
    vi.advanceTimersByTime(2_000)
    await expect(read(away)).rejects.toMatchObject({
      code: "temporarily_unavailable",
      members: { retryAfterSeconds: 2 },
    })
  })

  it("leaves Postgres alone for a second after it was found away", async () => {
    await expect(read(away)).rejects.toMatchObject({ code: "temporarily_unavailable" })
    const load = vi.fn<() => Promise<unknown>>(async () => "page")
    await expect(read(load)).rejects.toMatchObject({ code: "temporarily_unavailable" })
    expect(load).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1_001)
    expect(await read(load)).toBe("page")
  })

  it("gives up on a Postgres that does not answer", async () => {
    const hanging = read(() => new Promise(() => undefined)).catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(await hanging).toMatchObject({ code: "temporarily_unavailable" })
    vi.advanceTimersByTime(2_000)
  })

  it("does not hide a broken query behind an old page", async () => {
    await read(async () => "page")
    forget()
    await expect(read(() => Promise.reject(new Error("syntax")))).rejects.toThrow("syntax")
  })

  it("lets a crowd at a cold page wait for the first one's load", async () => {
    const load = vi.fn<() => Promise<unknown>>(
      () => new Promise((resolve) => setTimeout(() => resolve("page"), 200)),
    )
    const crowd = Promise.all([read(load), read(load), read(load)])
    await vi.advanceTimersByTimeAsync(300)
    expect(await crowd).toEqual(["page", "page", "page"])
    expect(load).toHaveBeenCalledTimes(1)
  })

  it("keeps a bounded number of pages, and among them those that are asked for", async () => {
    const load = vi.fn<() => Promise<unknown>>(async () => "hot")
    await read(load)
    for (let page = 0; page < ENTRIES_MAX + 10; page++) {
      await cached(context, `${key}-${page}`, FRESHNESS, async () => page)
      await read(load)
    }
    expect(load).toHaveBeenCalledTimes(1)
    const first = vi.fn<() => Promise<unknown>>(async () => "again")
    await cached(context, `${key}-0`, FRESHNESS, first)
    expect(first).toHaveBeenCalledTimes(1)
  })
})
