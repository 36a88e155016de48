/** Only the heap that it is in writes `heapIndex`. */
export interface HeapEntry {
  heapIndex: number
}

/**
 * A binary heap, the least first, in which each entry knows its index: so any of them is taken out at once, and the
 * heap never holds more than what is there. Entries that were taken out may be added again.
 */
export class IndexedHeap<T extends HeapEntry> {
  private readonly entries: T[] = []
  private readonly keyOf: (entry: T) => number

  /** The key of an entry stays the same as long as it is in the heap. */
  constructor(keyOf: (entry: T) => number) {
    this.keyOf = keyOf
  }

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

  /** Removes the least if its key is `key` or below; null when there is none. */
  takeUpTo(key: number): T | null {
    const [first] = this.entries
    if (!first || this.keyOf(first) > key) return null
    this.remove(first)
    return first
  }

  /** Goes through all whose key is `key` or below, in no order, until told `false`. Looks at three for each of them at most. */
  visitUpTo(key: number, visit: (entry: T) => boolean | void): void {
    const open = [0]
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      const entry = this.entries[index]
      if (!entry || this.keyOf(entry) > key) continue
      if (visit(entry) === false) return
      open.push(2 * index + 1, 2 * index + 2)
    }
  }

  private rise(entry: T): void {
    const key = this.keyOf(entry)
    while (entry.heapIndex > 0) {
      const parent = this.entries[(entry.heapIndex - 1) >> 1]
      if (!parent || this.keyOf(parent) <= key) return
      this.swap(parent, entry)
    }
  }

  private sink(entry: T): void {
    const key = this.keyOf(entry)
    for (;;) {
      const left = this.entries[2 * entry.heapIndex + 1]
      const right = this.entries[2 * entry.heapIndex + 2]
      const least = right && left && this.keyOf(right) < this.keyOf(left) ? right : left
      if (!least || this.keyOf(least) >= key) return
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
