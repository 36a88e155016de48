import { SKU_PATTERN } from "../../../durable-objects/stock/hold-items.ts"

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Whether Postgres and the objects would know this id at all; what they would not is simply not found. */
export function isUuid(text: string): boolean {
  return UUID.test(text)
}

export function isSku(text: string): boolean {
  return SKU_PATTERN.test(text)
}
