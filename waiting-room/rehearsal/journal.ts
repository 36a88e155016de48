import type { Limit } from "../controller.ts"
import type { Auditor, Verdict } from "./auditor.ts"
import type { Crowd, CrowdCounts } from "./crowd.ts"
import type { LineLook, UnitsNow } from "./line.ts"
import { longestStretch, quantileOf } from "./measure.ts"
import type { RehearsalOptions } from "./options.ts"

/** Most points of a curve: as many as a picture can show, and an answer can carry. */
export const POINTS_MAX = 240

/** What is measured of a stretch begins this long after it: by then the line has heard who comes and who does not. */
const SETTLED_SECONDS = 10

const SECOND_MS = 1_000

export interface Point {
  /** Seconds after the bell. */
  second: number
  waiting: number
  inside: number
  /** Let in since the point before, as a rate. */
  admittedPerMinute: number
  /** Whose turn has come or will as soon as the rate allows; only in a draw, else 0. */
  drawn: number
  available: number
  held: number
  sold: number
}

export interface Wait {
  people: number
  /** Null for nobody. */
  medianSeconds: number | null
  ninetySeconds: number | null
}

/** How near the line came to what it was told, over the longest stretch in which that was what held it back. */
export interface Stretch {
  seconds: number
  /** 1 is exactly as told; null when no stretch was long enough to tell. */
  ratio: number | null
}

export interface Rehearsal {
  options: RehearsalOptions
  /** Each person and unit of the model stood for so many. */
  scale: number
  points: Point[]
  /** All that came by the end. */
  joined: number
  admitted: number
  /** Let in, and told that nothing is left. */
  foundNothing: number
  notTaken: number
  firstInSecond: number | null
  lastInSecond: number | null
  wait: Wait
  /** In line or called, and told that it is over. Seconds are those from the bell, or from coming after it. */
  inVain: Wait
  /** Came after it was over. */
  cameTooLate: number
  /** Came to a draw after its bell. */
  turnedAway: number
  endedBy: "sold_out" | "closed" | "nobody_left"
  endSecond: number
  mostInside: number
  /** Share of the places that was taken while somebody waited and units were left. */
  filled: number | null
  halfTakenSecond: number | null
  allTakenSecond: number | null
  lastSoldSecond: number | null
  /** Units that came back because a hold ran out. */
  cameBack: number
  /** Ticks by what held the line back, until all units were taken: after that nothing could have been faster. */
  limits: Partial<Record<Limit, number>>
  rate: Stretch
  fill: Stretch
  verdicts: Verdict[]
}

/** Writes down what happens, second by second, and adds it up in the end. */
export class Journal {
  private readonly options: RehearsalOptions
  private readonly counts: CrowdCounts
  private readonly opensAtMs: number
  private readonly seconds: Omit<Point, "admittedPerMinute" | "second">[] = []
  private readonly admittedBySecond: number[] = []
  private readonly calledBySecond: number[] = []
  private readonly limitBySecond: Limit[] = []
  private readonly limits: Partial<Record<Limit, number>> = {}
  private readonly waits: Uint32Array
  private joined = 0
  private calledThere = 0
  private notTaken = 0
  private admittedCount = 0
  private foundNothingCount = 0
  private cameBackCount = 0
  private firstInMs: number | null = null
  private lastInMs: number | null = null
  private taken = 0
  private halfTakenMs: number | null = null
  private allTakenMs: number | null = null
  private lastSoldMs: number | null = null
  private filledSum = 0
  private filledSeconds = 0
  private endedBy: Rehearsal["endedBy"] = "nobody_left"

  constructor(options: RehearsalOptions, counts: CrowdCounts, opensAtMs: number) {
    this.options = options
    this.counts = counts
    this.opensAtMs = opensAtMs
    this.waits = new Uint32Array(options.minutes * 60 + 1)
  }

  second(second: number, look: LineLook, units: UnitsNow, inside: number): void {
    const { available, held, sold } = units
    const drawn = Math.round(((look.drawnBelow ?? -1) + 1) * this.counts.lottery)
    this.seconds[second] = { waiting: look.waiting, inside, drawn, available, held, sold }
    this.admittedBySecond[second] = this.admittedCount
    this.calledBySecond[second] = this.calledThere + this.notTaken
    this.joined = look.joined
    if (look.phase === "sold_out") this.endedBy = "sold_out"
    else if (look.phase === "ended") this.endedBy = "closed"
    else if (look.waiting > 0 && this.allTakenMs === null && second >= SETTLED_SECONDS) {
      this.filledSum += inside / this.options.maxActive
      this.filledSeconds += 1
    }
  }

  ticked(look: LineLook, nowMs: number): void {
    if (this.allTakenMs === null) this.limits[look.limit] = (this.limits[look.limit] ?? 0) + 1
    this.limitBySecond[Math.floor((nowMs - this.opensAtMs) / SECOND_MS)] = look.limit
  }

  called(isThere: boolean): void {
    if (isThere) this.calledThere += 1
    else this.notTaken += 1
  }

  admitted(arrivedAtMs: number, nowMs: number): void {
    this.admittedCount += 1
    this.firstInMs ??= nowMs
    this.lastInMs = nowMs
    const wait = Math.floor((nowMs - Math.max(this.opensAtMs, arrivedAtMs)) / SECOND_MS)
    this.waits[wait] = (this.waits[wait] ?? 0) + 1
  }

  foundNothing(): void {
    this.foundNothingCount += 1
  }

  held(nowMs: number): void {
    this.taken += 1
    if (this.taken * 2 >= this.options.stock) this.halfTakenMs ??= nowMs
    if (this.taken === this.options.stock) this.allTakenMs ??= nowMs
  }

  sold(nowMs: number): void {
    this.lastSoldMs = nowMs
  }

  cameBack(): void {
    this.cameBackCount += 1
    this.taken -= 1
  }

  finish(crowd: Crowd, auditor: Auditor): Rehearsal {
    const endSecond = this.seconds.length - 1
    const came = this.cameBy(endSecond)
    return {
      options: this.options,
      scale: 1,
      points: this.pointsOf(),
      joined: this.joined,
      admitted: this.admittedCount,
      foundNothing: this.foundNothingCount,
      notTaken: this.notTaken,
      firstInSecond: this.since(this.firstInMs),
      lastInSecond: this.since(this.lastInMs),
      wait: {
        people: this.admittedCount,
        medianSeconds: quantileOf(this.waits, 0.5),
        ninetySeconds: quantileOf(this.waits, 0.9),
      },
      inVain: this.inVain(crowd, endSecond),
      cameTooLate: this.total() - came,
      turnedAway: this.counts.turnedAway,
      endedBy: this.endedBy,
      endSecond,
      mostInside: auditor.mostInside,
      filled: this.filledSeconds > 0 ? this.filledSum / this.filledSeconds : null,
      halfTakenSecond: this.since(this.halfTakenMs),
      allTakenSecond: this.since(this.allTakenMs),
      lastSoldSecond: this.since(this.lastSoldMs),
      cameBack: this.cameBackCount,
      limits: this.limits,
      rate: this.rateOf(),
      fill: this.fillOf(),
      verdicts: auditor.verdicts,
    }
  }

  private cameBy(endSecond: number): number {
    const { lottery, bySecond, bellSecond } = this.counts
    return bySecond.subarray(0, bellSecond + endSecond).reduce((sum, count) => sum + count, lottery)
  }

  private total(): number {
    return this.counts.bySecond.reduce((sum, count) => sum + count, this.counts.lottery)
  }

  /** Whoever is there when it is over: called and not let in, and those whose turn has not come. */
  private inVain(crowd: Crowd, endSecond: number): Wait {
    const { lottery, fromSecond, inFirst } = crowd.leftBySecond()
    const { bySecond, bellSecond } = this.counts
    const waits = new Float64Array(endSecond + 1)
    const add = (seconds: number, people: number) => (waits[seconds] = (waits[seconds] ?? 0) + people)
    // Whoever came before the bell waits from then on.
    const waitOf = (second: number) => Math.min(endSecond, bellSecond + endSecond - second)
    add(endSecond, lottery)
    for (let second = fromSecond; second < bellSecond + endSecond; second++)
      add(waitOf(second), second === fromSecond ? inFirst : (bySecond[second] ?? 0))
    // Called a moment ago: they have waited as long as those who are next.
    add(Math.max(0, waitOf(fromSecond)), this.calledThere - this.admittedCount)
    return {
      people: waits.reduce((sum, people) => sum + people, 0),
      medianSeconds: quantileOf(waits, 0.5),
      ninetySeconds: quantileOf(waits, 0.9),
    }
  }

  private pointsOf(): Point[] {
    const every = Math.max(1, Math.ceil(this.seconds.length / POINTS_MAX))
    const points: Point[] = []
    let before = { second: 0, admitted: 0 }
    for (let second = 0; second < this.seconds.length; second++) {
      const row = this.seconds[second]
      if (!row || (second % every !== 0 && second !== this.seconds.length - 1)) continue
      const admitted = this.admittedBySecond[second] ?? 0
      const rate = second > 0 ? ((admitted - before.admitted) * 60) / (second - before.second) : 0
      points.push({ second, ...row, admittedPerMinute: rate })
      before = { second, admitted }
    }
    return points
  }

  /** In a draw the rate is that of turns, which are minutes long: who takes theirs, and when, is the winners' matter. */
  private rateOf(): Stretch {
    const bySecond = this.options.mode === "draw" ? this.calledBySecond : this.admittedBySecond
    const { from, seconds } = longestStretch(this.limitBySecond, "rate", SETTLED_SECONDS)
    if (seconds === 0) return { seconds, ratio: null }
    const people = (bySecond[from + seconds] ?? 0) - (bySecond[from] ?? 0)
    return { seconds, ratio: people / ((this.options.perMinute / 60) * seconds) }
  }

  private fillOf(): Stretch {
    const { from, seconds } = longestStretch(this.limitBySecond, "cap", SETTLED_SECONDS)
    if (seconds === 0) return { seconds, ratio: null }
    let inside = 0
    for (let second = from; second < from + seconds; second++) inside += this.seconds[second]?.inside ?? 0
    return { seconds, ratio: inside / seconds / this.options.maxActive }
  }

  private since(atMs: number | null): number | null {
    return atMs === null ? null : (atMs - this.opensAtMs) / SECOND_MS
  }
}
