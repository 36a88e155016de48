import { readFileSync } from "node:fs"
import { describe, expect, test, vi } from "vitest"
import type { Env } from "../environment.ts"
import { limitCalls, limitNewSessions, networkOf } from "./rate-limit.ts"

describe("an address", () => {
  test.each([
    ["192.0.2.7", "192.0.2.7"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
    ["2001:DB8:1:2::9", "2001:db8:1:2"],
    ["2001:0db8:0001:0002::", "2001:db8:1:2"],
    ["2001:db8::1", "2001:db8:0:0"],
    ["::1", "0:0:0:0"],
  ])("%s counts as %s", (address, network) => {
    expect(networkOf(address)).toBe(network)
  })
})

describe("a limit", () => {
  const headers = new Headers({ "cf-connecting-ip": "192.0.2.7" })
  const limiterOf = (answer: () => Promise<{ success: boolean }>) => ({
    limit: vi.fn<(options: RateLimitOptions) => Promise<RateLimitOutcome>>(answer),
  })

  test("that is reached says when to come again; each kind of call is counted by itself", async () => {
    const limiter = limiterOf(async () => ({ success: false }))
    const env = { NEW_SESSIONS: limiter, SESSION_CALLS: limiter } as unknown as Env
    await expect(limitNewSessions(env, headers)).rejects.toMatchObject({
      code: "slow_down",
      members: { retryAfterSeconds: 10 },
    })
    await expect(limitCalls(env, "join", "s")).rejects.toMatchObject({ code: "slow_down" })
    await expect(limitCalls(env, "enter", "s")).rejects.toMatchObject({ code: "slow_down" })
    expect(limiter.limit.mock.calls).toEqual([
      [{ key: "192.0.2.7" }],
      [{ key: "join/s" }],
      [{ key: "enter/s" }],
    ])
  })

  test("stops nobody where it is missing, where it breaks, and where no address is told", async () => {
    vi.spyOn(console, "warn").mockReturnValue()
    await limitNewSessions({} as Env, headers)
    const broken = limiterOf(async () => {
      throw new Error("away")
    })
    await limitNewSessions({ NEW_SESSIONS: broken } as unknown as Env, headers)
    expect(broken.limit).toHaveBeenCalledOnce()
    await limitNewSessions({ NEW_SESSIONS: broken } as unknown as Env, new Headers())
    expect(broken.limit).toHaveBeenCalledOnce()
    vi.restoreAllMocks()
  })

  test("stands in the configuration of every environment that is deployed, and not in the local one", () => {
    const text = readFileSync(new URL("../../wrangler.toml", import.meta.url).pathname, "utf8")
    for (const environment of ["staging", "production"])
      for (const name of ["NEW_SESSIONS", "SESSION_CALLS"])
        expect(text).toMatch(new RegExp(`\\[\\[env\\.${environment}\\.ratelimits\\]\\]\\nname = "${name}"`))
    expect(text).not.toMatch(/^\[\[ratelimits\]\]/m)
  })
})
