import type { Board } from "../../../../waiting-room/board.ts"
import { isRegistrationClosed, modeOf } from "../../../../waiting-room/mode.ts"
import { all, write } from "./show.ts"

/** A bell further off than a day is looked for again by a later reading: timers of browsers end at 24 days. */
const BELL_AHEAD_MS_MAX = 86_400_000

let atBell: ReturnType<typeof setTimeout> | undefined

/**
 * A draw takes nobody from its bell on, but a page from a cache offers a place for some seconds more, and one that
 * stays open for longer. The board has the last word: a bell that was moved brings the form back.
 */
export function showRegistration(board: Board): void {
  const closed = isRegistrationClosed(board, board.nowMs)
  for (const form of all("form[data-registration-closed]")) {
    form.hidden = closed
    write(form.nextElementSibling, closed ? (form.dataset["registrationClosed"] ?? "") : "")
  }
  clearTimeout(atBell)
  const untilBellMs = board.opensAtMs - board.nowMs
  if (modeOf(board) !== "draw" || closed || untilBellMs > BELL_AHEAD_MS_MAX) return
  atBell = setTimeout(() => showRegistration({ ...board, nowMs: board.opensAtMs }), untilBellMs)
}
