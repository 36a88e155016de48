import { startController } from "../../waiting-room/controller.ts"
import type { ControllerState, Limit } from "../../waiting-room/controller.ts"
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
}

/** Until its stock object has spoken, an item is taken to have all that was allotted to it. */
export function startOfLine(sale: Sale): LineState {
  const stock = sale.items.map((item) => [item.sku, { available: item.allotment, held: 0, sold: 0 }])
  const controller = startController(sale.admission.perMinute)
  return {
    controller: sale.earlyAccess ? { ...controller, frontier: INVITED_RANKS.from } : controller,
    limit: "closed",
    stock: Object.fromEntries(stock),
    refusals: {},
  }
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
