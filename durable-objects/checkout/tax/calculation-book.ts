import type { Sql } from "../../sqlite.ts"

/**
 * Which calculation of Stripe Tax an order's tax is from. The row is written with the order's price, and its payment names
 * it, so that Stripe records the tax when the payment is captured, and takes it back with refunds.
 */
export class CalculationBook {
  private readonly sql: Sql
  /** A shop without Stripe Tax is not asked about each order. */
  private isEmpty: boolean

  constructor(sql: Sql) {
    this.sql = sql
    this.isEmpty = sql.exec(`SELECT 1 FROM tax_calculations LIMIT 1`).toArray().length === 0
  }

  put(orderId: string, calculationId: string): void {
    this.isEmpty = false
    this.sql.exec(
      `INSERT INTO tax_calculations (order_id, calculation_id) VALUES (?1, ?2)
       ON CONFLICT (order_id) DO UPDATE SET calculation_id = ?2`,
      orderId,
      calculationId,
    )
  }

  find(orderId: string): string | null {
    if (this.isEmpty) return null
    const [row] = this.sql
      .exec<{ calculation_id: string }>(
        `SELECT calculation_id FROM tax_calculations WHERE order_id = ?`,
        orderId,
      )
      .toArray()
    return row?.calculation_id ?? null
  }
}
