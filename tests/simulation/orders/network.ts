import type { Chance } from "../../../durable-objects/stock/simulation/random.ts"

/** Whoever waits for answers: an instance of an object, or one request. None reaches it any more when it has died. */
export interface Life {
  isAlive: boolean
}

/** What a caller sees of a call that was lost: it can't tell whether the work was done. */
export class Lost extends Error {
  override name = "Lost"
}

/** What may become of a call. `late`: its caller has given up when the work is done. `twice`: it is done again later. */
type Fate = "answered" | "lost before" | "lost after" | "late" | "twice"

const FAULTS: readonly Fate[] = ["lost before", "lost after", "late", "twice"]

interface Happening {
  dueAtMs: number
  what: string
  happen: () => void
}

/** Most things take so long, and some take longer: up to the provider's timeout. */
const LATENCY_MS = 20
const LATENCY_LONG_MS = 5_000
const LONG_SHARE = 0.05

/** A jump of the clock: everything that was due within it comes at once, in any order. */
const JUMP_SHARE = 0.003
const JUMP_MAX_MS = 40_000

/**
 * The one scheduler that owns every await of a run: calls between stations, alarms, timers. Of what is due any may come
 * next, and the clock moves only here, so that a seed replays exactly.
 */
export class Network {
  nowMs: number
  /** Of calls, in [0, 1]. */
  faultShare = 0
  readonly chance: Chance
  /** Called before the clock moves, so that what the platform does to the second is done to the second. */
  beforeMove: (toMs: number) => void = () => undefined
  readonly tally: Record<string, number> = {}
  private happenings: Happening[] = []

  constructor(chance: Chance, startMs: number) {
    this.chance = chance
    this.nowMs = startMs
  }

  count(what: string): void {
    this.tally[what] = (this.tally[what] ?? 0) + 1
  }

  /** Something that happens after so long, or later. */
  after(delayMs: number, what: string, happen: () => void): void {
    this.happenings.push({ dueAtMs: this.nowMs + delayMs, what, happen })
  }

  /** Work at another station. Its answer reaches `life` only while that lives. */
  call<T>(life: Life, what: string, work: () => T | Promise<T>): Promise<T> {
    const fate = this.chance.hits(this.faultShare) ? this.chance.pick(FAULTS) : "answered"
    if (fate !== "answered") this.count(`calls ${fate}`)
    return new Promise<T>((resolve, reject) => {
      const answer = (deliver: () => void) =>
        this.after(this.latencyMs(), `answer to ${what}`, () => {
          if (life.isAlive) deliver()
        })
      const lose = () => reject(new Lost(`${what} was ${fate}`))
      if (fate === "lost before") return answer(lose)
      if (fate === "late") answer(lose)
      this.after(this.latencyMs(), what, () => {
        void attempt(work).then((done) => {
          if (fate === "lost after") answer(lose)
          else if (done.ok) answer(() => resolve(done.value))
          else answer(() => reject(done.error))
        })
        if (fate === "twice") this.after(this.latencyMs(), `${what} again`, () => void attempt(work))
      })
    })
  }

  /**
   * Lets one thing happen that is due; false when there is nothing left that ever will. Before it, when everybody waits,
   * `shake` may end lives.
   */
  async step(shake: () => void): Promise<boolean> {
    await quiet()
    shake()
    if (this.happenings.length === 0) return false
    if (this.faultShare > 0 && this.chance.hits(JUMP_SHARE)) {
      this.count("clock jumps")
      this.moveTo(this.nowMs + this.chance.between(1, JUMP_MAX_MS))
    }
    let due = this.dueNow()
    if (due.length === 0) {
      this.moveTo(Math.min(...this.happenings.map(({ dueAtMs }) => dueAtMs)))
      due = this.dueNow()
    }
    const index = this.chance.pick(due)
    const [next] = this.happenings.splice(index, 1)
    next?.happen()
    return true
  }

  /** What is still to come, for the message of a run that does not end. */
  pending(): string[] {
    return this.happenings.map(({ what, dueAtMs }) => `${what} in ${dueAtMs - this.nowMs} ms`)
  }

  latencyMs(): number {
    return this.chance.between(0, this.chance.hits(LONG_SHARE) ? LATENCY_LONG_MS : LATENCY_MS)
  }

  private dueNow(): number[] {
    return this.happenings.flatMap(({ dueAtMs }, index) => (dueAtMs <= this.nowMs ? [index] : []))
  }

  private moveTo(toMs: number): void {
    this.beforeMove(toMs)
    this.nowMs = toMs
  }
}

type Done<T> = { ok: true; value: T } | { ok: false; error: unknown }

async function attempt<T>(work: () => T | Promise<T>): Promise<Done<T>> {
  try {
    return { ok: true, value: await work() }
  } catch (error) {
    return { ok: false, error }
  }
}

/** Every promise that can go on has gone on: the event loop runs all of them before it comes to this. */
function quiet(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
