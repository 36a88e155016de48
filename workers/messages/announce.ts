import type { Database } from "../../db/client.ts"
import { isDatabaseAway } from "../../db/failures.ts"
import { noteLetters, overdueLetters } from "../../db/messages.ts"
import type { LetterKey } from "../../db/messages.ts"
import { openDatabase } from "../../db/client.ts"
import type { Env } from "../environment.ts"
import { lettersOf } from "./decide.ts"
import type { LetterFacts } from "./decide.ts"

/** A message of the letters' queue. What is written stands in Postgres; this says only which are due. */
export interface LetterMessage {
  kind: "letters"
  letters: LetterKey[]
}

/** So many, sent one after another, are through long before their claim ends. */
export const LETTERS_PER_MESSAGE_MAX = 50

/** A letter that is due for longer than this was dropped by the queue, or by whoever had it. */
const OVERDUE_SECONDS = 60

/** Overdue letters that one look takes up. */
const OVERDUE_MAX = 500

/** What happened longer ago is no news: a shop that begins to write does not begin with its old orders. */
const LETTER_AGE_MAX_MS = 3 * 86_400_000

/** Without a sender's address the shop writes to nobody, and notes nothing that it would send later. */
export function writesLetters(env: Pick<Env, "MAIL_FROM">): boolean {
  return (env.MAIL_FROM ?? "") !== ""
}

/**
 * Notes the letters of orders that were just recorded, and hands the new ones to their queue. A letter is noted before
 * the order's row is acknowledged, so none is forgotten; one that the queue does not take is found overdue. Throws only
 * while Postgres is away: no order is recorded later, or parked, for the sake of its letter.
 */
export async function announceOrders(
  env: Env,
  db: Database,
  orders: readonly (LetterFacts & { id: string })[],
): Promise<void> {
  if (!writesLetters(env)) return
  const sinceMs = Date.now() - LETTER_AGE_MAX_MS
  const letters = orders.flatMap((order) =>
    lettersOf(order)
      .filter(({ atMs }) => atMs >= sinceMs)
      .map(({ event }) => ({ orderId: order.id, event })),
  )
  try {
    await enqueue(env, await noteLetters(db, letters))
  } catch (error) {
    if (isDatabaseAway(error)) throw error
    const message = error instanceof Error ? error.message : String(error)
    console.error(JSON.stringify({ level: "error", event: "letters_not_noted", message }))
  }
}

/** Takes up letters that nobody sees to. While Postgres is away there is nothing to look at. */
export async function announceOverdue(env: Env): Promise<void> {
  if (!writesLetters(env)) return
  try {
    const overdue = { seconds: OVERDUE_SECONDS, limit: OVERDUE_MAX }
    await enqueue(env, await overdueLetters(openDatabase(env), overdue))
  } catch (error) {
    if (!isDatabaseAway(error)) throw error
  }
}

async function enqueue(env: Env, letters: readonly LetterKey[]): Promise<void> {
  for (let first = 0; first < letters.length; first += LETTERS_PER_MESSAGE_MAX) {
    const message: LetterMessage = {
      kind: "letters",
      letters: letters.slice(first, first + LETTERS_PER_MESSAGE_MAX),
    }
    try {
      await env.MESSAGES.send(message)
    } catch (error) {
      // They are noted and will be found overdue; the order's own record does not wait for them.
      console.warn(JSON.stringify({ level: "warn", event: "letters_not_queued", message: String(error) }))
      return
    }
  }
}
