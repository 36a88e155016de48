import { watch } from "node:fs"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { loadDemo } from "./demo/load-demo.ts"
import { LocalPostgresError } from "./postgres/local-postgres-error.ts"
import { DataFolderError } from "./stack/data-folder.ts"
import { printProgress } from "./stack/progress.ts"
import { readStackSettings, WrongSettings } from "./stack/settings.ts"
import { StackError, startStack } from "./stack/stack.ts"
import type { RunningStack } from "./stack/stack.ts"

/**
 * `npm start`: the whole of Spillway on this machine. `npm run dev` is the same with `--watch`: the Worker starts anew
 * when its sources are saved.
 */

const RELOAD_GATHER_MS = 150
const WATCHED = ["workers", "durable-objects", "waiting-room", "db"]

async function main(): Promise<void> {
  const { values: flags } = parseArgs({
    options: { watch: { type: "boolean", default: false }, verbose: { type: "boolean", default: false } },
  })
  const settings = readStackSettings(process.env)
  const progress = printProgress(process.stdout, flags.verbose)
  console.log(`Spillway starts. Data in ${settings.dataDir}`)

  const starting = startStack(settings, progress)
  endOnSignals(starting)
  const stack = await starting
  if (settings.demo) {
    progress.step("Demo shop and sale")
    await loadDemo(stack.url, (text) => progress.line("demo", text))
  }
  progress.done()
  announce(stack)
  if (flags.watch) reloadOnSave(stack)
}

function announce(stack: RunningStack): void {
  console.log(`
  Shop               ${stack.url}
  Merchant console   ${stack.url}/merchant   (token: local-merchant-token)
  API description    ${stack.url}/api/openapi.json
  Postgres           ${stack.databaseUrl}
  Payments           ${stack.stripeUrl ?? "Stripe's test mode"}
  Randomness beacon  ${stack.beaconUrl}
  Ctrl-C ends it all. "npm run reset" clears the data.
`)
  console.log(`ready ${stack.url}`)
}

/**
 * Ends every part in order, and the process with 0. A second signal does not wait: what is left is ended by the guard.
 * Miniflare listens for signals too, and would end the process before Postgres has; its listeners are taken off.
 */
function endOnSignals(starting: Promise<RunningStack>): void {
  let ending = false
  const end = async (signal: NodeJS.Signals) => {
    if (ending) process.exit(1)
    ending = true
    console.log(`\n${signal}: Spillway ends.`)
    await starting.then((stack) => stack.stop()).catch(() => undefined)
    process.exit(0)
  }
  const listenAlone = () => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.removeAllListeners(signal)
      process.on(signal, (received) => void end(received))
    }
  }
  listenAlone()
  void starting.then(listenAlone, () => undefined)
}

function reloadOnSave(stack: RunningStack): void {
  let timer: NodeJS.Timeout | undefined
  let reloading = Promise.resolve()
  const reload = async () => {
    const startedMs = performance.now()
    try {
      await stack.reloadWorker()
      console.log(`  reloaded in ${Math.round(performance.now() - startedMs)} ms`)
    } catch (error) {
      console.error(
        `  The Worker was not reloaded: ${error instanceof Error ? error.message : String(error)}`,
      )
    }
  }
  for (const folder of WATCHED) {
    watch(fileURLToPath(new URL(`../${folder}`, import.meta.url)), { recursive: true }, (_event, file) => {
      if (file?.includes(".test.")) return
      clearTimeout(timer)
      timer = setTimeout(() => {
        reloading = reloading.then(reload)
      }, RELOAD_GATHER_MS)
    })
  }
  console.log("  Watching the sources.")
}

main().catch((error: unknown) => {
  const expected =
    error instanceof WrongSettings ||
    error instanceof StackError ||
    error instanceof DataFolderError ||
    error instanceof LocalPostgresError ||
    (error instanceof TypeError && "code" in error && error.code === "ERR_PARSE_ARGS_UNKNOWN_OPTION")
  console.error(expected ? error.message : error)
  process.exit(1)
})
