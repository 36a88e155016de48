import { runInDurableObject } from "cloudflare:test"
import { env } from "cloudflare:workers"
import { describe, expect, it } from "vitest"
import { scheduleSale } from "../../tests/workerd/scheduled-sale.ts"
import { laneName, laneOf } from "../checkout/contract.ts"
import { PRICE_RULES_NAME } from "../prices/contract.ts"
import { RECONCILER, SETTLING_MS } from "./contract.ts"
import type { Reconciliation } from "./contract.ts"
import type { Reconciler } from "./object.ts"

const EVERYBODY = {
  discount: { kind: "percent" as const, ratePer100k: 10_000 },
  minimum: null,
  startsAtMs: null,
  endsAtMs: null,
  usesMax: null,
  usesPerCustomerMax: null,
}

const reconciler = () => env.RECONCILER.getByName(RECONCILER)

/** As if all that was seen so far had been seen a while ago. */
async function settle(): Promise<void> {
  await runInDurableObject(reconciler(), async (_object: Reconciler, state) => {
    const memory = await state.storage.get<{ firstSeen: Record<string, number> }>("memory")
    if (!memory) throw new Error("the reconciler remembers nothing")
    for (const key of Object.keys(memory.firstSeen)) memory.firstSeen[key] = Date.now() - SETTLING_MS
    await state.storage.put("memory", memory)
  })
}

const kindsOf = ({ drift }: Reconciliation) => drift.map(({ kind, mending }) => [kind, mending])

describe("the reconciler", () => {
  it("gives back units that are held for an order that no lane has, also while payments and Postgres are away", async () => {
    const { sale, sku, stock, pool } = await scheduleSale("RECONCILED")
    const hold = { holdId: "h1", customer: "c1", pool: sale.saleId, quantity: 2 }
    expect((await stock.hold(hold)).outcome).toBe("held")
    expect((await stock.claim("h1", "c1", "an-order-of-nobody")).outcome).toBe("claimed")
    const postgres = { answers: true, saleIds: [sale.saleId], behind: [] }

    const first = await reconciler().run("clock", postgres)

    expect(first).toMatchObject({ drift: [], pending: 1 })
    // Nobody answers as the provider here; the rest is compared all the same.
    expect(first.unread.map((book) => book.split(":")[0]).toSorted()).toEqual([
      "older payments",
      "older refunds",
      "payments",
      "refunds",
    ])
    expect(await pool()).toMatchObject({ held: 2 })

    await settle()
    // The sales that it heard of last are remembered.
    const second = await reconciler().run("asked", { answers: false, saleIds: [], behind: [] })
    expect(kindsOf(second)).toEqual([["hold_without_order", "mended"]])
    expect(second.drift[0]?.subjects).toEqual({ ledger: sku, holdId: "h1", orderId: "an-order-of-nobody" })
    expect(await pool()).toMatchObject({ held: 0, available: 5 })

    const third = await reconciler().run("clock", null)
    expect(third).toMatchObject({ drift: [], pending: 0 })
    expect(await reconciler().last()).toEqual(third)
  })

  it("keeps naming units that are sold to an order that no lane has", async () => {
    const { sale, stock } = await scheduleSale("RECONCILED-SOLD")
    await stock.hold({ holdId: "h2", customer: "c1", pool: sale.saleId, quantity: 1 })
    await stock.sell("h2", "another-order-of-nobody")
    const postgres = { answers: true, saleIds: [sale.saleId], behind: [] }
    await reconciler().run("clock", postgres)
    await settle()
    for (let run = 0; run < 3; run++)
      expect(kindsOf(await reconciler().run("clock", postgres))).toEqual([["sold_without_order", "left"]])
    await stock.returnUnits("h2", "another-order-of-nobody")
    expect(await reconciler().run("clock", postgres)).toMatchObject({ drift: [], pending: 0 })
  })

  it("has an order that nobody took up taken up again", async () => {
    const orderId = "left-lying"
    const lane = laneOf(orderId, 2)
    expect([laneName(0), laneName(1)]).toContain(lane)
    await runInDurableObject(env.CHECKOUT.getByName(lane), async (_object, state) => {
      state.storage.sql.exec(
        `INSERT INTO orders (order_id, order_number, request_digest, subject, email, hold_id, hold_expires_at_ms, items,
           total_cents, currency, status, version, history, stock, payment, due_at_ms, created_at_ms)
         VALUES (?, '1', 'd', 's', 'a@b.example', '', 0, '[]', 0, '', 'created', 1, '[]', 'held', 'none', ?, 0)`,
        orderId,
        Date.now() - 60_000,
      )
      await state.storage.deleteAlarm()
    })
    const nothing = { answers: true, saleIds: [], behind: [] }
    expect((await reconciler().run("clock", nothing)).pending).toBe(1)
    await settle()
    expect(kindsOf(await reconciler().run("clock", nothing))).toEqual([["order_overdue", "mended"]])
    // It had come to nothing when its driver died, so it is given up.
    await expect.poll(() => env.CHECKOUT.getByName(lane).knows([orderId])).toEqual([])
  })

  it("gives back a coupon's uses that count for nobody, and names the order that a coupon does not count", async () => {
    const { sale, sku } = await scheduleSale("RECONCILED-COUPON")
    const coupon = env.COUPONS.getByName("DRIFTED")
    await env.PRICES.getByName(PRICE_RULES_NAME).listCoupon("DRIFTED")
    await coupon.create({ ...EVERYBODY, code: "DRIFTED" })
    const lane = env.CHECKOUT.getByName(laneOf("with-coupon", 2))
    const orderOf = (orderId: string) => ({
      orderId,
      orderNumber: orderId,
      requestDigest: orderId,
      subject: "c1",
      email: "a@b.example",
      shippingAddress: null,
      couponCode: "DRIFTED",
      hold: { items: [{ sku, quantity: 1 }], saleId: sale.saleId },
    })
    // Nobody answers as the provider here: the order stands, and waits for its payment.
    await lane.open(orderOf("with-coupon"))
    expect((await lane.read("with-coupon"))?.order).toMatchObject({ couponCode: "DRIFTED" })
    const use = { customer: "a@b.example", subtotalCents: 1_000, currency: "EUR" }
    // Of an earlier attempt under the same key, and of a checkout that was forgotten.
    await coupon.reserve({ useId: "with-coupon:1", ...use })
    await coupon.reserve({ useId: "never-was:1", ...use })
    expect(await coupon.read()).toMatchObject({ uses: 3 })
    const nothing = { answers: true, saleIds: [], behind: [] }

    // The order's step fails meanwhile, and that is drift too.
    const inCoupons = async () =>
      (await reconciler().run("clock", nothing)).drift.filter(({ kind }) => kind.startsWith("coupon_"))

    expect(await inCoupons()).toEqual([])
    await settle()
    expect(
      (await inCoupons()).map(({ kind, subjects, mending }) => [kind, subjects["useId"], mending]),
    ).toEqual([
      ["coupon_use_without_order", "never-was:1", "mended"],
      ["coupon_use_without_order", "with-coupon:1", "mended"],
    ])
    expect(await coupon.read()).toMatchObject({ uses: 1 })

    // Whoever gives back the use of an order that stands.
    const [own] = await coupon.countedUses("")
    await coupon.giveBack(own?.useId ?? "")
    expect(await inCoupons()).toEqual([])
    await settle()
    expect(await inCoupons()).toMatchObject([{ kind: "coupon_not_counted", mending: "left" }])
    await lane.cancel("with-coupon", "c1")
    expect(await inCoupons()).toEqual([])
  })
})
