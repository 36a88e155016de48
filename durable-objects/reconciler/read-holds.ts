import { HOLD_PAGE_MAX } from "../stock/contract.ts"
import type { HoldRecord, NumberedHold } from "../stock/contract.ts"
import { laneName } from "../stock/lease/names.ts"
import type { Ledgers } from "../stock/ledgers.ts"
import type { ClaimedHold } from "./find-drift.ts"

/** Pages of one ledger that one run reads; a hold that still runs is seldom further back. */
const PAGES_MAX = 10

/** Sold holds without an order that are looked at again in each run, until they are mended. */
const SUSPECTS_MAX = 100

/** Reads the holds that serve orders, each ledger from the first hold on that still runs. */
export class HoldReader {
  private readonly ledgers: Ledgers
  /** Before it, all holds of a ledger's pool have ended and were looked at. */
  private readonly readUpTo = new Map<string, number>()
  private suspects: ClaimedHold[] = []

  constructor(ledgers: Ledgers) {
    this.ledgers = ledgers
  }

  /** The holds of one SKU in one sale. `isAll`: false when the ledgers have more than one run reads. */
  async read(sku: string, saleId: string): Promise<{ holds: ClaimedHold[]; isAll: boolean }> {
    const { pools } = await this.ledgers.root(sku).counts()
    const leases = pools.find(({ pool }) => pool === saleId)?.leases ?? []
    const names = [sku, ...leases.map(({ lane }) => laneName(sku, lane))]
    const read = await Promise.all(names.map((name) => this.readLedger(name, saleId)))
    return { holds: read.flatMap(({ holds }) => holds), isAll: read.every(({ isAll }) => isAll) }
  }

  /** What was sold to an order that nobody has stays in view, however far the reading has come. */
  suspect(holds: readonly ClaimedHold[]): void {
    this.suspects = holds.filter(({ state }) => state === "sold").slice(0, SUSPECTS_MAX)
  }

  async readSuspects(): Promise<ClaimedHold[]> {
    const read = await Promise.all(
      this.suspects.map(async ({ ledger, holdId, customer }) => {
        const hold = await this.ledgers.getByName(ledger).readHold(holdId, customer)
        return hold ? claimsOf(ledger, [hold]) : []
      }),
    )
    return read.flat()
  }

  private async readLedger(ledger: string, pool: string): Promise<{ holds: ClaimedHold[]; isAll: boolean }> {
    const key = `${ledger} ${pool}`
    let afterSequence = this.readUpTo.get(key) ?? 0
    let isSettled = true
    const holds: ClaimedHold[] = []
    for (let page = 0; page < PAGES_MAX; page++) {
      const read: NumberedHold[] = await this.ledgers.getByName(ledger).holds({ pool, afterSequence })
      for (const { sequence, state } of read) {
        isSettled &&= state !== "held"
        if (isSettled) this.readUpTo.set(key, sequence)
        afterSequence = sequence
      }
      holds.push(...claimsOf(ledger, read))
      if (read.length < HOLD_PAGE_MAX) return { holds, isAll: true }
    }
    return { holds, isAll: false }
  }
}

function claimsOf(ledger: string, holds: readonly HoldRecord[]): ClaimedHold[] {
  return holds.flatMap(({ holdId, customer, orderId, state, quantity, returnedQuantity }) =>
    orderId !== null && (state === "held" || (state === "sold" && returnedQuantity < quantity))
      ? [{ ledger, holdId, customer, orderId, state }]
      : [],
  )
}
