const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Whether Postgres and the objects would know this id at all; what they would not is simply not found. */
export function isUuid(text: string): boolean {
  return UUID.test(text)
}

const SKU = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

export function isSku(text: string): boolean {
  return SKU.test(text)
}
