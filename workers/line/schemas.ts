import { z } from "@hono/zod-openapi"
import { BOARD_BYTES_MAX } from "../../waiting-room/board.ts"
import { SALE_MODES } from "../../waiting-room/mode.ts"
import { TOKEN_LENGTH_MAX } from "../../waiting-room/signed-token.ts"
import { ALLOTMENT_BANDS } from "../../waiting-room/stock-band.ts"
import { stockBand } from "../catalog/schemas.ts"

/** What the line's calls take and give. The OpenAPI document is made of these. */

const atMs = z.int().openapi({ description: "Epoch milliseconds, by the server's clock." })

const phase = z
  .enum(["scheduled", "waiting", "open", "paused", "sold_out_pending", "sold_out", "ended"])
  .openapi("SalePhase")

const mode = z.enum(SALE_MODES).openapi("SaleMode", {
  description:
    "lottery: drawn before the bell, first come, first served after it. first_come: by arrival, from waitingOpensAtMs. draw: drawn at the bell among those who registered before it.",
})

const saleItem = z
  .object({
    sku: z.string(),
    productSlug: z.string(),
    title: z.string(),
    image: z.string().nullable(),
    salePriceCents: z.int(),
    priceCents: z.int().openapi({ description: "What it costs outside the sale." }),
    currency: z.string(),
    perCustomerLimit: z.int(),
    allotmentBand: z.enum(ALLOTMENT_BANDS).openapi({ description: "About how many are in the sale." }),
    stock: stockBand.nullable().openapi({ description: "Null while the sale's room does not answer." }),
  })
  .openapi("SaleItem")

export const saleView = z
  .object({
    saleId: z.uuid(),
    slug: z.string(),
    title: z.string(),
    phase,
    mode,
    waitingOpensAtMs: atMs,
    opensAtMs: atMs,
    closesAtMs: atMs,
    items: z.array(saleItem),
    drawCommitment: z.string().nullable().openapi({
      description: "Hex SHA-256 of the draw's secret. Null while the sale's room does not answer.",
    }),
  })
  .openapi("Sale")

export type SaleView = z.infer<typeof saleView>

export const saleList = z.object({ items: z.array(saleView) }).openapi("SaleList")

export const boardView = z
  .object({
    saleId: z.uuid(),
    phase,
    mode: mode.optional().openapi({ description: "Absent: lottery." }),
    nowMs: atMs,
    waitingOpensAtMs: atMs,
    opensAtMs: atMs,
    closesAtMs: atMs,
    frontier: z.number().openapi({ description: "Ranks below it have their turn. It only grows." }),
    drawnBelow: z.number().optional().openapi({
      description: "Only in a draw, once it was made: ranks below it are drawn. It only grows.",
    }),
    earlyAccess: z
      .object({
        opensAtMs: atMs,
        secret: z.string().optional().openapi({ description: "From the opening of early access on." }),
      })
      .optional()
      .openapi({ description: "Only in a sale with early access: for those who were invited." }),
    joined: z.int(),
    served: z.int().openapi({ description: "Tickets that were admitted." }),
    pacePerMinute: z.number().openapi({ description: "Turns a minute, smoothed." }),
    line: z.array(z.tuple([z.number(), z.int()])).openapi({
      description: "[rank, people ahead]: straight between the points, from nobody at the frontier.",
    }),
    stock: z.record(z.string(), stockBand).openapi({
      description: "By SKU. Where not all fit, those in stock are left out first, and `bands` has them all.",
    }),
    bands: z.string().optional().openapi({
      description:
        "Only where `stock` is not complete: i(n_stock), l(ow), (last_)f(ew), s(old_out) for each item, in the sale's order.",
    }),
    drawCommitment: z.string(),
    drawSecret: z.string().optional().openapi({ description: "From the bell on." }),
    pollAfterMs: z.int().min(1_000).max(10_000),
  })
  .openapi("Board", { description: `At most ${BOARD_BYTES_MAX} bytes.` })

export const joinRequest = z.strictObject({
  invitation: z.string().min(1).max(TOKEN_LENGTH_MAX).optional(),
})

export const ticketView = z
  .object({ ticket: z.string(), ticketId: z.string(), arrivedAtMs: atMs })
  .openapi("Ticket")

export const passRequest = z.strictObject({ ticket: z.string().min(1).max(TOKEN_LENGTH_MAX) })

export const passView = z.object({ pass: z.string(), expiresAtMs: atMs }).openapi("Pass")
