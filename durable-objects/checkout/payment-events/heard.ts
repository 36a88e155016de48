import { z } from "zod"
import type { PaymentNews } from "../contract.ts"

/** A webhook as it was read, before its order is known. */
export interface Heard {
  eventId: string
  intentId: string
  /** Null where Stripe does not say it: disputes, and refunds that were made at Stripe, carry no order. */
  orderId: string | null
  atMs: number
  /** `ask_refunds`: that something was refunded, but not what; the payment's refunds must be asked for. */
  news: PaymentNews | "ask_refunds"
}

/** Null for an event of another shape: Stripe adds fields and kinds as it likes. */
export type EventReader = (event: unknown) => Heard | null

/** Reads events about an object that names its payment, such as a charge or a refund. */
export function readerOf<Shape extends z.ZodType<OfPayment>>(
  object: Shape,
  newsOf: (object: z.infer<Shape>) => Heard["news"],
): EventReader {
  return (event) => {
    const envelope = anyEvent.safeParse(event)
    const read = envelope.success ? object.safeParse(envelope.data.data.object) : null
    if (!envelope.success || !read?.success) return null
    const { id: eventId, created } = envelope.data
    const { payment_intent: intentId, metadata: facts } = read.data
    return {
      eventId,
      intentId,
      orderId: facts?.orderId ?? null,
      atMs: created * 1000,
      news: newsOf(read.data),
    }
  }
}

interface OfPayment {
  payment_intent: string
  metadata?: z.infer<typeof metadata>
}

/** What every event has, around an object of which only what is needed is checked. */
export function eventOf<Shape extends z.ZodType>(object: Shape) {
  return z.object({ id: z.string().min(1), created: z.int(), data: z.object({ object }) })
}

/** An id, or the object itself where somebody asked Stripe to expand it. */
export const reference = z
  .union([z.string().min(1), z.object({ id: z.string().min(1) })])
  .transform((value) => (typeof value === "string" ? value : value.id))

/** Metadata that may name the order, and of a refund the request that it answers. */
export const metadata = z
  .object({ orderId: z.string().min(1).optional(), refundKey: z.string().min(1).optional() })
  .nullish()

const anyEvent = eventOf(z.unknown())
