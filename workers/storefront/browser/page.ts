import { formatClock, formatMoment, formatRemaining, formatStamp, HURRY_BELOW_MS } from "../words/time.ts"
import { onClock, pageArrivedAtMs } from "./live/clock.ts"
import { showHeldBar } from "./live/held-bar.ts"
import { languageOfPage } from "./live/page-language.ts"
import { all, write } from "./live/show.ts"

/** On every page: times in the shopper's own zone, clocks that tick, and forms that are sent once. */

const TIME_FORMATS: Record<string, (atMs: number, zone: undefined, language: string) => string> = {
  moment: formatMoment,
  stamp: formatStamp,
  clock: formatClock,
}

for (const element of all("[data-local-time]")) {
  const format = TIME_FORMATS[element.dataset["localTime"] ?? ""]
  const atMs = Date.parse(element.getAttribute("datetime") ?? "")
  if (format && Number.isFinite(atMs)) write(element, format(atMs, undefined, languageOfPage()))
}

interface Clock {
  element: HTMLElement
  face: Element
  toMs: number
  /** Null until the server's time is known; then this machine's clock is taken as right. */
  offsetMs: number | null
  reload: boolean
}

const SECOND_MS = 1_000
const RELOAD_SPREAD_MS = 1_500

const clocks = all("[data-countdown-to]").flatMap((element): Clock[] => {
  const face = element.querySelector("[data-countdown-time]")
  if (!face) return []
  const serverNowMs = Number(element.dataset["serverNow"])
  const offsetMs = serverNowMs > 0 ? serverNowMs - pageArrivedAtMs() : null
  const toMs = Number(element.dataset["countdownTo"])
  // A clock that is at zero already when the page comes must not load it again and again.
  const reload = element.dataset["atZero"] === "reload" && toMs > Date.now() + (offsetMs ?? 0)
  return [{ element, face, toMs, offsetMs, reload }]
})

onClock((offsetMs) => {
  for (const clock of clocks) clock.offsetMs ??= offsetMs
})

function tick(): void {
  for (const clock of clocks) {
    const remainingMs = clock.toMs - (Date.now() + (clock.offsetMs ?? 0))
    const text = formatRemaining(remainingMs)
    write(clock.face, text)
    clock.face.setAttribute("data-ticking", text.length > 8 ? "long" : "")
    clock.element.toggleAttribute(
      "data-hurry",
      "yours" in clock.element.dataset && remainingMs < HURRY_BELOW_MS,
    )
    if (clock.reload && remainingMs <= 0) {
      clock.reload = false
      setTimeout(() => location.reload(), SECOND_MS + Math.random() * RELOAD_SPREAD_MS)
    }
  }
}

if (clocks.length > 0) {
  tick()
  setInterval(tick, SECOND_MS)
  document.addEventListener("visibilitychange", tick)
}

const SENT_AGAIN_AFTER_MS = 8_000

/** A second press while the first is on its way does nothing; if no answer comes, it may be pressed again. */
for (const form of all("form[data-once], form[data-buy]")) {
  let sent = false
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault()
    sent = true
    setTimeout(() => (sent = false), SENT_AGAIN_AFTER_MS)
  })
  addEventListener("pageshow", () => (sent = false))
}

/** A link to a dialog opens it; `value="close"` inside closes it. */
for (const opener of all("[data-opens]")) {
  const dialog = document.getElementById(opener.dataset["opens"] ?? "")
  if (!(dialog instanceof HTMLDialogElement)) continue
  opener.addEventListener("click", (event) => {
    event.preventDefault()
    dialog.showModal()
  })
}

showHeldBar()
