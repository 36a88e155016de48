import { fnv1a } from "../../durable-objects/fnv1a.ts"
import { partsOfName } from "../../durable-objects/stock/lease/names.ts"
import type { PoolId } from "../../durable-objects/stock/contract.ts"

/**
 * What this isolate knows to be sold out. After the last unit went, most of a crowd asks for what is gone; here they
 * are told so without a call of the ledger. Only those are answered who can't be owed another answer: whoever ever held
 * of the pool (and may repeat a key, or be at a limit) goes the whole way, and so does everybody until it is known who
 * those are.
 */

/** How long a refusal stands for others: as long as any board may be old. Units that come back are seen after it. */
export const SOLD_OUT_MEMORY_MS = 1_000

/** Pools remembered at once; the one that was refused first goes. Each has 200 KB of holders at most. */
export const SOLD_OUT_POOLS_MAX = 64

/** Where a request stands that may be refused: taken before the ledger is asked. */
export interface Mark {
  atMs: number
  /** Changes whenever the SKU is forgotten: a refusal from before that is not remembered after it. */
  epoch: number
}

export interface PoolAsked {
  /** The stock object's name: the SKU, or a lane of it (`<sku>:<lane>`). */
  ledger: string
  pool: PoolId
  quantity: number
}

interface Remembered {
  ledger: string
  atMs: number
  /** Smallest and largest quantity refused. A larger one might meet the limit per customer, which comes before. */
  quantityMin: number
  quantityMax: number
  /** In order, for a search: a Set would take ten times the memory. Null until known, and when they are too many. */
  holders: Uint32Array | null
}

/** SKUs share an epoch with few others; to share one only costs memory that was right. */
const EPOCHS = 1_024

export class SoldOutMemory {
  private readonly pools = new Map<string, Remembered>()
  private readonly epochs = new Uint32Array(EPOCHS)

  mark(ledger: string, nowMs: number): Mark {
    return { atMs: nowMs, epoch: this.epochs[slotOf(partsOfName(ledger).sku)] ?? 0 }
  }

  /**
   * Remembers a refusal, as of when it was asked for. True when the pool's holders must be read now, and told to
   * `learnHolders`: once for each memory, so that at most one reading is under way.
   */
  remember({ ledger, pool, quantity }: PoolAsked, mark: Mark, nowMs: number): boolean {
    if (!this.isCurrent(ledger, mark) || nowMs - mark.atMs >= SOLD_OUT_MEMORY_MS) return false
    const key = keyOf(ledger, pool)
    const known = this.pools.get(key)
    // A smaller quantity begins anew: when it was refused there may be holders whom an earlier list has not.
    if (known && nowMs - known.atMs < SOLD_OUT_MEMORY_MS && quantity >= known.quantityMin) {
      known.quantityMax = Math.max(known.quantityMax, quantity)
      return false
    }
    this.pools.delete(key) // Last in is last out: a Map keeps the order of insertion.
    this.pools.set(key, {
      ledger,
      atMs: mark.atMs,
      quantityMin: quantity,
      quantityMax: quantity,
      holders: null,
    })
    for (const oldest of this.pools.keys()) {
      if (this.pools.size <= SOLD_OUT_POOLS_MAX) break
      this.pools.delete(oldest)
    }
    return true
  }

  /** Takes in the holders that were read for a memory; does nothing when it has been forgotten meanwhile. */
  learnHolders(ledger: string, pool: PoolId, mark: Mark, hashes: Uint32Array | null): void {
    const known = this.pools.get(keyOf(ledger, pool))
    if (known && hashes && known.atMs === mark.atMs && this.isCurrent(ledger, mark))
      known.holders = hashes.toSorted()
  }

  /** Whether this can be refused without asking. `customerOf` is only called when it comes down to who asks. */
  answers({ ledger, pool, quantity }: PoolAsked, customerOf: () => string | null, nowMs: number): boolean {
    if (this.pools.size === 0) return false
    const known = this.pools.get(keyOf(ledger, pool))
    if (!known?.holders || nowMs - known.atMs >= SOLD_OUT_MEMORY_MS) return false
    if (quantity < known.quantityMin || quantity > known.quantityMax) return false
    const customer = customerOf()
    return customer === null || !isAmong(known.holders, fnv1a(customer))
  }

  /** Units of this SKU may have come back, or somebody new holds of it: the ledger is asked again. */
  forget(sku: string): void {
    this.turn(slotOf(sku))
    for (const [key, { ledger }] of this.pools) if (partsOfName(ledger).sku === sku) this.pools.delete(key)
  }

  /** Units of some SKU may have come back. */
  forgetAll(): void {
    for (let slot = 0; slot < EPOCHS; slot++) this.turn(slot)
    this.pools.clear()
  }

  private turn(slot: number): void {
    this.epochs[slot] = (this.epochs[slot] ?? 0) + 1
  }

  private isCurrent(ledger: string, { epoch }: Mark): boolean {
    return this.epochs[slotOf(partsOfName(ledger).sku)] === epoch
  }
}

function isAmong(sorted: Uint32Array, wanted: number): boolean {
  let [from, to] = [0, sorted.length]
  while (from < to) {
    const middle = (from + to) >>> 1
    if ((sorted[middle] ?? 0) < wanted) from = middle + 1
    else to = middle
  }
  return sorted[from] === wanted
}

function slotOf(sku: string): number {
  return fnv1a(sku) % EPOCHS
}

/** No ledger's name has a space. */
function keyOf(ledger: string, pool: PoolId): string {
  return `${ledger} ${pool}`
}
