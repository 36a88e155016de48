import type { StackLog } from "./stack.ts"

/** Prints what starts and how long each part took; lines of the parts themselves only where they say something is wrong. */
export function printProgress(out: NodeJS.WritableStream, verbose: boolean): StackLog & { done(): void } {
  let current: { what: string; startedMs: number } | null = null
  const done = () => {
    if (current)
      out.write(
        `  ${current.what.padEnd(24)} ${String(Math.round(performance.now() - current.startedMs)).padStart(6)} ms\n`,
      )
    current = null
  }
  return {
    step(what) {
      done()
      current = { what, startedMs: performance.now() }
    },
    line(part, text) {
      if (verbose || part === "worker" || part === "stack" || part === "demo")
        out.write(`  [${part}] ${text}\n`)
    },
    done,
  }
}
