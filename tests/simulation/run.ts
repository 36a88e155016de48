import { parseArgs } from "node:util"
import {
  LaneSimulationFailure,
  simulateLanes,
} from "../../durable-objects/stock/simulation/lanes/simulation.ts"
import { simulatePurchases } from "../../durable-objects/stock/simulation/purchases.ts"
import { simulate, SimulationFailure } from "../../durable-objects/stock/simulation/simulation.ts"
import type { Tally } from "../../durable-objects/stock/simulation/simulation.ts"
import { PurchasesFailure, simulateOrders } from "./orders/simulation.ts"

const PROGRESS_SHARE = 10
const SEED_MAX = 2 ** 32

/** What can be shaken, and how many steps of it by default. */
const SIMULATIONS = {
  ledger: { stepsDefault: 1_000_000, run: shakeLedger },
  lanes: { stepsDefault: 1_000_000, run: shakeLanes },
  purchases: { stepsDefault: 5_000, run: simulatePurchases },
  orders: { stepsDefault: 10_000, run: simulateOrders },
}

/**
 * `npm run sim -- --seed N --steps M --only lanes`: shakes a ledger, a root and its lanes, purchases over several ledgers, and
 * whole orders from the hold to Postgres, until one differs from its auditor's books or the steps are done. A step of
 * `orders` is one shopper's purchase.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { seed: { type: "string" }, steps: { type: "string" }, only: { type: "string" } },
  })
  const seed = wholeNumber("seed", values.seed) ?? Math.floor(Math.random() * SEED_MAX)
  const steps = wholeNumber("steps", values.steps)
  const { only } = values
  if (only !== undefined && !(only in SIMULATIONS))
    throw new Error(`--only takes ${Object.keys(SIMULATIONS).join(" or ")}, not ${only}`)
  for (const [name, { stepsDefault, run }] of Object.entries(SIMULATIONS))
    if (only === undefined || only === name) await shake(name, run, seed, steps ?? stepsDefault)
}

type Run = (seed: number, steps: number, onStep: (done: number) => void) => Tally | Promise<Tally>

async function shake(name: string, run: Run, seed: number, steps: number): Promise<void> {
  console.log(`${name}: seed ${seed}, ${steps} steps`)
  const startMs = performance.now()
  const pace = (done: number) => Math.round((done / (performance.now() - startMs)) * 1_000)
  let nextNews = steps / PROGRESS_SHARE
  const tally = await run(seed, steps, (done) => {
    if (done < nextNews) return
    nextNews += steps / PROGRESS_SHARE
    console.log(`${done} steps, ${pace(done)} a second`)
  })
  for (const [what, times] of Object.entries(tally).sort(([a], [b]) => (a < b ? -1 : 1)))
    console.log(`${String(times).padStart(9)}  ${what}`)
  console.log(`${name} and auditor agree: seed ${seed}, ${steps} steps, ${pace(steps)} a second`)
}

function shakeLedger(seed: number, steps: number, onStep: (done: number) => void): Tally {
  return simulate({ seed, steps, onStep })
}

async function shakeLanes(seed: number, commands: number, onLife: (done: number) => void): Promise<Tally> {
  const { tally } = await simulateLanes({ seed, commands, onLife })
  return tally
}

function wholeNumber(name: string, text: string | undefined): number | null {
  if (text === undefined) return null
  const number = Number(text)
  if (!Number.isSafeInteger(number) || number < 0)
    throw new Error(`--${name} takes a whole number from 0 up, not ${text}`)
  return number
}

try {
  await main()
} catch (error) {
  const differs =
    error instanceof SimulationFailure ||
    error instanceof LaneSimulationFailure ||
    error instanceof PurchasesFailure
  console.error(differs ? `differs: ${error.message}` : error)
  process.exit(1)
}
