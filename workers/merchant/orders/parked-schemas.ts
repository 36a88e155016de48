import { z } from "@hono/zod-openapi"
import type { ParkedAs, ParkedOrder } from "../../../durable-objects/checkout/contract.ts"
import type { OrderParking } from "../../../durable-objects/checkout/parking/contract.ts"
import { cleanText } from "../../catalog/text.ts"
import { orderStatus } from "../../purchase/schemas.ts"

/** Calls about orders that somebody must look at: what they send, and what they are told. */

const NAME_LENGTH_MAX = 80
const NOTE_LENGTH_MAX = 1_000

const PARKED_AS = [
  "step_failing",
  "payment_mismatch",
  "refund_failed",
  "refund_unanswered",
  "event_unfit",
] as const satisfies readonly ParkedAs[]

export const dealtWithBody = z
  .strictObject({
    parkedAtMs: z.int().openapi({ description: "That of the parking which was looked at" }),
    name: cleanText(1, NAME_LENGTH_MAX).openapi({ description: "Who dealt with it" }),
    note: cleanText(1, NOTE_LENGTH_MAX).openapi({ description: "What was done" }),
  })
  .openapi("DealtWith")

const parkedOrder = z
  .object({
    orderId: z.string(),
    orderNumber: z.string(),
    status: orderStatus,
    email: z.string(),
    saleId: z.string().nullable(),
    parkedAs: z.enum(PARKED_AS),
    why: z.string(),
    parkedAtMs: z.int(),
    canTryAgain: z.boolean().openapi({ description: "Whether a step of it is left that may be tried" }),
  })
  .openapi("ParkedOrder")

export const parkedPage = z.object({ items: z.array(parkedOrder), nextAfter: z.string().nullable() })

export const parkingAnswer = z
  .object({
    orderId: z.string(),
    orderNumber: z.string(),
    parked: parkedOrder.nullable().openapi({ description: "null: nobody need look at it" }),
    dealtWith: z
      .array(
        z.object({
          parkedAs: z.enum(PARKED_AS),
          why: z.string(),
          parkedAtMs: z.int(),
          atMs: z.int(),
          role: z.string(),
          name: z.string(),
          note: z.string(),
        }),
      )
      .openapi({ description: "What it was parked for before, and who dealt with it; the newest first" }),
  })
  .openapi("OrderParking")

export type ListedParked = z.infer<typeof parkedOrder>
export type Parking = z.infer<typeof parkingAnswer>

export function listedParkedOf({ order, as, why, atMs, canTryAgain }: ParkedOrder): ListedParked {
  const { orderId, orderNumber, status, email, saleId } = order
  return { orderId, orderNumber, status, email, saleId, parkedAs: as, why, parkedAtMs: atMs, canTryAgain }
}

export function parkingAnswerOf({ orderId, orderNumber, parked, dealtWith }: OrderParking): Parking {
  return {
    orderId,
    orderNumber,
    parked: parked && listedParkedOf(parked),
    dealtWith: dealtWith.map(({ as, why, parkedAtMs, atMs, by, note }) => ({
      parkedAs: as,
      why,
      parkedAtMs,
      atMs,
      ...by,
      note,
    })),
  }
}
