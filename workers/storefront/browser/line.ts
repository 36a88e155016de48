import { isBeforeBell } from "../words/phases.ts"
import type { Board } from "../../../waiting-room/board.ts"
import { nextPollMs } from "../../../waiting-room/estimate.ts"
import { ranksFromMsOf } from "../../../waiting-room/mode.ts"
import { lotOf, rankOf } from "../../../waiting-room/rank.ts"
import { isOver } from "../line/line-reading.ts"
import { sentenceFor, wordsFor } from "../line/mode-words.ts"
import type { ModeReading } from "../line/mode-words.ts"
import { readLine } from "../line/read-line.ts"
import { formatClock } from "../words/time.ts"
import { tellClock } from "./live/clock.ts"
import { backoffMs, readBoard, spreadMs } from "./live/read-board.ts"
import { showPicture } from "./live/show-picture.ts"
import { skusOfSale, showReading, write } from "./live/show.ts"

/** The waiting room: reads the public board, works out one's own place, and goes in when the turn has come. */

/** A screen reader is told at most this often, but always of a turn or another phase. */
const ANNOUNCE_MS = 20_000
const ENTER_AGAIN_MS_MIN = 2_000

const room = document.querySelector<HTMLElement>("[data-line]")
if (room) void startLine(room, room.dataset["line"] ?? "")

async function startLine(section: HTMLElement, saleId: string): Promise<void> {
  const ticketId = section.dataset["ticketId"] ?? ""
  const arrivedAtMs = Number(section.dataset["arrivedAt"])
  const givenRank = section.dataset["rank"]
  const invited = section.dataset["invited"] !== undefined
  let lot: number | null = null
  let failures = 0
  let timer: number | undefined
  let reading = false
  let enterAfterMs = 0

  async function rankOn(board: Board): Promise<number | null> {
    const secret = invited ? board.earlyAccess?.secret : board.drawSecret
    if (secret === undefined) return givenRank === undefined ? null : Number(givenRank)
    lot ??= await lotOf(secret, ticketId)
    return rankOf({ arrivedAtMs, ranksFromMs: ranksFromMsOf(board), lot, invited })
  }

  async function look(): Promise<void> {
    if (reading) return
    reading = true
    clearTimeout(timer)
    try {
      const board = await readBoard(saleId)
      const now = readLine(board, await rankOn(board), skusOfSale(), invited)
      failures = 0
      tellClock(board.nowMs - Date.now())
      show(section, now)
      if (now.yourTurn && document.visibilityState === "visible" && Date.now() >= enterAfterMs) await enter()
      if (!isOver(board.phase)) timer = setTimeout(() => void look(), spreadMs(nextPollMs(now.ahead, board)))
    } catch {
      failures += 1
      showSilence(section, failures)
      timer = setTimeout(() => void look(), backoffMs(failures))
    } finally {
      reading = false
    }
  }

  /** Sends the enter form. Refused, it says why and asks again when told to. */
  async function enter(): Promise<void> {
    const response = await fetch(`/sales/${encodeURIComponent(saleId)}/enter`, {
      method: "POST",
      headers: { accept: "text/html" },
    })
    if (response.redirected) {
      location.assign(response.url)
      return
    }
    const retryMs = Number(response.headers.get("retry-after")) * 1_000
    enterAfterMs = Date.now() + spreadMs(Math.max(ENTER_AGAIN_MS_MIN, Number.isFinite(retryMs) ? retryMs : 0))
    if (response.status === 503 || response.status === 425 || response.status === 429) {
      write(
        section.querySelector("[data-detail]"),
        "As many are inside as may be. You go in as soon as somebody leaves. Your place is kept.",
      )
    } else {
      location.reload()
    }
  }

  // A phone that slept, a tab that was hidden or a network that came back looks at once.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") void look()
  })
  addEventListener("pageshow", (event) => {
    if (event.persisted) void look()
  })
  addEventListener("online", () => void look())
  addEventListener("offline", () => showSilence(section, 1))
  await look()
}

let announcedAtMs = 0
let announcedState = ""

function show(section: HTMLElement, now: ModeReading): void {
  const words = wordsFor(now)
  write(section.querySelector("[data-figure]"), words.figure)
  write(section.querySelector("[data-caption]"), words.caption)
  write(section.querySelector("[data-detail]"), words.detail)
  section.classList.toggle("is-your-turn", now.yourTurn)
  section.querySelector("[data-enter]")?.toggleAttribute("hidden", !now.yourTurn)
  section.querySelector("[data-until-bell]")?.toggleAttribute("hidden", !isBeforeBell(now.phase))
  const heard = section.querySelector("[data-heard]")
  heard?.removeAttribute("data-quiet")
  write(heard, `Last heard from the gate at ${formatClock(Date.now(), undefined)}.`)
  document.title = `${words.figure} · ${document.title.split(" · ").slice(1).join(" · ")}`
  showReading(now)
  showPicture(section, now)
  announce(section, now)
}

function announce(section: HTMLElement, now: ModeReading): void {
  const state = `${now.phase} ${now.yourTurn}`
  if (state === announcedState && Date.now() - announcedAtMs < ANNOUNCE_MS) return
  announcedState = state
  announcedAtMs = Date.now()
  write(section.querySelector("[data-announce]"), sentenceFor(now))
}

/** Says so when nothing is heard. Nothing is lost by it: the place is in the ticket, not in this page. */
function showSilence(section: HTMLElement, failures: number): void {
  const heard = section.querySelector("[data-heard]")
  heard?.setAttribute("data-quiet", "")
  const why = navigator.onLine ? "The gate does not answer" : "This device is offline"
  write(
    heard,
    `${why}${failures > 1 ? " yet" : ""}. Your place is kept, and this page goes on trying by itself.`,
  )
}
