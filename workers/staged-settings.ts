import { encodeBase64Url } from "../waiting-room/signed-token.ts"

/** For tests: what `settingsOf` reads of a Worker that reaches nobody. Bindings are the test's own. */
export const STAGED_SETTINGS = {
  ENVIRONMENT: "local",
  SHOP_NAME: "Shop",
  CHECKOUT_LANES: "8",
  STRIPE_API_BASE: "",
  STRIPE_JS_URL: "https://js.stripe.com/v3/",
  STRIPE_PUBLISHABLE_KEY: "pk_test",
  NEON_SQL_ENDPOINT: "",
  DATABASE_URL: "postgres://nobody@127.0.0.1:1/none",
  STRIPE_SECRET_KEY: "sk_test",
  STRIPE_WEBHOOK_SECRET: "whsec_test",
  TOKEN_KEYS: `a:${encodeBase64Url(new Uint8Array(32).fill(7))}`,
  MERCHANT_TOKENS: "owner:token",
} as const
