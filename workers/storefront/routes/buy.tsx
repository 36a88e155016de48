import { Hono } from "hono"
import type { Context } from "hono"
import { z } from "zod"
import { SKU_PATTERN } from "../../../durable-objects/stock/hold-items.ts"
import type { App } from "../../http/app.ts"
import { limitBody } from "../../http/app.ts"
import { ensureSession } from "../../http/session.ts"
import { readRoom } from "../../line/board.ts"
import { readPass } from "../../line/line.ts"
import { takeHold } from "../../purchase/purchase.ts"
import { isBeforeBell, isClosed } from "../words/phases.ts"
import { answerRefusal } from "./failures.tsx"
import { FORM_BYTES_MAX, readForm } from "./read-form.ts"
import { visitOf } from "../../http/visit.ts"

/** The "buy" button: takes the hold at once; address and payment follow while it runs. */
export const buyPages = new Hono<App>()

const purchaseForm = z.object({
  sku: z.string().regex(SKU_PATTERN),
  quantity: z.coerce.number().int().min(1).max(1_000),
  saleId: z.uuid().optional(),
  /** Made by the page's script. Without one, each press is a purchase of its own. */
  key: z
    .string()
    .regex(/^[!-~]{1,255}$/)
    .optional(),
  product: z.string().max(100).default(""),
})

buyPages.post("/buy", limitBody(FORM_BYTES_MAX), async (c) => {
  const form = purchaseForm.safeParse(withoutEmpty(await readForm(c)))
  if (!form.success) return answerRefusal(c, "invalid_request")
  const { sku, quantity, key, product } = form.data
  const gate = await saleOf(c, form.data.saleId ?? null, sku)
  if ("answer" in gate) return gate.answer
  const session = await ensureSession(visitOf(c))
  const waitUntil = (work: Promise<unknown>) => c.executionCtx.waitUntil(work)
  const held = await takeHold(
    { env: c.env, session, admittedTo: gate.saleId, waitUntil },
    {
      idempotencyKey: key ?? crypto.randomUUID(),
      items: [{ sku, quantity }],
      saleId: gate.saleId,
      pass: gate.pass,
    },
  )
  if (held.outcome === "refused")
    return answerRefusal(c, held.refusal, { saleId: gate.saleId, productSlug: product || null })
  const from = product === "" ? "" : `?${new URLSearchParams({ product }).toString()}`
  return c.redirect(`/checkout/${encodeURIComponent(held.holdId)}${from}`, 303)
})

buyPages.get("/buy", (c) => c.redirect("/products", 303))

type Gate = { saleId: string | null; pass: string | null } | { answer: Response | Promise<Response> }

/**
 * Which pool the press is for, and that a pass lets this session into it. The page is cached and may be some seconds old, so the sale is looked at again: a
 * variant that is not in it is sold from the shelf, and without a pass the way leads to the line.
 */
async function saleOf(c: Context<App>, saleId: string | null, sku: string): Promise<Gate> {
  if (saleId === null) return { saleId: null, pass: null }
  const pass = await readPass(visitOf(c), saleId)
  if (pass && pass.expiresAtMs > Date.now()) return { saleId, pass: pass.pass }
  const room = await readRoom(c.env, saleId)
  if (!room) return { answer: answerRefusal(c, "sale_not_found") }
  if (!room.facts.items.some((item) => item.sku === sku)) return { saleId: null, pass: null }
  const { phase } = room.board
  if (isClosed(phase))
    return { answer: answerRefusal(c, phase === "sold_out" ? "sold_out" : "sale_over", { saleId }) }
  if (isBeforeBell(phase)) return { answer: answerRefusal(c, "sale_not_open", { saleId }) }
  return { answer: c.redirect(`/sales/${saleId}/line`, 303) }
}

function withoutEmpty(fields: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ""))
}
