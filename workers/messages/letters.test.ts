import { describe, expect, it } from "vitest"
import type { ClaimedLetter, LetterKey, LetterOrder } from "../../db/messages.ts"
import { composeMail } from "./compose.ts"
import { isStillTrue, lettersOf } from "./decide.ts"
import { CLAIM_SECONDS, deliverLetters, LETTER_ATTEMPTS_MAX } from "./deliver.ts"
import type { DeliveryParts, LetterBook } from "./deliver.ts"

const HOSTILE = `<script>"'&\r\nBcc: all@example.com`

function orderWith(changes: Partial<LetterOrder> = {}): LetterOrder {
  return {
    orderId: "o1",
    orderNumber: "SP-1",
    status: "confirmed",
    email: "ann@example.com",
    currency: "EUR",
    totalCents: 2_500,
    discountCents: 0,
    shippingCents: 500,
    taxCents: 0,
    shippingAddress: { name: "Ann", line1: "1 Quay", city: "Berlin", postalCode: "10115", country: "DE" },
    history: statuses("created", "inventory_reserved", "payment_authorized", "confirmed"),
    shipments: [],
    refunds: [],
    items: [{ sku: "A", title: "Kettle", quantity: 2, unitPriceCents: 1_000 }],
    ...changes,
  }
}

function statuses(...names: string[]): { status: string; atMs: number }[] {
  return names.map((status, atMs) => ({ status, atMs }))
}

const parcel = (trackingNumber: string) => ({ carrier: "Post", trackingNumber, atMs: 1 })
const refund = (refundId: string, status: string) => ({ refundId, amountCents: 1_000, status, atMs: 1 })
const eventsOf = (order: LetterOrder) => lettersOf(order).map(({ event }) => event)

/** The table's rules, on a clock of its own. */
class Book implements LetterBook {
  nowSeconds = 0
  readonly rows = new Map<
    string,
    LetterKey & { dueAt: number | null; attempts: number; failure: string | null }
  >()
  readonly orders = new Map<string, LetterOrder>()

  /** What the pipeline does behind its upsert: what was noted before stays as it is. */
  note(seen: LetterOrder): void {
    this.orders.set(seen.orderId, this.orders.get(seen.orderId) ?? seen)
    for (const event of eventsOf(seen)) {
      const key = `${seen.orderId} ${event}`
      if (!this.rows.has(key))
        this.rows.set(key, {
          orderId: seen.orderId,
          event,
          dueAt: this.nowSeconds,
          attempts: 0,
          failure: null,
        })
    }
  }

  claim(letters: readonly LetterKey[]): Promise<ClaimedLetter[]> {
    const claimed = letters.flatMap(({ orderId, event }) => {
      const row = this.rows.get(`${orderId} ${event}`)
      const order = this.orders.get(orderId)
      if (!row || !order || row.dueAt === null || row.dueAt > this.nowSeconds) return []
      row.attempts++
      row.dueAt = this.nowSeconds + CLAIM_SECONDS
      return [{ orderId, event, attempts: row.attempts, order }]
    })
    return Promise.resolve(claimed)
  }

  sent(letter: LetterKey): Promise<void> {
    return this.end(letter, null, null)
  }

  putOff(letter: LetterKey, failure: string, seconds: number | null): Promise<void> {
    return this.end(letter, failure, seconds === null ? null : this.nowSeconds + seconds)
  }

  private end({ orderId, event }: LetterKey, failure: string | null, dueAt: number | null): Promise<void> {
    const row = this.rows.get(`${orderId} ${event}`)
    if (row) Object.assign(row, { failure, dueAt })
    return Promise.resolve()
  }

  get keys(): LetterKey[] {
    return [...this.rows.values()].map(({ orderId, event }) => ({ orderId, event }))
  }
}

function postOffice(book: Book, send: (letter: LetterKey) => void = () => undefined) {
  const out: string[] = []
  const parts: DeliveryParts = {
    book,
    compose: (letter) => Promise.resolve(composeMail(letter, "Shop", null)),
    send: async (_mail, { orderId, event }) => {
      await Promise.resolve()
      send({ orderId, event })
      out.push(`${orderId} ${event}`)
    },
  }
  return { out, parts }
}

describe("which letters an order has", () => {
  it("hazard 19: a confirmation only of what was confirmed, and none of what was compensated away", () => {
    for (const [status, ...past] of [
      ["payment_failed", "created", "inventory_reserved", "payment_authorized"],
      ["reservation_expired", "created", "inventory_reserved", "payment_authorized"],
      ["cancelled", "created", "inventory_reserved"],
      ["payment_authorized", "created", "inventory_reserved"],
    ] as const) {
      const order = orderWith({ status, history: statuses(...past, status) })
      expect(eventsOf(order)).toEqual(status === "reservation_expired" ? ["expired"] : [])
    }
    expect(eventsOf(orderWith())).toEqual(["confirmed"])
  })

  it("hazard 19: none goes out that says yes to an order whose money went back meanwhile", () => {
    const order = orderWith({
      status: "refunded",
      history: [...orderWith().history, { status: "refunded", atMs: 9 }],
      shipments: [parcel("1")],
      refunds: [refund("re_1", "succeeded")],
    })
    expect(["confirmed", "shipped:0", "refunded:re_1"].map((event) => isStillTrue(event, order))).toEqual([
      false,
      false,
      true,
    ])
  })

  it("one for each parcel, and for each refund once it has succeeded", () => {
    const shipments = [parcel("1"), parcel("2")]
    const refunds = [refund("re_1", "succeeded"), refund("re_2", "pending"), refund("re_3", "failed")]
    expect(eventsOf(orderWith({ shipments, refunds }))).toEqual([
      "confirmed",
      "shipped:0",
      "shipped:1",
      "refunded:re_1",
    ])
  })
})

describe("letters on their way", () => {
  it("go out once each, however often and in whatever order events and messages come", async () => {
    const book = new Book()
    const { out, parts } = postOffice(book)
    const versions = [
      orderWith({ status: "payment_authorized", history: statuses("created", "payment_authorized") }),
      orderWith(),
      orderWith({ status: "shipped", shipments: [parcel("1")] }),
      orderWith({ status: "shipped", shipments: [parcel("1")], refunds: [refund("re_1", "succeeded")] }),
    ]
    const newest = versions.at(-1)
    if (newest) book.orders.set("o1", newest)
    for (const order of [1, 3, 0, 2, 1, 3, 3].map((index) => versions[index])) {
      if (order) book.note(order)
      await Promise.all([deliverLetters(parts, book.keys), deliverLetters(parts, book.keys.toReversed())])
    }
    expect(out.toSorted()).toEqual(["o1 confirmed", "o1 refunded:re_1", "o1 shipped:0"])
  })

  it("are taken up after their sender died", async () => {
    const book = new Book()
    book.note(orderWith())
    await book.claim(book.keys)
    const { out, parts } = postOffice(book)
    await deliverLetters(parts, book.keys)
    expect(out).toEqual([])
    book.nowSeconds += CLAIM_SECONDS
    await deliverLetters(parts, book.keys)
    expect(out).toEqual(["o1 confirmed"])
  })

  it("that fail take no other with them, are tried again ever more rarely, and at last no more", async () => {
    const book = new Book()
    book.note(orderWith())
    book.note(orderWith({ orderId: "o2" }))
    let tries = 0
    const { out, parts } = postOffice(book, ({ orderId }) => {
      if (orderId !== "o1") return
      tries++
      throw new Error("mailbox full")
    })
    const gapsSeconds: number[] = []
    for (let last = 0; book.rows.get("o1 confirmed")?.dueAt !== null;) {
      const due = book.rows.get("o1 confirmed")?.dueAt ?? 0
      gapsSeconds.push(due - last)
      last = due
      book.nowSeconds = due
      await deliverLetters(parts, book.keys)
    }
    expect(out).toEqual(["o2 confirmed"])
    expect(tries).toBe(LETTER_ATTEMPTS_MAX)
    expect(gapsSeconds.slice(1)).toEqual([60, 120, 240, 480, 960, 1_920, 3_840])
    expect(book.rows.get("o1 confirmed")?.failure).toBe("mailbox full")
  })

  it("that are not true any more stay away, and say why", async () => {
    const book = new Book()
    book.note(orderWith())
    book.orders.set("o1", orderWith({ status: "refunded" }))
    const { out, parts } = postOffice(book)
    await deliverLetters(parts, book.keys)
    expect(out).toEqual([])
    expect(book.rows.get("o1 confirmed")).toMatchObject({
      dueAt: null,
      failure: expect.stringMatching(/true/),
    })
  })
})

describe("a letter", () => {
  const order = orderWith({ shipments: [parcel("HP-7")], refunds: [refund("re_1", "succeeded")] })
  const mailOf = (event: string, changes: Partial<LetterOrder> = {}) =>
    composeMail(
      { orderId: "o1", event, attempts: 1, order: { ...order, ...changes } },
      "Harbour & Kiln",
      "https://shop.example/orders/o1?token=a&b",
    )

  it("says in both forms what was bought, where it goes and what it came to", () => {
    const { to, subject, text, html } = mailOf("confirmed")
    expect([to, subject]).toEqual(["ann@example.com", "Order SP-1 is confirmed"])
    for (const words of ["2 × Kettle", "€20.00", "Shipping", "€25.00", "1 Quay", "10115 Berlin", "Germany"])
      for (const form of [text, html]) expect(form).toContain(words)
    expect(text).toContain("https://shop.example/orders/o1?token=a&b")
    expect(html).toContain('href="https://shop.example/orders/o1?token=a&amp;b"')
  })

  it("says by whom a parcel comes, how much goes back, and that nothing was charged", () => {
    expect(mailOf("shipped:0").text).toMatch(/Post\. Its tracking number is HP-7/)
    expect(mailOf("refunded:re_1").text).toMatch(/€10\.00 goes back.*a part of/s)
    expect(mailOf("refunded:re_1", { totalCents: 1_000 }).text).toContain("all that you paid")
    expect(mailOf("expired").text).toContain("You were not charged")
  })

  it("is nothing but words, whatever it is told", () => {
    const items = [{ sku: "A", title: HOSTILE, quantity: 1, unitPriceCents: 1 }]
    for (const event of ["confirmed", "shipped:0", "refunded:re_1", "expired"]) {
      const changes = { orderNumber: HOSTILE, items, shipments: [parcel(HOSTILE)] }
      const { subject, html } = mailOf(event, changes)
      expect(subject).not.toMatch(/[\r\n]/)
      expect(html).not.toContain("<script")
      expect(html).toContain("Harbour &amp; Kiln")
    }
  })

  it("of an event that nobody knows is an error", () => {
    expect(() => mailOf("sung")).toThrow("sung")
  })
})
