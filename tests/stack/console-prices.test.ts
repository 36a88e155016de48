import { randomUUID } from "node:crypto"
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest"
import { ConsoleVisitor, errorsIn, fieldsIn } from "./console-visitor.ts"
import { Clerk, expectProblem } from "./wire.ts"

/** Nothing is bought here, so no lane learns of these prices; others share the shop. */
const addresses = inject("stack")
const clerk = new Clerk(addresses)
const PRICES = "/merchant/prices"

let owner: ConsoleVisitor
let staff: ConsoleVisitor

beforeAll(async () => {
  owner = await new ConsoleVisitor(addresses).signIn()
  staff = await new ConsoleVisitor(addresses).signIn("local-staff-token")
})

afterAll(async () => {
  await clerk.call("PUT", "/prices/shipping", { methods: [] })
  await clerk.call("PUT", "/prices/taxes", { pricesIncludeTax: true, rates: [] })
})

const shipping = async () =>
  (await clerk.call<{ version: number; methods: Record<string, unknown>[] }>("GET", "/prices/shipping")).body
const taxes = async () =>
  (await clerk.call<{ version: number; rates: Record<string, unknown>[] }>("GET", "/prices/taxes")).body

describe("the console's page of prices", () => {
  it("says what holds while nothing is set, and asks only owners to change it", async () => {
    const { text } = await owner.page(PRICES)
    for (const said of ["No way of shipping yet", "No rate yet", "Add a way of shipping", "Add a coupon"])
      expect(text).toContain(said)
    const theirs = await staff.page(PRICES)
    expect(theirs.text).toContain("Only owners change prices.")
    expect(theirs.text).not.toContain("Add a")
    for (const path of ["/shipping", "/taxes", "/rates", "/coupons"]) {
      expect((await staff.page(`${PRICES}${path}`)).status).toBe(403)
      expect((await staff.post(`${PRICES}${path}`, { title: "x" })).status).toBe(403)
    }
    expect((await shipping()).methods).toEqual([])
  })

  it("refuses a form that another site's page sends", async () => {
    const answer = await owner.call("POST", `${PRICES}/coupons`, "code=FOREIGN&kind=percent&off=100", {
      "content-type": "application/x-www-form-urlencoded",
      origin: "https://elsewhere.example",
    })
    expectProblem(answer, 403, "cross_origin")
    expectProblem(await clerk.call("GET", "/coupons/FOREIGN"), 404, "coupon_not_found")
  })
})

describe("a way of shipping", () => {
  const parcel = { title: "Parcel & more", countries: "fo, gl", currency: "eur", "upTo.0": "2000" }

  it("is refused with each mistake at its field, and nothing typed is lost", async () => {
    const typed = {
      ...parcel,
      "price.0": "4,905",
      "price.1": "9.90",
      freeFrom: "lots",
      countries: "FO Denmark",
    }
    const answer = await owner.fill(`${PRICES}/shipping`, typed)
    expect(answer.status).toBe(422)
    expect(Object.keys(errorsIn(answer.body.text)).toSorted()).toEqual(["countries", "freeFrom", "price.0"])
    expect(fieldsIn(answer.body.text)).toMatchObject(typed)
    // What only the API knows: the order of weights, and currencies that there are.
    const second = { "price.0": "4.90", "upTo.2": "500", "price.2": "9.90", currency: "XYZ" }
    const refused = await owner.fill(`${PRICES}/shipping`, { ...parcel, ...second })
    expect(Object.keys(errorsIn(refused.body.text)).toSorted()).toEqual(["currency", "upTo.0"])
    expect(fieldsIn(refused.body.text)).toMatchObject({ ...parcel, ...second })
    expect((await shipping()).methods).toEqual([])
  })

  it("is added, shown, changed in its place and ended after a second look", async () => {
    const added = await owner.fill(`${PRICES}/shipping`, { ...parcel, "price.0": "4.90", "price.1": "9.90" })
    expect([added.status, added.headers.get("location")]).toEqual([303, `${PRICES}?done=shipping`])
    const again = await owner.fill(`${PRICES}/shipping`, {
      title: "Courier",
      id: "parcel-more",
      currency: "EUR",
      "price.0": "0",
    })
    expect(errorsIn(again.body.text)).toHaveProperty("id")
    await owner.fill(`${PRICES}/shipping`, { title: "Courier", currency: "EUR", "price.0": "19" })
    const { text } = await owner.page(`${PRICES}?done=shipping`)
    for (const said of ["The way of shipping is saved", "Parcel &amp; more", "Faroe Islands, Greenland"])
      expect(text).toContain(said)
    for (const said of ["up to 2,000 g €4.90", "heavier €9.90"]) expect(text).toContain(said)

    await owner.fill(`${PRICES}/shipping/parcel-more`, { freeFrom: "100", "upTo.1": "5000" })
    expect((await shipping()).methods).toMatchObject([
      {
        id: "parcel-more",
        title: "Parcel & more",
        countries: ["FO", "GL"],
        bands: [
          { upToGrams: 2_000, priceCents: 490 },
          { upToGrams: 5_000, priceCents: 990 },
        ],
        freeFromCents: 10_000,
      },
      { id: "courier", countries: [], bands: [{ upToGrams: null, priceCents: 1_900 }] },
    ])

    const asked = await owner.page(`${PRICES}/shipping/courier/end`)
    expect(asked.text).toContain("End “Courier”?")
    expect((await shipping()).methods).toHaveLength(2)
    for (const _ of [1, 2])
      expect((await owner.post(`${PRICES}/shipping/courier/end`, fieldsIn(asked.text))).status).toBe(303)
    expect((await shipping()).methods).toMatchObject([{ id: "parcel-more" }])
    expect((await owner.page(`${PRICES}/shipping/courier`)).status).toBe(404)
  })

  it("is not written over what somebody else changed meanwhile, and then it is when that was seen", async () => {
    const path = `${PRICES}/shipping/parcel-more`
    const before = fieldsIn((await owner.page(path)).text)
    const { methods } = await shipping()
    const other = { ...methods[0], id: "other", title: "Other" }
    await clerk.call("PUT", "/prices/shipping", { methods: [...methods, other] })
    const refused = await owner.post(path, { ...before, title: "Renamed" })
    expect(refused.status).toBe(409)
    expect(refused.body.text).toContain("Somebody changed the prices")
    const shown = fieldsIn(refused.body.text)
    expect(shown).toMatchObject({ title: "Renamed" })
    expect((await owner.post(path, shown)).status).toBe(303)
    expect((await shipping()).methods.map(({ title }) => title)).toEqual(["Renamed", "Other"])
    const { version } = await shipping()
    const late = await clerk.call("PUT", "/prices/shipping", { version: version - 1, methods: [] })
    expectProblem(late, 409, "prices_changed")
    expect((await clerk.call("PUT", "/prices/shipping", { version, methods: [] })).status).toBe(200)
  })
})

describe("taxes", () => {
  it("are counted as an owner says, and a wrong country is named", async () => {
    const wrong = await owner.fill(`${PRICES}/taxes`, { prices: "added", homeCountry: "Germany" })
    expect(errorsIn(wrong.body.text)).toHaveProperty("homeCountry")
    expect(wrong.body.text).toMatch(/value="added" checked/)
    const saved = await owner.fill(`${PRICES}/taxes`, { prices: "added", homeCountry: "de" })
    expect(saved.status).toBe(303)
    expect(await taxes()).toMatchObject({
      pricesIncludeTax: false,
      homeCountry: "DE",
      shippingTaxClass: "standard",
    })
    const { text } = await owner.page(PRICES)
    expect(text).toContain("The tax is added to the prices.")
    expect(text).toContain("taxed as in Germany")
  })

  it("are worked out by Stripe Tax when an owner says so, and by the rates again", async () => {
    await owner.fill(`${PRICES}/taxes`, { provider: "stripe" })
    expect(await taxes()).toMatchObject({ taxProvider: "stripe", pricesIncludeTax: false })
    expect((await owner.page(PRICES)).text).toContain("Stripe Tax works the tax out")
    expect((await owner.page(`${PRICES}/taxes`)).text).toMatch(/value="stripe" checked/)
    await owner.fill(`${PRICES}/taxes`, { provider: "rates" })
    expect(await taxes()).toMatchObject({ taxProvider: "rates", homeCountry: "DE" })
  })

  it("have rates that are added, changed and ended, each country, region and class once", async () => {
    const path = `${PRICES}/rates`
    await owner.fill(path, { country: "de", percent: "19" })
    await owner.fill(path, { country: "US", region: "New York", percent: "8,875" })
    const twice = await owner.fill(path, { country: "DE", percent: "7" })
    expect([twice.status, errorsIn(twice.body.text)]).toMatchObject([422, { country: expect.any(String) }])
    const change = `${path}?${new URLSearchParams({ ofCountry: "US", ofRegion: "New York", ofClass: "standard" })}`
    expect((await owner.fill(change, { percent: "9", taxClass: "reduced" })).status).toBe(303)
    expect((await taxes()).rates).toEqual([
      { country: "DE", region: null, taxClass: "standard", percent: 19 },
      { country: "US", region: "New York", taxClass: "reduced", percent: 9 },
    ])
    expect((await owner.page(change)).status).toBe(404)
    const end = `${path}/end?${new URLSearchParams({ ofCountry: "DE", ofClass: "standard" })}`
    const asked = await owner.page(end)
    expect(asked.text).toContain("End the rate of 19 %?")
    for (const _ of [1, 2]) expect((await owner.post(`${path}/end`, fieldsIn(asked.text))).status).toBe(303)
    expect((await taxes()).rates).toMatchObject([{ country: "US" }])
    expect(await taxes()).toMatchObject({ pricesIncludeTax: false, homeCountry: "DE" })
  })
})

describe("coupons", () => {
  const code = `PAGES-${randomUUID().slice(0, 6).toUpperCase()}`
  const path = `${PRICES}/coupons/${code}`

  it("are made with all their limits, found by their code, changed and ended", async () => {
    const typed = {
      code: code.toLowerCase(),
      kind: "amount",
      off: "12.50",
      currency: "eur",
      minimum: "50",
      startsAt: "2027-05-31T18:00",
      endsAt: "2027-05-31T18:00",
      usesMax: "100",
      usesPerCustomerMax: "1",
    }
    const wrong = await owner.fill(`${PRICES}/coupons`, typed)
    expect(errorsIn(wrong.body.text)).toEqual({ endsAt: "It ends after it starts." })
    expect(fieldsIn(wrong.body.text)).toMatchObject(typed)
    expect((await owner.post(`${PRICES}/coupons`, { ...typed, endsAt: "2027-06-01 00:00" })).status).toBe(303)
    const taken = await owner.post(`${PRICES}/coupons`, { code, kind: "percent", off: "5" })
    expect([taken.status, errorsIn(taken.body.text)]).toMatchObject([409, { code: expect.any(String) }])

    const found = await owner.page(`${PRICES}?code=${code.toLowerCase()}`)
    for (const said of [code, "€12.50", "€50.00", "0 of 100, 1 each", "Not yet"])
      expect(found.text).toContain(said)
    expect((await owner.page(`${PRICES}?code=NOBODYS`)).text).toContain("There is no coupon NOBODYS.")
    expect((await staff.page(`${PRICES}?code=${code}`)).text).not.toContain(path)

    expect((await owner.fill(path, { kind: "percent", off: "8,875", startsAt: "" })).status).toBe(303)
    expect((await clerk.call("GET", `/coupons/${code}`)).body).toEqual({
      code,
      percentOff: 8.875,
      amountOffCents: null,
      currency: "EUR",
      minimumCents: 5_000,
      startsAtMs: null,
      endsAtMs: Date.UTC(2027, 5, 1),
      usesMax: 100,
      usesPerCustomerMax: 1,
      uses: 0,
    })
    expect((await owner.page(`${path}/end`)).text).toContain(`End the coupon ${code}?`)
    for (const _ of [1, 2]) expect((await owner.post(`${path}/end`, {})).status).toBe(303)
    expectProblem(await clerk.call("GET", `/coupons/${code}`), 404, "coupon_not_found")
  })

  it("that were ended while their form was open say so, and what was typed is there still", async () => {
    const refused = await owner.post(path, { kind: "percent", off: "33" })
    expect(refused.status).toBe(404)
    expect(fieldsIn(refused.body.text)).toMatchObject({ off: "33" })
  })

  it("are listed page by page, each once", async () => {
    const prefix = `ZZ${randomUUID().slice(0, 4).toUpperCase()}`
    const codes = Array.from({ length: 52 }, (_, index) => `${prefix}-${String(index).padStart(2, "0")}`)
    for (const each of codes) await clerk.call("POST", `/coupons/${each}`, { percentOff: 1 })
    const seen: string[] = []
    for (let next: string | null = `${PRICES}?after=${prefix}`; next !== null;) {
      const { text } = await owner.page(next)
      seen.push(
        ...[...text.matchAll(/<th scope="row"><span class="whole"><a [^>]+>([^<]+)</g)].map(
          ([, each]) => each ?? "",
        ),
      )
      next = /href="([^"]+)#coupons" rel="next"/.exec(text)?.[1] ?? null
    }
    expect(seen).toEqual(codes)
    for (const each of codes) await clerk.call("DELETE", `/coupons/${each}`)
  })
})
