import type { SalePhase } from "../../../durable-objects/room/contract.ts"
import { isBeforeBell } from "../words/phases.ts"
import type { LineReading } from "./line-reading.ts"
import { chanceFrom } from "../../../waiting-room/chance.ts"

/**
 * The picture of the line as geometry: a current that narrows towards a gate, the crowd as its density, the gate's
 * pace as the strokes behind it, and one mark that is you. Pure, so that server and browser draw the same.
 */
export const PICTURE_WIDTH = 640
export const PICTURE_HEIGHT = 220

const MIDDLE_Y = PICTURE_HEIGHT / 2
const GATE_X = 520
/** The end of the line, at the left edge. */
const TAIL_X = 30
const MOUTH_HALF = 15
const TAIL_HALF = 92
const BEYOND_HALF = 52

/** At the very end of the line there must still be room for your name beside your mark. */
const YOU_SHARE_MAX = 0.93

/** So many are drawn one by one; above it a dot stands for more and more people. */
const EXACT_DOTS_MAX = 40
const DOTS_MAX = 260

interface Dot {
  x: number
  y: number
  r: number
  /** Stands before you, behind you, went through the gate, or is in the draw like you. */
  side: "ahead" | "behind" | "through" | "undrawn"
}

export interface LinePicture {
  streams: string[]
  dots: Dot[]
  you: { x: number; y: number }
  gate: { x: number; topY: number; bottomY: number; open: boolean }
  /** Strokes behind the gate: one for each tenfold of the pace. */
  paceMarks: string[]
}

export function drawLine(reading: LineReading): LinePicture {
  const before = isBeforeBell(reading.phase)
  const waiting = Math.max(1, reading.joined - reading.served, (reading.ahead ?? 0) + 1)
  const youShare = placeShare(reading, waiting)
  const dots = [...crowd(waiting - 1, before ? null : youShare), ...gone(reading)]
  return {
    streams: STREAM_OFFSETS.map(streamPath),
    dots,
    you: before ? { x: 300, y: MIDDLE_Y + 18 } : { x: xAt(youShare), y: MIDDLE_Y },
    gate: {
      x: GATE_X,
      topY: MIDDLE_Y - MOUTH_HALF - 4,
      bottomY: MIDDLE_Y + MOUTH_HALF + 4,
      open: isGateOpen(reading.phase),
    },
    paceMarks: isGateOpen(reading.phase) ? paceMarks(reading.pacePerMinute) : [],
  }
}

function isGateOpen(phase: SalePhase): boolean {
  return phase === "open" || phase === "sold_out_pending"
}

/** 0 at the gate, 1 at the end of the line. */
function placeShare(reading: LineReading, waiting: number): number {
  if (reading.yourTurn) return 0
  const share = (reading.ahead ?? waiting / 2) / waiting
  return Math.min(YOU_SHARE_MAX, Math.max(0.02, share))
}

function crowd(others: number, youShare: number | null): Dot[] {
  const count = dotCount(others)
  const dice = chanceFrom(others > EXACT_DOTS_MAX ? 7 : others + 1)
  return Array.from({ length: count }, (_, index): Dot => {
    const share = (index + dice()) / count
    const x = xAt(share)
    const spread = (dice() * 2 - 1) * 0.94
    const side = youShare === null ? "undrawn" : share < youShare ? "ahead" : "behind"
    return { x: round(x), y: round(MIDDLE_Y + spread * halfAt(x)), r: round(2.1 + dice() * 1.3), side }
  })
}

function dotCount(others: number): number {
  if (others <= EXACT_DOTS_MAX) return Math.max(0, Math.round(others))
  return Math.min(DOTS_MAX, Math.round(EXACT_DOTS_MAX + 26 * Math.log2(others / EXACT_DOTS_MAX)))
}

/** A few that have gone in, in the open water behind the gate. */
function gone(reading: LineReading): Dot[] {
  const dice = chanceFrom(11)
  const count = Math.min(14, Math.ceil(Math.log2(1 + reading.served) * 1.6))
  return Array.from({ length: count }, (): Dot => {
    const x = GATE_X + 24 + dice() * (PICTURE_WIDTH - GATE_X - 34)
    return { x: round(x), y: round(MIDDLE_Y + (dice() * 2 - 1) * 0.8 * halfAt(x)), r: 2.4, side: "through" }
  })
}

function paceMarks(pacePerMinute: number): string[] {
  const count = pacePerMinute <= 0 ? 0 : Math.min(4, 1 + Math.floor(Math.log10(Math.max(1, pacePerMinute))))
  return Array.from({ length: count }, (_, index) => {
    const x = GATE_X + 16 + index * 13
    return `M${x} ${MIDDLE_Y - 9}l9 9l-9 9`
  })
}

function xAt(share: number): number {
  return GATE_X - 14 - share * (GATE_X - 14 - TAIL_X)
}

/** Half the current's width at x: wide at the tail, narrow at the gate, opening again behind it. */
function halfAt(x: number): number {
  if (x <= GATE_X) return MOUTH_HALF + (TAIL_HALF - MOUTH_HALF) * smooth((GATE_X - x) / (GATE_X - TAIL_X))
  return MOUTH_HALF + (BEYOND_HALF - MOUTH_HALF) * smooth((x - GATE_X) / (PICTURE_WIDTH - GATE_X))
}

function smooth(t: number): number {
  const clamped = Math.min(1, Math.max(0, t))
  return clamped * clamped * (3 - 2 * clamped)
}

const STREAM_OFFSETS = [-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1]

/** Follows `halfAt` with short straight pieces: the same shape the dots keep to. */
function streamPath(offset: number): string {
  const points: string[] = []
  for (let x = -10; x <= PICTURE_WIDTH + 10; x += 10)
    points.push(`${x} ${round(MIDDLE_Y + offset * 1.04 * halfAt(x))}`)
  return `M${points.join("L")}`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
