import { isBeforeBell } from "../words/phases.ts"
import type { Board } from "../../../waiting-room/board.ts"
import { lotKeyOn } from "../../../waiting-room/draw.ts"
import { nextPollMs } from "../../../waiting-room/estimate.ts"
import { ranksFromMsOf } from "../../../waiting-room/mode.ts"
import { lotOf, rankOf } from "../../../waiting-room/rank.ts"
import type { LiveSpeech } from "../languages/speech.ts"
import { fill } from "../languages/speech.ts"
import { followLine, NOTHING_TOLD } from "../line/follow-line.ts"
import { sentenceFor, wordsFor } from "../line/mode-words.ts"
import type { ModeReading } from "../line/mode-words.ts"
import { readLine } from "../line/read-line.ts"
import { formatClock } from "../words/time.ts"
import { tellClock } from "./live/clock.ts"
import { backoffMs, readBoard, spreadMs } from "./live/read-board.ts"
import { pageSpeech } from "./live/page-words.ts"
import { showPicture } from "./live/show-picture.ts"
import { skusOfSale, showReading, write } from "./live/show.ts"

/** The waiting room: reads the public board, works out one's own place, and goes in when the turn has come. */

/** A screen reader is told at most this often, but always of a turn, another phase, or units gone or back. */
const ANNOUNCE_MS = 20_000
const ENTER_AGAIN_MS_MIN = 2_000

const room = document.querySelector<HTMLElement>("[data-line]")
const speech = pageSpeech()
if (room && speech) void startLine(room, room.dataset["line"] ?? "", speech)

async function startLine(section: HTMLElement, saleId: string, speech: LiveSpeech): Promise<void> {
  const ticketId = section.dataset["ticketId"] ?? ""
  const arrivedAtMs = Number(section.dataset["arrivedAt"])
  const givenRank = section.dataset["rank"]
  const invited = section.dataset["invited"] !== undefined
  let lot: number | null = null
  let memory = NOTHING_TOLD
  let failures = 0
  let timer: number | undefined
  let reading = false
  let enterAfterMs = 0

  async function rankOn(board: Board): Promise<number | null> {
    const lotKey = invited ? board.earlyAccess?.secret : lotKeyOn(board)
    if (lotKey === undefined) return givenRank === undefined ? null : Number(givenRank)
    lot ??= await lotOf(lotKey, ticketId)
    return rankOf({ arrivedAtMs, ranksFromMs: ranksFromMsOf(board), lot, invited })
  }

  /** Whoever was told when to ask again is late with the next look after that: others may have been let in by then. */
  function untilAskingMs(): number {
    const leftMs = Math.ceil(enterAfterMs - Date.now())
    return leftMs > 0 ? leftMs : Infinity
  }

  async function look(): Promise<void> {
    if (reading) return
    reading = true
    clearTimeout(timer)
    try {
      const board = await readBoard(saleId)
      const followed = followLine(memory, readLine(board, await rankOn(board), skusOfSale(), invited))
      const now = followed.reading
      memory = followed.memory
      failures = 0
      tellClock(board.nowMs - Date.now())
      show(section, now, speech)
      if (now.yourTurn && document.visibilityState === "visible" && Date.now() >= enterAfterMs) await enter()
      const nextMs = nextPollMs(now.ahead, board, invited)
      if (nextMs !== null) timer = setTimeout(() => void look(), Math.min(spreadMs(nextMs), untilAskingMs()))
    } catch {
      failures += 1
      showSilence(section, failures, speech)
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
      write(section.querySelector("[data-detail]"), speech.words.full)
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
  addEventListener("offline", () => showSilence(section, 1, speech))
  await look()
}

let announcedAtMs = 0
let announcedState = ""

function show(section: HTMLElement, now: ModeReading, speech: LiveSpeech): void {
  const words = wordsFor(now, speech)
  write(section.querySelector("[data-figure]"), words.figure)
  write(section.querySelector("[data-caption]"), words.caption)
  write(section.querySelector("[data-detail]"), words.detail)
  section.classList.toggle("is-your-turn", now.yourTurn)
  section.querySelector("[data-enter]")?.toggleAttribute("hidden", !now.yourTurn)
  section.querySelector("[data-until-bell]")?.toggleAttribute("hidden", !isBeforeBell(now.phase))
  const heard = section.querySelector("[data-heard]")
  heard?.removeAttribute("data-quiet")
  const time = formatClock(Date.now(), undefined, speech.language)
  write(heard, fill(speech.words.heard, { time }))
  document.title = `${words.figure} · ${document.title.split(" · ").slice(1).join(" · ")}`
  showReading(now, speech.words)
  showPicture(section, now)
  announce(section, now, speech)
}

function announce(section: HTMLElement, now: ModeReading, speech: LiveSpeech): void {
  const { phase, yourTurn, spokenFor, cameBack, drawStanding } = now
  const state = `${phase} ${yourTurn} ${spokenFor} ${cameBack} ${drawStanding}`
  if (state === announcedState && Date.now() - announcedAtMs < ANNOUNCE_MS) return
  announcedState = state
  announcedAtMs = Date.now()
  write(section.querySelector("[data-announce]"), sentenceFor(now, speech))
}

/** Says so when nothing is heard. Nothing is lost by it: the place is in the ticket, not in this page. */
function showSilence(section: HTMLElement, failures: number, { words }: LiveSpeech): void {
  const heard = section.querySelector("[data-heard]")
  heard?.setAttribute("data-quiet", "")
  const { silent, between } = words
  const why = !navigator.onLine ? silent.offline : failures > 1 ? silent.stillAway : silent.away
  write(heard, `${why}${between}${silent.detail}`)
}
