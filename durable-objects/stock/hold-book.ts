import type { Sql } from "../sqlite.ts"
import type { HoldRecord, HoldState, NumberedHold, PoolId, PoolTerms } from "./contract.ts"
import { EndedIds } from "./ended-ids.ts"
import { ExpiryQueue } from "./expiry-queue.ts"
import { HolderBook } from "./holder-book.ts"
import { HoldTable } from "./hold-table.ts"
import type { HoldSums } from "./pool-book.ts"

/** Which state follows which. A state without followers is terminal. */
export const HOLD_TRANSITIONS: Record<HoldState, readonly HoldState[]> = {
  held: ["sold", "released", "expired"],
  sold: [],
  released: [],
  expired: [],
}

export type NewHold = Pick<
  HoldRecord,
  "holdId" | "pool" | "customer" | "quantity" | "unitPriceCents" | "currency" | "createdAtMs" | "expiresAtMs"
>

/** Below this many entries the expiry queue is not worth sweeping. */
const EXPIRY_SWEEP_MIN = 1_000

/**
 * The holds in the table, and those that run in memory beside it. Running holds are never more than the units there
 * are, so memory is bounded by stock; of the ended ones it has fingerprints of their ids.
 *
 * That no id is in the table twice is kept here, without an index, and asserted at every start.
 */
export class HoldBook {
  readonly holders: HolderBook
  private readonly table: HoldTable
  private readonly running = new Map<string, NumberedHold>()
  /** Running holds whose command came again: two attempts share them, so neither may undo them. */
  private readonly askedAgain = new Set<string>()
  private readonly ended = new EndedIds()
  private readonly expiry = new ExpiryQueue<NumberedHold>()
  private lastSequence = 0

  constructor(sql: Sql) {
    this.table = new HoldTable(sql)
    this.holders = new HolderBook(sql)
  }

  /** Reads everything afresh, in one walk over the table, and says what its rows come to. */
  load(): HoldSums {
    this.running.clear()
    this.askedAgain.clear()
    this.ended.clear()
    this.holders.clear()
    this.lastSequence = 0
    this.table.offers.load()
    const sums = new Map<PoolId, { held: number; sold: number }>()
    for (;;) {
      const firstSequence = this.lastSequence + 1
      const stretch = this.table.sumsAfter(this.lastSequence)
      if (stretch.length === 0) break
      for (const { pool, state, units, holdIds, sequences } of stretch) {
        const { held, sold } = sums.get(pool) ?? { held: 0, sold: 0 }
        sums.set(pool, {
          held: state === "held" ? held + units : held,
          sold: state === "sold" ? sold + units : sold,
        })
        if (state !== "held") this.loadEnded(holdIds, sequences)
        this.lastSequence = sequences.reduce((last, sequence) => Math.max(last, sequence), this.lastSequence)
      }
      if (stretch.some(({ state }) => state === "held")) this.loadRunning(firstSequence, this.lastSequence)
    }
    for (const holdId of this.running.keys()) this.assertNotAt(holdId, this.ended.of(holdId))
    this.expiry.refill(this.running.values())
    return sums
  }

  /** Before the first hold at a price, so that a hold writes its own row and nothing else. */
  ensureOffer(pool: PoolId, { unitPriceCents, currency }: PoolTerms): void {
    this.table.offers.idOf({ pool, unitPriceCents, currency })
  }

  /** A running hold, without a look at the table. */
  findRunning(holdId: string): NumberedHold | null {
    return this.running.get(holdId) ?? null
  }

  /** Looks at every running hold, which is cheaper than an index that each hold would have to keep. */
  isHolding(pool: PoolId, customer: string, nowMs: number): boolean {
    for (const hold of this.running.values()) {
      if (hold.customer === customer && hold.pool === pool && hold.expiresAtMs > nowMs) return true
    }
    return false
  }

  find(holdId: string): NumberedHold | null {
    return this.running.get(holdId) ?? this.findEnded(holdId)
  }

  /** Null when a hold of this id has ended; nothing is written then. Whoever inserts knows that none runs. */
  insert(hold: NewHold): NumberedHold | null {
    const { holdId, pool, customer, quantity, unitPriceCents, currency, createdAtMs, expiresAtMs } = hold
    if (this.findEnded(holdId)) return null
    const record: NumberedHold = {
      sequence: this.lastSequence + 1,
      holdId,
      pool,
      customer,
      quantity,
      returnedQuantity: 0,
      unitPriceCents,
      currency,
      state: "held",
      orderId: null,
      createdAtMs,
      expiresAtMs,
      endedAtMs: null,
      extended: false,
    }
    this.table.insert(record)
    this.lastSequence = record.sequence
    this.run(record)
    this.holders.add(pool, customer)
    this.expiry.add(record)
    return record
  }

  /**
   * Remembers which order means to pay for a running hold. Not written down: should the object restart in between,
   * another order may claim it too, and the first to sell it has it.
   */
  bindOrder(holdId: string, orderId: string): void {
    const hold = this.running.get(holdId)
    if (hold) hold.orderId = orderId
  }

  /**
   * Moves a running hold's end. Its record is replaced by another: the queue finds the old one at its old place, and passes
   * over it; were it changed in place, the queue would be out of order and others would end late.
   */
  extend(holdId: string, expiresAtMs: number): void {
    const hold = this.running.get(holdId)
    if (!hold) throw new Error(`hold ${holdId} cannot be extended: it does not run`)
    const extended: NumberedHold = { ...hold, expiresAtMs, extended: true }
    this.table.extend(hold.sequence, expiresAtMs)
    this.running.set(holdId, extended)
    this.expiry.add(extended)
  }

  /** Ends a running hold. `orderId` is the order that it was sold to, or that has given it up. */
  end(holdId: string, state: HoldState, orderId: string | null, nowMs: number): void {
    const hold = this.running.get(holdId)
    if (!hold || !HOLD_TRANSITIONS[hold.state].includes(state)) {
      throw new Error(`hold ${holdId} cannot become ${state}: it does not run`)
    }
    this.table.end(hold.sequence, state, orderId, nowMs)
    this.ended.add(holdId, hold.sequence)
    this.stopRunning(holdId)
  }

  markAskedAgain(holdId: string): void {
    this.askedAgain.add(holdId)
  }

  wasAskedAgain(holdId: string): boolean {
    return this.askedAgain.has(holdId)
  }

  /** A running hold, as if it had never been. */
  undo({ holdId, sequence }: NumberedHold): void {
    this.table.delete(sequence)
    this.stopRunning(holdId)
  }

  get hasEnded(): boolean {
    return this.ended.size > 0
  }

  /** An order gives up a hold that has ended unsold. */
  markGivenUp({ sequence }: NumberedHold, orderId: string): void {
    this.table.markGivenUp(sequence, orderId)
  }

  markReturned({ sequence }: NumberedHold, quantity: number): void {
    this.table.markReturned(sequence, quantity)
  }

  /** The next running hold whose time is up, or null. */
  takeDue(nowMs: number): NumberedHold | null {
    for (;;) {
      const hold = this.expiry.takeDue(nowMs)
      // After an undo the same id may run again, and after an extension with another end: that is another record.
      if (hold === null || this.running.get(hold.holdId) === hold) return hold
    }
  }

  /** Not after the next end of a running hold; it may be that of one that has ended otherwise. */
  get earliestExpiryMs(): number | null {
    return this.expiry.earliestMs
  }

  /** Units by customer that are held or sold in a pool, for its limit. */
  unitsByCustomer(pool: PoolId): Map<string, number> {
    return this.table.unitsByCustomer(pool)
  }

  /** Those that run with the order that means to pay for them, which no row has. */
  page(pool: PoolId, afterSequence: number, limit: number): NumberedHold[] {
    return this.table
      .ofPoolAfter(pool, afterSequence, limit)
      .map((hold) => ({ ...hold, orderId: this.running.get(hold.holdId)?.orderId ?? hold.orderId }))
  }

  /**
   * The next stretch of the table: which of its holds ended before `cutoffMs`, and where to go on, null at its end. Rows
   * stand in the order in which holds were taken, so the walk is over where they are too young to have ended by then.
   */
  endedAfter(
    sequence: number,
    stretch: number,
    cutoffMs: number,
  ): { ended: NumberedHold[]; nextSequence: number | null } {
    const holds = this.table.after(sequence, stretch)
    const ended = holds.filter(({ endedAtMs }) => endedAtMs !== null && endedAtMs < cutoffMs)
    const last = holds.at(-1)
    const more = last && holds.length === stretch && last.createdAtMs < cutoffMs
    return { ended, nextSequence: more ? last.sequence : null }
  }

  /** An ended hold's row goes. */
  delete({ holdId, sequence }: NumberedHold): void {
    if (this.running.has(holdId)) throw new Error(`hold ${holdId} runs and cannot be forgotten`)
    this.table.delete(sequence)
    this.ended.delete(holdId, sequence)
  }

  private stopRunning(holdId: string): void {
    this.running.delete(holdId)
    this.askedAgain.delete(holdId)
    // What ended early leaves the queue when it is the most of it, so that memory stays bounded by what runs.
    if (this.expiry.size > EXPIRY_SWEEP_MIN + 2 * this.running.size) this.expiry.refill(this.running.values())
  }

  private findEnded(holdId: string): NumberedHold | null {
    for (const sequence of this.ended.of(holdId)) {
      const hold = this.table.at(sequence)
      if (hold?.holdId === holdId) return hold
    }
    return null
  }

  private loadEnded(holdIds: readonly string[], sequences: readonly number[]): void {
    for (const [index, sequence] of sequences.entries()) {
      const holdId = holdIds[index] ?? ""
      this.assertNotAt(holdId, this.ended.add(holdId, sequence))
    }
  }

  private loadRunning(firstSequence: number, lastSequence: number): void {
    for (const hold of this.table.runningBetween(firstSequence, lastSequence)) this.run(hold)
  }

  private run(hold: NumberedHold): void {
    const others = this.running.size
    this.running.set(hold.holdId, hold)
    if (this.running.size === others) throw new Error(`hold ${hold.holdId} is there twice`)
  }

  private assertNotAt(holdId: string, sequences: readonly number[]): void {
    for (const sequence of sequences)
      if (this.table.at(sequence)?.holdId === holdId) throw new Error(`hold ${holdId} is there twice`)
  }
}
