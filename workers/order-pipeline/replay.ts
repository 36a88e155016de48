import type { DeadLetter, Recorder } from "./settle.ts"
import { reasonOf } from "./settle.ts"
import { failureOf } from "../../db/failures.ts"
import { readPieces } from "./pieces.ts"

export type ReplayOutcome = { outcome: "landed" } | { outcome: "refused"; reason: string }

/**
 * Writes a dead letter's rows as if its message had just come, by the same versions: what Postgres has by now in a newer
 * one stays, so a letter lands once however often it is replayed. Refused again, it stays parked with the new reason.
 * Throws while Postgres is away.
 */
export async function replayLetter(letter: DeadLetter, recorder: Recorder): Promise<ReplayOutcome> {
  const pieces = readPieces(letter.body)
  const park = async (reason: string): Promise<ReplayOutcome> => {
    await recorder.park({ ...letter, reason, attempts: letter.attempts + 1 })
    return { outcome: "refused", reason }
  }
  for (const piece of pieces) if (piece.body === null) return park(piece.reason)
  try {
    await recorder.write(pieces.flatMap(({ body }) => (body === null ? [] : [body])))
  } catch (error) {
    if (failureOf(error).kind === "away") throw error
    return park(reasonOf(error))
  }
  await recorder.acknowledge(pieces)
  return { outcome: "landed" }
}
