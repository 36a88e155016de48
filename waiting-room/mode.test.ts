import { describe, expect, test } from "vitest"
import { drawStandingOf, isRegistrationClosed, modeOf, ranksFromMsOf } from "./mode.ts"
import type { SaleMode } from "./mode.ts"

const times = { waitingOpensAtMs: 1_000, opensAtMs: 9_000 }

describe("a sale's mode", () => {
  test("is a lottery for sales from before there were modes", () => {
    expect(modeOf({})).toBe("lottery")
    expect(ranksFromMsOf(times)).toBe(9_000)
  })

  test("hazard 25: says what ranks are counted from", () => {
    const from = (mode: SaleMode) => ranksFromMsOf({ ...times, mode })
    expect([from("lottery"), from("first_come"), from("draw")]).toEqual([9_000, 1_000, 9_000])
  })

  test("closes a draw's registration at the bell, by the clock or because the secret is out", () => {
    const draw = { mode: "draw", opensAtMs: 9_000 } as const
    expect(isRegistrationClosed(draw, 8_999)).toBe(false)
    expect(isRegistrationClosed(draw, 9_000)).toBe(true)
    expect(isRegistrationClosed({ ...draw, drawSecret: "s" }, 8_999)).toBe(true)
    for (const mode of ["lottery", "first_come"] as const)
      expect(isRegistrationClosed({ mode, opensAtMs: 9_000, drawSecret: "s" }, 9_001)).toBe(false)
  })

  test("tells who is drawn, who may still be, and who came too late", () => {
    expect(drawStandingOf(null, { drawnBelow: -0.5 })).toBe("not_yet")
    expect(drawStandingOf(-0.7, {})).toBe("not_yet")
    expect(drawStandingOf(-0.7, { drawnBelow: -0.5 })).toBe("drawn")
    expect(drawStandingOf(-0.5, { drawnBelow: -0.5 })).toBe("may_be_drawn")
    expect(drawStandingOf(0, { drawnBelow: 0 })).toBe("too_late")
  })
})
