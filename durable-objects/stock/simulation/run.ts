import { parseArgs } from "node:util"
import { simulate, SimulationFailure } from "./simulation.ts"

const STEPS_DEFAULT = 1_000_000
const PROGRESS_STEPS = 100_000
const SEED_MAX = 2 ** 32

/** `npm run sim -- --seed N --steps M`: shakes the ledger until it differs from the auditor's books, or the steps are done. */
function main(): void {
  const { values } = parseArgs({ options: { seed: { type: "string" }, steps: { type: "string" } } })
  const seed = wholeNumber("seed", values.seed) ?? Math.floor(Math.random() * SEED_MAX)
  const steps = wholeNumber("steps", values.steps) ?? STEPS_DEFAULT
  console.log(`seed ${seed}, ${steps} steps`)
  const startMs = performance.now()
  const pace = (done: number) => Math.round((done / (performance.now() - startMs)) * 1_000)
  const tally = simulate({
    seed,
    steps,
    onStep: (step) => {
      if (step % PROGRESS_STEPS === 0) console.log(`${step} steps, ${pace(step)} a second`)
    },
  })
  for (const [what, times] of Object.entries(tally).sort(([a], [b]) => (a < b ? -1 : 1)))
    console.log(`${String(times).padStart(9)}  ${what}`)
  console.log(`the ledger and the auditor agree: seed ${seed}, ${steps} steps, ${pace(steps)} a second`)
}

function wholeNumber(name: string, text: string | undefined): number | null {
  if (text === undefined) return null
  const number = Number(text)
  if (!Number.isSafeInteger(number) || number < 0)
    throw new Error(`--${name} takes a whole number from 0 up, not ${text}`)
  return number
}

try {
  main()
} catch (error) {
  console.error(error instanceof SimulationFailure ? `differs: ${error.message}` : error)
  process.exit(1)
}
