/**
 * Which ids the table's ended holds have, and where their rows are. The table is in the order in which holds were taken
 * and has no index by id, because an index would cost a row a purchase and a page of disk for each of its entries.
 *
 * An id is known by a fingerprint of 31 bits, so that a million ids take some 30 MB at most and nothing for a garbage
 * collector to follow. Ids with the same fingerprint share an entry: whoever asks compares the rows. What is not in
 * here is not in the table.
 */
export class EndedIds {
  /** A list only where several ids share a fingerprint: about 230 pairs in a million. */
  private readonly sequences = new Map<number, number | readonly number[]>()
  private count = 0

  get size(): number {
    return this.count
  }

  clear(): void {
    this.sequences.clear()
    this.count = 0
  }

  /** Sequence numbers of the rows that may have this id: none or one, nearly always. */
  of(holdId: string): readonly number[] {
    const found = this.sequences.get(fingerprintOf(holdId))
    if (found === undefined) return NONE
    return typeof found === "number" ? [found] : found
  }

  add(holdId: string, sequence: number): void {
    const fingerprint = fingerprintOf(holdId)
    const found = this.sequences.get(fingerprint)
    if (found === undefined) this.sequences.set(fingerprint, sequence)
    else this.sequences.set(fingerprint, typeof found === "number" ? [found, sequence] : [...found, sequence])
    this.count++
  }

  delete(holdId: string, sequence: number): void {
    const fingerprint = fingerprintOf(holdId)
    const found = this.sequences.get(fingerprint)
    if (found === undefined) return
    const others = typeof found === "number" ? NONE : found.filter((other) => other !== sequence)
    if (others.length === 0) this.sequences.delete(fingerprint)
    else this.sequences.set(fingerprint, others)
    this.count--
  }
}

const NONE: readonly number[] = []

/** FNV-1a with a last stir, so that ids which differ in one letter differ in all bits. V8 keeps 31 bits unboxed. */
function fingerprintOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return (hash ^ (hash >>> 13)) >> 1
}
