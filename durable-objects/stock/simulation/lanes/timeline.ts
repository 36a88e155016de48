interface Event {
  atMs: number
  /** Of two events at the same time the one that was made first comes first. */
  made: number
  run: () => void
  cancelled: boolean
}

const START_MS = 1_000_000

/**
 * The only clock of a run, and all that waits for it. Between two events everything that can go on without time goes
 * on, so that a run is the same each time, however fast the machine is.
 */
export class Timeline {
  nowMs = START_MS
  private made = 0
  /** A binary heap, the earliest first. */
  private readonly queue: Event[] = []

  after(delayMs: number, run: () => void): Event {
    const event = { atMs: this.nowMs + delayMs, made: (this.made += 1), run, cancelled: false }
    this.queue.push(event)
    this.rise(this.queue.length - 1)
    return event
  }

  async runFor(durationMs: number): Promise<void> {
    const untilMs = this.nowMs + durationMs
    while (await this.step(untilMs));
    this.nowMs = untilMs
  }

  /** Lets time pass until `work` has settled. */
  async until<T>(work: Promise<T>, limitMs: number): Promise<T> {
    const settled = { yet: false }
    const watched = work.finally(() => (settled.yet = true))
    // Its failure is met where it is awaited.
    watched.catch(() => undefined)
    await quiet()
    const untilMs = this.nowMs + limitMs
    while (!settled.yet) if (!(await this.step(untilMs))) throw new Error(`unanswered after ${limitMs} ms`)
    return watched
  }

  /** The platform's timers follow this clock until the function that it returns is called. */
  takeOverTimers(): () => void {
    const { setTimeout, clearTimeout } = globalThis
    const virtual = (run: () => void, delayMs = 0) => this.after(delayMs, run)
    const cancel = (event: Event | undefined) => {
      if (event) event.cancelled = true
    }
    Object.assign(globalThis, { setTimeout: virtual, clearTimeout: cancel })
    return () => Object.assign(globalThis, { setTimeout, clearTimeout })
  }

  /** False when nothing happens until then. */
  private async step(untilMs: number): Promise<boolean> {
    const next = this.queue[0]
    if (!next || next.atMs > untilMs) return false
    this.takeFirst()
    if (next.cancelled) return true
    this.nowMs = next.atMs
    next.run()
    await quiet()
    return true
  }

  private takeFirst(): void {
    const last = this.queue.pop()
    if (!last || this.queue.length === 0) return
    this.queue[0] = last
    this.sink(0)
  }

  private rise(at: number): void {
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!this.swapIfEarlier(at, parent)) return
      at = parent
    }
  }

  private sink(at: number): void {
    for (;;) {
      const left = 2 * at + 1
      const child = this.isEarlier(left + 1, left) ? left + 1 : left
      if (!this.swapIfEarlier(child, at)) return
      at = child
    }
  }

  private swapIfEarlier(one: number, other: number): boolean {
    const [a, b] = [this.queue[one], this.queue[other]]
    if (!a || !b || !this.isEarlier(one, other)) return false
    this.queue[one] = b
    this.queue[other] = a
    return true
  }

  private isEarlier(one: number, other: number): boolean {
    const [a, b] = [this.queue[one], this.queue[other]]
    if (!a || !b) return false
    return a.atMs < b.atMs || (a.atMs === b.atMs && a.made < b.made)
  }
}

const { setImmediate } = globalThis

/** Resolves when all promises that can settle without time have. */
function quiet(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
