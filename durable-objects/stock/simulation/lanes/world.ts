import type { Chance } from "../random.ts"
import type { Auditor } from "./auditor.ts"
import { Timeline } from "./timeline.ts"
import { FAIR } from "./weather.ts"
import type { Weather } from "./weather.ts"

/** What a run met, to show that it was no idle one. */
export type Tally = Record<string, number>

/** All that the parts of one life share. */
export class World {
  readonly timeline = new Timeline()
  readonly chance: Chance
  readonly auditor: Auditor
  readonly tally: Tally
  weather: Weather = FAIR
  /** How long a message and a write to disk take, at most, when nothing is wrong. */
  readonly pace: { messageMs: number; diskMs: number }
  /** The first thing that was found. */
  fault: unknown = null
  /** Stands for everything that happened, in its order. */
  digest = 0

  constructor(chance: Chance, auditor: Auditor, tally: Tally) {
    this.chance = chance
    this.auditor = auditor
    this.tally = tally
    this.pace = { messageMs: chance.pick([0, 3, 40]), diskMs: chance.pick([1, 8, 60]) }
  }

  get nowMs(): number {
    return this.timeline.nowMs
  }

  /** Says when something happens by its rate. A rate of zero takes no chance. */
  befalls(trouble: keyof Weather): boolean {
    const rate = this.weather[trouble]
    return rate > 0 && this.chance.hits(rate)
  }

  count(what: string): void {
    this.tally[what] = (this.tally[what] ?? 0) + 1
  }

  note(happened: string): void {
    let hash = Math.imul(this.digest ^ this.nowMs, 0x01000193)
    for (let i = 0; i < happened.length; i++) hash = Math.imul(hash ^ happened.charCodeAt(i), 0x01000193)
    this.digest = hash >>> 0
  }

  /** For what is found where it can't be thrown to the run. */
  fail(fault: unknown): void {
    this.fault ??= fault
  }

  /** Runs a check whose failure is the run's. */
  check(look: () => void): void {
    try {
      look()
    } catch (error) {
      this.fail(error)
    }
  }
}

/** Work that was under way when its object died. */
export class Crashed extends Error {
  override name = "Crashed"
}

export class NoAnswer extends Error {
  override name = "NoAnswer"
}
