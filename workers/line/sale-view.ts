import type { SaleFacts, SaleItem, StockBand } from "../../durable-objects/room/contract.ts"
import { modeOf } from "../../waiting-room/mode.ts"
import { phaseOf } from "../../waiting-room/phase.ts"
import { allotmentBandOf } from "../../waiting-room/stock-band.ts"
import type { SaleSummary } from "../catalog/sales-list.ts"
import type { SaleView } from "./schemas.ts"

/** A sale as anyone may read it: bands, never counts. */
export function viewOfFacts(facts: SaleFacts): SaleView {
  const { saleId, slug, title, phase, waitingOpensAtMs, opensAtMs, closesAtMs, drawCommitment } = facts
  const { challenge = "none" } = facts
  const items = facts.items.map((item) => viewOfItem(item, facts.stock[item.sku] ?? null))
  const mode = modeOf(facts.admission)
  return {
    saleId,
    slug,
    title,
    phase,
    mode,
    waitingOpensAtMs,
    opensAtMs,
    closesAtMs,
    items,
    drawCommitment,
    challenge,
  }
}

/** What the record and the clock say of a sale whose room does not answer, or is over. */
export function viewOfSummary(summary: SaleSummary, nowMs: number): SaleView {
  const { saleId, slug, title, state, mode, waitingOpensAtMs, opensAtMs, closesAtMs, challenge } = summary
  const unknownStock = { available: 1, held: 0 }
  const phase = phaseOf({ ...summary, ...unknownStock, paused: false, ended: state === "ended" }, nowMs)
  const items = summary.items.map((item) => viewOfItem(item, null))
  return {
    saleId,
    slug,
    title,
    phase,
    mode,
    waitingOpensAtMs,
    opensAtMs,
    closesAtMs,
    items,
    drawCommitment: null,
    challenge,
  }
}

function viewOfItem(item: SaleItem, stock: StockBand | null): SaleView["items"][number] {
  const {
    sku,
    productSlug,
    title,
    image,
    salePriceCents,
    priceCents,
    currency,
    perCustomerLimit,
    allotment,
  } = item
  const allotmentBand = allotmentBandOf(allotment)
  return {
    sku,
    productSlug,
    title,
    image,
    salePriceCents,
    priceCents,
    currency,
    perCustomerLimit,
    allotmentBand,
    stock,
  }
}
