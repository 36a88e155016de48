import type { Reporter, TestModule } from "vitest/node"

/** Ends a run with one plain line, whatever the terminal: `N passed, N failed, N skipped`. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 }
    for (const module of modules) {
      const tests = [...module.children.allTests()]
      for (const test of tests) {
        const { state } = test.result()
        if (state === "passed" || state === "failed" || state === "skipped") counts[state]++
      }
      // A file that could not even be loaded has no tests to fail.
      if (module.state() === "failed" && !tests.some((test) => test.result().state === "failed"))
        counts.failed++
    }
    process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`)
  }
}
