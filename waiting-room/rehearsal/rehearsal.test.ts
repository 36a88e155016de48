import { describe, expect, test } from "vitest"
import { SALE_MODES } from "../mode.ts"
import { adviceOf } from "./advice.ts"
import { Auditor } from "./auditor.ts"
import type { LineLook, RehearsedLine } from "./line.ts"
import { CURVE_NAMES, defaultOptions, KNOBS, readOptions } from "./options.ts"
import type { RehearsalOptions } from "./options.ts"
import { drawFile, drawFrames } from "./picture.ts"
import { rehearse } from "./rehearse.ts"
import type { LineMaker } from "./rehearse.ts"
import { enlarge, shrink, turnsAtMost } from "./scale.ts"
import { describe as describeInWords, tableOf } from "./words.ts"

const options: RehearsalOptions = {
  ...defaultOptions(),
  arrivals: 2_000,
  curve: "steady",
  stock: 300,
  perMinute: 600,
  maxActive: 50,
  passMinutes: 1,
  minutes: 5,
  decideSeconds: 5,
  paySeconds: 5,
}

/** A line that lets everyone in at once: what a test makes of it is told by what it breaks. */
function openDoor(change: Partial<RehearsedLine> = {}, look: Partial<LineLook> = {}): LineMaker {
  return ({ passMinutes }, opensAtMs) => {
    let sold = 0
    let frontier = -1
    return {
      countArrivals: () => undefined,
      exchange: (_ticket, nowMs) => ({ outcome: "admitted", expiresAtMs: nowMs + passMinutes * 60_000 }),
      tick: (units, nowMs) => {
        sold = units.sold
        frontier = nowMs - opensAtMs
      },
      nextTickMs: (nowMs) => nowMs + 1_000,
      look: () => ({
        phase: sold === options.stock ? "sold_out" : "open",
        frontier,
        joined: 0,
        waiting: 0,
        active: 0,
        takenShare: 1,
        limit: "rate",
        ...look,
      }),
      ...change,
    }
  }
}

const brokenIn = (line: LineMaker, change: Partial<RehearsalOptions> = {}) =>
  rehearse({ ...options, ...change }, line)
    .verdicts.filter(({ ok }) => !ok)
    .map(({ says }) => says)

describe("the rehearsal's auditor", () => {
  test("finds nothing wrong with a door that is open to few", () => {
    expect(brokenIn(openDoor(), { maxActive: 2_000 })).toEqual([])
  })

  test("finds more inside than the cap", () => {
    expect(brokenIn(openDoor())).toEqual(["51 inside, the cap is 50"])
  })

  test("counts the place of whoever has paid as free, where the line frees it, and once", () => {
    const gone: string[] = []
    const leaving = openDoor({ leave: (ticketId) => gone.push(ticketId) })
    const kept = rehearse({ ...options, maxActive: 2_000, pay: 1 }, openDoor())
    const freed = rehearse({ ...options, maxActive: 2_000, pay: 1 }, leaving)
    expect(new Set(gone).size).toBe(gone.length)
    expect(gone.length).toBeGreaterThan(200)
    expect(freed.mostInside).toBeLessThan(kept.mostInside)
    for (const { inside } of [...kept.points, ...freed.points]) expect(inside).toBeGreaterThanOrEqual(0)
    // Long after the last came in, all passes have ended, however they did.
    const quiet = { ...options, maxActive: 2_000, pay: 1, arrivals: 100, beforeBell: 1, stock: 2_000 }
    const played = rehearse(quiet, openDoor({ leave: () => undefined }))
    expect(played.points.at(-1)?.inside).toBe(0)
    expect(played.endedBy).toBe("nobody_left")
    expect(played.endSecond).toBeLessThan(120)
  })

  test("finds a frontier that goes back", () => {
    let ticks = 0
    const line: LineMaker = (given, opensAtMs) => {
      const door = openDoor()(given, opensAtMs)
      return { ...door, look: (nowMs) => ({ ...door.look(nowMs), frontier: ++ticks < 100 ? ticks : 3 }) }
    }
    expect(brokenIn(line, { maxActive: 2_000, arrivals: 100 })[0]).toMatch(/^from \d+ back to 3$/)
  })

  test("finds a draw of more or fewer than was said, and one that calls who was not drawn", () => {
    const drawing = (drawnBelow: number, frontier: number): LineMaker =>
      openDoor({}, { frontier, ...(drawnBelow > -1 && { drawnBelow }) })
    const draw = { mode: "draw", maxActive: 2_000, arrivals: 2_000, beforeBell: 1, drawFactor: 2 } as const
    // 300 units by two, of 2,000.
    expect(brokenIn(drawing(-0.7, -0.7), draw)).toEqual([])
    expect(brokenIn(drawing(-0.6, -0.7), draw)).toEqual([expect.stringMatching(/at the bell, not 600$/)])
    expect(brokenIn(drawing(-0.7, -0.5), draw)).toEqual(["the frontier is at -0.5, the drawn end at -0.7"])
    expect(brokenIn(drawing(-1, -0.9), draw)).toEqual(["the frontier is at -0.9, the drawn end at undefined"])
  })

  test("P4: finds a line that lets in a higher rank while a lower one is sent away", () => {
    const evenOnly = openDoor({
      exchange: ({ ticketId }, nowMs) =>
        Number.parseInt(ticketId, 36) % 2 === 0
          ? { outcome: "admitted", expiresAtMs: nowMs + 60_000 }
          : { outcome: "refused", refusal: "room_full", retryAfterMs: 3_000 },
    })
    const change = { maxActive: 20, arrivals: 38, noShow: 0, beforeBell: 1 }
    expect(brokenIn(evenOnly, change)).toEqual([expect.stringMatching(/of lower rank who ask$/)])
  })
})

test("the auditor finds lots that are not even", () => {
  const audited = (lotOfOne: (share: number) => number) => {
    const auditor = new Auditor({ mode: "lottery", maxActive: 1, stock: 1, drawFactor: 1 }, 100_000)
    auditor.ticked({ frontier: 0 })
    for (let i = 0; i < 100_000; i++) {
      const lot = lotOfOne(i / 100_000)
      auditor.called(lot, lot - 1)
    }
    return auditor.verdicts.at(-1)
  }
  expect(audited((share) => share)).toMatchObject({ ok: true, checked: 1_000 })
  expect(audited((share) => share ** 1.3)).toMatchObject({ ok: false })
})

describe("options", () => {
  test("have sound defaults, read from their own text", () => {
    const texts = new Map(KNOBS.map(({ flag, fallback }) => [flag, String(fallback)]))
    expect(readOptions(texts)).toEqual({ options: defaultOptions(), errors: [] })
  })

  test.each(KNOBS.map((knob) => [knob.flag, knob] as const))(
    "refuse what --%s cannot be",
    (flag, { min, max, kind }) => {
      const wrong = ["", "x", "1e3", "0x1", "Infinity", "-1", String(max + 1)]
      if (kind === "count") wrong.push(`${min}.5`)
      if (kind === "factor") wrong.push(String(min - 0.5))
      for (const text of wrong) {
        const { errors } = readOptions(new Map([[flag, text]]))
        expect(errors.map((error) => error.flag)).toEqual([flag])
      }
    },
  )

  test.each(SALE_MODES)("take the mode %s", (mode) => {
    expect(readOptions(new Map([["mode", mode]])).options.mode).toBe(mode)
  })

  test("tell all that is wrong at once", () => {
    const wrong = new Map([
      ["stock", "0"],
      ["buy", "2"],
      ["curve", "heap"],
      ["mode", "auction"],
    ])
    expect(readOptions(wrong).errors.map(({ flag }) => flag)).toEqual(["stock", "buy", "mode", "curve"])
  })
})

describe("a sale that is played small", () => {
  test("calls no more than it was told, and keeps rates and shares in proportion", () => {
    const large = { ...options, arrivals: 10_000_000, stock: 400_000, perMinute: 200_000, maxActive: 90_000 }
    const { options: small, scale } = shrink(large, 20_000)
    expect(turnsAtMost(small)).toBeLessThanOrEqual(20_100)
    expect(small.stock * scale).toBeCloseTo(large.stock, -3)
    expect(small.perMinute / small.stock).toBeCloseTo(large.perMinute / large.stock, 3)
    expect(shrink(options, 20_000)).toEqual({ options, scale: 1 })
  })

  test("is told in the real sale's numbers", () => {
    const played = rehearse({ ...options, maxActive: 2_000 }, openDoor())
    const told = enlarge(played, { ...options, stock: 3_000 }, 10)
    expect(told.admitted).toBe(played.admitted * 10)
    expect(told.points.at(-1)?.sold).toBe((played.points.at(-1)?.sold ?? 0) * 10)
    expect(told.firstInSecond).toBe(played.firstInSecond)
    expect(adviceOf(told).join(" ")).toContain("one person stood for 10")
  })
})

describe("what a merchant sees", () => {
  const curves = CURVE_NAMES.map((curve) => ({ curve }))

  test.each(SALE_MODES)("is whole, whatever happened in a %s", (mode) => {
    for (const change of [
      {},
      { arrivals: 0 },
      { noShow: 1 },
      { buy: 0 },
      { stock: 1 },
      { minutes: 1 },
      ...curves,
    ]) {
      const rehearsal = rehearse({ ...options, maxActive: 2_000, mode, ...change }, openDoor())
      const said = [drawFile(rehearsal), ...drawFrames(rehearsal).map(({ svg }) => svg)]
      said.push(...tableOf(rehearsal).flat(), ...adviceOf(rehearsal), describeInWords(rehearsal))
      expect(said.join("\n")).not.toMatch(/NaN|undefined|Infinity|null|-\d+ s\b/)
      expect(drawFrames(rehearsal)).toHaveLength(4)
      for (const { svg } of drawFrames(rehearsal)) expect(svg).toMatch(/role="img" aria-label="[^"]{20,}"/)
    }
  })
})
