import type { Board } from "../../../waiting-room/board.ts"
import { drawStandingOf, modeOf } from "../../../waiting-room/mode.ts"
import type { DrawStanding, SaleMode } from "../../../waiting-room/mode.ts"
import { fillCount } from "../languages/speech.ts"
import type { LiveSpeech } from "../languages/speech.ts"
import type { Figure } from "../languages/words.ts"
import { isBeforeBell, isLineOpen } from "../words/phases.ts"
import { sentenceOf, sentences, wordsFor as wordsInLottery } from "./line-reading.ts"
import type { LineReading } from "./line-reading.ts"

/** What the pages say where a sale's mode makes it something else than the lottery's words. */

/** A reading with what its mode adds; without that, a lottery's. */
export interface ModeReading extends LineReading {
  mode?: SaleMode
  /** Only in a draw. */
  drawStanding?: DrawStanding
  /** Came by an invitation to early access. */
  invited?: boolean
}

export function modeReading(board: Board, rank: number | null): Pick<ModeReading, "mode" | "drawStanding"> {
  const mode = modeOf(board)
  return mode === "draw" ? { mode, drawStanding: drawStandingOf(rank, board) } : { mode }
}

/** Whether the page may offer a place. */
export function mayJoin(sale: { phase: LineReading["phase"]; mode?: SaleMode }): boolean {
  return isLineOpen(sale.phase) && (modeOf(sale) !== "draw" || isBeforeBell(sale.phase))
}

/** What the page says, in every state of the sale and every mode. */
export function wordsFor(reading: ModeReading, speech: LiveSpeech): Figure {
  const own = ownWords(reading, speech)
  if (own) return own
  // Those who were invited have their turn before the bell, and are told so in the words of an open sale.
  return wordsInLottery(isEarlyTurn(reading) ? { ...reading, phase: "open" } : reading, speech)
}

/** One sentence for a screen reader, said again only when it changes. */
export function sentenceFor(reading: ModeReading, speech: LiveSpeech): string {
  return sentenceOf(wordsFor(reading, speech), speech)
}

function isEarlyTurn({ phase, yourTurn, invited }: ModeReading): boolean {
  return invited === true && yourTurn && isBeforeBell(phase)
}

/** Null where the lottery's words are true. */
function ownWords(reading: ModeReading, speech: LiveSpeech): Figure | null {
  if (!reading.invited || !isBeforeBell(reading.phase)) return MODE_WORDS[modeOf(reading)](reading, speech)
  return reading.yourTurn ? null : kept(speech.words.modes.invited, speech)
}

function kept(figure: Figure, { words }: LiveSpeech): Figure {
  return { ...figure, detail: sentences(words, figure.detail, words.kept) }
}

/** Null where the lottery's words are true. */
const MODE_WORDS: Record<SaleMode, (reading: ModeReading, speech: LiveSpeech) => Figure | null> = {
  lottery: () => null,
  first_come: (reading, speech) => (isBeforeBell(reading.phase) ? firstComeWords(reading, speech) : null),
  draw: (reading, speech) => {
    if (isBeforeBell(reading.phase)) return registeredWords(reading, speech)
    return isLineOpen(reading.phase) ? drawnWords(reading, speech) : null
  },
}

function firstComeWords({ joined }: ModeReading, speech: LiveSpeech): Figure {
  const { modes, draw } = speech.words
  const { figure, soFar, detail } = modes.firstCome
  const caption = joined > 1 ? fillCount(speech.language, soFar, joined) : draw.first
  return kept({ figure, caption, detail }, speech)
}

function registeredWords({ joined }: ModeReading, speech: LiveSpeech): Figure {
  const { modes, draw } = speech.words
  const caption = joined > 1 ? fillCount(speech.language, draw.with, joined - 1) : draw.first
  return kept({ figure: draw.figure, caption, detail: modes.registered }, speech)
}

function drawnWords(reading: ModeReading, speech: LiveSpeech): Figure | null {
  const { modes } = speech.words
  if (reading.phase === "paused") return null
  if (reading.yourTurn) return modes.winnersTurn
  const standing = reading.drawStanding ?? "not_yet"
  return standing === "may_be_drawn" ? kept(modes.draw[standing], speech) : modes.draw[standing]
}
