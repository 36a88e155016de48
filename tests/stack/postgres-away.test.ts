import { afterAll, beforeAll, expect, it } from "vitest"
import { startWithOwnPostgres } from "./own-postgres.ts"
import type { StackWithOwnPostgres } from "./own-postgres.ts"
import { sellWithoutPostgres } from "./postgres-away.ts"

let stack: StackWithOwnPostgres

beforeAll(async () => {
  stack = await startWithOwnPostgres()
})
afterAll(() => stack?.stop())

/** Long enough for the lanes to have fallen silent; ten minutes are `npm run test:postgres-away`. */
const AWAY_SECONDS = 20

it("P3: with Postgres stopped in a running sale shoppers notice nothing, and every order lands once when it is back", async () => {
  const figures = await sellWithoutPostgres(stack, {
    awaySeconds: AWAY_SECONDS,
    shoppersPerSecond: 2,
    landWithinSeconds: 60,
  })
  expect(figures).toMatchObject({ failures: [], missing: [], deadLetters: 0, brokenPromises: [] })
  expect(figures.boughtAway).toBeGreaterThan(0)
  expect(figures.outboxPeak).toBeGreaterThanOrEqual(figures.boughtAway / 2)
}, 180_000)
