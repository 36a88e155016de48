import type { OrderRecord } from "../../../db/order-records.ts"
import type { DeadLetter } from "../../../workers/order-pipeline/settle.ts"

/**
 * Postgres, as far as orders go: one statement is all or nothing, and a row changes only when the version that comes is
 * newer (`upsertOrders`; that both leave the same rows is tested in `db/order-records.test.ts`).
 */
export class OrderRecords {
  readonly rows = new Map<string, OrderRecord>()
  readonly letters = new Map<string, DeadLetter>()
  isAway = false
  /** Orders that a constraint keeps out. */
  readonly poison = new Set<string>()

  upsert(records: readonly OrderRecord[]): void {
    this.refuseIfAway()
    for (const { id } of records) if (this.poison.has(id)) throw driverError("23514", `poison ${id}`)
    for (const record of records) {
      const row = this.rows.get(record.id)
      if (!row) this.rows.set(record.id, structuredClone(record))
      else if (row.version < record.version) this.rows.set(record.id, written(row, structuredClone(record)))
    }
  }

  park(letter: DeadLetter): void {
    this.refuseIfAway()
    this.letters.set(letter.messageId, letter)
  }

  private refuseIfAway(): void {
    if (this.isAway) throw driverError(null, "connection refused")
  }
}

/** What was agreed at the beginning stays as it is; what becomes of an order is as the newer version has it. */
function written(row: OrderRecord, newer: OrderRecord): OrderRecord {
  const { id, items, ...rest } = newer
  const {
    status,
    version,
    paymentIntentId,
    paymentStatus,
    refundedCents,
    shipments,
    refunds,
    dispute,
    history,
  } = rest
  const returned = new Map(items.map(({ sku, returnedQuantity }) => [sku, returnedQuantity]))
  const known = row.items.map((line) => ({
    ...line,
    returnedQuantity: returned.get(line.sku) ?? line.returnedQuantity,
  }))
  const added = items.filter(({ sku }) => !row.items.some((line) => line.sku === sku))
  const became = {
    status,
    version,
    paymentIntentId,
    paymentStatus,
    refundedCents,
    shipments,
    refunds,
    dispute,
    history,
  }
  return { ...row, ...became, id, items: [...known, ...added] }
}

/** As Neon's driver says it: with the SQLSTATE, or without one when Postgres was not reached. */
function driverError(code: string | null, message: string): Error {
  return Object.assign(new Error(message), {
    name: "NeonDbError",
    ...(code !== null && { code, constraint: message }),
  })
}
