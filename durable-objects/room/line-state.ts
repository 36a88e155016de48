import { resumeController, startController } from "../../waiting-room/controller.ts"
import type { ControllerState, Limit } from "../../waiting-room/controller.ts"
import type { Arrivals } from "../../waiting-room/arrivals.ts"
import { advanceOutlook, startOutlook } from "../../waiting-room/outlook.ts"
import type { Outlook } from "../../waiting-room/outlook.ts"
import { INVITED_RANKS } from "../../waiting-room/rank.ts"
import type { PassRefusal, Sale, SalePhase } from "./contract.ts"

export interface UnitCounts {
  available: number
  held: number
  sold: number
}

/** Where the line stands: what one tick leaves to the next. */
export interface LineState {
  controller: ControllerState
  limit: Limit
  /** What the stock objects said last. */
  stock: Record<string, UnitCounts>
  refusals: Partial<Record<PassRefusal, number>>
  /** Units of those who left because they gave them back. */
  unitsGivenBack: number
  /** How far the units reach into the line; absent before the first tick. */
  outlook?: Outlook
  /** Passes that ended before their time. */
  left: number
  /** How many stood by at the last tick. */
  standbys: number
}

const NOTHING_COUNTED = { unitsGivenBack: 0, left: 0, standbys: 0 }

/** Until its stock object has spoken, an item is taken to have all that was allotted to it. */
export function startOfLine(sale: Sale): LineState {
  const { perMinute, paymentsPerMinute } = sale.admission
  const stock = sale.items.map((item) => [item.sku, { available: item.allotment, held: 0, sold: 0 }])
  const controller = startController(Math.min(perMinute, paymentsPerMinute ?? perMinute))
  return {
    controller: sale.earlyAccess ? { ...controller, frontier: INVITED_RANKS.from } : controller,
    limit: "closed",
    stock: Object.fromEntries(stock),
    refusals: {},
    ...NOTHING_COUNTED,
  }
}

/** A line as it was saved, with what was not yet counted when it was. */
export function resumeLine(saved: Omit<LineState, keyof typeof NOTHING_COUNTED>): LineState {
  return { ...NOTHING_COUNTED, ...saved, controller: resumeController(saved.controller) }
}

/** How far the units reach, as the line stands after a tick. */
export function outlookAfter(
  { controller, stock, outlook }: LineState,
  {
    sale,
    phase,
    arrivals,
    elapsedMs,
  }: { sale: Sale; phase: SalePhase; arrivals: Arrivals; elapsedMs: number },
): Outlook {
  const { frontier, turns } = controller
  const limitMax = Math.max(...sale.items.map((item) => item.perCustomerLimit))
  const { perMinute } = sale.admission
  const facts = { ...totalOf(stock), phase, frontier, turns, arrivals, limitMax, perMinute }
  return advanceOutlook(outlook ?? startOutlook(), facts, elapsedMs)
}

export function totalOf(stock: Record<string, UnitCounts>): UnitCounts {
  const total = { available: 0, held: 0, sold: 0 }
  for (const { available, held, sold } of Object.values(stock)) {
    total.available += available
    total.held += held
    total.sold += sold
  }
  return total
}
