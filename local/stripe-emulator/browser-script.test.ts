import { Script } from "node:vm"
import { describe, expect, test } from "vitest"
import { readBrowserScript } from "./browser-script.ts"
import { startBench } from "./test-bench.ts"

interface CardInput {
  groupNumber: (text: string) => string
  groupExpiry: (text: string) => string
  numberProblem: (text: string) => { code: string } | null
  expiryProblem: (text: string, today: Date) => { code: string } | null
  cvcProblem: (text: string, number: string) => { code: string } | null
}

const input = (await import(new URL("./browser/card-input.js", import.meta.url).href)) as CardInput

describe("the card form", () => {
  test.each([
    ["4242424242424242", "4242 4242 4242 4242"],
    ["42424", "4242 4"],
    ["378282246310005", "3782 822463 10005"],
    ["4242 4242 4242 4242 99", "4242 4242 4242 4242"],
  ])("groups %s as %s", (typed, shown) => expect(input.groupNumber(typed)).toBe(shown))

  test.each([
    ["1", "1"],
    ["9", "09"],
    ["12", "12"],
    ["1230", "12 / 30"],
    ["12 / 2030", "12 / 30"],
    ["1/30", "01 / 30"],
  ])("shows expiry %s as %s", (typed, shown) => expect(input.groupExpiry(typed)).toBe(shown))

  test("says what is wrong with a card before anybody is asked", () => {
    const today = new Date(2030, 5, 15)
    expect(input.numberProblem("4242 4242")).toMatchObject({ code: "incomplete_number" })
    expect(input.numberProblem("4242 4242 4242 4241")).toMatchObject({ code: "invalid_number" })
    expect(input.numberProblem("4242 4242 4242 4242")).toBeNull()
    expect(input.expiryProblem("05 / 30", today)).toMatchObject({ code: "invalid_expiry_year_past" })
    expect(input.expiryProblem("06 / 30", today)).toBeNull()
    expect(input.expiryProblem("13 / 30", today)).toMatchObject({ code: "invalid_expiry_month" })
    expect(input.cvcProblem("123", "3782 822463 10005")).toMatchObject({ code: "incomplete_cvc" })
  })
})

describe("the script", () => {
  test("is served where Stripe.js would be, and is one valid script", async () => {
    const { emulator } = await startBench()
    const response = await fetch(`${emulator.url}/v3/`)
    expect(response.headers.get("content-type")).toMatch(/^text\/javascript/)
    const text = await response.text()
    expect(text).toBe(readBrowserScript())
    expect(() => new Script(text)).not.toThrow()
  })
})
