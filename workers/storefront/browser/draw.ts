import type { DrawDocument } from "../../../waiting-room/draw.ts"
import {
  checkBoard,
  checkDocument,
  checkEarlyAccess,
  checkProof,
  checkUnchanged,
  standingOf,
} from "../../../waiting-room/draw-check.ts"
import type { Check, PlacedTicket, TicketProof } from "../../../waiting-room/draw-check.ts"
import { backoffMs, readBoard, spreadMs } from "./live/read-board.ts"
import { write } from "./live/show.ts"

/** Checks the draw in the shopper's own browser, and again at the bell, when there is more to check. */

const TIMEOUT_MS = 8_000
const AGAIN_MS_MIN = 2_000
const AGAIN_MS_MAX = 30_000
const RELOAD_SPREAD_MS = 2_000
const KEY = "spillway-draw/"

const MARKS: Record<Check["result"], string> = { ok: "✓", mismatch: "✗ Wrong:", unknown: "–" }

const section = document.querySelector<HTMLElement>("[data-draw]")
if (section) void startChecking(section)

async function startChecking(section: HTMLElement): Promise<void> {
  section.hidden = false
  let failures = 0
  async function look(): Promise<void> {
    try {
      const draw = await checkOnce(section)
      failures = 0
      if (draw.lotKey !== undefined) return
      const untilBellMs = draw.opensAtMs - Date.now()
      setTimeout(() => void look(), spreadMs(Math.min(AGAIN_MS_MAX, Math.max(AGAIN_MS_MIN, untilBellMs))))
    } catch {
      failures += 1
      write(section.querySelector("[data-summary]"), "The shop does not answer. This page tries again.")
      setTimeout(() => void look(), backoffMs(failures))
    }
  }
  await look()
}

async function checkOnce(section: HTMLElement): Promise<DrawDocument> {
  const address = `/api/sales/${encodeURIComponent(section.dataset["draw"] ?? "")}/draw`
  const draw = await readJson<DrawDocument>(address)
  if (draw.lotKey !== undefined && section.dataset["drawn"] === undefined) {
    // The page was made before the bell: it comes again, with all that was drawn.
    setTimeout(() => location.reload(), Math.random() * RELOAD_SPREAD_MS)
    return draw
  }
  const checks = [
    ...checkDocument(draw),
    ...(await checkEarlyAccess(draw)),
    checkBoard(draw, await readBoard(draw.saleId)),
  ]
  const ticketId = section.dataset["ticketId"]
  if (ticketId !== undefined) {
    const invited = section.dataset["invited"] !== undefined
    const arrivedAtMs = Number(section.dataset["arrivedAt"])
    checks.push(await checkShown(draw, { ticketId, arrivedAtMs, invited }))
    // Those who were invited are not keyed with the seed, so nothing of theirs is sealed.
    if (draw.lotKey !== undefined && draw.tickets && !invited) {
      const proof = await readJson<TicketProof>(`${address}/proof?ticketId=${encodeURIComponent(ticketId)}`)
      checks.push(checkProof(draw, ticketId, proof))
    }
  }
  const before = seenBefore(draw.saleId)
  if (before) checks.push(checkUnchanged(before, draw))
  // What does not agree with what was seen first never takes its place.
  if (checks.every(({ result }) => result !== "mismatch")) remember(draw)
  show(section, checks)
  return draw
}

/** This browser remembers the draw as it was published, so that it sees when it is published otherwise. */
function seenBefore(saleId: string): DrawDocument | null {
  try {
    return JSON.parse(localStorage.getItem(`${KEY}${saleId}`) ?? "null") as DrawDocument | null
  } catch {
    return null // Storage may be closed to this page; then nothing is compared.
  }
}

function remember(draw: DrawDocument): void {
  try {
    localStorage.setItem(`${KEY}${draw.saleId}`, JSON.stringify(draw))
  } catch {
    // The same.
  }
}

/** The lot and rank that the page shows are the shop's word; these are one's own. */
async function checkShown(draw: DrawDocument, ticket: PlacedTicket): Promise<Check> {
  const name = "Your lot and rank are as this page shows them"
  const standing = await standingOf(draw, ticket)
  if (!standing) return { name, result: "unknown", detail: "They are not drawn yet." }
  const shown = ["[data-lot]", "[data-rank]"].map((part) => document.querySelector(part)?.textContent)
  const same = shown[0] === String(standing.lot) && shown[1] === String(standing.rank)
  return { name, result: same ? "ok" : "mismatch", detail: `Lot ${standing.lot}, rank ${standing.rank}` }
}

function show(section: HTMLElement, checks: readonly Check[]): void {
  const wrong = checks.filter(({ result }) => result === "mismatch").length
  const open = checks.filter(({ result }) => result === "unknown").length
  const summary =
    wrong > 0
      ? "Something does not hang together. Keep this page, and ask the shop."
      : `${checks.length - open} of ${checks.length} checks hold, and nothing is wrong.`
  write(section.querySelector("[data-summary]"), summary)
  const lines = checks.map(({ name, result, detail }) => {
    const line = document.createElement("li")
    line.dataset["result"] = result
    const code = document.createElement("code")
    code.textContent = detail
    line.append(`${MARKS[result]} ${name}. `, code)
    return line
  })
  section.querySelector("[data-checks]")?.replaceChildren(...lines)
}

async function readJson<T>(address: string): Promise<T> {
  const response = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT_MS) })
  if (!response.ok) throw new Error(`${address} answered ${response.status}`)
  return (await response.json()) as T
}
