import { z } from "@hono/zod-openapi"

/** What the draw's calls give. The OpenAPI document is made of these. */

const atMs = z.int().openapi({ description: "Epoch milliseconds, by the server's clock." })
const hex = z.string().openapi({ description: "Lower-case hex." })

export const drawView = z
  .object({
    saleId: z.uuid(),
    opensAtMs: atMs,
    ranksFromMs: atMs.optional().openapi({
      description: "What ranks are counted from, where the mode makes it another moment than `opensAtMs`.",
    }),
    phase: z.enum(["gathering", "sealed", "drawn", "plain"]).openapi({
      description:
        "`sealed`: the tickets are fixed, the random number is to come. `plain`: lots are keyed with the secret alone.",
    }),
    plainBecause: z.enum(["before_sealing_existed", "scheduled_too_late", "not_sealed_in_time"]).optional(),
    drawCommitment: hex.openapi({ description: "SHA-256 of the secret, as text." }),
    generation: z
      .int()
      .openapi({ description: "How often the bell was moved: tickets are sealed anew each time." }),
    tickets: z
      .object({
        root: hex.openapi({
          description: "RFC 6962 tree over the shards: leaves are root and count (8 bytes).",
        }),
        count: z.int(),
        shards: z.array(z.object({ root: hex, count: z.int() })),
        sealedAtMs: atMs,
      })
      .optional()
      .openapi({ description: "Fixed shortly before the bell." }),
    unsealed: z.int().optional().openapi({
      description:
        "From the bell on: about how many came before it, too late to be sealed or lost on the way to it.",
    }),
    beacon: z
      .object({ chainHash: hex, round: z.int(), atMs })
      .optional()
      .openapi({ description: "The round of drand's public randomness that the draw waits for." }),
    beaconAnswer: z
      .object({ randomness: hex, signature: hex })
      .nullable()
      .optional()
      .openapi({ description: "Null: it was not waited for any longer, and the seed is made without it." }),
    drawSecret: z.string().optional().openapi({ description: "From the bell on, once lots are known." }),
    lotKey: z.string().optional().openapi({
      description:
        "A lot is the first 52 bits of HMAC-SHA256(lotKey, ticketId) over 2^52. The secret where the draw is plain, else hex SHA-256 of 'spillway/draw/v1', secret, root and randomness, joined by line feeds.",
    }),
    earlyAccess: z.object({ opensAtMs: atMs, secret: z.string().optional() }).optional().openapi({
      description:
        "Keys the lots of those who were invited, in place of `lotKey`; their rank is the lot less 2. Published when early access opens.",
    }),
  })
  .openapi("Draw")

export const proofView = z
  .object({
    ticketId: z.string(),
    inTree: z.boolean(),
    shard: z.int().optional(),
    index: z.int().optional(),
    path: z.array(hex).optional().openapi({ description: "From the leaf's sibling upwards." }),
  })
  .openapi("TicketProof")

export const ticketPage = z
  .object({
    shard: z.int(),
    ticketIds: z.array(z.string()),
    nextAfter: z.string().nullable().openapi({ description: "Null on the last page." }),
  })
  .openapi("SealedTickets")
