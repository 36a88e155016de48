import type { LineLook } from "./line.ts"
import { chiSquaredChance, chiSquaredOf } from "./measure.ts"
import type { RehearsalOptions } from "./options.ts"

/**
 * Keeps its own books of a rehearsal, and believes nothing that the line says of itself: who is inside until when, who
 * was sent away and asks again, how far the frontier has come, where the units are.
 */

/** Whoever was sent away and has not asked again for this long has no claim to the next place. */
const CLAIM_MS = 10_000

/** Lots are counted in so many stretches; a rehearsal that came through fewer of them says nothing about them. */
const LOT_BINS = 1_000
const LOT_BINS_MIN = 20

/** Any seed may be played, so only what chance does not bring about in a lifetime counts as unfair. */
const LOT_CHANCE_MIN = 1e-6

export interface Verdict {
  says: string
  ok: boolean
  /** How often it was looked at. */
  checked: number
}

export type AuditedOptions = Pick<RehearsalOptions, "mode" | "maxActive" | "stock" | "drawFactor">

export class Auditor {
  /** When the passes end, in the order of issue: all last equally long. */
  private ends = new Float64Array(1_024)
  private firstEnd = 0
  private lastEnd = 0
  /** Passes whose holders went before their end, by that end. */
  private readonly leftBefore = new Map<number, number>()
  private leftCount = 0
  private readonly claims = new Map<number, { rank: number; askedAtMs: number }>()
  private lowestClaim = Infinity
  private frontier = -1
  private readonly lots = new Uint32Array(LOT_BINS)
  private readonly counts = { cap: 0, rank: 0, frontier: 0, units: 0, drawn: 0 }
  private readonly broken = new Map<keyof Auditor["counts"], string>()
  private readonly options: AuditedOptions
  /** How many stand in the lottery before all others. */
  private readonly lottery: number
  private drawnBelow: number | null = null
  mostInside = 0

  constructor(options: AuditedOptions, lottery: number) {
    this.options = options
    this.lottery = lottery
  }

  /** Live passes by these books. */
  insideAt(nowMs: number): number {
    for (; this.firstEnd < this.lastEnd; this.firstEnd++) {
      const end = this.ends[this.firstEnd] ?? 0
      if (end > nowMs) break
      this.forgetLeft(end)
    }
    return this.lastEnd - this.firstEnd - this.leftCount
  }

  /** Someone went before their pass was over. */
  left(passUntilMs: number): void {
    this.leftBefore.set(passUntilMs, (this.leftBefore.get(passUntilMs) ?? 0) + 1)
    this.leftCount += 1
  }

  /** Someone's turn has come. */
  called(lot: number, rank: number): void {
    const bin = Math.floor(lot * LOT_BINS)
    if (rank < 0) this.lots[bin] = (this.lots[bin] ?? 0) + 1
  }

  admitted(place: number, rank: number, expiresAtMs: number, nowMs: number): void {
    this.dropClaim(place)
    this.addEnd(expiresAtMs)
    const inside = this.insideAt(nowMs)
    this.mostInside = Math.max(this.mostInside, inside)
    const { maxActive } = this.options
    this.judge("cap", inside <= maxActive, `${inside} inside, the cap is ${maxActive}`)
    const kept = maxActive - inside
    this.judge("rank", rank < this.frontier, `rank ${rank} was let in at frontier ${this.frontier}`)
    if (rank > this.lowestClaim) {
      const passedOver = this.claimsBelow(rank, nowMs)
      this.judge("rank", passedOver <= kept, `rank ${rank} went before ${passedOver} of lower rank who ask`)
    }
  }

  sentAway(place: number, rank: number, nowMs: number): void {
    this.claims.set(place, { rank, askedAtMs: nowMs })
    this.lowestClaim = Math.min(this.lowestClaim, rank)
  }

  ticked({ frontier, drawnBelow }: Pick<LineLook, "frontier" | "drawnBelow">): void {
    this.judge("frontier", frontier >= this.frontier, `from ${this.frontier} back to ${frontier}`)
    this.frontier = frontier
    if (this.options.mode === "draw") this.drew(drawnBelow)
  }

  /** How many are drawn follows from where the drawn end, for lots are spread evenly over [-1, 0). */
  private drew(drawnBelow: number | undefined): void {
    const called = `the frontier is at ${this.frontier}, the drawn end at ${drawnBelow}`
    this.judge("drawn", this.frontier <= (drawnBelow ?? -1), called)
    if (drawnBelow === undefined) return
    if (this.drawnBelow === null) {
      const { stock, drawFactor } = this.options
      const winners = Math.min(this.lottery, Math.ceil(stock * drawFactor))
      const drawn = (drawnBelow + 1) * this.lottery
      this.judge("drawn", Math.abs(drawn - winners) < 0.01, `${drawn} were drawn at the bell, not ${winners}`)
    } else {
      const back = `the drawn ended at ${this.drawnBelow}, and then at ${drawnBelow}`
      this.judge("drawn", drawnBelow >= this.drawnBelow, back)
    }
    this.drawnBelow = drawnBelow
  }

  counted({ available, held, sold }: { available: number; held: number; sold: number }): void {
    const adds = available >= 0 && held >= 0 && sold >= 0 && available + held + sold === this.options.stock
    this.judge("units", adds, `${available} + ${held} + ${sold} units of ${this.options.stock}`)
  }

  get verdicts(): Verdict[] {
    const verdict = (what: keyof Auditor["counts"], says: string): Verdict => ({
      says: this.broken.get(what) ?? says,
      ok: !this.broken.has(what),
      checked: this.counts[what],
    })
    return [
      verdict("cap", "never more inside than the cap"),
      verdict("rank", "nobody was let in before someone of lower rank who asked"),
      verdict("frontier", "the frontier never went back"),
      verdict("units", "no unit was sold twice, and none was lost"),
      ...(this.options.mode === "draw"
        ? [verdict("drawn", "as many were drawn at the bell as was said, and nobody else was called")]
        : []),
      ...this.lotVerdict(),
    ]
  }

  /** The lots of those in the lottery, as far as the frontier has come: evenly many in each stretch. */
  private lotVerdict(): Verdict[] {
    const passed = Math.floor(Math.min(1, this.frontier + 1) * LOT_BINS)
    const expected = this.lottery / LOT_BINS
    if (passed < LOT_BINS_MIN || expected < 5) return []
    const statistic = chiSquaredOf([...this.lots.subarray(0, passed)], expected)
    const chance = chiSquaredChance(statistic, passed)
    const says = `the lots of the draw were even (p = ${chance.toFixed(2)})`
    return [{ says, ok: chance > LOT_CHANCE_MIN, checked: passed }]
  }

  private judge(what: keyof Auditor["counts"], ok: boolean, otherwise: string): void {
    this.counts[what] += 1
    if (!ok && !this.broken.has(what)) this.broken.set(what, otherwise)
  }

  private claimsBelow(rank: number, nowMs: number): number {
    let below = 0
    for (const [place, claim] of this.claims) {
      if (nowMs - claim.askedAtMs >= CLAIM_MS) this.dropClaim(place)
      else if (claim.rank < rank) below += 1
    }
    return below
  }

  private dropClaim(place: number): void {
    const claim = this.claims.get(place)
    if (!claim) return
    this.claims.delete(place)
    if (claim.rank > this.lowestClaim) return
    this.lowestClaim = Infinity
    for (const { rank } of this.claims.values()) this.lowestClaim = Math.min(this.lowestClaim, rank)
  }

  /** Of the passes that end together, those that were left already end only once. */
  private forgetLeft(end: number): void {
    const left = this.leftBefore.get(end)
    if (left === undefined) return
    this.leftCount -= 1
    if (left > 1) this.leftBefore.set(end, left - 1)
    else this.leftBefore.delete(end)
  }

  private addEnd(expiresAtMs: number): void {
    if (this.lastEnd === this.ends.length) {
      // What has ended makes room before more is taken.
      const live = this.ends.subarray(this.firstEnd, this.lastEnd)
      const kept = live.length * 2 > this.ends.length ? new Float64Array(this.ends.length * 2) : this.ends
      kept.set(live)
      this.ends = kept
      this.lastEnd -= this.firstEnd
      this.firstEnd = 0
    }
    this.ends[this.lastEnd++] = expiresAtMs
  }
}
