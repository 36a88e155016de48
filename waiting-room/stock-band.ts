/** What a shopper is told of stock: a hint, never a count. */
export type StockBand = "in_stock" | "low" | "last_few" | "sold_out"

/** The same units seem few or many by how many there were, so each band ends at a count or at a share, whichever is less. */
const LOW = { unitsMax: 20, shareMax: 0.2 }
const LAST_FEW = { unitsMax: 5, shareMax: 0.05 }

/** The last unit is always "last few", however small the allotment was. */
const LAST_FEW_UNITS_MIN = 1

/** The band of `available` units out of an allotment (for the open pool: out of all received). */
export function bandOf(available: number, allotment: number): StockBand {
  if (available <= 0) return "sold_out"
  const lastFew = Math.max(LAST_FEW_UNITS_MIN, Math.min(LAST_FEW.unitsMax, allotment * LAST_FEW.shareMax))
  if (available <= lastFew) return "last_few"
  return available <= Math.min(LOW.unitsMax, allotment * LOW.shareMax) ? "low" : "in_stock"
}

/** How many there are in a sale, told coarsely. */
export type AllotmentBand =
  | "under_10"
  | "under_50"
  | "under_100"
  | "under_500"
  | "under_1000"
  | "1000_or_more"

export const ALLOTMENT_BANDS = [
  "under_10",
  "under_50",
  "under_100",
  "under_500",
  "under_1000",
  "1000_or_more",
] as const satisfies readonly AllotmentBand[]

export function allotmentBandOf(allotment: number): AllotmentBand {
  if (allotment < 10) return "under_10"
  if (allotment < 50) return "under_50"
  if (allotment < 100) return "under_100"
  if (allotment < 500) return "under_500"
  return allotment < 1_000 ? "under_1000" : "1000_or_more"
}
