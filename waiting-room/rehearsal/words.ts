import type { Limit } from "../controller.ts"
import type { SaleMode } from "../mode.ts"
import type { Rehearsal, Wait } from "./journal.ts"

/** What happened in a rehearsal, in words and without a model in mind. */

export function tableOf(rehearsal: Rehearsal): [label: string, words: string][] {
  const { options, admitted, foundNothing, wait } = rehearsal
  const last = rehearsal.points.at(-1)
  return [
    ...whoCame(rehearsal),
    ["First and last let in", `${moment(rehearsal.firstInSecond)}, ${moment(rehearsal.lastInSecond)}`],
    [options.mode === "draw" ? "Let in after the bell" : "Waited until let in", waits(wait)],
    ["Inside at most", `${count(rehearsal.mostInside)} of ${count(options.maxActive)} places`],
    ...placesTaken(rehearsal),
    ["Half of the units were taken", moment(rehearsal.halfTakenSecond)],
    ["All units were taken", moment(rehearsal.allTakenSecond)],
    ["Sold", `${count(last?.sold ?? 0)} of ${count(options.stock)}, the last ${lastSold(rehearsal)}`],
    ["Units that came back from unpaid holds", count(rehearsal.cameBack)],
    ["Let in and found nothing left", `${count(foundNothing)}${shareOf(foundNothing, admitted)}`],
    ["Turns that nobody took", count(rehearsal.notTaken)],
    inVainOf(rehearsal),
    ["Told that it is over", endOf(rehearsal)],
    ...(options.mode === "draw"
      ? []
      : [["Came after that", count(rehearsal.cameTooLate)] satisfies [string, string]]),
    ["What held the line back", limitsOf(rehearsal)],
  ]
}

function whoCame(rehearsal: Rehearsal): [label: string, words: string][] {
  const { options, admitted, joined, turnedAway, cameTooLate, points } = rehearsal
  if (options.mode !== "draw") {
    return [
      ["Came to the line", count(joined + cameTooLate)],
      ["Let in", `${count(admitted)}${shareOf(admitted, joined)}`],
    ]
  }
  const drawn = points.at(-1)?.drawn ?? 0
  return [
    ["Registered", count(joined)],
    ["Came after registration had closed", count(turnedAway)],
    ["Drawn", `about ${count(drawn)}${shareOf(drawn, joined)}`],
    ["Let in", `${count(admitted)}${shareOf(admitted, drawn)}`],
  ]
}

/** Nobody waits in a draw who was not drawn, so how full the inside is says nothing there. */
function placesTaken({ options, filled }: Rehearsal): [label: string, words: string][] {
  if (options.mode === "draw") return []
  return [
    [
      "Places taken while people waited for units",
      filled === null ? "nobody waited so long" : percent(filled),
    ],
  ]
}

function inVainOf({ options, inVain }: Rehearsal): [label: string, words: string] {
  if (options.mode === "draw") return ["Registered and not let in", count(inVain.people)]
  return ["Waited in vain", inVain.people > 0 ? `${count(inVain.people)}; ${waits(inVain)}` : "nobody"]
}

function shareOf(part: number, whole: number): string {
  return whole > 0 ? ` (${percent(part / whole)})` : ""
}

/** A description for whoever does not see the picture. */
export function describe(rehearsal: Rehearsal): string {
  const { options, points, endSecond, joined } = rehearsal
  const most = Math.max(0, ...points.map((point) => point.waiting))
  const sold = points.at(-1)?.sold ?? 0
  const line =
    options.mode === "draw"
      ? `about ${count(points.at(-1)?.drawn ?? 0)} of ${count(joined)} who had registered were drawn,`
      : `the line stood at ${count(most)} people at most,`
  return [
    `${KIND_OF_SALE[options.mode]} over ${duration(endSecond)}: ${line}`,
    `${count(rehearsal.admitted)} were let in, ${count(rehearsal.mostInside)} were inside at most,`,
    `and ${count(sold)} of ${count(options.stock)} units were sold.`,
    `All of it is in the table.`,
  ].join(" ")
}

export const KIND_OF_SALE = {
  lottery: "A lottery with a queue behind it",
  first_come: "A first-come sale",
  draw: "A draw",
} as const satisfies Record<SaleMode, string>

function limitsOf(rehearsal: Rehearsal): string {
  const words: Partial<Record<Limit, string>> = {
    rate: "the rate",
    payments: "the payment provider",
    cap: "the cap",
    stock: "the stock",
    line_empty: "nothing, the line was empty",
    ...(rehearsal.options.mode === "draw" && {
      stock: "nothing, all who were drawn had been called",
      line_empty: "nothing, everybody had been called",
    }),
  }
  const open = openLimits(rehearsal)
  const ticks = open.reduce((sum, [, count]) => sum + count, 0)
  const told = open.map(([limit, count]) => `${words[limit] ?? limit} ${percent(count / ticks)}`)
  return told.length > 0 ? told.join(", ") : "the line never moved"
}

/** What held the line back while people could be let in, the longest first. */
export function openLimits({ limits }: Rehearsal): [Limit, number][] {
  return (Object.entries(limits) as [Limit, number][])
    .filter(([limit]) => limit !== "closed" && limit !== "flushing")
    .toSorted(([, a], [, b]) => b - a)
}

function endOf({ endedBy, endSecond }: Rehearsal): string {
  if (endedBy === "sold_out") return `${moment(endSecond)}, when the last unit was paid`
  return endedBy === "closed" ? `${moment(endSecond)}, at the close` : "everybody had their turn"
}

function lastSold({ lastSoldSecond }: Rehearsal): string {
  return lastSoldSecond === null ? "never" : moment(lastSoldSecond)
}

function waits({ medianSeconds, ninetySeconds }: Wait): string {
  if (medianSeconds === null || ninetySeconds === null) return "nobody"
  return `half ${duration(medianSeconds)} or less, nine in ten ${duration(ninetySeconds)} or less`
}

export function moment(second: number | null): string {
  return second === null ? "never" : `${duration(second)} after the bell`
}

export function duration(seconds: number): string {
  const whole = Math.round(seconds)
  if (whole < 120) return `${whole} s`
  const [hours, minutes, rest] = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60, whole % 60]
  if (hours > 0) return minutes > 0 ? `${hours} h ${minutes} min` : `${hours} h`
  return rest > 0 && minutes < 10 ? `${minutes} min ${rest} s` : `${minutes} min`
}

export function percent(share: number): string {
  const hundredths = share * 100
  return `${hundredths > 0 && hundredths < 0.995 ? hundredths.toFixed(2) : Math.round(hundredths)} %`
}

export function count(number: number): string {
  return Math.round(number).toLocaleString("en-US")
}
