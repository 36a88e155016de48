import type { Board } from "../../../waiting-room/board.ts"
import { drawStandingOf, modeOf } from "../../../waiting-room/mode.ts"
import type { DrawStanding, SaleMode } from "../../../waiting-room/mode.ts"
import { formatCount } from "../words/money.ts"
import { isBeforeBell, isLineOpen } from "../words/phases.ts"
import { sentenceFor as sentenceInLottery, wordsFor as wordsInLottery } from "./line-reading.ts"
import type { LineReading, LineWords } from "./line-reading.ts"

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

interface Step {
  title: string
  words: string
}

/** Where the line is explained: what counts before the bell, and what after it. */
export const MODE_STEPS: Record<SaleMode, readonly [Step, Step]> = {
  lottery: [
    {
      title: "Before the opening: a draw",
      words:
        "Everybody who joins before the bell has the same chance. The order is drawn, so a fast connection or a second tab gains nothing.",
    },
    {
      title: "After it: first come, first served",
      words:
        "Who comes after the bell stands behind those who came before it, in the order of arrival by our clock.",
    },
  ],
  first_come: [
    {
      title: "First come, first served",
      words:
        "From the moment the line opens, the order is the order of arrival by our clock. Places made before the line opened are drawn among each other, so coming earlier than that gains nothing.",
    },
    {
      title: "Nobody goes in early",
      words: "Everybody waits for the opening; then the line moves in its order.",
    },
  ],
  draw: [
    {
      title: "Before the opening: registration",
      words:
        "Everybody who registers before the bell has the same chance. Nobody can join after it, and when you came makes no difference.",
    },
    {
      title: "At the bell: the winners are drawn",
      words:
        "Winners have some minutes to come in. When some let their turn pass, the next in the drawn order take their place.",
    },
  ],
}

export const REGISTRATION_CLOSED = {
  title: "Registration has closed",
  words: ["This sale is a draw among those who registered before the bell. Nobody can join it any more."],
}

/** Whether the page may offer a place. */
export function mayJoin(sale: { phase: LineReading["phase"]; mode?: SaleMode }): boolean {
  return isLineOpen(sale.phase) && (modeOf(sale) !== "draw" || isBeforeBell(sale.phase))
}

/** What the page says, in every state of the sale and every mode. */
export function wordsFor(reading: ModeReading): LineWords {
  const own = ownWords(reading)
  if (own) return own
  // Those who were invited have their turn before the bell, and are told so in the words of an open sale.
  return wordsInLottery(isEarlyTurn(reading) ? { ...reading, phase: "open" } : reading)
}

/** One sentence for a screen reader, said again only when it changes. */
export function sentenceFor(reading: ModeReading): string {
  const words = ownWords(reading)
  if (words) return `${words.figure}, ${words.caption}. ${words.detail}`
  return sentenceInLottery(isEarlyTurn(reading) ? { ...reading, phase: "open" } : reading)
}

function isEarlyTurn({ phase, yourTurn, invited }: ModeReading): boolean {
  return invited === true && yourTurn && isBeforeBell(phase)
}

/** Null where the lottery's words are true. */
function ownWords(reading: ModeReading): LineWords | null {
  if (!reading.invited || !isBeforeBell(reading.phase)) return WORDS[modeOf(reading)](reading)
  return reading.yourTurn ? null : INVITED_WORDS
}

const KEPT = "You can close this tab, your place is kept in this browser."

const INVITED_WORDS: LineWords = {
  figure: "Invited",
  caption: "you go in before the others",
  detail: `Early access begins before the sale opens. Those who were invited are drawn among each other and let in one after the other, as there are places. ${KEPT}`,
}

/** Null where the lottery's words are true. */
const WORDS: Record<SaleMode, (reading: ModeReading) => LineWords | null> = {
  lottery: () => null,
  first_come: (reading) => (isBeforeBell(reading.phase) ? firstComeWords(reading) : null),
  draw: (reading) => {
    if (isBeforeBell(reading.phase)) return registeredWords(reading)
    return isLineOpen(reading.phase) ? drawnWords(reading) : null
  },
}

function firstComeWords({ joined }: ModeReading): LineWords {
  return {
    figure: "In line",
    caption: joined > 1 ? `${formatCount(joined)} are in line so far` : "you are the first here",
    detail: `At the opening people go in in the order in which they came. ${KEPT}`,
  }
}

function registeredWords({ joined }: ModeReading): LineWords {
  return {
    figure: "In the draw",
    caption: joined > 1 ? `with ${formatCount(joined - 1)} others so far` : "you are the first here",
    detail: `Not drawn yet. At the opening the winners are drawn, and everybody here has the same chance. Be back then: a winner's turn lasts some minutes. ${KEPT}`,
  }
}

function drawnWords(reading: ModeReading): LineWords | null {
  if (reading.phase === "paused") return null
  if (reading.yourTurn) {
    return {
      figure: "Drawn",
      caption: "it is your turn",
      detail:
        "Go in soon: a winner's turn lasts some minutes, then the next in rank is drawn too, and pieces no longer wait for you.",
    }
  }
  return DRAW_WORDS[reading.drawStanding ?? "not_yet"]
}

const DRAW_WORDS: Record<DrawStanding, LineWords> = {
  not_yet: {
    figure: "Drawing",
    caption: "the winners are being drawn",
    detail: "It takes some seconds, and this page goes on by itself.",
  },
  drawn: {
    figure: "Drawn",
    caption: "you are one of the winners",
    detail: "The gate lets winners in one after the other. It opens for you soon, so stay near.",
  },
  may_be_drawn: {
    figure: "Not drawn",
    caption: "you may still be drawn",
    detail: `When winners let their turn pass, the next in rank are drawn. That may well not come to you. ${KEPT}`,
  },
  too_late: {
    figure: "Too late",
    caption: "registration had closed when you came",
    detail: "Only who came before the bell is in this draw. There is nothing to wait for here.",
  },
}
