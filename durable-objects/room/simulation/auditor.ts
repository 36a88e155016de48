/**
 * Keeps its own books of a simulated line, from what shoppers are told and nothing else: who is inside until when, who
 * was sent away for want of a place. Throws at the first promise that is broken.
 */
export class LineAuditor {
  readonly admittedAtMs: number[] = []
  mostInside = 0
  /** Whose turn it was and who found no place, and have not come in since. */
  private readonly sentAway = new Map<string, number>()
  private readonly insideUntilMs = new Map<string, number>()
  private frontier = -1
  private countedAtMs = 0

  /** Those of whom the room knows that they are inside; who left while the word of it was lost still counts. */
  inside(nowMs: number): number {
    if (nowMs > this.countedAtMs) {
      for (const [ticketId, untilMs] of this.insideUntilMs) {
        if (untilMs <= nowMs) this.insideUntilMs.delete(ticketId)
      }
      this.countedAtMs = nowMs
    }
    return this.insideUntilMs.size
  }

  admitted(
    ticket: { ticketId: string; rank: number; expiresAtMs: number },
    { cap, paused, nowMs }: { cap: number; paused: boolean; nowMs: number },
  ): void {
    const { ticketId, rank, expiresAtMs } = ticket
    if (paused) throw new Error(`${ticketId} was let in while the sale was paused`)
    if (rank >= this.frontier)
      throw new Error(`${ticketId} of rank ${rank} was let in before the frontier ${this.frontier}`)
    this.sentAway.delete(ticketId)
    this.insideUntilMs.set(ticketId, expiresAtMs)
    this.admittedAtMs.push(nowMs)
    const inside = this.inside(nowMs)
    this.mostInside = Math.max(this.mostInside, inside)
    if (inside > cap) throw new Error(`${inside} are inside where ${cap} may be`)
    // Whoever of a lower rank was sent away must still have a place kept, or this one has jumped the line.
    let passedOver = 0
    for (const other of this.sentAway.values()) if (other < rank) passedOver += 1
    if (passedOver > cap - inside)
      throw new Error(
        `${ticketId} was let in before ${passedOver} of lower rank, with ${cap - inside} places`,
      )
  }

  refused(ticketId: string, rank: number): void {
    this.sentAway.set(ticketId, rank)
  }

  left(ticketId: string): void {
    this.insideUntilMs.delete(ticketId)
  }

  moved(frontier: number): void {
    if (frontier < this.frontier)
      throw new Error(`the frontier went back from ${this.frontier} to ${frontier}`)
    this.frontier = frontier
  }
}
