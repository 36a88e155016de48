import type { RoomApi } from "../../durable-objects/room/contract.ts"
import type { Env } from "../environment.ts"

/** Longest that a shopper's request waits for a room. */
const ROOM_ANSWER_MS = 3_000

/** The room did not answer in time. Retryable, as the platform's own errors say it. */
class RoomSilent extends Error {
  override name = "RoomSilent"
  readonly retryable = true
}

/**
 * Asks a sale's room. An error that the platform calls retryable is tried once more, with a fresh stub, for what may
 * be done twice; an overloaded object is never asked again.
 */
export async function askRoom<T>(
  env: Env,
  saleId: string,
  ask: (room: RoomApi) => Promise<T>,
  { retry } = { retry: true },
): Promise<T> {
  try {
    return await within(ask(roomOf(env, saleId)))
  } catch (error) {
    if (!retry || error instanceof RoomSilent || !isRetryable(error)) throw error
    return within(ask(roomOf(env, saleId)))
  }
}

/** A fresh stub. The platform's own type of it forgets tuples, so it is taken as what the object says it implements. */
function roomOf(env: Env, saleId: string): RoomApi {
  return env.ROOM.getByName(saleId) as unknown as RoomApi
}

function isRetryable(error: unknown): boolean {
  const flags = error as { retryable?: boolean; overloaded?: boolean }
  return error instanceof Error && flags.retryable === true && flags.overloaded !== true
}

async function within<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new RoomSilent(`the room has not answered in ${ROOM_ANSWER_MS} ms`)),
      ROOM_ANSWER_MS,
    )
  })
  try {
    return await Promise.race([work, limit])
  } finally {
    clearTimeout(timer)
  }
}
