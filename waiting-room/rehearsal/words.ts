import type { Limit } from "../controller.ts"
import type { Rehearsal, Wait } from "./journal.ts"

/** What a rehearsal says to a merchant, in words and without a model in mind. */

/** Below this much of the places taken, the cap could be lower and nobody would notice. */
const HALF_EMPTY = 0.5

/** Waiting in vain for longer than this is worth a word. */
const LONG_IN_VAIN_SECONDS = 300

/** Units that hang in unpaid holds for longer than this keep a line standing for nothing. */
const LONG_TAIL_SECONDS = 300

/** Fewer units than this share of all that are left in the end are the last holds that nobody paid. */
const LEFT_SHARE = 0.01

/** Of those let in, the share that finds nothing which is worth a word. */
const FOUND_NOTHING_SHARE = 0.1

export function tableOf(rehearsal: Rehearsal): [label: string, words: string][] {
  const { options, admitted, foundNothing, wait, inVain } = rehearsal
  const last = rehearsal.points.at(-1)
  const share = (part: number, whole: number) => (whole > 0 ? ` (${percent(part / whole)})` : "")
  return [
    ["Came to the line", count(rehearsal.joined + rehearsal.cameTooLate)],
    ["Let in", `${count(admitted)}${share(admitted, rehearsal.joined)}`],
    ["First and last let in", `${moment(rehearsal.firstInSecond)}, ${moment(rehearsal.lastInSecond)}`],
    ["Waited until let in", waits(wait)],
    ["Inside at most", `${count(rehearsal.mostInside)} of ${count(options.maxActive)} places`],
    [
      "Places taken while people waited for units",
      rehearsal.filled === null ? "nobody waited so long" : percent(rehearsal.filled),
    ],
    ["Half of the units were taken", moment(rehearsal.halfTakenSecond)],
    ["All units were taken", moment(rehearsal.allTakenSecond)],
    ["Sold", `${count(last?.sold ?? 0)} of ${count(options.stock)}, the last ${lastSold(rehearsal)}`],
    ["Units that came back from unpaid holds", count(rehearsal.cameBack)],
    ["Let in and found nothing left", `${count(foundNothing)}${share(foundNothing, admitted)}`],
    ["Turns that nobody took", count(rehearsal.notTaken)],
    ["Waited in vain", inVain.people > 0 ? `${count(inVain.people)}; ${waits(inVain)}` : "nobody"],
    ["Told that it is over", endOf(rehearsal)],
    ["Came after that", count(rehearsal.cameTooLate)],
    ["What held the line back", limitsOf(rehearsal)],
  ]
}

/** Plain advice, the weightiest first; never empty. */
export function adviceOf(rehearsal: Rehearsal): string[] {
  return [
    ...paceAdvice(rehearsal),
    ...stockAdvice(rehearsal),
    ...waitAdvice(rehearsal),
    ...(rehearsal.scale > 1
      ? [
          `This sale was played small: one person stood for ${count(rehearsal.scale)}, so figures are rounded to that.`,
        ]
      : []),
  ]
}

function paceAdvice(rehearsal: Rehearsal): string[] {
  const { perMinute, maxActive, passMinutes } = rehearsal.options
  const [limit] = openLimits(rehearsal)[0] ?? []
  const turnover = count(Math.floor(maxActive / passMinutes))
  if (limit === "cap") {
    const fits = count(perMinute * passMinutes)
    return [
      `The cap is what holds the line back, not the rate. With ${count(maxActive)} places and passes of ${minutesOf(passMinutes)}, about ${turnover} people a minute can come in, however high the rate is. For ${count(perMinute)} a minute allow ${fits} inside, or make passes shorter.`,
    ]
  }
  if (limit === "rate") {
    const room =
      rehearsal.mostInside < maxActive * HALF_EMPTY
        ? ` The inside was never more than ${percent(rehearsal.mostInside / maxActive)} full, so the cap could be lower without anyone noticing.`
        : ""
    return [
      `The rate is what holds the line back: ${count(perMinute)} a minute. If your shop can serve more, raise it.${room}`,
    ]
  }
  if (limit === "line_empty")
    return ["The line is short: nearly everyone is let in as soon as they come. These settings do not hurt."]
  if (limit === "stock") {
    return [
      "Stock is what holds the line back: nobody more is called than there are units for. That is as it should be.",
    ]
  }
  if (limit !== undefined) return [`What holds the line back most of the time: ${limit}.`]
  return ["The line never moved: nobody came, or it was over before anybody could be let in."]
}

function stockAdvice(rehearsal: Rehearsal): string[] {
  const { options, allTakenSecond, lastSoldSecond, endedBy, points } = rehearsal
  const left = (points.at(-1)?.available ?? 0) + (points.at(-1)?.held ?? 0)
  const leftMany = left > 0 && left >= options.stock * LEFT_SHARE
  if (endedBy === "closed" && leftMany) {
    const called = rehearsal.points.some((point) => point.waiting > 0)
    return [
      called && rehearsal.inVain.people > 0
        ? `${unitsOf(left)} not sold when the sale closed, and people still waited: let it run longer, or let people in faster.`
        : `${unitsOf(left)} not sold, and nobody waited any more: there are more units than buyers.`,
    ]
  }
  if (endedBy === "nobody_left" && leftMany)
    return [`${unitsOf(left)} left when everybody had been let in: there are more units than buyers.`]
  if (allTakenSecond === null || lastSoldSecond === null) return []
  const tail = lastSoldSecond - allTakenSecond
  if (tail < LONG_TAIL_SECONDS || rehearsal.cameBack === 0) return []
  return [
    `All units were taken ${moment(allTakenSecond)}, but the last was paid ${duration(tail)} later: ${count(rehearsal.cameBack)} came back from holds that nobody paid. Holds shorter than ${duration(options.holdSeconds)} would end the waiting sooner.`,
  ]
}

function waitAdvice(rehearsal: Rehearsal): string[] {
  const { inVain, foundNothing, admitted } = rehearsal
  const advice: string[] = []
  if (inVain.medianSeconds !== null && inVain.medianSeconds > LONG_IN_VAIN_SECONDS) {
    const known =
      rehearsal.allTakenSecond === null
        ? ""
        : ` That the units are spoken for could be seen ${moment(rehearsal.allTakenSecond)}.`
    advice.push(
      `${count(inVain.people)} waited in vain, half of them for ${duration(inVain.medianSeconds)} or longer.${known}`,
    )
  }
  if (foundNothing > admitted * FOUND_NOTHING_SHARE) {
    advice.push(
      `${percent(foundNothing / admitted)} of those let in found nothing left: people decide slowly compared to how fast they are let in. A lower rate spares them the way.`,
    )
  }
  return advice
}

/** A description for whoever does not see the picture. */
export function describe(rehearsal: Rehearsal): string {
  const most = Math.max(0, ...rehearsal.points.map((point) => point.waiting))
  const sold = rehearsal.points.at(-1)?.sold ?? 0
  return [
    `Over ${duration(rehearsal.endSecond)}: the line stood at ${count(most)} people at most,`,
    `${count(rehearsal.admitted)} were let in, ${count(rehearsal.mostInside)} were inside at most,`,
    `and ${count(sold)} of ${count(rehearsal.options.stock)} units were sold.`,
    `All of it is in the table.`,
  ].join(" ")
}

function limitsOf(rehearsal: Rehearsal): string {
  const words: Partial<Record<Limit, string>> = {
    rate: "the rate",
    payments: "the payment provider",
    cap: "the cap",
    stock: "the stock",
    line_empty: "nothing, the line was empty",
  }
  const open = openLimits(rehearsal)
  const ticks = open.reduce((sum, [, count]) => sum + count, 0)
  const told = open.map(([limit, count]) => `${words[limit] ?? limit} ${percent(count / ticks)}`)
  return told.length > 0 ? told.join(", ") : "the line never moved"
}

/** What held the line back while people could be let in, the longest first. */
function openLimits({ limits }: Rehearsal): [Limit, number][] {
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

function moment(second: number | null): string {
  return second === null ? "never" : `${duration(second)} after the bell`
}

export function duration(seconds: number): string {
  const whole = Math.round(seconds)
  if (whole < 120) return `${whole} s`
  const [hours, minutes, rest] = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60, whole % 60]
  if (hours > 0) return minutes > 0 ? `${hours} h ${minutes} min` : `${hours} h`
  return rest > 0 && minutes < 10 ? `${minutes} min ${rest} s` : `${minutes} min`
}

function unitsOf(units: number): string {
  return units === 1 ? "One unit was" : `${count(units)} units were`
}

function minutesOf(minutes: number): string {
  return minutes === 1 ? "one minute" : `${minutes} minutes`
}

function percent(share: number): string {
  const hundredths = share * 100
  return `${hundredths > 0 && hundredths < 0.995 ? hundredths.toFixed(2) : Math.round(hundredths)} %`
}

export function count(number: number): string {
  return Math.round(number).toLocaleString("en-US")
}
