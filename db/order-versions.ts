import { sql } from "drizzle-orm"
import type { Database } from "./client.ts"

/** Of these orders: those that are not there, or only in an older version. */
export async function findOrdersBehind(
  db: Database,
  orders: readonly { orderId: string; version: number }[],
): Promise<string[]> {
  if (orders.length === 0) return []
  const { rows } = await db.execute<{ orderId: string }>(sql`
    SELECT wanted."orderId" FROM jsonb_to_recordset(${JSON.stringify(orders)}::jsonb)
      AS wanted ("orderId" text, version int)
    LEFT JOIN orders ON orders.id = wanted."orderId"
    WHERE orders.id IS NULL OR orders.version < wanted.version
  `)
  return rows.map(({ orderId }) => orderId)
}
