import type { OrderRecord } from "../../../db/order-records.ts"
import type { DeadLetter } from "../../../workers/order-pipeline/settle.ts"

/**
 * Postgres, as far as orders go: one statement is all or nothing, and a row changes only when the version that comes is
 * newer (`upsertOrders`; that both leave the same rows is tested beside it).
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

/** The newer version as a whole; a line that it does not name any more would stay. */
function written(row: OrderRecord, newer: OrderRecord): OrderRecord {
  const named = new Set(newer.items.map(({ sku }) => sku))
  return { ...newer, items: [...newer.items, ...row.items.filter(({ sku }) => !named.has(sku))] }
}

/** As Neon's driver says it: with the SQLSTATE, or without one when Postgres was not reached. */
function driverError(code: string | null, message: string): Error {
  return Object.assign(new Error(message), {
    name: "NeonDbError",
    ...(code !== null && { code, constraint: message }),
  })
}
