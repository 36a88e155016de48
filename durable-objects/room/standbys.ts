import { IndexedHeap } from "./indexed-heap.ts"
import type { HeapEntry } from "./indexed-heap.ts"

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

/** The same for one that was restarted while its sale was paused: a page looks every five seconds then. */
export const PAUSE_GATHER_MS = 7_000

/**
 * Beyond this many, further ones are refused without being remembered, and whoever asks first gets the place that they
 * might have had: so it is as many as memory allows (about 20 MB). In a draw tens of thousands may stand by, because
 * no place waits for winners who take minutes to come, and others are called meanwhile.
 */
export const STANDBYS_MAX = 100_000

interface Standby extends HeapEntry {
  ticketId: string
  rank: number
  askedAtMs: number
}

export class Standbys {
  private readonly asked = new Map<string, Standby>()
  private readonly byRank = new IndexedHeap<Standby>(({ rank }) => rank)

  /** True when this ticket is one more than before. */
  ask(ticketId: string, rank: number, nowMs: number): boolean {
    const known = this.asked.get(ticketId)
    if (known) {
      known.askedAtMs = nowMs
      return false
    }
    if (this.asked.size >= STANDBYS_MAX) return false
    const standby = { ticketId, rank, askedAtMs: nowMs, heapIndex: 0 }
    this.asked.set(ticketId, standby)
    this.byRank.add(standby)
    return true
  }

  /** True when this ticket was among them. */
  leave(ticketId: string): boolean {
    const standby = this.asked.get(ticketId)
    if (!standby) return false
    this.byRank.remove(standby)
    return this.asked.delete(ticketId)
  }

  /** All of them count as if they had just asked. */
  askAgain(nowMs: number): void {
    for (const standby of this.asked.values()) standby.askedAtMs = nowMs
  }

  forgetGone(nowMs: number): void {
    for (const [ticketId, { askedAtMs }] of this.asked) {
      if (nowMs - askedAtMs >= STANDBY_WINDOW_MS) this.leave(ticketId)
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
    if (atMost <= 0) return before
    this.byRank.visitUpTo(rank, (standby) => {
      if (standby.rank < rank && nowMs - standby.askedAtMs < STANDBY_WINDOW_MS) before += 1
      return before < atMost
    })
    return before
  }
}
