import { randomUUID } from "node:crypto"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { StripePayments } from "../../durable-objects/checkout/stripe.ts"
import { listIntents, listRefunds } from "../../durable-objects/checkout/stripe-books.ts"
import type { ListPart } from "../../durable-objects/checkout/stripe-books.ts"
import { COMPARED_MS } from "../../durable-objects/reconciler/contract.ts"
import { ProviderReader } from "../../durable-objects/reconciler/read-provider.ts"
import { AtStripe } from "./at-stripe.ts"
import { candidatesHere } from "./providers.ts"
import type { Candidate, Provider } from "./providers.ts"

/** What the reconciler reads of the provider's books, of the emulator always and of Stripe's test mode when there is a key. */
describe.each(candidatesHere())("the books of $name", (candidate) => {
  suite(candidate)
})

function suite(candidate: Candidate): void {
  const sinceMs = Date.now() - 1_000
  let provider: Provider
  let payments: StripePayments
  let atStripe: AtStripe

  beforeAll(async () => {
    provider = await candidate.open()
    payments = new StripePayments(provider.settings)
    atStripe = new AtStripe(provider.settings)
  })
  afterAll(() => provider.stop())

  /** A payment whose money is set aside, or taken. */
  async function pay(isTaken: boolean): Promise<{ orderId: string; intentId: string }> {
    const orderId = `books-${randomUUID()}`
    const order = { orderId, orderNumber: "B-1", saleId: null, amountCents: 2_000, currency: "EUR" }
    const opened = await payments.createIntent({ ...order, email: "ann@example.com" }, 0)
    if (opened.outcome !== "ok") throw new Error(opened.message)
    const { intentId } = opened.intent
    expect(await atStripe.confirm(intentId, "pm_card_visa")).toBe("requires_capture")
    if (isTaken) expect((await payments.capture(intentId, orderId, 0)).outcome).toBe("ok")
    return { orderId, intentId }
  }

  /** A list in parts of two entries, from one part's end to the next. */
  async function inParts<Entry>(
    list: (part: ListPart) => Promise<{ entries: Entry[]; isAll: boolean; lastId: string | null }>,
  ): Promise<Entry[]> {
    const entries: Entry[] = []
    let afterId: string | null = null
    for (;;) {
      const listed: Awaited<ReturnType<typeof list>> = await list({ sinceMs, afterId })
      entries.push(...listed.entries)
      if (listed.isAll) return entries
      afterId = listed.lastId
    }
  }

  it("say of a refund that somebody made at Stripe whose it is, and of ours which request it answers", async () => {
    const { orderId, intentId } = await pay(true)
    const made = await atStripe.stripe.refunds.create({ payment_intent: intentId, amount: 500 })
    const asked = await payments.refund({
      refundKey: "1",
      intentId,
      orderId,
      amountCents: 300,
      currency: "EUR",
    })
    if (asked.outcome !== "ok") throw new Error("the refund was not made")
    const { entries } = await listRefunds(provider.settings, { sinceMs, afterId: null }, 1_000)
    const mine = entries.filter((entry) => entry.orderId === orderId)
    expect(mine.map(({ news }) => [news.refund.refundId, news.refund.amountCents, news.refundKey])).toEqual([
      [asked.refund.refundId, 300, "1"],
      [made.id, 500, undefined],
    ])
    expect(mine.every((entry) => entry.intentId === intentId)).toBe(true)
  })

  it("are read in parts, newest first, with nothing left out and nothing twice", async () => {
    const intentIds: string[] = []
    for (let count = 0; count < 5; count++) intentIds.push((await pay(false)).intentId)
    const parts = await inParts((part) => listIntents(provider.settings, part, 2))
    const ids = parts.map(({ intentId }) => intentId).filter((intentId) => intentIds.includes(intentId))
    expect(ids).toEqual(intentIds.toReversed())
  })

  it("are read beyond the last half hour for money that is set aside, and for refunds", async () => {
    const [aside, taken] = [await pay(false), await pay(true)]
    const { id: refundId } = await atStripe.stripe.refunds.create({ payment_intent: taken.intentId })
    const gate = { getByName: () => ({ read: () => Promise.resolve({ state: "closed" }) }) }
    const env: unknown = { ...provider.settings, PAYMENT_GATE: gate }
    const reader = new ProviderReader(env as ConstructorParameters<typeof ProviderReader>[0])
    const unread: string[] = []
    const laterMs = Date.now() + 2 * COMPARED_MS
    const read = (nowMs: number) => reader.read(nowMs, unread, (_what, _otherwise, readPart) => readPart())
    const idsOf = ({ intents, refunds }: Awaited<ReturnType<typeof read>>) => [
      ...intents.map(({ intentId }) => intentId),
      ...refunds.map(({ news }) => news.refund.refundId),
    ]
    const first = await read(laterMs)
    expect(idsOf(first)).toEqual(expect.arrayContaining([aside.intentId, refundId]))
    expect(idsOf(first)).not.toContain(taken.intentId)
    // Gone through; what was different is looked at all the same.
    reader.suspect(first, (id) => id === aside.intentId || id === refundId)
    expect(idsOf(await read(laterMs + 1))).toEqual(expect.arrayContaining([aside.intentId, refundId]))
    await atStripe.stripe.paymentIntents.cancel(aside.intentId)
    const last = idsOf(await read(laterMs + 2))
    expect(last).toContain(refundId)
    expect(last).not.toContain(aside.intentId)
    expect(unread).toEqual([])
  })
}
