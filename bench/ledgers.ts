import type { Contestant } from "./contestants.ts"
import type { Round } from "./load/generator.ts"
import { callSetup } from "./servers/spillway.ts"
import type { Spillway } from "./servers/spillway.ts"
import { cpuSecondsOf } from "./servers/workerd-process.ts"

/** Ledgers inside an object, on disk, without the shell and without HTTP. */

export const LEDGERS = ["ledger", "history", "start"] as const

/** Holds of one call: as many as a sale has. */
const HOLDS = 20_000

/** Holds that were sold, given back or ran out before a ledger counts as old. */
const HISTORY = 1_000_000
const HISTORY_PER_CALL = 50_000

/** More than all rounds together can sell. */
const UNITS = 50_000_000

export function ledgerContestants(spillway: Spillway, oldSpillway: Spillway): Contestant[] {
  const old = { name: "old", ended: 0 }
  let young = 0
  return [
    {
      name: "ledger",
      what: `${HOLDS} holds inside one object, durable`,
      isServed: false,
      run: (seconds) =>
        repeat(spillway, seconds, HOLDS, async () => {
          const name = `young-${young++}`
          await call(spillway, "prepare", name, UNITS)
          return () => call(spillway, "hold", name, HOLDS)
        }),
    },
    {
      name: "history",
      what: `the same after ${HISTORY} holds have ended`,
      isServed: false,
      run: (seconds) =>
        repeat(oldSpillway, seconds, HOLDS, async () => {
          await age(oldSpillway, old)
          return async () => {
            await call(oldSpillway, "hold", old.name, HOLDS)
            old.ended += HOLDS
          }
        }),
    },
    {
      name: "start",
      what: `rows that a ledger reads at its start, with ${HISTORY} holds ended`,
      isServed: false,
      async run() {
        await age(oldSpillway, old)
        return repeat(oldSpillway, 0, old.ended, async () => () => call(oldSpillway, "open", old.name, 1))
      },
    },
  ]
}

/** Ends what runs, and more until there is a history. The first time it takes half a minute. */
async function age(spillway: Spillway, old: { name: string; ended: number }): Promise<void> {
  await call(spillway, "prepare", old.name, UNITS)
  await call(spillway, "expire", old.name, 0)
  for (; old.ended < HISTORY; old.ended += HISTORY_PER_CALL)
    await call(spillway, "finish", old.name, HISTORY_PER_CALL)
}

/** Prepares, then measures, again and again until what was measured fills the time; at least once. */
async function repeat(
  { server }: Spillway,
  seconds: number,
  countEach: number,
  prepare: () => Promise<() => Promise<void>>,
): Promise<Round> {
  let [count, elapsedMs, cpuSeconds]: [number, number, number | null] = [0, 0, 0]
  do {
    const measured = await prepare()
    const cpuBefore = cpuSecondsOf(server.pid)
    const startMs = performance.now()
    await measured()
    elapsedMs += performance.now() - startMs
    count += countEach
    const cpuAfter = cpuSecondsOf(server.pid)
    cpuSeconds =
      cpuSeconds === null || cpuBefore === null || cpuAfter === null
        ? null
        : cpuSeconds + cpuAfter - cpuBefore
  } while (elapsedMs < seconds * 1_000)
  return {
    count,
    seconds: elapsedMs / 1_000,
    p50Ms: null,
    p95Ms: null,
    p99Ms: null,
    cpuSeconds,
    clientBusy: null,
  }
}

function call({ setupPort }: Spillway, what: string, name: string, count: number): Promise<void> {
  return callSetup(setupPort, `/bench/ledger/${what}?name=${name}&count=${count}`)
}
