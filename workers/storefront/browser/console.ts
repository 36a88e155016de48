import { alarmsOf, refusalsOf, wordsOf } from "../../merchant/console/live-words.ts"
import type { LiveNumbers } from "../../merchant/console/live-words.ts"
import { formatClock } from "../words/time.ts"
import { PHASE_WORDS } from "../words/phases.ts"
import { backoffMs } from "./live/read-board.ts"
import { all, write } from "./live/show.ts"

/** The merchant's instrument panel: reads the sale's numbers every two seconds, and draws what it has seen. */

const POLL_MS = 2_000
const TIMEOUT_MS = 8_000
/** Five minutes of readings, and as many units of width in each curve. */
const POINTS_MAX = 150
const SPARK_HEIGHT = 39.5

const panel = document.querySelector<HTMLElement>("[data-console]")
const saleId = panel?.dataset["console"]

const seen: Record<string, number[]> = { joined: [], admitted: [], revenue: [] }
let failures = 0

async function look(id: string): Promise<void> {
  const heard = document.querySelector("[data-heard]")
  try {
    const response = await fetch(`/merchant/api/sales/${encodeURIComponent(id)}/live`, {
      cache: "no-store",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    if (response.status === 401) {
      location.reload()
      return
    }
    if (!response.ok) throw new Error(`The numbers answered ${response.status}`)
    const live = (await response.json()) as LiveNumbers
    failures = 0
    show(live)
    write(
      heard,
      `Last read at ${formatClock(live.nowMs, undefined)}. The curves show what was seen since this page was opened.`,
    )
    // Buttons and clock depend on the phase; they are the server's to draw.
    if (live.phase !== panel?.dataset["renderedPhase"] && !document.querySelector("dialog[open]")) {
      location.reload()
      return
    }
    setTimeout(() => void look(id), POLL_MS)
  } catch {
    failures += 1
    write(heard, "The numbers do not answer; what you see is the last that was heard. Trying again.")
    setTimeout(() => void look(id), backoffMs(failures))
  }
}

function show(live: LiveNumbers): void {
  const words = wordsOf(live)
  for (const element of all("[data-live]")) {
    const text = words[element.dataset["live"] ?? ""]
    if (text !== undefined) write(element, text)
  }
  for (const element of all("[data-live-phase]")) write(element, PHASE_WORDS[live.phase])
  showMeter(live)
  showList(
    "[data-alarms]",
    alarmsOf(live).map((alarm) => [`${alarm.title}. ${alarm.advice}`]),
    "notice notice--lost",
  )
  const refusals = refusalsOf(live).map((refusal) => [refusal.title, refusal.count])
  showList("[data-refusals]", refusals.length > 0 ? refusals : [["None so far"]], "")
  remember(live)
}

function showMeter(live: LiveNumbers): void {
  const total = Math.max(1, live.sold + live.held + live.available)
  const [sold, held] = all("[data-meter] rect")
  sold?.setAttribute("width", String((live.sold / total) * 100))
  held?.setAttribute("x", String((live.sold / total) * 100))
  held?.setAttribute("width", String((live.held / total) * 100))
}

function showList(selector: string, rows: readonly (readonly string[])[], rowClass: string): void {
  const list = document.querySelector<HTMLElement>(selector)
  const fingerprint = JSON.stringify(rows)
  if (!list || list.dataset["shown"] === fingerprint) return
  list.dataset["shown"] = fingerprint
  list.replaceChildren(
    ...rows.map((row) => {
      const item = document.createElement("li")
      item.className = rowClass
      item.append(...row.map((text) => Object.assign(document.createElement("span"), { textContent: text })))
      return item
    }),
  )
}

function remember(live: LiveNumbers): void {
  const now: Record<string, number> = {
    joined: live.joined,
    admitted: live.admitted,
    revenue: live.revenueCents,
  }
  for (const [name, points] of Object.entries(seen)) {
    points.push(now[name] ?? 0)
    if (points.length > POINTS_MAX) points.shift()
    document.querySelector(`[data-spark="${name}"] path`)?.setAttribute("d", curveOf(points))
  }
}

function curveOf(points: readonly number[]): string {
  const low = Math.min(...points)
  const span = Math.max(1, Math.max(...points) - low)
  const at = (value: number, index: number): string => {
    const x = POINTS_MAX - points.length + index + 1
    return `${x} ${(SPARK_HEIGHT - ((value - low) / span) * (SPARK_HEIGHT - 2)).toFixed(1)}`
  }
  return `M${points.map(at).join("L")}`
}

if (saleId) void look(saleId)
