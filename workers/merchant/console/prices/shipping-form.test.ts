import { describe, expect, it } from "vitest"
import { readShippingForm, shippingFieldOf, shippingFormOf, withMethod } from "./shipping-form.ts"
import type { ShippingMethod } from "./shipping-form.ts"

const PARCEL: ShippingMethod = {
  id: "parcel",
  title: "Parcel",
  countries: ["DE", "AT"],
  currency: "EUR",
  bands: [
    { upToGrams: 2_000, priceCents: 490 },
    { upToGrams: null, priceCents: 990 },
  ],
  freeFromCents: 10_000,
}

describe("the form of a way of shipping", () => {
  it("shows what is there, and read again means the same", () => {
    const shown = shippingFormOf(PARCEL)
    expect(shown.values).toMatchObject({
      countries: "DE, AT",
      "upTo.1": "",
      "price.1": "9.90",
      freeFrom: "100.00",
    })
    const read = readShippingForm(shown.values, "parcel")
    expect(read).toMatchObject({ errors: {}, body: PARCEL })
  })

  it("takes amounts as a currency counts them, countries as they are typed, and its id from the title", () => {
    const fields = {
      title: " Über Nacht ",
      countries: "jp;kr jp",
      currency: "jpy",
      "price.2": "1200",
      freeFrom: "",
    }
    expect(readShippingForm(fields, null).body).toEqual({
      id: "uber-nacht",
      title: "Über Nacht",
      countries: ["JP", "KR"],
      currency: "JPY",
      bands: [{ upToGrams: null, priceCents: 1_200 }],
      freeFromCents: null,
    })
  })

  it("names each mistake at its field, keeps what was typed, and means nothing", () => {
    const fields = {
      title: "",
      countries: "DE, Austria",
      currency: "euro",
      "upTo.0": "heavy",
      "price.0": "4.905",
      "upTo.1": "500",
      freeFrom: "many",
    }
    const form = readShippingForm(fields, null)
    expect(form.body).toBeNull()
    expect(Object.keys(form.errors).toSorted()).toEqual(
      ["countries", "currency", "freeFrom", "price.0", "price.1", "title", "upTo.0"].toSorted(),
    )
    expect(form.errors["countries"]).toContain("AUSTRIA")
    expect(form.values).toMatchObject(fields)
  })

  it("needs a price, and has rows to spare for more", () => {
    expect(readShippingForm({ title: "Parcel", currency: "EUR" }, null).errors).toHaveProperty(["price.0"])
    expect(readShippingForm({ "price.4": "1" }, null).rows).toBe(7)
    expect(shippingFormOf(null).rows).toBe(3)
    const all = Object.fromEntries(Array.from({ length: 20 }, (_, row) => [`price.${row}`, "1"]))
    expect(readShippingForm(all, null).rows).toBe(20)
  })

  it("finds its field for what the API names, over rows that are empty", () => {
    const { rowOfBand } = readShippingForm({ "price.1": "1", "price.3": "2" }, null)
    const fieldOf = (field: string) => shippingFieldOf(field, 4, rowOfBand)
    expect(fieldOf("methods.4.bands.1.upToGrams")).toBe("upTo.3")
    expect(fieldOf("methods.4.bands.0.priceCents")).toBe("price.1")
    expect(fieldOf("methods.4.countries.0")).toBe("countries")
    expect(fieldOf("methods.4.freeFromCents")).toBe("freeFrom")
    expect([fieldOf("methods.3.id"), fieldOf("methods"), fieldOf("methods.4.other")]).toEqual([
      null,
      null,
      null,
    ])
  })

  it("changes the list in its place, and adds at its end", () => {
    const other = { ...PARCEL, id: "other" }
    const changed = { ...PARCEL, title: "Slow parcel" }
    expect(withMethod([PARCEL, other], changed, "parcel")).toEqual({ methods: [changed, other], index: 0 })
    expect(withMethod([PARCEL], other, null)).toEqual({ methods: [PARCEL, other], index: 1 })
  })
})
