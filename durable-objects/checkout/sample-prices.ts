import { NO_RULES } from "../prices/contract.ts"
import type { Prices } from "./price-order.ts"

/** For tests: a shop that adds nothing to its goods and has no coupons. */
export const PLAIN_PRICES: Prices = {
  rules: async () => NO_RULES,
  couponOf: () => ({
    reserve: async () => ({ outcome: "refused", refusal: "unknown", terms: null }),
    giveBack: async () => undefined,
  }),
  taxes: {
    calculate: () => {
      throw new Error("nobody asks for taxes here")
    },
  },
}
