import { describe, expect, test } from "vitest"
import { defaultOptions } from "../../../waiting-room/rehearsal/options.ts"
import type { ModeSettings } from "../../../waiting-room/mode.ts"
import { readRehearsalForm, rehearsalHref } from "./rehearsal-form.ts"

const sale = {
  saleId: "s",
  title: "S",
  phase: "waiting" as const,
  waitingOpensAtMs: -1_800_000,
  opensAtMs: 0,
  closesAtMs: 5_400_000,
  items: [
    { sku: "A", allotment: 40 },
    { sku: "B", allotment: 2 },
  ],
  admission: { perMinute: 120, maxActive: 30, passMinutes: 4 },
  holdSeconds: 200,
}

describe("the rehearsal's form", () => {
  test("plays nothing until something is asked, and shows its defaults", () => {
    const form = readRehearsalForm(new URLSearchParams())
    expect(form.options).toBe(null)
    expect(form.errors.size).toBe(0)
    expect(form.values.get("stock")).toBe(String(defaultOptions().stock))
  })

  test("takes a scheduled sale's settings, as far as they fit", () => {
    const read = (closesAtMs: number) =>
      readRehearsalForm(new URLSearchParams(rehearsalHref({ ...sale, closesAtMs }).split("?")[1])).options
    const settings = { stock: 42, perMinute: 120, maxActive: 30, passMinutes: 4, holdSeconds: 200 }
    expect(read(5_400_000)).toEqual({ ...defaultOptions(), ...settings, minutes: 90 })
    expect(read(86_400_000)?.minutes).toBe(240)
  })

  test("takes a scheduled sale's mode, and what belongs to it", () => {
    const read = (admission: ModeSettings, waitingOpensAtMs = sale.waitingOpensAtMs) => {
      const admitting = { ...sale.admission, ...admission }
      const href = rehearsalHref({ ...sale, waitingOpensAtMs, admission: admitting })
      return readRehearsalForm(new URLSearchParams(href.split("?")[1])).options
    }
    expect(read({})).toMatchObject({ mode: "lottery" })
    expect(read({ mode: "first_come" })).toMatchObject({ mode: "first_come", waitingMinutes: 30 })
    expect(read({ mode: "first_come" }, -86_400_000)).toMatchObject({ waitingMinutes: 240 })
    const drawn = { mode: "draw", drawFactor: 2.5, turnMinutes: 60 } as const
    expect(read(drawn)).toMatchObject(drawn)
    expect(read({ mode: "draw" })).toMatchObject({ mode: "draw", drawFactor: 1.5, turnMinutes: 10 })
  })

  test("tells each mistake at its field, keeps what was typed, and plays nothing", () => {
    const form = readRehearsalForm(
      new URLSearchParams({
        stock: "many",
        minutes: "300",
        "waiting-minutes": "300",
        buy: "",
        curve: "x",
        mode: "auction",
        "draw-factor": "0.5",
      }),
    )
    expect(form.options).toBe(null)
    const wrong = ["buy", "curve", "draw-factor", "minutes", "mode", "stock", "waiting-minutes"]
    expect([...form.errors.keys()].toSorted()).toEqual(wrong)
    expect(form.values.get("stock")).toBe("many")
  })
})
