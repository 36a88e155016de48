import fc from "fast-check"
import { describe, expect, it, vi } from "vitest"
import { sampleOrder } from "../../durable-objects/checkout/sample-order.ts"
import { planWrites } from "./plan.ts"
import { replayLetter } from "./replay.ts"
import { settleBatch } from "./settle.ts"
import type { Batch, DeadLetter, Recorder } from "./settle.ts"

vi.spyOn(console, "error").mockImplementation(() => undefined)

function neonError(code: string | undefined): Error {
  return Object.assign(new Error(`refused with ${code}`), {
    name: "NeonDbError",
    code,
    constraint: "no_poison",
  })
}

/** A Postgres with the upsert's rule of versions, which refuses whole statements and may be away. */
class Books implements Recorder {
  readonly rows = new Map<string, number>()
  readonly letters = new Map<string, DeadLetter>()
  readonly acknowledged: string[] = []
  statements = 0
  /** Orders that no constraint lets in, and those whose statement fails otherwise. */
  poison = new Set<string>()
  broken = new Set<string>()
  isAway = false

  async write(bodies: Parameters<Recorder["write"]>[0]): Promise<void> {
    this.statements++
    await Promise.resolve()
    if (this.isAway) throw neonError(undefined)
    const { orders } = planWrites(bodies)
    if (orders.some(({ id }) => this.broken.has(id))) throw neonError("22003")
    if (orders.some(({ id }) => this.poison.has(id))) throw neonError("23514")
    for (const { id, version } of orders) this.rows.set(id, Math.max(version, this.rows.get(id) ?? 0))
  }

  async park(letter: DeadLetter): Promise<void> {
    await Promise.resolve()
    if (this.isAway) throw neonError(undefined)
    this.letters.set(letter.messageId, letter)
  }

  async acknowledge(pieces: Parameters<Recorder["acknowledge"]>[0]): Promise<void> {
    for (const piece of pieces) {
      if (piece.body === null) {
        if (piece.order) this.acknowledged.push(`${piece.order.orderId}:${piece.order.version}`)
      } else if (piece.body.kind === "orders")
        for (const { order } of piece.body.snapshots)
          this.acknowledged.push(`${order.orderId}:${order.version}`)
    }
    await Promise.resolve()
  }
}

interface Sent {
  id: string
  body: unknown
  attempts: number
  fate: "acked" | "put back" | null
  /** Seconds it was put back for; null: as long as its queue says. */
  delaySeconds: number | null
}

function messageOf(id: string, body: unknown): Sent & Batch["messages"][number] {
  const sent = {
    id,
    body,
    attempts: 1,
    fate: null as Sent["fate"],
    delaySeconds: null as number | null,
    ack: () => void (sent.fate = "acked"),
    retry: (options?: { delaySeconds?: number }) => {
      sent.fate = "put back"
      sent.delaySeconds = options?.delaySeconds ?? null
    },
  }
  return sent
}

const snapshot = (orderId: string, version = 4, changes = {}) => ({
  lane: "lane-1",
  order: sampleOrder({ orderId, version, ...changes }),
})
const ordersMessage = (...snapshots: unknown[]) => ({ kind: "orders", snapshots })

describe("a batch", () => {
  it("is written in one statement", async () => {
    const books = new Books()
    const messages = [
      messageOf("m1", ordersMessage(snapshot("a"), snapshot("b"))),
      messageOf("m2", ordersMessage(snapshot("c"))),
    ]
    await settleBatch({ queue: "orders", messages }, books)
    expect(books.statements).toBe(1)
    expect([...books.rows.keys()]).toEqual(["a", "b", "c"])
    expect(messages.map(({ fate }) => fate)).toEqual(["acked", "acked"])
  })

  it("with a poisoned order among ten thousand parks it with its reason and writes the others, in few statements", async () => {
    const books = new Books()
    books.poison.add("o-7777")
    const messages = Array.from({ length: 100 }, (_, message) =>
      messageOf(
        `m${message}`,
        ordersMessage(...Array.from({ length: 100 }, (_, at) => snapshot(`o-${message * 100 + at}`))),
      ),
    )
    await settleBatch({ queue: "orders", messages }, books)
    expect(books.rows.size).toBe(9_999)
    expect([...books.letters]).toEqual([
      ["order:o-7777:4", expect.objectContaining({ reason: "refused with 23514", attempts: 1 })],
    ])
    expect(books.acknowledged).toHaveLength(10_000)
    expect(books.statements).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(10_000)) + 1)
    expect(messages.every(({ fate }) => fate === "acked")).toBe(true)
  })

  it("parks an order that is not understood, and none of those that came with it", async () => {
    const books = new Books()
    const odd = { lane: "lane-1", order: { orderId: "odd", version: 9, status: "teleported" } }
    const [mixed, nonsense] = [
      messageOf("m1", ordersMessage(snapshot("a"), odd, snapshot("b"))),
      messageOf("m2", "what?"),
    ]
    await settleBatch({ queue: "orders", messages: [mixed, nonsense] }, books)
    expect([...books.rows.keys()]).toEqual(["a", "b"])
    expect([...books.letters.keys()]).toEqual(["order:odd:9", "m2"])
    // Its lane hears of it, or it would be sent, and parked, once a minute for ever.
    expect(books.acknowledged).toContain("odd:9")
    expect([mixed.fate, nonsense.fate]).toEqual(["acked", "acked"])
  })

  it("is put back while Postgres is away, with nothing parked and nobody told", async () => {
    const books = new Books()
    books.isAway = true
    const messages = [
      messageOf("m1", ordersMessage(snapshot("a"), { lane: "lane-1" })),
      messageOf("m2", ordersMessage(snapshot("b"))),
    ]
    await settleBatch({ queue: "orders", messages }, books)
    expect(books.statements).toBe(1)
    expect(books.letters.size + books.acknowledged.length).toBe(0)
    expect(messages.map(({ fate }) => fate)).toEqual(["put back", "put back"])
    expect(messages.map(({ delaySeconds }) => delaySeconds)).toEqual([5, 5])
  })

  it("at the last stop is put back for as long as that queue says, so that it is not soon dropped", async () => {
    const books = new Books()
    books.isAway = true
    const message = messageOf("m1", ordersMessage(snapshot("a")))
    await settleBatch({ queue: "orders-dead", messages: [message] }, books)
    expect(message).toMatchObject({ fate: "put back", delaySeconds: null })
  })

  it("tries what broke otherwise again, and parks it at the last stop", async () => {
    const books = new Books()
    books.broken.add("a")
    const first = messageOf("m1", ordersMessage(snapshot("a"), snapshot("b")))
    await settleBatch({ queue: "orders", messages: [first] }, books)
    expect([first.fate, books.letters.size, books.rows.size]).toEqual(["put back", 0, 1])
    const last = messageOf("m1", ordersMessage(snapshot("a"), snapshot("b")))
    await settleBatch({ queue: "orders-dead", messages: [last] }, books)
    expect([last.fate, ...books.letters.keys()]).toEqual(["acked", "order:a:4"])
  })
})

describe("hazard 21", () => {
  it("an order that nobody has heard of yet is written from its message alone, whichever version comes first", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(
          ["a", "b", "c"].flatMap((id) => [1, 2, 3, 4].map((version) => ({ id, version }))),
          { minLength: 12 },
        ),
        fc.array(fc.nat(3), { minLength: 12, maxLength: 12 }),
        async (versions, batches) => {
          const books = new Books()
          for (const batch of [0, 1, 2, 3]) {
            const messages = versions
              .filter((_, at) => batches[at] === batch)
              .map(({ id, version }) => messageOf(`${id}${version}`, ordersMessage(snapshot(id, version))))
            await settleBatch({ queue: "orders", messages: [...messages, ...messages] }, books)
          }
          expect(new Map(books.rows)).toEqual(
            new Map([
              ["a", 4],
              ["b", 4],
              ["c", 4],
            ]),
          )
          expect(books.letters.size).toBe(0)
        },
      ),
    )
  })
})

describe("a dead letter", () => {
  const letter: DeadLetter = {
    messageId: "order:a:4",
    body: ordersMessage(snapshot("a")),
    reason: "no",
    attempts: 3,
  }

  it("that is replayed lands once, however often, and behind a newer version not at all", async () => {
    const books = new Books()
    for (let time = 0; time < 3; time++)
      expect(await replayLetter(letter, books)).toEqual({ outcome: "landed" })
    expect(new Map(books.rows)).toEqual(new Map([["a", 4]]))
    books.rows.set("a", 7)
    expect(await replayLetter(letter, books)).toEqual({ outcome: "landed" })
    expect(books.rows.get("a")).toBe(7)
  })

  it("that is refused again stays parked, with the new reason", async () => {
    const books = new Books()
    books.poison.add("a")
    expect(await replayLetter(letter, books)).toEqual({ outcome: "refused", reason: "refused with 23514" })
    expect(books.letters.get("order:a:4")).toMatchObject({ reason: "refused with 23514", attempts: 4 })
    const nonsense = await replayLetter({ ...letter, messageId: "m9", body: "what?" }, books)
    expect(nonsense.outcome).toBe("refused")
    expect([...books.letters.keys()]).toEqual(["order:a:4", "m9"])
  })

  it("stays as it is while Postgres is away", async () => {
    const books = new Books()
    books.isAway = true
    await expect(replayLetter(letter, books)).rejects.toThrow("refused with undefined")
    expect(books.letters.size).toBe(0)
  })
})
