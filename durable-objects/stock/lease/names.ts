import { fnv1a } from "../../fnv1a.ts"
import { OPEN_POOL } from "../contract.ts"
import type { PoolId } from "../contract.ts"

/**
 * Names of the objects that keep a SKU's holds: the root has the SKU's own name, its lanes are `<sku>:<lane>`. No SKU
 * has a colon.
 */

const SEPARATOR = ":"

export function laneName(sku: string, lane: number): string {
  return `${sku}${SEPARATOR}${lane}`
}

export function isLaneName(ledger: string): boolean {
  return ledger.includes(SEPARATOR)
}

/** The SKU and, for a lane, its number. */
export function partsOfName(ledger: string): { sku: string; lane: number | null } {
  const at = ledger.indexOf(SEPARATOR)
  return at < 0
    ? { sku: ledger, lane: null }
    : { sku: ledger.slice(0, at), lane: Number(ledger.slice(at + 1)) }
}

/** The object that keeps this customer's holds: always the same one, so that limits are exact and keys replay. */
export function ledgerNameFor(place: { sku: string; pool: PoolId; lanes: number; customer: string }): string {
  const { sku, pool, lanes, customer } = place
  return pool === OPEN_POOL || lanes === 1 ? sku : laneName(sku, fnv1a(customer) % lanes)
}
