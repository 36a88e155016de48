/** Something that ends at a moment. Only the heap that it is in writes `heapIndex`. */
export interface Expiring {
  readonly expiresAtMs: number
  heapIndex: number
}

/**
 * What ends when, the next to end first: a binary heap that each entry knows its index in. So one that ends before its
 * time is taken out at once, and the heap never holds more than what lives. Passes are mostly issued in the order in
 * which they end, but not when the merchant has made them shorter; a heap is right in any order.
 */
export class ExpiryHeap<T extends Expiring> {
  private readonly entries: T[] = []

  add(entry: T): void {
    entry.heapIndex = this.entries.length
    this.entries.push(entry)
    this.rise(entry)
  }

  /** Throws when the entry is not in here: then some book is wrong. */
  remove(entry: T): void {
    const { entries } = this
    if (entries[entry.heapIndex] !== entry) throw new Error("What is removed must be in the heap.")
    const last = entries.pop()
    if (last === undefined || last === entry) return
    last.heapIndex = entry.heapIndex
    entries[last.heapIndex] = last
    this.rise(last)
    this.sink(last)
  }

  /** Removes the next entry if it has ended by that moment; null when none has. */
  takeEnded(nowMs: number): T | null {
    const [first] = this.entries
    if (!first || first.expiresAtMs > nowMs) return null
    this.remove(first)
    return first
  }

  /** How many end by that moment; it looks at no more than three for each of them. */
  countEndingBy(untilMs: number): number {
    let count = 0
    const open = [0]
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      const entry = this.entries[index]
      if (!entry || entry.expiresAtMs > untilMs) continue
      count += 1
      open.push(2 * index + 1, 2 * index + 2)
    }
    return count
  }

  private rise(entry: T): void {
    while (entry.heapIndex > 0) {
      const parent = this.entries[(entry.heapIndex - 1) >> 1]
      if (!parent || parent.expiresAtMs <= entry.expiresAtMs) return
      this.swap(parent, entry)
    }
  }

  private sink(entry: T): void {
    for (;;) {
      const left = this.entries[2 * entry.heapIndex + 1]
      const right = this.entries[2 * entry.heapIndex + 2]
      const least = right && left && right.expiresAtMs < left.expiresAtMs ? right : left
      if (!least || least.expiresAtMs >= entry.expiresAtMs) return
      this.swap(entry, least)
    }
  }

  private swap(upper: T, lower: T): void {
    const { heapIndex } = upper
    upper.heapIndex = lower.heapIndex
    lower.heapIndex = heapIndex
    this.entries[upper.heapIndex] = upper
    this.entries[lower.heapIndex] = lower
  }
}
