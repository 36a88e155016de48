/** Slots of an empty table; always a power of two. */
const SLOTS_MIN = 1_024

/** Above this share of taken slots a table grows: beyond it the chains of a probe become long. */
const TAKEN_MAX = 0.75

/**
 * Which ids the table's ended holds have, and where their rows are. The table is in the order in which holds were taken
 * and has no index by id, because an index would cost a row a purchase and a page of disk for each of its entries.
 *
 * An id is known by a fingerprint of 32 bits: whoever asks compares the rows. What is not in here is not in the table.
 * It is a hash table with open addressing over plain numbers: a million ids are 25 MB, a probe touches one place
 * in memory (a Map's touches three), and there is nothing for a garbage collector to follow.
 */
export class EndedIds {
  /** 0 is a free slot. */
  private fingerprints = new Int32Array(SLOTS_MIN)
  private sequences = new Float64Array(SLOTS_MIN)
  private count = 0

  get size(): number {
    return this.count
  }

  clear(): void {
    this.fingerprints = new Int32Array(SLOTS_MIN)
    this.sequences = new Float64Array(SLOTS_MIN)
    this.count = 0
  }

  /** Sequence numbers of the rows that may have this id: none or one, nearly always. */
  of(holdId: string): readonly number[] {
    const { fingerprints } = this
    const mask = fingerprints.length - 1
    const fingerprint = fingerprintOf(holdId)
    let found = NONE
    for (let slot = fingerprint & mask; fingerprints[slot] !== 0; slot = (slot + 1) & mask)
      if (fingerprints[slot] === fingerprint) found = [...found, this.sequences[slot] ?? 0]
    return found
  }

  /** Says whose fingerprint it shares: none's, nearly always. */
  add(holdId: string, sequence: number): readonly number[] {
    if (this.count >= this.fingerprints.length * TAKEN_MAX) this.grow()
    this.count++
    return this.put(fingerprintOf(holdId), sequence)
  }

  delete(holdId: string, sequence: number): void {
    const { fingerprints, sequences } = this
    const mask = fingerprints.length - 1
    let slot = fingerprintOf(holdId) & mask
    while (fingerprints[slot] !== 0 && sequences[slot] !== sequence) slot = (slot + 1) & mask
    if (fingerprints[slot] === 0) return
    this.count--
    // What a probe reached across the freed slot moves up, so that it is still reached.
    let free = slot
    for (let next = (free + 1) & mask; fingerprints[next] !== 0; next = (next + 1) & mask) {
      const home = (fingerprints[next] ?? 0) & mask
      if (((next - home) & mask) < ((next - free) & mask)) continue
      fingerprints[free] = fingerprints[next] ?? 0
      sequences[free] = sequences[next] ?? 0
      free = next
    }
    fingerprints[free] = 0
  }

  private put(fingerprint: number, sequence: number): readonly number[] {
    const { fingerprints, sequences } = this
    const mask = fingerprints.length - 1
    let slot = fingerprint & mask
    let found = NONE
    for (; fingerprints[slot] !== 0; slot = (slot + 1) & mask)
      if (fingerprints[slot] === fingerprint) found = [...found, sequences[slot] ?? 0]
    fingerprints[slot] = fingerprint
    sequences[slot] = sequence
    return found
  }

  private grow(): void {
    const { fingerprints, sequences } = this
    this.fingerprints = new Int32Array(2 * fingerprints.length)
    this.sequences = new Float64Array(2 * sequences.length)
    for (let slot = 0; slot < fingerprints.length; slot++) {
      const fingerprint = fingerprints[slot] ?? 0
      if (fingerprint !== 0) this.put(fingerprint, sequences[slot] ?? 0)
    }
  }
}

const NONE: readonly number[] = []

/** FNV-1a with a last stir, so that ids which differ in one letter differ in all bits. */
function fingerprintOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return hash ^ (hash >>> 13) || 1
}
