import type { SalePhase, StockBand } from "../../../durable-objects/room/contract.ts"
import { formatCount } from "../words/money.ts"

/** Where one shopper stands, as the page and its script both show it. */
export interface LineReading {
  phase: SalePhase
  /** The frontier has passed this rank. */
  yourTurn: boolean
  /** Null before the draw. */
  ahead: number | null
  estimate: { lowMs: number; highMs: number } | null
  joined: number
  served: number
  pacePerMinute: number
  stock: Record<string, StockBand>
  opensAtMs: number
  closesAtMs: number
  nowMs: number
}

export interface LineWords {
  /** The hero: a number where there is one, a word where there is none. */
  figure: string
  caption: string
  detail: string
}

const KEPT = "You can close this tab, your place is kept in this browser."

/** What the page says, in every state of the sale. Says what happens next, and never hurries anybody. */
export function wordsFor(reading: LineReading): LineWords {
  return WORDS[reading.phase](reading)
}

const WORDS: Record<SalePhase, (reading: LineReading) => LineWords> = {
  scheduled: drawWords,
  waiting: drawWords,
  open: (reading) => (reading.yourTurn ? turnWords(false) : waitingWords(reading)),
  paused: (reading) => ({
    figure: "Paused",
    caption: aheadWords(reading),
    detail:
      "The shop has stopped the line for a moment. Nobody goes in meanwhile, and your place is kept. This page goes on by itself.",
  }),
  sold_out_pending: (reading) => (reading.yourTurn ? turnWords(true) : pendingWords(reading)),
  sold_out: () => ({
    figure: "Sold out",
    caption: "every piece has been paid for",
    detail:
      "Thank you for waiting. There is nothing more to wait for in this sale, and the waiting cost you nothing.",
  }),
  ended: () => ({
    figure: "Over",
    caption: "the sale has closed",
    detail: "Thank you for waiting. There is nothing more to wait for in this sale.",
  }),
}

function drawWords({ joined }: LineReading): LineWords {
  return {
    figure: "In the draw",
    caption: joined > 1 ? `with ${formatCount(joined - 1)} others so far` : "you are the first here",
    detail: `At the opening the order is drawn, and everybody here has the same chance. ${KEPT}`,
  }
}

function turnWords(pending: boolean): LineWords {
  return {
    figure: "Your turn",
    caption: "the gate is open for you",
    detail: pending
      ? "All pieces are held by others at this moment. Some may come back, and inside you see it first."
      : "Go in when you are ready. Your time inside begins when you enter.",
  }
}

function pendingWords(reading: LineReading): LineWords {
  return {
    figure: reading.ahead === null ? "In line" : `About ${formatCount(reading.ahead)}`,
    caption: "ahead of you",
    detail: `All pieces in sight are held by shoppers who are paying now. If some come back, the line moves on; it may well not. ${KEPT}`,
  }
}

function waitingWords(reading: LineReading): LineWords {
  if (reading.ahead === null)
    return { figure: "In line", caption: "your place is being worked out", detail: KEPT }
  if (reading.ahead < 1)
    return { figure: "Next", caption: "you are at the gate", detail: `It opens for you in a moment. ${KEPT}` }
  const wait = reading.estimate ? `Roughly ${formatRange(reading.estimate)}. ` : ""
  return { figure: roundedCount(reading.ahead), caption: "ahead of you", detail: `${wait}${KEPT}` }
}

function aheadWords(reading: LineReading): string {
  return reading.ahead === null
    ? "your place is kept"
    : `${roundedCount(reading.ahead).toLowerCase()} ahead of you`
}

/** Places are estimates: exact when few, rounded to two or three digits when many. */
function roundedCount(count: number): string {
  const whole = Math.max(0, Math.round(count))
  if (whole < 20) return formatCount(whole)
  const step = 10 ** Math.max(1, Math.floor(Math.log10(whole)) - 2)
  return `About ${formatCount(Math.round(whole / step) * step)}`
}

/** "less than a minute", "6 to 9 minutes", "about 2 hours". */
export function formatRange({ lowMs, highMs }: { lowMs: number; highMs: number }): string {
  const low = Math.floor(lowMs / 60_000)
  const high = Math.max(1, Math.ceil(highMs / 60_000))
  if (high >= 120) {
    const hours: [number, number] = [Math.floor(low / 60), Math.ceil(high / 60)]
    return hours[0] === hours[1] ? `${hours[0]} hours` : `${Math.max(1, hours[0])} to ${hours[1]} hours`
  }
  if (high <= 1) return "less than a minute"
  return low === high ? `${low} minutes` : `${Math.max(1, low)} to ${high} minutes`
}

/** One sentence for a screen reader, said again only when it changes. */
export function sentenceFor(reading: LineReading): string {
  const words = wordsFor(reading)
  return `${words.figure}${words.caption === "ahead of you" ? " " : ", "}${words.caption}. ${words.detail}`
}

/** How many wait, you among them: arrivals are counted a second late, and you know that you are there. */
export function waitingCount(reading: LineReading): number {
  return Math.max(reading.yourTurn || isOver(reading.phase) ? 0 : 1, reading.joined - reading.served)
}

/** Whether there is anything left to wait for. */
export function isOver(phase: SalePhase): boolean {
  return phase === "sold_out" || phase === "ended"
}
