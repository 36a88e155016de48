/**
 * Decides whether a service that fails, or is slow, is asked. `closed` it is · `open` it rests until a time ·
 * `half_open` a few calls try it. Pure: outcomes and clock are told to it. After Nygard, Release It! (2007), chapter 5.
 */

export type BreakerState = "closed" | "open" | "half_open"

/** How some calls went. A failure that was slow too counts once, as a failure. */
export interface Tally {
  calls: number
  failures: number
  slow: number
  /** Those of the calls that asked for an order's tax; left out: none. */
  taxes?: number
}

/** What the share of bad calls is measured over: longer than the fewest calls that count take one after another when slow. */
export const WINDOW_MS = 20_000

/** Fewer calls in the window say nothing: a single one that fails is no outage. */
export const CALLS_MIN = 5

/** From this share of failed or slow calls on it opens. Half of all shoppers not served is worse than a short rest for all. */
export const BAD_SHARE_MAX = 0.5

/**
 * How long it rests, doubled when the trial fails. Not for longer: two trials in ten seconds are no burden, also from
 * every lane, and a lane that still rests while the others sell sends its shoppers away.
 */
export const REST_FIRST_MS = 5_000
export const REST_MAX_MS = 10_000

/** Good calls in a row that close it again, and how many are tried at once. */
export const TRIALS_NEEDED = 3
export const TRIALS_AT_ONCE = 2

/** A trial that has not ended by then is lost with whoever made it. */
export const TRIAL_LOST_MS = 20_000

/** A trial that is full is asked about again after this long. */
const TRIAL_WAIT_MS = 1_000

export class Breaker {
  /** Calls by the second in which they ended, oldest first. */
  private seconds: (Tally & { second: number })[] = []
  private openedAtMs: number | null = null
  private restMs = REST_FIRST_MS
  private good = 0
  /** When each running trial began. */
  private trials: number[] = []

  state(nowMs: number): BreakerState {
    if (this.openedAtMs === null) return "closed"
    return nowMs < this.openedAtMs + this.restMs ? "open" : "half_open"
  }

  /** When it may be asked; null: now. */
  awayUntilMs(nowMs: number): number | null {
    switch (this.state(nowMs)) {
      case "closed":
        return null
      case "open":
        return (this.openedAtMs ?? nowMs) + this.restMs
      case "half_open":
        return this.runningTrials(nowMs) < TRIALS_AT_ONCE ? null : nowMs + TRIAL_WAIT_MS
    }
  }

  /** A call begins. False: it must not be made. What is begun must be ended with `end`. */
  begin(nowMs: number): boolean {
    if (this.awayUntilMs(nowMs) !== null) return false
    if (this.state(nowMs) === "half_open") this.trials.push(nowMs)
    return true
  }

  end(beganAtMs: number, tally: Tally, nowMs: number): void {
    const trial = this.trials.indexOf(beganAtMs)
    if (trial >= 0) this.trials.splice(trial, 1)
    // A call from before it opened says nothing of how things are now.
    else if (this.openedAtMs !== null) return
    this.note(tally, nowMs)
  }

  /** Calls that somebody else made, and how they went. */
  note({ calls, failures, slow }: Tally, nowMs: number): void {
    if (calls === 0) return
    switch (this.state(nowMs)) {
      case "open":
        return
      case "half_open":
        if (failures + slow > 0) this.open(nowMs, Math.min(REST_MAX_MS, this.restMs * 2))
        else if ((this.good += calls) >= TRIALS_NEEDED) this.close()
        return
      case "closed":
        this.count({ calls, failures, slow }, nowMs)
        if (this.isBad()) this.open(nowMs, REST_FIRST_MS)
    }
  }

  private count({ calls, failures, slow }: Tally, nowMs: number): void {
    const second = Math.floor(nowMs / 1_000)
    this.seconds = this.seconds.filter((past) => (past.second + 1) * 1_000 > nowMs - WINDOW_MS)
    const last = this.seconds.at(-1)
    if (last?.second !== second) {
      this.seconds.push({ second, calls, failures, slow })
      return
    }
    last.calls += calls
    last.failures += failures
    last.slow += slow
  }

  private isBad(): boolean {
    const calls = this.seconds.reduce((sum, past) => sum + past.calls, 0)
    const bad = this.seconds.reduce((sum, past) => sum + past.failures + past.slow, 0)
    return calls >= CALLS_MIN && bad / calls >= BAD_SHARE_MAX
  }

  private open(nowMs: number, restMs: number): void {
    this.openedAtMs = nowMs
    this.restMs = restMs
    this.good = 0
    this.seconds = []
    this.trials = []
  }

  private close(): void {
    this.openedAtMs = null
    this.restMs = REST_FIRST_MS
    this.good = 0
    this.trials = []
  }

  private runningTrials(nowMs: number): number {
    this.trials = this.trials.filter((beganAtMs) => nowMs - beganAtMs < TRIAL_LOST_MS)
    return this.trials.length
  }
}
