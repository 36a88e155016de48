/** What a lane asks of whoever works taxes out, and what it may be told. `stripe-tax.ts` is the one that asks Stripe. */
export interface Taxes {
  calculate(ask: TaxAsk): Promise<TaxAnswer>
}

export interface TaxAsk {
  /** The same key with the same content is the same calculation, however often it is asked for. */
  askKey: string
  currency: string
  /** True: the amounts have their tax within them. */
  pricesIncludeTax: boolean
  lines: TaxedLine[]
  /** Null: nothing is asked for shipping. */
  shipping: TaxedAmount | null
  address: TaxAddress
}

export interface TaxedAmount {
  /** Minor units, after the discount. */
  amountCents: number
  /** Null: as the account's tax settings have it. */
  taxCode: string | null
}

/** All units of one SKU. */
export interface TaxedLine extends TaxedAmount {
  sku: string
  quantity: number
}

/** Where the order goes, or, without an address, where the shop is at home. */
export interface TaxAddress {
  source: "shipping" | "billing"
  /** ISO 3166-1, two letters. */
  country: string
  line1?: string | undefined
  line2?: string | undefined
  city?: string | undefined
  postalCode?: string | undefined
  region?: string | undefined
}

/** `lineTaxCents` are the lines' in their order. A calculation that nobody was asked for has no id. */
export interface CalculatedTax {
  outcome: "ok"
  calculationId: string | null
  lineTaxCents: number[]
  shippingTaxCents: number
}

/**
 * `refused` the same question is answered the same again: for the `address`, for an `amount` that cannot be counted in
 * its currency, or for what stands at the provider's `account` · `unavailable` there was no answer, or not yet: the same
 * may be asked again.
 */
export type TaxAnswer =
  | CalculatedTax
  | { outcome: "refused"; about: "address" | "amount" | "account"; code: string; message: string }
  | { outcome: "unavailable"; message: string }
