import { describe, expect, test } from "vitest"
import { defaultOptions } from "../../../waiting-room/rehearsal/options.ts"
import { readRehearsalForm, rehearsalHref } from "./rehearsal-form.ts"

const sale = {
  saleId: "s",
  title: "S",
  phase: "waiting" as const,
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

  test("tells each mistake at its field, keeps what was typed, and plays nothing", () => {
    const form = readRehearsalForm(
      new URLSearchParams({ stock: "many", minutes: "300", buy: "", curve: "x" }),
    )
    expect(form.options).toBe(null)
    expect([...form.errors.keys()].toSorted()).toEqual(["buy", "curve", "minutes", "stock"])
    expect(form.values.get("stock")).toBe("many")
  })
})
