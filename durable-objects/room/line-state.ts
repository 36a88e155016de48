import { resumeController, startController } from "../../waiting-room/controller.ts"
import type { ControllerState, Limit } from "../../waiting-room/controller.ts"
import type { Outlook } from "../../waiting-room/outlook.ts"
import { INVITED_RANKS } from "../../waiting-room/rank.ts"
import type { PassRefusal, Sale } from "./contract.ts"

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
}

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
    unitsGivenBack: 0,
  }
}

/** A line as it was saved, with what was not yet counted when it was. */
export function resumeLine(saved: Omit<LineState, "unitsGivenBack"> & Partial<LineState>): LineState {
  return { unitsGivenBack: 0, ...saved, controller: resumeController(saved.controller) }
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
