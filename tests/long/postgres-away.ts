import { parseArgs } from "node:util"
import { startWithOwnPostgres } from "../stack/own-postgres.ts"
import { sellWithoutPostgres } from "../stack/postgres-away.ts"

/**
 * Postgres stopped for ten minutes in a running sale: `npm run test:postgres-away -- [--seconds 600] [--per-second 5]`.
 * Too long for every run of the tests; they have twenty seconds of it. Ends with 1 when an order is missing, a shopper
 * was refused, a promise is broken, or the runtime grew by more than a queue that holds a window of each lane may.
 */

/** Eight lanes' windows and probes are some ten megabytes; the rest is what a runtime takes for itself under load. */
const RUNTIME_GROWTH_MB_MAX = 400

const LAND_WITHIN_SECONDS = 60
const FAILURES_SHOWN = 5

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seconds: { type: "string", default: "600" },
      "per-second": { type: "string", default: "5" },
    },
  })
  const [awaySeconds, shoppersPerSecond] = [Number(values.seconds), Number(values["per-second"])]
  if (!(awaySeconds >= 1 && shoppersPerSecond > 0))
    throw new Error("--seconds is 1 or more, --per-second above 0.")
  const stack = await startWithOwnPostgres()
  try {
    const figures = await sellWithoutPostgres(stack, {
      awaySeconds,
      shoppersPerSecond,
      landWithinSeconds: LAND_WITHIN_SECONDS,
      log: (line) => console.log(line),
    })
    const { failures, missing, runtimeMb, brokenPromises, deadLetters } = figures
    console.log({ ...figures, failures: failures.length, missing: missing.length })
    for (const line of [...failures.slice(0, FAILURES_SHOWN), ...brokenPromises]) console.log(line)
    const grownMb = runtimeMb.peak - runtimeMb.before
    const isFine =
      failures.length + missing.length + brokenPromises.length + deadLetters === 0 &&
      grownMb <= RUNTIME_GROWTH_MB_MAX
    console.log(isFine ? "Nothing was lost." : "Not as promised; see above.")
    return isFine ? 0 : 1
  } finally {
    await stack.stop()
  }
}

process.exitCode = await main()
