import type { Point, Rehearsal } from "./journal.ts"
import type { RehearsalOptions } from "./options.ts"
import { count, describe, duration } from "./words.ts"

/**
 * A rehearsal as a picture: four frames over one clock. Each frame is drawn small enough to be read on a phone; a page
 * puts them beside each other, a file one above the other.
 */

const FRAME = { width: 360, height: 190, left: 8, right: 8, top: 42, bottom: 26 }

interface Series {
  /** Names a style of the page, or of the file itself. */
  className: string
  valueOf: (point: Point) => number
  kind: "line" | "area"
}

interface Frame {
  id: string
  title: string
  unit: string
  series: Series[]
  /** A limit that the merchant set, drawn across. */
  limit: { value: number; says: string } | null
  keys?: { className: string; says: string }[]
}

/** Styles for where no style sheet is at hand; the same names are in the console's. */
const FILE_STYLE = `
svg { --paper: #ffffff; --ink: #12222a; --soft: #475a63; --line: #d0dada; --wash: #d3dedf; --now: #006a75; --held: #8a9aa1 }
@media (prefers-color-scheme: dark) { svg { --paper: #131f25; --ink: #e6eef0; --soft: #a2b5bc; --line: #293a43; --wash: #2a3d46; --now: #58d5cd; --held: #64787f } }
.rehearsal__paper { fill: var(--paper) }
text { font: 12px system-ui, sans-serif; fill: var(--soft); font-variant-numeric: tabular-nums }
.rehearsal__title { font-weight: 600; fill: var(--ink) }
.rehearsal__axis { stroke: var(--line) }
.rehearsal__limit { stroke: var(--soft); stroke-dasharray: 4 4; fill: none }
.rehearsal__area { fill: var(--wash) }
.rehearsal__sold { fill: var(--ink) }
.rehearsal__held { fill: var(--held) }
.rehearsal__free { fill: var(--wash) }
.rehearsal__stroke { fill: none; stroke: var(--ink); stroke-width: 1.5; stroke-linejoin: round }`

/** Each frame as an SVG of its own, named by its title. Decoration beside the page's table: that says it in words. */
export function drawFrames(rehearsal: Rehearsal): { id: string; title: string; svg: string }[] {
  return framesOf(rehearsal).map((frame) => ({
    id: frame.id,
    title: frame.title,
    svg: `<svg class="rehearsal__frame" viewBox="0 0 ${FRAME.width} ${FRAME.height}" role="img" aria-label="${escapeXml(altOf(frame, rehearsal))}">${drawFrame(frame, rehearsal)}</svg>`,
  }))
}

/** The whole picture as a file that stands for itself, in light and dark. */
export function drawFile(rehearsal: Rehearsal): string {
  const frames = framesOf(rehearsal)
  const height = frames.length * FRAME.height + FRAME.bottom
  const drawn = frames.map(
    (frame, index) =>
      `<g transform="translate(0 ${index * FRAME.height})">${drawFrame(frame, rehearsal)}</g>`,
  )
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${FRAME.width} ${height}" width="${FRAME.width * 2}" height="${height * 2}" role="img" aria-labelledby="title says">`,
    `<title id="title">A rehearsed ${rehearsal.options.mode === "draw" ? "draw" : "sale"}</title><desc id="says">${escapeXml(describe(rehearsal))}</desc>`,
    `<style>${FILE_STYLE}</style>`,
    `<rect class="rehearsal__paper" width="${FRAME.width}" height="${height}"/>`,
    ...drawn,
    `</svg>\n`,
  ].join("\n")
}

/** In a draw nobody stands in line: the first frame shows how many were drawn, at the bell and as turns passed. */
function lineOrDraw({ mode, stock }: RehearsalOptions): Frame {
  const valueOf: Series["valueOf"] = mode === "draw" ? (point) => point.drawn : (point) => point.waiting
  const series: Series[] = [
    { className: "rehearsal__area", valueOf, kind: "area" },
    { className: "rehearsal__stroke", valueOf, kind: "line" },
  ]
  return mode === "draw"
    ? { id: "drawn", title: "Drawn", unit: "people", series, limit: { value: stock, says: "units" } }
    : { id: "line", title: "In line", unit: "people", series, limit: null }
}

function framesOf({ options }: Rehearsal): Frame[] {
  const stock = (className: string, valueOf: Series["valueOf"]): Series => ({
    className,
    valueOf,
    kind: "area",
  })
  return [
    lineOrDraw(options),
    {
      id: "admitted",
      title: "Let in",
      unit: "a minute",
      series: [{ className: "rehearsal__stroke", valueOf: (point) => point.admittedPerMinute, kind: "line" }],
      limit: { value: options.perMinute, says: "rate" },
    },
    {
      id: "inside",
      title: "Inside",
      unit: "people",
      series: [
        { className: "rehearsal__area", valueOf: (point) => point.inside, kind: "area" },
        { className: "rehearsal__stroke", valueOf: (point) => point.inside, kind: "line" },
      ],
      limit: { value: options.maxActive, says: "cap" },
    },
    {
      id: "stock",
      title: "Stock",
      unit: "units",
      series: [
        stock("rehearsal__free", ({ available, held, sold }) => available + held + sold),
        stock("rehearsal__held", ({ held, sold }) => held + sold),
        stock("rehearsal__sold", ({ sold }) => sold),
      ],
      limit: null,
      keys: [
        { className: "rehearsal__sold", says: "sold" },
        { className: "rehearsal__held", says: "held" },
        { className: "rehearsal__free", says: "free" },
      ],
    },
  ]
}

function drawFrame(frame: Frame, { points, endSecond }: Rehearsal): string {
  const { width, height, left, right, top, bottom } = FRAME
  const seen = Math.max(1, ...frame.series.flatMap(({ valueOf }) => points.map(valueOf)))
  // A limit far above all that happened would flatten the curve: then it is only named.
  const showsLimit = frame.limit !== null && frame.limit.value <= seen * LIMIT_IN_SIGHT
  const most = showsLimit ? Math.max(seen, frame.limit?.value ?? 0) : seen
  const x = (second: number) => round(left + ((width - left - right) * second) / Math.max(1, endSecond))
  const y = (value: number) => round(height - bottom - ((height - top - bottom) * value) / most)
  const base = y(0)
  const parts = [
    `<text class="rehearsal__title" x="${left}" y="18">${frame.title}</text>`,
    `<text x="${width - right}" y="18" text-anchor="end">${headOf(frame, seen, showsLimit)}</text>`,
    ...frame.series.map((series) => drawSeries(series, points, x, y, base)),
    `<line class="rehearsal__axis" x1="${left}" x2="${width - right}" y1="${base}" y2="${base}"/>`,
    ...ticksOf(endSecond).map((second, index) => drawTick(x(second), height - 8, second, index)),
  ]
  if (showsLimit && frame.limit) {
    const at = y(frame.limit.value)
    parts.push(`<line class="rehearsal__limit" x1="${left}" x2="${width - right}" y1="${at}" y2="${at}"/>`)
  }
  for (const [index, key] of (frame.keys ?? []).entries()) {
    parts.push(
      `<rect class="${key.className}" x="${left + index * 56}" y="26" width="10" height="10" rx="2"/>`,
      `<text x="${left + index * 56 + 14}" y="35">${key.says}</text>`,
    )
  }
  return parts.join("")
}

const LIMIT_IN_SIGHT = 2.5

function headOf(frame: Frame, seen: number, showsLimit: boolean): string {
  const most = `most: ${count(seen)} ${frame.unit}`
  if (!frame.limit) return most
  return `${most}, ${frame.limit.says} ${count(frame.limit.value)}${showsLimit ? " (dashed)" : ""}`
}

function drawSeries(
  { className, valueOf, kind }: Series,
  points: readonly Point[],
  x: (second: number) => number,
  y: (value: number) => number,
  base: number,
): string {
  const line = points.map((point) => `${x(point.second)} ${y(valueOf(point))}`).join("L")
  if (kind === "line") return `<path class="${className}" d="M${line}"/>`
  const [from, to] = [x(points[0]?.second ?? 0), x(points.at(-1)?.second ?? 0)]
  return `<path class="${className}" d="M${from} ${base}L${line}L${to} ${base}Z"/>`
}

const TICK_STEPS_SECONDS = [5, 10, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 28_800]
const TICKS_MAX = 5

function ticksOf(endSecond: number): number[] {
  const step = TICK_STEPS_SECONDS.find((seconds) => endSecond / seconds <= TICKS_MAX) ?? endSecond
  return Array.from({ length: Math.floor(endSecond / step) + 1 }, (_, index) => index * step)
}

/** The first stands at the edge, so it is written inwards; the last would often stand out of the frame. */
function drawTick(x: number, y: number, second: number, index: number): string {
  if (index === 0) return `<text x="${x}" y="${y}">bell</text>`
  const anchor = x > FRAME.width - 40 ? "end" : "middle"
  return `<text x="${anchor === "end" ? FRAME.width - FRAME.right : x}" y="${y}" text-anchor="${anchor}">${duration(second)}</text>`
}

function altOf(frame: Frame, { points, endSecond }: Rehearsal): string {
  const values = points.map((point) => frame.series[0]?.valueOf(point) ?? 0)
  const top = points[values.indexOf(Math.max(...values))]
  const at = top ? `, at ${duration(top.second)} after the bell` : ""
  if (frame.id === "stock") {
    const last = points.at(-1)
    return `Stock over ${duration(endSecond)}: in the end ${count(last?.sold ?? 0)} units sold, ${count(last?.held ?? 0)} held, ${count(last?.available ?? 0)} free.`
  }
  const limit = frame.limit ? ` Dashed: ${frame.limit.says} ${count(frame.limit.value)}.` : ""
  return `${frame.title} over ${duration(endSecond)}: most ${count(Math.max(0, ...values))} ${frame.unit}${at}.${limit}`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;")
}
