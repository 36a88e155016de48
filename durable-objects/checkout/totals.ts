import type { OrderLine, OrderTotals } from "./contract.ts"

/** A line as it was claimed: nothing taken off, nothing added, nothing returned. */
export function plainLine(line: Pick<OrderLine, "sku" | "quantity" | "unitPriceCents">): OrderLine {
  return { ...line, discountCents: 0, taxCents: 0, returnedQuantity: 0 }
}

/** What lines come to without discount, shipping or tax. */
export function plainTotals(lines: readonly Pick<OrderLine, "quantity" | "unitPriceCents">[]): OrderTotals {
  const subtotalCents = lines.reduce((sum, line) => sum + line.quantity * line.unitPriceCents, 0)
  return { subtotalCents, discountCents: 0, shippingCents: 0, taxCents: 0, pricesIncludeTax: true }
}

/** What is to be paid. */
export function totalOf(totals: OrderTotals): number {
  const { subtotalCents, discountCents, shippingCents, taxCents, pricesIncludeTax } = totals
  return subtotalCents - discountCents + shippingCents + (pricesIncludeTax ? 0 : taxCents)
}
