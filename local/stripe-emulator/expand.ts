/** `expand[]`: ids in an answer replaced by what they stand for. */
import type { Desk } from "./desk.ts"
import { intentFor } from "./desk.ts"
import { RequestFailure, invalidRequest } from "./errors.ts"
import { DEFAULT_LIMIT } from "./lists.ts"
import { calculationLinesView } from "./tax-views.ts"
import { chargeView, paymentMethodView } from "./views.ts"

/** Stripe's limit for the depth of an expansion. */
export const MAX_EXPAND_DEPTH = 4

type Node = Record<string, unknown>

function lookUp(desk: Desk, field: string, id: string): object | undefined {
  if (field === "payment_intent") {
    const intent = desk.records.get("intent", id)
    return intent === undefined ? undefined : intentFor(desk, "merchant", intent)
  }
  if (field === "payment_method") {
    const method = desk.records.get("payment_method", id)
    return method === undefined ? undefined : paymentMethodView(method)
  }
  if (field !== "latest_charge" && field !== "charge") return undefined
  const charge = desk.records.get("charge", id)
  return charge === undefined ? undefined : chargeView(charge)
}

const EXPANDABLE = new Set(["latest_charge", "charge", "payment_intent", "payment_method", "line_items"])

function expandAt(desk: Desk, node: unknown, path: string[], whole: string): void {
  const [field, ...rest] = path
  if (field === undefined || typeof node !== "object" || node === null) return
  if (Array.isArray(node)) {
    for (const item of node) expandAt(desk, item, path, whole)
    return
  }
  const object = node as Node
  if (field === "data" && object["object"] === "list") return expandAt(desk, object["data"], rest, whole)
  if (field === "line_items" && object["object"] === "tax.calculation") {
    const calculation = desk.records.get("calculation", String(object["id"]))
    if (calculation !== undefined) object[field] = calculationLinesView(calculation, DEFAULT_LIMIT)
  }
  const value = object[field]
  if (!EXPANDABLE.has(field) || value === undefined) {
    throw new RequestFailure(
      invalidRequest(`This property cannot be expanded (${whole}).`, { param: "expand" }),
    )
  }
  if (typeof value === "string") object[field] = lookUp(desk, field, value) ?? value
  expandAt(desk, object[field], rest, whole)
}

/** The body with these paths expanded. Throws a 400 for a path that has nothing to expand. */
export function expand(desk: Desk, body: object, paths: string[]): object {
  if (paths.length === 0 || "error" in body) return body
  const copy = structuredClone(body)
  for (const path of paths) {
    const steps = path.split(".")
    if (steps.length > MAX_EXPAND_DEPTH)
      throw new RequestFailure(
        invalidRequest(`You can only expand ${MAX_EXPAND_DEPTH} levels (${path}).`, { param: "expand" }),
      )
    expandAt(desk, copy, steps, path)
  }
  return copy
}
