import { describe, expect, it } from "vitest"
import { addRefusals } from "./form-reader.ts"
import { bandsOf, placesOf, takesOffOf, usesOf } from "./words.ts"

describe("prices in words", () => {
  it("names where a parcel goes, and counts what is too much to name", () => {
    expect(placesOf({ countries: [] })).toBe("Everywhere")
    expect(placesOf({ countries: ["DE", "AT"] })).toBe("Germany, Austria")
    expect(placesOf({ countries: ["DE", "AT", "CH", "FR", "IT", "ES"] })).toBe(
      "Germany, Austria, Switzerland, France and 2 more",
    )
  })

  it("says what weight costs what", () => {
    const any = { upToGrams: null, priceCents: 990 }
    expect(bandsOf({ currency: "EUR", bands: [any] })).toEqual(["€9.90"])
    expect(bandsOf({ currency: "EUR", bands: [{ upToGrams: 2_000, priceCents: 490 }, any] })).toEqual([
      "up to 2,000 g €4.90",
      "heavier €9.90",
    ])
  })

  it("says what a coupon takes off, and how often it was used", () => {
    const coupon = {
      code: "A",
      percentOff: 8.875,
      amountOffCents: null,
      currency: null,
      minimumCents: null,
      startsAtMs: null,
      endsAtMs: null,
      usesMax: null,
      usesPerCustomerMax: null,
      uses: 1_200,
    }
    expect([takesOffOf(coupon), usesOf(coupon)]).toEqual(["8.875 %", "1,200"])
    const amount = { ...coupon, percentOff: null, amountOffCents: 500, currency: "JPY" }
    expect(takesOffOf(amount)).toBe("¥500")
    expect(usesOf({ ...coupon, usesMax: 5_000, usesPerCustomerMax: 2 })).toBe("1,200 of 5,000, 2 each")
  })
})

describe("what the API refused", () => {
  const fieldOf = (field: string) => (field === "known" ? "name" : null)

  it("stands at its field, and is not said over what the form found itself", () => {
    const form = { values: {}, errors: {} as Record<string, string> }
    const errors = [{ field: "known", message: "Wrong." }]
    expect(addRefusals(form, { detail: "known: Wrong.", errors }, fieldOf)).toBeNull()
    expect(
      addRefusals(form, { detail: "", errors: [{ field: "known", message: "Again." }] }, fieldOf),
    ).toBeNull()
    expect(form.errors).toEqual({ name: "Wrong." })
  })

  it("is said in words where it is about no field", () => {
    const form = { values: {}, errors: {} }
    expect(addRefusals(form, { detail: "There are too many.", errors: [] }, fieldOf)).toBe(
      "There are too many.",
    )
    const errors = [{ field: "other", message: "Too many." }]
    expect(addRefusals(form, { detail: "other: Too many.", errors }, fieldOf)).toBe("Too many.")
  })
})
