import { z } from "@hono/zod-openapi"
import { CHALLENGE_KINDS } from "../../durable-objects/room/contract.ts"
import { BOARD_BYTES_MAX } from "../../waiting-room/board.ts"
import { PROOF_COUNTER_MAX } from "../../waiting-room/proof-of-work.ts"
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
    challenge: z.enum(CHALLENGE_KINDS).openapi({ description: "What who joins must answer first." }),
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
    drawSecret: z.string().optional().openapi({
      description: "From the bell on; where the draw is sealed, once its seed is known.",
    }),
    drawSeed: z.string().optional().openapi({
      description: "Where the draw was sealed: what lots are keyed with in place of the secret.",
    }),
    spokenForRank: z.number().optional().openapi({
      description:
        "From this rank on, the units in sight are as good as surely taken by those who stand before.",
    }),
    pollAfterMs: z.int().min(1_000).max(10_000),
    lookWithinMs: z.int().min(2_000).max(60_000).optional().openapi({
      description: "However far back, look again within this; the units may be gone by then.",
    }),
  })
  .openapi("Board", { description: `At most ${BOARD_BYTES_MAX} bytes.` })

/** Longest token that Turnstile gives, by its documentation. */
const TURNSTILE_TOKEN_LENGTH_MAX = 2_048

const challengeAnswer = z
  .strictObject({
    nonce: z.string().min(1).max(TOKEN_LENGTH_MAX).optional(),
    counter: z.int().min(0).max(PROOF_COUNTER_MAX).optional(),
    token: z.string().min(1).max(TURNSTILE_TOKEN_LENGTH_MAX).optional(),
  })
  .openapi("ChallengeAnswer", {
    description:
      '`nonce` and `counter` for a proof of work: SHA-256(nonce + ":" + counter) begins with `bits` zero bits. `token` for Turnstile.',
  })

export type ChallengeAnswer = z.infer<typeof challengeAnswer>

/** What a call to join may bring along; nothing of it is needed where the sale asks for nothing. */
export const joinRequest = z
  .strictObject({
    challenge: challengeAnswer.optional(),
    invitation: z
      .string()
      .min(1)
      .max(TOKEN_LENGTH_MAX)
      .optional()
      .openapi({ description: "The token of a link to early access." }),
  })
  .openapi("JoinRequest")

export type JoinRequest = z.infer<typeof joinRequest>

export const challengeView = z
  .discriminatedUnion("kind", [
    z.object({ kind: z.literal("none") }),
    z.object({
      kind: z.literal("proof_of_work"),
      nonce: z.string().openapi({ description: "Good for this session and this sale." }),
      bits: z.int(),
      expiresAtMs: atMs,
    }),
    z.object({
      kind: z.literal("turnstile"),
      siteKey: z.string(),
      scriptUrl: z.string(),
      action: z.string(),
      cData: z.string(),
    }),
  ])
  .openapi("Challenge")

export type ChallengeView = z.infer<typeof challengeView>

export const ticketView = z
  .object({ ticket: z.string(), ticketId: z.string(), arrivedAtMs: atMs })
  .openapi("Ticket")

export const passRequest = z.strictObject({ ticket: z.string().min(1).max(TOKEN_LENGTH_MAX) })

export const passView = z.object({ pass: z.string(), expiresAtMs: atMs }).openapi("Pass")
