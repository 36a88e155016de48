/**
 * Those whose turn it is, who asked, and found no place: the next place that comes free is for the lowest rank among
 * them, not for whoever asks first. Kept in memory only: after a restart each of them asks again within seconds, and
 * nobody is let in before.
 */

/** A place waits for whoever it is for until they ask again: each second while they are few, else every third. */
const RETRY_MS = 1_000
const RETRY_MS_MANY = 3_000
const FEW_MAX = 1_000

/** Whoever has not asked for this long has gone. */
export const STANDBY_WINDOW_MS = 10_000

/** How long a room that was restarted waits for them: as long as they were told to, and a second for the way. */
export const STANDBY_GATHER_MS = 4_000

/** Beyond this many, further ones are refused without being remembered. */
export const STANDBYS_MAX = 10_000

export class Standbys {
  private readonly asked = new Map<string, { rank: number; askedAtMs: number }>()

  /** True when this ticket is one more than before. */
  ask(ticketId: string, rank: number, nowMs: number): boolean {
    const known = this.asked.has(ticketId)
    if (!known && this.asked.size >= STANDBYS_MAX) return false
    this.asked.set(ticketId, { rank, askedAtMs: nowMs })
    return !known
  }

  /** True when this ticket was among them. */
  leave(ticketId: string): boolean {
    return this.asked.delete(ticketId)
  }

  forgetGone(nowMs: number): void {
    for (const [ticketId, { askedAtMs }] of this.asked) {
      if (nowMs - askedAtMs >= STANDBY_WINDOW_MS) this.asked.delete(ticketId)
    }
  }

  /** When they should ask again. */
  get retryMs(): number {
    return this.asked.size <= FEW_MAX ? RETRY_MS : RETRY_MS_MANY
  }

  get size(): number {
    return this.asked.size
  }

  /** How many have a lower rank; counting stops at `atMost`. */
  countBefore(rank: number, atMost: number, nowMs: number): number {
    let before = 0
    for (const standby of this.asked.values()) {
      if (before >= atMost) break
      if (standby.rank < rank && nowMs - standby.askedAtMs < STANDBY_WINDOW_MS) before += 1
    }
    return before
  }
}
