/**
 * What the rest of Spillway may know of a shop's prices beside those of its goods: ways of shipping and taxes. One
 * object keeps them all (`PRICE_RULES_NAME`); who quotes reads them from a copy.
 */

export const PRICE_RULES_NAME = "shop"

/** What a parcel costs up to a weight. */
export interface ShippingBand {
  /** The last band of a method has none when it takes any weight. */
  upToGrams: number | null
  priceCents: number
}

export interface ShippingMethod {
  id: string
  title: string
  /** ISO 3166-1, two letters; empty: everywhere. */
  countries: string[]
  /** Orders in another currency are not offered this method. */
  currency: string
  /** From light to heavy. A parcel that none of them takes is not shipped this way. */
  bands: ShippingBand[]
  /** Goods that come to this, after their discount, are shipped for nothing; null: never. */
  freeFromCents: number | null
}

export interface TaxRate {
  country: string
  /** Null: the whole country, but for the regions that have a rate of their own. Compared without regard to case. */
  region: string | null
  taxClass: string
  /** 100,000 is the whole: 19 % is 19,000, and 8.875 % is 8,875. */
  ratePer100k: number
}

/** Who works the tax out: the shop's own rates, or Stripe Tax, when the checkout is opened. */
export type TaxProvider = "rates" | "stripe"

/** What goods of a class are to Stripe Tax. */
export interface TaxCode {
  taxClass: string
  /** One of https://docs.stripe.com/tax/tax-codes */
  taxCode: string
}

export interface TaxRules {
  taxProvider: TaxProvider
  /** For Stripe Tax. Goods of a class without a code count as what the account's tax settings say. */
  taxCodes: TaxCode[]
  /** True: the prices have their tax within them, wherever the goods go. False: it is added. */
  pricesIncludeTax: boolean
  /** Whose rates count for an order without an address; null: none do, and Stripe Tax asks for an address. */
  homeCountry: string | null
  /** The class that shipping is taxed with; null: it is not taxed. */
  shippingTaxClass: string | null
  /** No rate for a country and class: no tax. */
  rates: TaxRate[]
}

export interface PriceRules {
  /** Grows by one with every change. */
  version: number
  shipping: ShippingMethod[]
  taxes: TaxRules
  /** Whether there was ever a coupon: where there was none, nobody is asked for one. */
  hasCoupons: boolean
}

/** Goods that say nothing else, and shipping. A class that has no rate in a country is taxed as this one. */
export const TAX_CLASS_DEFAULT = "standard"

/** What holds until a merchant says something else: nothing is added. */
export const NO_RULES: PriceRules = {
  version: 0,
  shipping: [],
  taxes: {
    taxProvider: "rates",
    taxCodes: [],
    pricesIncludeTax: true,
    homeCountry: null,
    shippingTaxClass: TAX_CLASS_DEFAULT,
    rates: [],
  },
  hasCoupons: false,
}

export interface PriceRulesApi {
  read(): Promise<PriceRules>
  /** Null, and nothing is changed, when the rules are not of the version that the change was made to (null: of any). */
  putShipping(shipping: ShippingMethod[], ifVersion: number | null): Promise<PriceRules | null>
  /** Likewise. */
  putTaxes(taxes: TaxRules, ifVersion: number | null): Promise<PriceRules | null>
  /** A code that has, or is about to have, a coupon object; false when there are `COUPONS_MAX` of them. */
  listCoupon(code: string): Promise<boolean>
  /** In alphabetical order, `COUPON_PAGE_MAX` at most. */
  couponCodes(afterCode: string): Promise<string[]>
}

/** Bounds of what is kept in one object and read in one piece: some tens of kilobytes. */
export const SHIPPING_METHODS_MAX = 50
export const SHIPPING_BANDS_MAX = 20
export const TAX_RATES_MAX = 1_000
export const TAX_CODES_MAX = 100
export const COUPONS_MAX = 10_000
export const COUPON_PAGE_MAX = 50

/** Copies of the rules are read again after this long: a changed price is asked for everywhere by then. */
export const PRICE_RULES_AGE_MS = 30_000
