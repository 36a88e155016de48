interface Entry {
  expiresAtMs: number
  holdId: string
}

/**
 * Running holds by when they end: a binary heap. Holds that ended otherwise stay in it until they come up; whoever
 * takes them out asks the book whether they still run.
 */
export class ExpiryQueue {
  private heap: Entry[] = []

  get earliestMs(): number | null {
    return this.heap[0]?.expiresAtMs ?? null
  }

  clear(): void {
    this.heap = []
  }

  add(holdId: string, expiresAtMs: number): void {
    const { heap } = this
    let at = heap.length
    const entry = { expiresAtMs, holdId }
    while (at > 0) {
      const above = (at - 1) >> 1
      const parent = heap[above]
      if (!parent || parent.expiresAtMs <= expiresAtMs) break
      heap[at] = parent
      at = above
    }
    heap[at] = entry
  }

  /** Takes out the earliest one if its time has come. */
  takeDue(nowMs: number): string | null {
    const { heap } = this
    const first = heap[0]
    if (!first || first.expiresAtMs > nowMs) return null
    const last = heap.pop()
    if (last && heap.length > 0) this.sink(last)
    return first.holdId
  }

  private sink(entry: Entry): void {
    const { heap } = this
    let at = 0
    for (;;) {
      const left = 2 * at + 1
      const right = left + 1
      const [l, r] = [heap[left], heap[right]]
      const smaller = r && l && r.expiresAtMs < l.expiresAtMs ? right : left
      const child = heap[smaller]
      if (!child || child.expiresAtMs >= entry.expiresAtMs) break
      heap[at] = child
      at = smaller
    }
    heap[at] = entry
  }
}
