import { afterEach, beforeEach, expect, it, vi } from "vitest"
import type { Env } from "../../environment.ts"
import { STAGED_SETTINGS } from "../../staged-settings.ts"
import { reconcileForAMinute } from "./reconcile.ts"

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A Worker whose lanes have reported nothing, with the moments at which the reconciler is told of Postgres. */
function stage() {
  const toldAtMs: number[] = []
  const run = async () => {
    toldAtMs.push(Date.now())
    if (toldAtMs.length === 1) throw new Error("reset")
  }
  const env: unknown = {
    ...STAGED_SETTINGS,
    CHECKOUT: { getByName: () => ({ reported: async () => [] }) },
    RECONCILER: { getByName: () => ({ run }) },
  }
  return { env: env as Env, toldAtMs }
}

it("the cron's minute reads Postgres twice, so that what it has lost shows within one", async () => {
  const { env, toldAtMs } = stage()
  const beganAtMs = Date.now()
  // A failure of the first reading does not keep the second from being made, and is told all the same.
  const minute = reconcileForAMinute(env).catch(String)
  await vi.waitFor(() => expect(toldAtMs).toHaveLength(1))
  await vi.advanceTimersByTimeAsync(60_000)
  expect(await minute).toContain("reset")
  expect(toldAtMs).toHaveLength(2)
  expect((toldAtMs[1] ?? 0) - beganAtMs).toBeLessThanOrEqual(31_000)
})
