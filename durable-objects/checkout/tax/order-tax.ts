import { TAX_CLASS_DEFAULT } from "../../prices/contract.ts"
import type { TaxRules } from "../../prices/contract.ts"
import type { PricedLine, Quote } from "../../prices/quote.ts"
import type { ShippingAddress } from "../contract.ts"
import type { CalculatedTax, TaxAddress, TaxAsk } from "./taxes.ts"

/** What is asked about an order's tax, and the order with the answer. Pure. */

type Quoted = Extract<Quote, { outcome: "quoted" }>

/** Stripe's code for what is not taxed: https://docs.stripe.com/tax/tax-codes */
export const NONTAXABLE_CODE = "txcd_00000000"

/**
 * The question about a quote that has no tax yet. `lines` are those it was made of, with their tax classes. Null when it
 * is not known where the order is taxed: it has no address, and the shop no home country.
 */
export function taxAskOf(
  askKey: string,
  { lines: quotedLines, totals }: Quoted,
  order: { lines: readonly PricedLine[]; currency: string; address: ShippingAddress | null },
  rules: TaxRules,
): TaxAsk | null {
  const address = taxAddressOf(order.address, rules.homeCountry)
  if (address === null) return null
  const { shippingCents } = totals
  return {
    askKey,
    currency: order.currency,
    pricesIncludeTax: totals.pricesIncludeTax,
    lines: quotedLines.map(({ sku, quantity, unitPriceCents, discountCents }, index) => ({
      sku,
      quantity,
      amountCents: quantity * unitPriceCents - discountCents,
      taxCode: codeOf(rules, order.lines[index]?.taxClass ?? TAX_CLASS_DEFAULT),
    })),
    shipping: shippingCents === 0 ? null : { amountCents: shippingCents, taxCode: shippingCodeOf(rules) },
    address,
  }
}

/** The quote with its tax: the lines', and that of shipping in the totals. */
export function withTax(quoted: Quoted, tax: CalculatedTax): Quoted {
  const lines = quoted.lines.map((line, index) => ({ ...line, taxCents: tax.lineTaxCents[index] ?? 0 }))
  const taxCents = lines.reduce((sum, line) => sum + line.taxCents, tax.shippingTaxCents)
  return { ...quoted, lines, totals: { ...quoted.totals, taxCents } }
}

function taxAddressOf(address: ShippingAddress | null, homeCountry: string | null): TaxAddress | null {
  if (address === null) return homeCountry === null ? null : { source: "billing", country: homeCountry }
  const { line1, line2, city, postalCode, region, country } = address
  return { source: "shipping", line1, line2, city, postalCode, region, country }
}

function codeOf({ taxCodes }: TaxRules, taxClass: string): string | null {
  return taxCodes.find((code) => code.taxClass === taxClass)?.taxCode ?? null
}

/** The code of `standard` is one of goods: shipping of that class is what the account's settings say of shipping. */
function shippingCodeOf(rules: TaxRules): string | null {
  const { shippingTaxClass } = rules
  if (shippingTaxClass === null) return NONTAXABLE_CODE
  return shippingTaxClass === TAX_CLASS_DEFAULT ? null : codeOf(rules, shippingTaxClass)
}
