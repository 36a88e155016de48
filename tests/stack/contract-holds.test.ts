import { randomUUID } from "node:crypto"
import { beforeAll, describe, expect, inject, it, vi } from "vitest"
import type { SaleBody } from "./merchant.ts"
import { Clerk, expectProblem, fieldsOf, send, Visitor } from "./wire.ts"

const addresses = inject("stack")
const clerk = new Clerk(addresses)
const one = (sku: string, quantity = 1) => ({ items: [{ sku, quantity }] })
const counts = async (sku: string) => (await clerk.stock(sku)).body
const skusOf = (answer: { body: unknown }) =>
  ((answer.body as { items?: { sku: string }[] }).items ?? []).map((item) => item.sku)

describe("a hold", () => {
  it("takes units at once, with their price, and until when", async () => {
    await clerk.addProduct("HOLD-PLAIN", 5)
    const shopper = new Visitor(addresses)
    const hold = await shopper.hold(one("HOLD-PLAIN", 2))
    expect(hold.status).toBe(201)
    expect(hold.body).toMatchObject({
      holdId: expect.any(String),
      items: [{ sku: "HOLD-PLAIN", quantity: 2, unitPriceCents: 5_000 }],
      currency: "EUR",
    })
    expect(hold.body.expiresAtMs).toBeGreaterThan(Date.now())
    expect(shopper.cookies.has("spillway_session")).toBe(true)
    expect(await counts("HOLD-PLAIN")).toMatchObject({ received: 5, available: 3, held: 2, sold: 0 })
  })

  it("hazard 6: a double click takes the units once and gets one answer, at once or later", async () => {
    await clerk.addProduct("HOLD-TWICE", 5)
    const shopper = new Visitor(addresses)
    await shopper.hold(one("HOLD-TWICE", 1), "first")
    const clicks = await Promise.all(
      Array.from({ length: 8 }, () => shopper.hold(one("HOLD-TWICE", 2), "click")),
    )
    const later = await shopper.hold(one("HOLD-TWICE", 2), "click")
    expect(clicks.filter((click) => click.status === 201)).toHaveLength(1)
    expect(later.status).toBe(200)
    for (const click of clicks) expect(click.body).toEqual(later.body)
    expect(await counts("HOLD-TWICE")).toMatchObject({ available: 2, held: 3 })
  })

  it("with the key of another body is refused, whatever differs", async () => {
    await Promise.all([clerk.addProduct("HOLD-KEY-A", 5), clerk.addProduct("HOLD-KEY-B", 5)])
    const shopper = new Visitor(addresses)
    expect((await shopper.hold(one("HOLD-KEY-A"), "key")).status).toBe(201)
    for (const body of [
      one("HOLD-KEY-A", 2),
      one("HOLD-KEY-B"),
      { items: [...one("HOLD-KEY-A").items, ...one("HOLD-KEY-B").items] },
    ])
      expectProblem(await shopper.hold(body, "key"), 409, "idempotency_key_reused")
    expect(await counts("HOLD-KEY-A")).toMatchObject({ held: 1 })
    expect(await counts("HOLD-KEY-B")).toMatchObject({ held: 0 })
  })

  it("of another session may have the same key", async () => {
    await clerk.addProduct("HOLD-KEY-TWO", 5)
    const holds = await Promise.all(
      [1, 2].map(async (quantity) => new Visitor(addresses).hold(one("HOLD-KEY-TWO", quantity), "same")),
    )
    expect(holds.map((hold) => hold.status)).toEqual([201, 201])
  })

  it("needs an idempotency key of visible characters", async () => {
    const shopper = new Visitor(addresses)
    const headers: Record<string, string>[] = [
      {},
      ...["", "a b", "x".repeat(256)].map((key) => ({ "idempotency-key": key })),
    ]
    for (const header of headers) {
      const answer = await shopper.call("POST", "/api/holds", one("HOLD-PLAIN"), header)
      expectProblem(answer, 400, "idempotency_key_required")
      expect(fieldsOf(answer).map((field) => field.toLowerCase())).toContain("idempotency-key")
    }
  })

  it("of more units than there are is sold out, by SKU, and takes none", async () => {
    await clerk.addProduct("HOLD-FEW", 2)
    const refused = await new Visitor(addresses).hold(one("HOLD-FEW", 3))
    expectProblem(refused, 409, "sold_out")
    expect(skusOf(refused)).toEqual(["HOLD-FEW"])
    expect(await counts("HOLD-FEW")).toMatchObject({ available: 2, held: 0 })
  })

  it("hazard 4: the last unit goes to one of twenty who ask at once", async () => {
    await clerk.addProduct("HOLD-LAST", 1)
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => new Visitor(addresses).hold(one("HOLD-LAST"))),
    )
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(1)
    expect(answers.filter((answer) => answer.body.code === "sold_out")).toHaveLength(19)
    expect(await counts("HOLD-LAST")).toMatchObject({ available: 0, held: 1, sold: 0 })
  })

  it("hazard 1: two lines on the same SKU are checked together", async () => {
    await clerk.addProduct("HOLD-LINES", 5)
    const shopper = new Visitor(addresses)
    const lines = (a: number, b: number) => ({
      items: [...one("HOLD-LINES", a).items, ...one("HOLD-LINES", b).items],
    })
    expectProblem(await shopper.hold(lines(3, 3)), 409, "sold_out")
    expect(await counts("HOLD-LINES")).toMatchObject({ available: 5, held: 0 })
    const hold = await shopper.hold(lines(2, 3))
    expect(hold.status).toBe(201)
    expect(hold.body.items.reduce((sum, item) => sum + item.quantity, 0)).toBe(5)
    expect(await counts("HOLD-LINES")).toMatchObject({ available: 0, held: 5 })
  })

  it("hazard 7: is all or none over several SKUs, and its key is free again after a refusal", async () => {
    await Promise.all([clerk.addProduct("HOLD-ALL-A", 5), clerk.addProduct("HOLD-ALL-B", 1)])
    const shopper = new Visitor(addresses)
    const body = { items: [...one("HOLD-ALL-A", 2).items, ...one("HOLD-ALL-B", 2).items] }
    const refused = await shopper.hold(body)
    expectProblem(refused, 409, "sold_out")
    expect(skusOf(refused)).toEqual(["HOLD-ALL-B"])
    await expect.poll(() => counts("HOLD-ALL-A")).toMatchObject({ available: 5, held: 0 })
    const hold = await shopper.hold({ items: [...one("HOLD-ALL-A", 2).items, ...one("HOLD-ALL-B").items] })
    expect(hold.status).toBe(201)
    expect(hold.body.items).toHaveLength(2)
  })

  it("that was refused names the SKU that lacks, also when it is asked for again with its key", async () => {
    await Promise.all([clerk.addProduct("HOLD-AGAIN-A", 5), clerk.addProduct("HOLD-AGAIN-B", 1)])
    const shopper = new Visitor(addresses)
    const body = { items: [...one("HOLD-AGAIN-A", 2).items, ...one("HOLD-AGAIN-B", 2).items] }
    expect(skusOf(await shopper.hold(body, "key"))).toEqual(["HOLD-AGAIN-B"])
    expect(skusOf(await shopper.hold(body, "key"))).not.toContain("HOLD-AGAIN-A")
    await clerk.receive("HOLD-AGAIN-B", 5)
    const again = await shopper.hold(body, "key")
    if (again.status !== 201) expect(skusOf(again)).not.toContain("HOLD-AGAIN-A")
  })

  it("of an unknown SKU beside a known one takes nothing", async () => {
    await clerk.addProduct("HOLD-KNOWN", 5)
    const shopper = new Visitor(addresses)
    const refused = await shopper.hold({ items: [...one("HOLD-KNOWN").items, ...one("HOLD-NOWHERE").items] })
    expectProblem(refused, 404, "sku_not_found")
    await expect.poll(() => counts("HOLD-KNOWN")).toMatchObject({ available: 5, held: 0 })
  })

  it("never sums two currencies under one", async () => {
    await clerk.addProduct("HOLD-EURO", 5)
    const added = await clerk.call("POST", "/products", {
      slug: "hold-dollar",
      title: "A dollar",
      variants: [{ sku: "HOLD-DOLLAR", title: "One", priceCents: 100, currency: "USD" }],
    })
    expect(added.status).toBe(201)
    await clerk.receive("HOLD-DOLLAR", 5)
    const shopper = new Visitor(addresses)
    const mixed = await shopper.hold({ items: [...one("HOLD-EURO").items, ...one("HOLD-DOLLAR").items] })
    expect(mixed.status, JSON.stringify(mixed.body)).toBeGreaterThanOrEqual(400)
    await expect.poll(() => counts("HOLD-EURO")).toMatchObject({ held: 0 })
  })
})

describe("giving a hold back", () => {
  it("hazard 10: twice, or many times at once, puts the units back once", async () => {
    await clerk.addProduct("BACK-TWICE", 5)
    const shopper = new Visitor(addresses)
    const { holdId } = (await shopper.hold(one("BACK-TWICE", 2), "key")).body
    const path = `/api/holds/${encodeURIComponent(holdId)}`
    const answers = await Promise.all([1, 2, 3, 4].map(() => shopper.call("DELETE", path)))
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200])
    expect((await shopper.call("DELETE", path)).status).toBe(200)
    expect(await counts("BACK-TWICE")).toMatchObject({ available: 5, held: 0, sold: 0 })
    const replay = await shopper.hold(one("BACK-TWICE", 2), "key")
    expect(replay.status).toBe(200)
    expect(await counts("BACK-TWICE")).toMatchObject({ available: 5, held: 0 })
  })

  it("is nobody else's: another session, and none, find nothing", async () => {
    await clerk.addProduct("BACK-FOREIGN", 5)
    const owner = new Visitor(addresses)
    const { holdId } = (await owner.hold(one("BACK-FOREIGN"))).body
    const thief = new Visitor(addresses)
    await thief.hold(one("BACK-FOREIGN"))
    const path = `/api/holds/${encodeURIComponent(holdId)}`
    expectProblem(await thief.call("DELETE", path), 404, "hold_not_found")
    expectProblem(await new Visitor(addresses).call("DELETE", path), 404, "hold_not_found")
    expect(await counts("BACK-FOREIGN")).toMatchObject({ held: 2 })
  })

  it.each([
    "nope",
    "%00",
    "%E0%A4",
    "h_x~",
    "~~~~",
    "h_x~HOLD-PLAIN",
    "h_x~%00",
    "%ED%A0%80",
    "x".repeat(2_000),
  ])("malformed: %.30s is not found", async (holdId) => {
    const shopper = new Visitor(addresses)
    await shopper.hold(one("HOLD-PLAIN"))
    const cookie = `spillway_session=${shopper.cookies.get("spillway_session") ?? ""}`
    const path = `/api/holds/${holdId}`
    const answer = await send(addresses.url, { method: "DELETE", path, headers: { cookie } })
    expectProblem(answer, 404, "hold_not_found")
  })
})

describe.concurrent("a sale's units", () => {
  let open: SaleBody
  let other: SaleBody
  let ahead: SaleBody
  let few: SaleBody
  const inSale = (sale: SaleBody, sku: string, quantity: number, pass?: string) => ({
    ...one(sku, quantity),
    saleId: sale.saleId,
    ...(pass !== undefined && { pass }),
  })

  beforeAll(async () => {
    const schedule = async (sku: string, units: number, opensAtMs: number) => {
      await clerk.addProduct(sku, units)
      const items = [{ sku, allotment: units, salePriceCents: 2_500, perCustomerLimit: 2 }]
      return (await clerk.schedule({ items, opensAtMs })).body
    }
    const bellMs = Date.now() + 1_500
    ;[open, other, few, ahead] = await Promise.all([
      schedule("SALE-OPEN", 10, bellMs),
      schedule("SALE-OTHER", 3, bellMs),
      schedule("SALE-FEW", 10, bellMs),
      schedule("SALE-AHEAD", 3, Date.now() + 3_000_000),
    ])
  })

  it("are not for sale before the bell, with or without a pass", async () => {
    const shopper = new Visitor(addresses)
    expectProblem(await shopper.hold(inSale(ahead, "SALE-AHEAD", 1)), 409, "sale_not_open")
    expectProblem(await shopper.hold(inSale(ahead, "SALE-AHEAD", 1, "x")), 409, "sale_not_open")
    const unknown = { ...ahead, saleId: randomUUID() }
    expectProblem(await shopper.hold(inSale(unknown, "SALE-AHEAD", 1)), 404, "sale_not_found")
  })

  it("are out of reach past the sale: the open pool has none of them", async () => {
    expectProblem(await new Visitor(addresses).hold(one("SALE-AHEAD")), 409, "sold_out")
    expect(await counts("SALE-AHEAD")).toMatchObject({ available: 3, held: 0 })
  })

  it("hazard 24: need a pass of this sale and this session; nothing else will do", async () => {
    const [owner, thief] = [new Visitor(addresses), new Visitor(addresses)]
    const pass = (await owner.queueFor(open.saleId)) ?? ""
    await thief.join(open.saleId)
    expectProblem(await owner.hold(inSale(open, "SALE-OPEN", 1)), 403, "pass_required")
    const { ticket } = (await owner.join(open.saleId)).body
    const flipped = `${pass.slice(0, -1)}${pass.endsWith("A") ? "B" : "A"}`
    for (const forged of ["x", ticket, flipped, `${pass}=`, owner.cookies.get("spillway_session") ?? "x"])
      expectProblem(await owner.hold(inSale(open, "SALE-OPEN", 1, forged)), 403, "pass_invalid")
    expectProblem(await thief.hold(inSale(open, "SALE-OPEN", 1, pass)), 403, "pass_invalid")
    expectProblem(await new Visitor(addresses).hold(inSale(open, "SALE-OPEN", 1, pass)), 403, "pass_invalid")
    const shut = inSale(other, "SALE-OTHER", 1, pass)
    const wrongSale = async () => (await owner.hold(shut)).body.code
    await vi.waitFor(async () => expect(await wrongSale()).toBe("pass_invalid"))
    expect(await counts("SALE-OPEN")).toMatchObject({ available: 10, held: 0 })
  })

  it("are limited for each customer, over all holds, and a hold given back counts no more", async () => {
    const shopper = new Visitor(addresses)
    const pass = (await shopper.queueFor(few.saleId)) ?? ""
    const tooMany = await shopper.hold(inSale(few, "SALE-FEW", 3, pass))
    expectProblem(tooMany, 409, "limit_reached")
    expect(skusOf(tooMany)).toEqual(["SALE-FEW"])
    const holds = await Promise.all([1, 2, 3, 4].map(() => shopper.hold(inSale(few, "SALE-FEW", 1, pass))))
    expect(holds.map((hold) => hold.status).toSorted()).toEqual([201, 201, 409, 409])
    const held = holds.find((hold) => hold.status === 201)
    expect(held?.body.items).toEqual([{ sku: "SALE-FEW", quantity: 1, unitPriceCents: 2_500 }])
    const path = `/api/holds/${encodeURIComponent(held?.body.holdId ?? "")}`
    expect((await shopper.call("DELETE", path)).status).toBe(200)
    expect((await shopper.hold(inSale(few, "SALE-FEW", 1, pass))).status).toBe(201)
  })

  it("are none of a sale that does not sell them", async () => {
    const shopper = new Visitor(addresses)
    const pass = (await shopper.queueFor(open.saleId)) ?? ""
    const answer = await shopper.hold(inSale(open, "SALE-OTHER", 1, pass))
    expectProblem(answer, 404, "sku_not_found")
    expect(await counts("SALE-OTHER")).toMatchObject({ available: 3, held: 0 })
  })
})
