import { formatRemaining } from "../../words/time.ts"
import type { LiveWords } from "../../languages/words.ts"

/**
 * The way back to what is held. Pages are cached and carry nothing personal, so this browser remembers by itself where
 * its newest hold is paid for, and says so on every other page until the hold's time is over.
 */

const KEY = "spillway-held"
/** For pages that speak English only, and so bring no words. */
const ENGLISH: LiveWords["held"] = { lead: "Held for you", goOn: "go on" }

const TICK_MS = 1_000

interface Held {
  address: string
  untilMs: number
}

export function showHeldBar(): void {
  const clock = document.querySelector<HTMLElement>(".hold-clock [data-countdown-to]")
  if (clock) return rememberHere(Number(clock.dataset["countdownTo"]))
  if (location.pathname.startsWith("/orders/")) forget()
  const held = read()
  if (held) append(held)
}

/** On the pages that lead from hold to payment: this is the address to come back to, until it is given back. */
function rememberHere(untilMs: number): void {
  write({ address: location.pathname + location.search, untilMs })
  for (const form of document.querySelectorAll("form[action$='/give-back'], form[action$='/cancel']")) {
    form.addEventListener("submit", forget)
  }
}

function append({ address, untilMs }: Held): void {
  const bar = document.createElement("a")
  bar.className = "held-bar"
  bar.href = address
  const face = document.createElement("span")
  face.className = "held-bar__time"
  const words = document.body.dataset["words"]
  const { lead, goOn } = words === undefined ? ENGLISH : (JSON.parse(words) as LiveWords).held
  bar.append(`${lead} `, face, ` · ${goOn}`)
  document.body.append(bar)
  const tick = (): void => {
    const remainingMs = untilMs - Date.now()
    face.textContent = formatRemaining(remainingMs)
    if (remainingMs > 0) return
    bar.remove()
    clearInterval(timer)
  }
  const timer = setInterval(tick, TICK_MS)
  tick()
}

function read(): Held | null {
  try {
    const held = JSON.parse(localStorage.getItem(KEY) ?? "null") as Held | null
    return held && held.address.startsWith("/") && held.untilMs > Date.now() ? held : null
  } catch {
    return null // Storage may be closed to this page; then there is no bar.
  }
}

function write(held: Held): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(held))
  } catch {
    // The same.
  }
}

function forget(): void {
  try {
    localStorage.removeItem(KEY)
  } catch {
    // The same.
  }
}
