import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { SALE_MODES } from "../../waiting-room/mode.ts"

const COMMAND = join(import.meta.dirname, "run.ts")
const SMALL = ["--arrivals", "2000", "--stock", "100", "--minutes", "15"]

function simulate(...flags: string[]): { code: number | null; out: string; errors: string } {
  const args = ["--disable-warning=ExperimentalWarning", COMMAND, ...flags]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" })
  return { code: status, out: stdout, errors: stderr }
}

describe("simulate-sale", () => {
  test.each(SALE_MODES)("plays a %s, and its promises are kept", (mode) => {
    const { code, out } = simulate(...SMALL, "--mode", mode)
    expect(out).toContain(mode === "draw" ? "Came after registration had closed" : "Came to the line")
    expect(out).toContain("kept    nobody was let in before someone of lower rank who asked")
    expect(out).not.toContain("BROKEN")
    expect(code).toBe(0)
  })

  test("names every mode, every option and what is not played in its help", () => {
    const { code, out } = simulate("--help")
    expect(code).toBe(0)
    for (const word of [...SALE_MODES, "--draw-factor", "--waiting-minutes", "Early access is not played"])
      expect(out).toContain(word)
  })

  test.each([
    [["--mode", "auction"], "--mode is one of lottery, first_come, draw, not auction"],
    [["--draw-factor", "2"], "--draw-factor goes with --mode draw"],
    [["--mode", "draw", "--waiting-minutes", "5"], "--waiting-minutes goes with --mode first_come"],
    [["--mode", "draw", "--draw-factor", "0.5"], "--draw-factor takes a number from 1 to 10, such as 1.5"],
    [["--turns", "5"], "--turns"],
  ])("refuses %j, and says what is wrong", (flags, says) => {
    const { code, errors } = simulate(...flags)
    expect(errors).toContain(says)
    expect(code).toBe(2)
  })
})
