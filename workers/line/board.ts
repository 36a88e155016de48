import type { Board, SaleFacts } from "../../durable-objects/room/contract.ts"
import type { Env } from "../environment.ts"
import { ProblemError } from "../http/problem.ts"
import { askRoom } from "./room-call.ts"

/** A sale as its room sees it: facts and board of the same moment. */
export interface RoomView {
  facts: SaleFacts
  board: Board
}

interface Copy {
  /** Null: no sale of this id was scheduled. */
  view: RoomView | null
  readAtMs: number
  /** The board as it is sent, written when it is first asked for. */
  boardText?: string
}

/** Exactly as the room's own name is spelled: in other letters it would be another room. */
const SALE_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** A room is asked once a second by each isolate, whatever the crowd. */
const FRESH_MS = 1_000

/** While the room is away its last word stands for so long. Then the door closes: no room state, no admission. */
const STALE_MS = 5_000

/** A refresh that has taken longer has died with its request; another may begin. */
const REFRESH_LIMIT_MS = 4_000

/** After the room was found away it is left alone for this long. */
const AWAY_PAUSE_MS = 500

/** A copy that another request is getting for the first time is looked for this often. */
const COLD_POLL_MS = 10

/** Sales whose copy is kept; the one not asked for longest goes. */
const COPIES_MAX = 256

const copies = new Map<string, Copy>()
/** When the refresh of a sale began. Requests never wait for each other's promises, which this platform would hang. */
const refreshing = new Map<string, number>()
const awayUntilMs = new Map<string, number>()

export function isSaleId(text: string): boolean {
  return SALE_ID.test(text)
}

/** The board as JSON while this isolate's copy of it is fresh; null when the room must be asked, or there is none. */
export function freshBoardText(saleId: string): string | null {
  const copy = copies.get(saleId)
  if (!copy?.view || Date.now() - copy.readAtMs >= FRESH_MS) return null
  copy.boardText ??= JSON.stringify(copy.view.board)
  return copy.boardText
}

/**
 * Facts and board of a sale from this isolate's copy, a second old at most in good times. Null when there is no such
 * sale. Throws `temporarily_unavailable` when the room has been away too long.
 */
export async function readRoom(env: Env, saleId: string): Promise<RoomView | null> {
  if (!isSaleId(saleId)) return null
  const copy = copies.get(saleId)
  const ageMs = copy ? Date.now() - copy.readAtMs : Infinity
  if (copy && ageMs < FRESH_MS) return copy.view
  const mayRefresh = Date.now() - (refreshing.get(saleId) ?? -Infinity) > REFRESH_LIMIT_MS
  if (!mayRefresh) {
    const arrived = copy && ageMs < STALE_MS ? copy : await waitForOther(saleId)
    if (arrived) return arrived.view
  }
  return refresh(env, saleId, copy)
}

async function refresh(env: Env, saleId: string, copy: Copy | undefined): Promise<RoomView | null> {
  refreshing.set(saleId, Date.now())
  try {
    if (Date.now() < (awayUntilMs.get(saleId) ?? 0)) throw new Error("The room was away a moment ago.")
    const view = await askRoom(env, saleId, (room) => room.read())
    remember(saleId, { view, readAtMs: Date.now() })
    awayUntilMs.delete(saleId)
    return view
  } catch (error) {
    const nowMs = Date.now()
    if (nowMs >= (awayUntilMs.get(saleId) ?? 0)) {
      console.warn(JSON.stringify({ level: "warn", event: "room_away", saleId, message: String(error) }))
      awayUntilMs.set(saleId, nowMs + AWAY_PAUSE_MS)
    }
    if (copy && nowMs - copy.readAtMs < STALE_MS) return copy.view
    throw new ProblemError("temporarily_unavailable", {
      retryAfterSeconds: 2,
      detail: "The sale's line does not answer. Your place is kept.",
    })
  } finally {
    refreshing.delete(saleId)
  }
}

/** A crowd that meets a cold isolate asks the room once, not once each. */
async function waitForOther(saleId: string): Promise<Copy | null> {
  while (Date.now() - (refreshing.get(saleId) ?? -Infinity) <= REFRESH_LIMIT_MS) {
    await new Promise((resolve) => setTimeout(resolve, COLD_POLL_MS))
    const copy = copies.get(saleId)
    if (copy && Date.now() - copy.readAtMs < FRESH_MS) return copy
  }
  return null
}

function remember(saleId: string, copy: Copy): void {
  copies.delete(saleId) // Last in is last out: a Map keeps the order of insertion.
  copies.set(saleId, copy)
  for (const oldest of copies.keys()) {
    if (copies.size <= COPIES_MAX) break
    copies.delete(oldest)
    awayUntilMs.delete(oldest)
  }
}
