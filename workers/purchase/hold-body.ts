import type { z } from "@hono/zod-openapi"
import { HOLD_QUANTITY_MAX } from "../../durable-objects/stock/contract.ts"
import { HOLD_LINES_MAX, SKU_PATTERN } from "../../durable-objects/stock/hold-items.ts"
import { TOKEN_LENGTH_MAX } from "../../waiting-room/signed-token.ts"
import { invalidRequestOf } from "../http/failure.ts"
import type { Refusal } from "../http/failure.ts"
import { readJson } from "../http/json-body.ts"
import { holdRequest, SALE_ID_LENGTH_MAX } from "./schemas.ts"

export type HoldBody = z.infer<typeof holdRequest>

export type HoldBodyRead = { ok: true; body: HoldBody } | { ok: false; refusal: Refusal }

/** Validates the body of the hold call, as it was sent and as what it was said to be. */
export function readHoldBody(contentType: string | null, text: string): HoldBodyRead {
  const read = readJson(contentType, text)
  if (!read.ok) return read
  const { body } = read
  if (isPlainHoldRequest(body)) return { ok: true, body }
  const parsed = holdRequest.safeParse(body)
  return parsed.success
    ? { ok: true, body: parsed.data }
    : { ok: false, refusal: invalidRequestOf(parsed.error.issues) }
}

/**
 * True only for what the schema takes as it stands: a short cut for the plain request that nearly everybody sends. The
 * schema has the last word on everything else, and is the only one to refuse.
 */
export function isPlainHoldRequest(body: unknown): body is HoldBody {
  if (!isRecord(body)) return false
  // A loop over the names: this stands on the hottest path, and a list of them costs more than all the rest.
  for (const name in body) {
    if (name === "saleId") {
      if (!isText(body[name], SALE_ID_LENGTH_MAX)) return false
    } else if (name === "pass") {
      if (!isText(body[name], TOKEN_LENGTH_MAX)) return false
    } else if (name !== "items") return false
  }
  const { items } = body
  if (!Array.isArray(items) || items.length < 1 || items.length > HOLD_LINES_MAX) return false
  return Object.hasOwn(body, "items") && items.every(isPlainItem)
}

function isPlainItem(item: unknown): boolean {
  if (!isRecord(item)) return false
  for (const name in item) if (name !== "sku" && name !== "quantity") return false
  const { sku, quantity } = item
  if (typeof sku !== "string" || !SKU_PATTERN.test(sku)) return false
  return Number.isInteger(quantity) && Number(quantity) >= 1 && Number(quantity) <= HOLD_QUANTITY_MAX
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

function isText(value: unknown, lengthMax: number): boolean {
  return typeof value === "string" && value.length >= 1 && value.length <= lengthMax
}
