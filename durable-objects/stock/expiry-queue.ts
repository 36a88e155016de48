import type { HoldRecord } from "./contract.ts"

/**
 * Running holds by when they end: a binary heap. Holds that ended otherwise stay in it until they come up, or until
 * they are the most of it; whoever takes them out asks the book whether they still run.
 */
export class ExpiryQueue<Hold extends Pick<HoldRecord, "expiresAtMs">> {
  private heap: Hold[] = []

  get earliestMs(): number | null {
    return this.heap[0]?.expiresAtMs ?? null
  }

  get size(): number {
    return this.heap.length
  }

  /** Holds these and no others. In order of their ends they are a heap already. */
  refill(holds: Iterable<Hold>): void {
    this.heap = [...holds].sort((a, b) => a.expiresAtMs - b.expiresAtMs)
  }

  add(hold: Hold): void {
    const { heap } = this
    let at = heap.length
    while (at > 0) {
      const above = (at - 1) >> 1
      const parent = heap[above]
      if (!parent || parent.expiresAtMs <= hold.expiresAtMs) break
      heap[at] = parent
      at = above
    }
    heap[at] = hold
  }

  /** Takes out the earliest one if its time has come. */
  takeDue(nowMs: number): Hold | null {
    const { heap } = this
    const first = heap[0]
    if (!first || first.expiresAtMs > nowMs) return null
    const last = heap.pop()
    if (last && heap.length > 0) this.sink(last)
    return first
  }

  private sink(hold: Hold): void {
    const { heap } = this
    let at = 0
    for (;;) {
      const left = 2 * at + 1
      const right = left + 1
      const [l, r] = [heap[left], heap[right]]
      const smaller = r && l && r.expiresAtMs < l.expiresAtMs ? right : left
      const child = heap[smaller]
      if (!child || child.expiresAtMs >= hold.expiresAtMs) break
      heap[at] = child
      at = smaller
    }
    heap[at] = hold
  }
}
