import { and, asc, eq, getTableColumns, gt, isNull, sql } from "drizzle-orm"
import type { Database } from "./client.ts"
import { deadLetters } from "./schema.ts"

/** A message, or a piece of one, that could not be written, with why. */
export type DeadLetterRow = typeof deadLetters.$inferSelect

/** Parks what cannot be written. The same content parked again counts its attempts, and waits to be replayed again. */
export async function parkMessage(
  db: Database,
  message: { messageId: string; body: unknown; reason: string; attempts: number },
): Promise<void> {
  await db.execute(sql`
    INSERT INTO dead_letters (message_id, body, reason, attempts, first_failed_at, last_failed_at)
    VALUES (${message.messageId}, ${storableJson(message.body)}::jsonb, ${message.reason}, ${message.attempts}, now(), now())
    ON CONFLICT (message_id) DO UPDATE SET
      reason = excluded.reason, attempts = excluded.attempts, last_failed_at = now(), replayed_at = NULL
  `)
}

/** Those that wait to be replayed, or all; oldest first, after the id that the page before ended with. */
export function listDeadLetters(
  db: Database,
  { afterId, limit, all }: { afterId: number; limit: number; all: boolean },
): Promise<Omit<DeadLetterRow, "body">[]> {
  const { body: _, ...columns } = getTableColumns(deadLetters)
  return db
    .select(columns)
    .from(deadLetters)
    .where(and(gt(deadLetters.id, afterId), all ? undefined : isNull(deadLetters.replayedAt)))
    .orderBy(asc(deadLetters.id))
    .limit(limit)
}

export async function findDeadLetter(db: Database, id: number): Promise<DeadLetterRow | null> {
  const [row] = await db.select().from(deadLetters).where(eq(deadLetters.id, id))
  return row ?? null
}

/** How many wait to be replayed. */
export function countDeadLetters(db: Database): Promise<number> {
  return db.$count(deadLetters, isNull(deadLetters.replayedAt))
}

/** Marks a letter whose rows are written. Says when; of a letter that was marked before, when that was. */
export async function markReplayed(db: Database, id: number): Promise<Date> {
  const [row] = await db
    .update(deadLetters)
    .set({ replayedAt: sql`coalesce(${deadLetters.replayedAt}, now())` })
    .where(eq(deadLetters.id, id))
    .returning({ replayedAt: deadLetters.replayedAt })
  if (!row?.replayedAt) throw new Error(`dead letter ${id} is gone`)
  return row.replayedAt
}

/** JSON that Postgres takes: it refuses NUL and halves of surrogate pairs, which stand here as the replacement character. */
function storableJson(value: unknown): string {
  return JSON.stringify(value ?? null).replaceAll(/\\(\\|u0000|ud[89a-f][0-9a-f]{2})/gi, (escape) =>
    escape === "\\\\" ? escape : "\\ufffd",
  )
}
