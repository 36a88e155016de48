import type { Rehearsal } from "./journal.ts"
import { count, duration, moment, openLimits, percent } from "./words.ts"

/** What a merchant may make of a rehearsal. */

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

/** Plain advice, the weightiest first; never empty. */
export function adviceOf(rehearsal: Rehearsal): string[] {
  return [
    ...paceAdvice(rehearsal),
    ...stockAdvice(rehearsal),
    ...waitAdvice(rehearsal),
    ...emptyHandedAdvice(rehearsal),
    ...(rehearsal.scale > 1
      ? [
          `This sale was played small: one person stood for ${count(rehearsal.scale)}, so figures are rounded to that.`,
        ]
      : []),
  ]
}

function paceAdvice(rehearsal: Rehearsal): string[] {
  const { mode, perMinute, maxActive, passMinutes } = rehearsal.options
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
  if (mode === "draw" && (limit === "stock" || limit === "line_empty")) return [turnsAdvice(rehearsal)]
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

/** In a draw the sale mostly waits for those whom it has called. */
function turnsAdvice({ options, points, turnedAway, joined }: Rehearsal): string {
  const { turnMinutes } = options
  const drawn = points.at(-1)?.drawn ?? 0
  if (drawn >= joined)
    return turnedAway > joined
      ? "Everybody who registered was drawn, and more came after that than before: tell people by when to register."
      : "Everybody who registered was drawn: there are units for all of them, and a lottery would be as fair and sell sooner."
  return `Turns are what the sale waits for: whoever is drawn is called soon, has ${minutesOf(turnMinutes)}, and only then the next is drawn in their stead. Shorter turns sell sooner. So do more winners for each unit, of whom more then find nothing left.`
}

function stockAdvice(rehearsal: Rehearsal): string[] {
  const { options, allTakenSecond, lastSoldSecond, endedBy, points } = rehearsal
  const left = (points.at(-1)?.available ?? 0) + (points.at(-1)?.held ?? 0)
  const leftMany = left > 0 && left >= options.stock * LEFT_SHARE
  if (endedBy === "closed" && leftMany) {
    const called = rehearsal.points.some((point) => point.waiting > 0)
    return [
      called && rehearsal.inVain.people > 0
        ? `${unitsOf(left)} not sold when the sale closed, and ${options.mode === "draw" ? "people who had registered were never drawn: let it run longer, or make turns shorter" : "people still waited: let it run longer, or let people in faster"}.`
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

/** Whoever registered for a draw need not wait: only a line can be stood in for nothing. */
function waitAdvice({ options, inVain, allTakenSecond }: Rehearsal): string[] {
  const { people, medianSeconds } = inVain
  if (options.mode === "draw" || medianSeconds === null || medianSeconds <= LONG_IN_VAIN_SECONDS) return []
  const known =
    allTakenSecond === null ? "" : ` That the units are spoken for could be seen ${moment(allTakenSecond)}.`
  return [`${count(people)} waited in vain, half of them for ${duration(medianSeconds)} or longer.${known}`]
}

function emptyHandedAdvice({ options, foundNothing, admitted }: Rehearsal): string[] {
  if (foundNothing <= admitted * FOUND_NOTHING_SHARE) return []
  const share = `${percent(foundNothing / admitted)} of those let in found nothing left`
  return options.mode === "draw"
    ? [`${share}: more were drawn than there were units for. Fewer winners for each unit spare them the way.`]
    : [
        `${share}: people decide slowly compared to how fast they are let in. A lower rate spares them the way.`,
      ]
}

function unitsOf(units: number): string {
  return units === 1 ? "One unit was" : `${count(units)} units were`
}

function minutesOf(minutes: number): string {
  return minutes === 1 ? "one minute" : `${minutes} minutes`
}
