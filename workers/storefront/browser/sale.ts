import { readLine } from "../line/read-line.ts"
import { isOver } from "../line/line-reading.ts"
import { tellClock } from "./live/clock.ts"
import { pageNames } from "./live/page-words.ts"
import { backoffMs, readBoard, spreadMs } from "./live/read-board.ts"
import { showRegistration } from "./live/registration.ts"
import { skusOfSale, showReading } from "./live/show.ts"

/** Pages that mention a sale are cached; its phase, bands and numbers come from the board. */

/** A page that only mentions the sale need not be as quick as the line. */
const POLL_MS_MIN = 5_000

const place = document.querySelector<HTMLElement>("[data-sale-id]")
const saleId = place?.dataset["saleId"]
const renderedPhase = document.querySelector("[data-live-phase]")?.textContent

const names = pageNames()

let failures = 0

async function follow(id: string): Promise<void> {
  if (document.visibilityState === "visible") {
    try {
      const board = await readBoard(id)
      failures = 0
      tellClock(board.nowMs - Date.now())
      showReading(readLine(board, null, skusOfSale()), names)
      showRegistration(board)
      reloadOnce(id, names.phases[board.phase])
      if (isOver(board.phase)) return
      setTimeout(() => void follow(id), spreadMs(Math.max(POLL_MS_MIN, board.pollAfterMs)))
      return
    } catch {
      failures += 1
    }
  }
  setTimeout(() => void follow(id), backoffMs(Math.max(1, failures)))
}

/** What may be done changes with the phase, so the page is read again; once for each phase, whatever a cache holds. */
function reloadOnce(id: string, phase: string): void {
  if (renderedPhase === undefined || renderedPhase === null || renderedPhase === phase) return
  const remembered = `phase ${id} ${location.pathname}`
  if (sessionStorage.getItem(remembered) === phase) return
  sessionStorage.setItem(remembered, phase)
  location.reload()
}

if (saleId) void follow(saleId)
