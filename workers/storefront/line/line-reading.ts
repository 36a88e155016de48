import type { SalePhase, StockBand } from "../../../durable-objects/room/contract.ts"
import { fill, fillCount, formatNumber } from "../languages/speech.ts"
import type { LiveSpeech } from "../languages/speech.ts"
import type { Figure, LiveWords } from "../languages/words.ts"

/** Where one shopper stands, as the page and its script both show it. */
export interface LineReading {
  phase: SalePhase
  /** The frontier has passed this rank. */
  yourTurn: boolean
  /** Null before the draw. */
  ahead: number | null
  /** The units in sight will as good as surely go to those who stand before. */
  spokenFor: boolean
  /** It was told otherwise a moment ago, but units came back. */
  cameBack: boolean
  estimate: { lowMs: number; highMs: number } | null
  joined: number
  served: number
  pacePerMinute: number
  stock: Record<string, StockBand>
  opensAtMs: number
  closesAtMs: number
  nowMs: number
}

/** What the page says, in every state of the sale. Says what happens next, and never hurries anybody. */
export function wordsFor(reading: LineReading, speech: LiveSpeech): Figure {
  const { words } = speech
  switch (reading.phase) {
    case "scheduled":
    case "waiting":
      return drawWords(reading, speech)
    case "open":
      return reading.yourTurn ? turnWords(words, words.turn.detail) : waitingWords(reading, speech)
    case "paused":
      return { ...words.paused, caption: pausedCaption(reading, speech) }
    case "sold_out_pending":
      return reading.yourTurn
        ? turnWords(words, words.turn.pending)
        : { ...placeWords(reading, speech), detail: sentences(words, words.pending, words.kept) }
    case "sold_out":
      return words.soldOut
    case "ended":
      return words.ended
  }
}

function drawWords({ joined }: LineReading, { language, words }: LiveSpeech): Figure {
  const { draw } = words
  return {
    figure: draw.figure,
    caption: joined > 1 ? fillCount(language, draw.with, joined - 1) : draw.first,
    detail: sentences(words, draw.detail, words.kept),
  }
}

function turnWords({ turn }: LiveWords, detail: string): Figure {
  return { figure: turn.figure, caption: turn.caption, detail }
}

function waitingWords(reading: LineReading, speech: LiveSpeech): Figure {
  const { words } = speech
  const place = placeWords(reading, speech)
  const news = reading.cameBack ? words.cameBack : ""
  if (reading.spokenFor) return { ...place, detail: sentences(words, words.spokenFor, words.kept) }
  if (reading.ahead === null) return { ...place, detail: sentences(words, news, words.kept) }
  if (reading.ahead < 1) return { ...words.next, detail: sentences(words, words.next.detail, words.kept) }
  const wait = reading.estimate ? fill(words.roughly, { range: formatRange(reading.estimate, speech) }) : ""
  return { ...place, detail: sentences(words, news, wait, words.kept) }
}

function placeWords({ ahead }: LineReading, { language, words }: LiveSpeech): Omit<Figure, "detail"> {
  if (ahead === null) return words.inLine
  const { count, exact } = roundedCount(ahead)
  return {
    figure: fillCount(language, exact ? words.people : words.aboutPeople, count),
    caption: words.ahead,
  }
}

function pausedCaption({ ahead }: LineReading, { language, words }: LiveSpeech): string {
  if (ahead === null) return words.placeKept
  const { count, exact } = roundedCount(ahead)
  return fill(exact ? words.peopleAhead : words.aboutPeopleAhead, { count: formatNumber(language, count) })
}

/** Places are estimates: exact when few, rounded to two or three digits when many. */
function roundedCount(ahead: number): { count: number; exact: boolean } {
  const whole = Math.max(0, Math.round(ahead))
  if (whole < 20) return { count: whole, exact: true }
  const step = 10 ** Math.max(1, Math.floor(Math.log10(whole)) - 2)
  return { count: Math.round(whole / step) * step, exact: false }
}

/** "less than a minute", "6 to 9 minutes", "2 to 4 hours". */
export function formatRange(
  { lowMs, highMs }: { lowMs: number; highMs: number },
  { language, words: { range } }: LiveSpeech,
): string {
  const low = Math.floor(lowMs / 60_000)
  const high = Math.max(1, Math.ceil(highMs / 60_000))
  if (high <= 1) return range.under
  const inHours = high >= 120
  const [from, to] = inHours ? [Math.floor(low / 60), Math.ceil(high / 60)] : [low, high]
  if (from === to) return fillCount(language, inHours ? range.hours : range.minutes, to)
  return fill(inHours ? range.toHours : range.toMinutes, {
    from: formatNumber(language, Math.max(1, from)),
    to: formatNumber(language, to),
  })
}

export function sentences({ between }: LiveWords, ...told: string[]): string {
  return told.filter((sentence) => sentence !== "").join(between)
}

/** One sentence for a screen reader, said again only when it changes. */
export function sentenceFor(reading: LineReading, speech: LiveSpeech): string {
  return sentenceOf(wordsFor(reading, speech), speech)
}

export function sentenceOf({ figure, caption, detail }: Figure, speech: LiveSpeech): string {
  const { sentence, aheadSentence, ahead } = speech.words
  return fill(caption === ahead ? aheadSentence : sentence, { figure, caption, detail })
}

/** How many wait, you among them: arrivals are counted a second late, and you know that you are there. */
export function waitingCount(reading: LineReading): number {
  return Math.max(reading.yourTurn || isOver(reading.phase) ? 0 : 1, reading.joined - reading.served)
}

/** Whether there is anything left to wait for. */
export function isOver(phase: SalePhase): boolean {
  return phase === "sold_out" || phase === "ended"
}
