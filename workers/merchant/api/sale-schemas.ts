import { z } from "@hono/zod-openapi"
import { LIMITS } from "../../../waiting-room/controller.ts"
import { CHALLENGE_KINDS } from "../../../durable-objects/room/contract.ts"
import { INVITATION_GROUP_LENGTH_MAX } from "../../../waiting-room/invitation.ts"
import { SALE_MODES } from "../../../waiting-room/mode.ts"
import { cleanText } from "../../catalog/text.ts"
import { sku } from "../../purchase/schemas.ts"

/** Shapes only: whether a sale can be held is judged by `sale-rules.ts`, all rules at once. */

const TITLE_LENGTH_MAX = 200
const WORD_LENGTH_MAX = 100

/** More items than any sale may have are not even looked at one by one. */
const ITEMS_READ_MAX = 100

/** Links of one call; for more, call again. */
const INVITATIONS_MAX = 1_000
const GROUP = new RegExp(`^[A-Za-z0-9._-]{1,${INVITATION_GROUP_LENGTH_MAX}}$`)

/** Room for every date that Postgres and JavaScript both know; the rules say what makes sense. */
const timeMs = z.int().min(0).max(8_000_000_000_000)

const saleItem = z.strictObject({
  sku,
  allotment: z.int(),
  salePriceCents: z.int(),
  perCustomerLimit: z.int(),
  lanes: z.int().optional().openapi({
    description:
      "Over how many objects the units are spread; 1 unless told. For an item that one object can't sell fast enough.",
  }),
})

const admissionFields = {
  perMinute: z.int().openapi({ description: "Passes a minute, at most" }),
  maxActive: z.int().openapi({ description: "Live passes at one time, at most" }),
  passMinutes: z.int(),
  paymentsPerMinute: z.int().optional().openapi({
    description:
      "Payments a minute that the payment provider takes: people are let in no faster than those of them who buy can pay. No limit when left out.",
  }),
  mode: z.enum(SALE_MODES).optional().openapi({ description: "lottery unless told." }),
  drawFactor: z
    .number()
    .optional()
    .openapi({ description: "Only in a draw: winners for each unit; 1.5 unless told." }),
  turnMinutes: z.int().optional().openapi({
    description:
      "Only in a draw: how long a winner's turn lasts before the next in rank is drawn; 10 unless told.",
  }),
}

const admission = z.strictObject(admissionFields)

const fields = {
  slug: z.string().max(WORD_LENGTH_MAX),
  title: cleanText(1, TITLE_LENGTH_MAX),
  opensAtMs: timeMs,
  closesAtMs: timeMs,
  waitingOpensAtMs: timeMs
    .optional()
    .openapi({ description: "When the line opens; ten minutes before the sale unless told." }),
  items: z.array(saleItem).max(ITEMS_READ_MAX),
  admission,
  holdSeconds: z.int(),
  earlyAccess: z
    .strictObject({ opensAtMs: timeMs })
    .optional()
    .openapi({ description: "From when those who were invited may enter, before the sale opens." }),
  requireAccount: z.boolean().optional().openapi({ description: "Not supported yet; only false." }),
  challenge: z.string().max(WORD_LENGTH_MAX).optional().openapi({
    description:
      "What who joins must pass first: `none` (the default), `proof_of_work`, or `turnstile` where it is configured.",
  }),
}

export const saleBody = z.strictObject(fields).openapi("SaleDraft")

export const saleChangeBody = z.strictObject(fields).partial().openapi("SaleChange", {
  description: "Title, times and admission can be changed; the rest may be repeated as it is.",
})

export const replenishBody = z.strictObject({
  sku,
  units: z.int().min(1).max(1_000_000),
  idempotencyKey: cleanText(1, 200).optional().openapi({ description: "The same key adds the units once." }),
})

export const invitationsBody = z.strictObject({
  group: z
    .string()
    .regex(GROUP, `1 to ${INVITATION_GROUP_LENGTH_MAX} letters, digits, dots, dashes and underscores.`)
    .openapi({ description: "Whom these links are for, in your own word." }),
  count: z.int().min(1).max(INVITATIONS_MAX),
})

export const invitationsAnswer = z
  .object({
    group: z.string(),
    expiresAtMs: z.int(),
    invitations: z.array(z.object({ invitationId: z.string(), token: z.string(), url: z.string() })),
  })
  .openapi("Invitations", { description: "Each good for one place. They are not kept: store them." })

const phase = z.enum(["scheduled", "waiting", "open", "paused", "sold_out_pending", "sold_out", "ended"])

export const saleAnswer = z
  .object({
    saleId: z.uuid(),
    id: z.uuid().openapi({ description: "The same as saleId" }),
    slug: z.string(),
    title: z.string(),
    phase,
    waitingOpensAtMs: z.int(),
    opensAtMs: z.int(),
    closesAtMs: z.int(),
    items: z.array(
      z.object({
        sku: z.string(),
        productSlug: z.string(),
        title: z.string(),
        image: z.string().nullable(),
        allotment: z.int(),
        salePriceCents: z.int(),
        priceCents: z.int(),
        currency: z.string(),
        perCustomerLimit: z.int(),
        lanes: z.int(),
      }),
    ),
    admission: z.object(admissionFields),
    holdSeconds: z.int(),
    challenge: z.enum(CHALLENGE_KINDS),
    earlyAccess: z.object({ opensAtMs: z.int() }).nullable(),
    drawCommitment: z.string().nullable(),
  })
  .openapi("MerchantSale")

export const saleList = z.object({ items: z.array(saleAnswer) })

const counts = z.object({
  sku: z.string(),
  received: z.int(),
  available: z.int(),
  held: z.int(),
  sold: z.int(),
  pressure: z
    .object({
      queueDepth: z.int(),
      commands: z.int(),
      commits: z.int(),
      largestBatch: z.int(),
      refusals: z.record(z.string(), z.int()),
      commitMs: z.number().openapi({ description: "From a decision until it is durable, a smoothed mean" }),
    })
    .openapi({ description: "How hard this SKU's ledger is pressed, since its object started" }),
})

export const liveAnswer = z
  .object({
    saleId: z.string(),
    phase,
    nowMs: z.int(),
    joined: z.int(),
    waiting: z.int(),
    admitted: z.int(),
    active: z.int().openapi({ description: "Live passes" }),
    limit: z
      .enum(LIMITS)
      .openapi({ description: "What kept the line from moving faster in the last second" }),
    unitsPerPass: z.number().openapi({ description: "Units that are taken for each pass, as measured" }),
    available: z.int(),
    held: z.int(),
    sold: z.int(),
    revenueCents: z.int(),
    currency: z.string(),
    pacePerMinute: z.number(),
    refusals: z.record(z.string(), z.int()),
    payments: z.object({
      confirmed: z.int(),
      failed: z.int(),
      successRate: z.number().nullable().openapi({ description: "Null until a payment was tried" }),
    }),
    webhookLagMs: z
      .int()
      .nullable()
      .openapi({ description: "How long webhooks took to come, to a second; null until one has come" }),
    queueLag: z.object({
      outboxDepth: z
        .int()
        .openapi({ description: "Orders that Postgres is not known to have in their newest version" }),
      oldestMs: z.int().nullable().openapi({ description: "For how long the oldest of them has waited" }),
      deadLetters: z.int().nullable().openapi({
        description: "Of the whole shop: what could not be written. Null: Postgres does not say",
      }),
    }),
    paymentGate: z.object({
      state: z
        .enum(["closed", "open", "half_open"])
        .openapi({ description: "closed: payments go well; open: they rest; half_open: they are tried" }),
      paymentsPerMinute: z.number().openapi({
        description: "What the provider's account takes for each sale that runs; 0 while payments rest",
      }),
      retryAtMs: z.int().nullable(),
    }),
    reconciliation: z
      .object({
        endedAtMs: z.int(),
        drift: z.int(),
        left: z.int().openapi({ description: "What was not mended" }),
        says: z.string().nullable().openapi({ description: "The first of it, in words" }),
      })
      .nullable()
      .openapi({ description: "What the last comparison of all books found; null before the first" }),
    items: z.array(counts),
  })
  .openapi("SaleLive")
