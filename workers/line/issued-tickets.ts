/**
 * When the tickets of this isolate arrived, by ticket id: so that a session that asks twice at once, or lost its
 * ticket's cookie, gets the same arrival again. A memory, not a promise: the cookie is what keeps a place.
 */

/** About 100 bytes each; an isolate has 128 MB for everything. */
export const ISSUED_TICKETS_MAX = 50_000

/** Two generations: when the young one is full the old one is dropped, so that the cost of forgetting is one assignment. */
export class IssuedTickets {
  private young = new Map<string, number>()
  private old = new Map<string, number>()
  private readonly generationMax: number

  constructor(ticketsMax = ISSUED_TICKETS_MAX) {
    this.generationMax = Math.ceil(ticketsMax / 2)
  }

  /** The arrival that this ticket has already, or `arrivedAtMs`, which it has from now on. */
  recall(ticketId: string, arrivedAtMs: number): { arrivedAtMs: number; replayed: boolean } {
    const known = this.young.get(ticketId) ?? this.old.get(ticketId)
    if (known === undefined || !this.young.has(ticketId)) this.keep(ticketId, known ?? arrivedAtMs)
    return { arrivedAtMs: known ?? arrivedAtMs, replayed: known !== undefined }
  }

  get size(): number {
    return this.young.size + this.old.size
  }

  private keep(ticketId: string, arrivedAtMs: number): void {
    if (this.young.size >= this.generationMax) {
      this.old = this.young
      this.young = new Map()
    }
    this.young.set(ticketId, arrivedAtMs)
  }
}
