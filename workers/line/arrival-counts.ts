import type { ArrivalCounts } from "../../durable-objects/room/contract.ts"

export interface CountedArrivals {
  saleId: string
  counts: ArrivalCounts
}

interface Counted {
  saleId: string
  opensAtMs: number
  bySecond: Map<number, number>
  invited: number
}

/** Arrivals of this isolate that their rooms have not heard of yet: a number for each second, whoever came. */
export class ArrivalCounter {
  private bySale = new Map<string, Counted>()

  /** `ranksFromMs` is what the room counts its ranks from: the bell, unless the sale's mode says otherwise. */
  add(saleId: string, ranksFromMs: number, arrivedAtMs: number): void {
    this.addCount(saleId, ranksFromMs, Math.floor((arrivedAtMs - ranksFromMs) / 1_000), 1)
  }

  /** Whoever was invited stands before all others, whenever they came. */
  addInvited(saleId: string, ranksFromMs: number): void {
    this.countedOf(saleId, ranksFromMs).invited += 1
  }

  /** Everything counted so far; the counter starts again from nothing. */
  take(): CountedArrivals[] {
    const taken = [...this.bySale.values()].map(({ saleId, opensAtMs, bySecond, invited }) => ({
      saleId,
      counts: { opensAtMs, bySecond: [...bySecond], ...(invited > 0 && { invited }) },
    }))
    this.bySale = new Map()
    return taken
  }

  /** Counts that did not reach their room count again. */
  putBack({ saleId, counts }: CountedArrivals): void {
    for (const [second, count] of counts.bySecond) this.addCount(saleId, counts.opensAtMs, second, count)
    this.countedOf(saleId, counts.opensAtMs).invited += counts.invited ?? 0
  }

  get isEmpty(): boolean {
    return this.bySale.size === 0
  }

  private addCount(saleId: string, opensAtMs: number, second: number, count: number): void {
    const counted = this.countedOf(saleId, opensAtMs)
    // Before the bell it does not matter when.
    const slot = Math.max(-1, second)
    counted.bySecond.set(slot, (counted.bySecond.get(slot) ?? 0) + count)
  }

  private countedOf(saleId: string, opensAtMs: number): Counted {
    // A bell that was moved starts a count of its own, for seconds are counted from the bell.
    const key = `${saleId}/${opensAtMs}`
    const counted = this.bySale.get(key) ?? { saleId, opensAtMs, bySecond: new Map(), invited: 0 }
    this.bySale.set(key, counted)
    return counted
  }
}
