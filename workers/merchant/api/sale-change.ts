import type { SaleChange, SaleRecord } from "../../../db/sales.ts"
import { modeOf } from "../../../waiting-room/mode.ts"
import type { FieldError } from "../../http/problem.ts"
import { judgeAdmission, judgeTimes } from "./sale-rules.ts"
import type { SaleRequest } from "./sale-rules.ts"

/** A change names what it changes. It may repeat the rest of the sale, as long as it says the same. */
export type SaleChangeRequest = { [Field in keyof SaleRequest]?: SaleRequest[Field] | undefined }

export type ChangeVerdict = { ok: true; change: SaleChange } | { ok: false; errors: FieldError[] }

/** What a change makes of a sale. */
export function judgeChange(sale: SaleRecord, request: SaleChangeRequest, nowMs: number): ChangeVerdict {
  const change: SaleChange = {
    title: request.title ?? sale.title,
    waitingOpensAtMs:
      request.waitingOpensAtMs ?? Math.min(sale.waitingOpensAtMs, request.opensAtMs ?? sale.opensAtMs),
    opensAtMs: request.opensAtMs ?? sale.opensAtMs,
    closesAtMs: request.closesAtMs ?? sale.closesAtMs,
    // A change of the rate need not repeat the mode and what belongs to it.
    admission: { ...sale.admission, ...request.admission },
    earlyAccess: sale.earlyAccess,
  }
  const moved = (["waitingOpensAtMs", "opensAtMs", "closesAtMs"] as const).filter(
    (field) => change[field] !== sale[field],
  )
  const errors = [
    ...judgeAdmission(change.admission),
    ...judgeFixed(sale, request),
    ...judgeLineOpening(sale, change, nowMs),
    ...judgeBellOfEarly(change),
  ]
  if (moved.length > 0) {
    errors.push(
      ...(sale.opensAtMs <= nowMs ? judgeMovesOfOpened(moved, change, nowMs) : judgeTimes(change, nowMs)),
    )
  }
  return errors.length > 0 ? { ok: false, errors } : { ok: true, change }
}

/** In a first-come sale ranks are counted from the line's opening, which stays once it has come. */
function judgeLineOpening(sale: SaleRecord, change: SaleChange, nowMs: number): FieldError[] {
  const moves = change.waitingOpensAtMs !== sale.waitingOpensAtMs
  if (!moves || modeOf(sale.admission) !== "first_come" || sale.opensAtMs <= nowMs) return []
  const field = "waitingOpensAtMs"
  if (sale.waitingOpensAtMs <= nowMs)
    return [{ field, message: "The line has opened, and places are counted from then. This time stays." }]
  return change.waitingOpensAtMs > nowMs
    ? []
    : [{ field, message: "Places are counted from this time, so it can't be moved into the past." }]
}

/** Early access stays where it is, so the bell stays behind it. */
function judgeBellOfEarly({ earlyAccess, opensAtMs }: SaleChange): FieldError[] {
  if (!earlyAccess || earlyAccess.opensAtMs < opensAtMs) return []
  return [{ field: "opensAtMs", message: "The sale would open before its early access." }]
}

/** After the bell only the close may move: ranks are counted from the bell. */
function judgeMovesOfOpened(moved: readonly string[], change: SaleChange, nowMs: number): FieldError[] {
  return moved.flatMap((field): FieldError[] => {
    if (field !== "closesAtMs") return [{ field, message: "The sale has opened, so this time stays." }]
    return change.closesAtMs > nowMs
      ? []
      : [{ field, message: "The sale would have closed already. End it instead." }]
  })
}

function judgeFixed(sale: SaleRecord, request: SaleChangeRequest): FieldError[] {
  const errors: FieldError[] = []
  const fixed = (field: string): void => {
    errors.push({
      field,
      message: "This stays as it was scheduled. End the sale and schedule another, or replenish it.",
    })
  }
  const mode = request.admission?.mode
  if (mode !== undefined && mode !== modeOf(sale.admission)) fixed("admission.mode")
  if (request.slug !== undefined && request.slug !== sale.slug) fixed("slug")
  if (request.holdSeconds !== undefined && request.holdSeconds !== sale.holdSeconds) fixed("holdSeconds")
  if (request.earlyAccess !== undefined && request.earlyAccess.opensAtMs !== sale.earlyAccess?.opensAtMs)
    fixed("earlyAccess")
  if (request.items !== undefined && !sameItems(sale, request.items)) fixed("items")
  if (request.requireAccount) fixed("requireAccount")
  if (request.challenge !== undefined && request.challenge !== sale.challenge) fixed("challenge")
  return errors
}

function sameItems(sale: SaleRecord, items: SaleRequest["items"]): boolean {
  if (items.length !== sale.items.length) return false
  return items.every((item) => {
    const known = sale.items.find(({ sku }) => sku === item.sku)
    return (
      known !== undefined &&
      known.allotment === item.allotment &&
      known.salePriceCents === item.salePriceCents &&
      known.perCustomerLimit === item.perCustomerLimit &&
      known.lanes === (item.lanes ?? known.lanes)
    )
  })
}
