import { z } from "zod"
import { shopTheme } from "./shop-theme.ts"
import type { ShopTheme } from "./shop-theme.ts"
import { importKeyRing } from "../waiting-room/signed-token.ts"
import type { KeyRing } from "../waiting-room/signed-token.ts"
import type { StockObject } from "../durable-objects/stock/object.ts"
import type { StockLane } from "../durable-objects/stock/lease/lane-object.ts"
import type { CheckoutLane } from "../durable-objects/checkout/object.ts"
import type { ArrivalShard } from "../durable-objects/arrivals/object.ts"
import type { Coupon } from "../durable-objects/prices/coupon/object.ts"
import type { ShopPrices } from "../durable-objects/prices/object.ts"
import type { PaymentGate } from "../durable-objects/payment-gate/object.ts"
import type { Reconciler } from "../durable-objects/reconciler/object.ts"
import type { RoomObject } from "../durable-objects/room/object.ts"
import type { LetterMessage } from "./messages/announce.ts"
import type { OrderMessage } from "../durable-objects/checkout/order-message.ts"
import type { ArchiveMessage, StockMessage } from "../durable-objects/stock/contract.ts"

/** What the queue of the stock carries: each kind has one writer and one handler. */
export type EventMessage = StockMessage | ArchiveMessage

/** Every binding of `wrangler.toml`, and every secret it lists. */
export interface Env {
  STOCK: DurableObjectNamespace<StockObject>
  STOCK_LANES: DurableObjectNamespace<StockLane>
  CHECKOUT: DurableObjectNamespace<CheckoutLane>
  ROOM: DurableObjectNamespace<RoomObject>
  ARRIVALS: DurableObjectNamespace<ArrivalShard>
  PRICES: DurableObjectNamespace<ShopPrices>
  COUPONS: DurableObjectNamespace<Coupon>
  PAYMENT_GATE: DurableObjectNamespace<PaymentGate>
  RECONCILER: DurableObjectNamespace<Reconciler>
  EVENTS: Queue<EventMessage>
  ORDERS_0: Queue<OrderMessage>
  ORDERS_1: Queue<OrderMessage>
  ORDERS_2: Queue<OrderMessage>
  ORDERS_3: Queue<OrderMessage>
  MESSAGES: Queue<LetterMessage>
  MEDIA: R2Bucket
  ASSETS: Fetcher
  /** Sessions that begin, by address, and calls, by session. Not in the local environment. */
  NEW_SESSIONS?: RateLimit
  SESSION_CALLS?: RateLimit

  /** Mail. Not in the local environment, where `MAIL_SINK_URL` writes letters to files. */
  MAIL?: SendEmail

  ENVIRONMENT: string
  SHOP_NAME: string
  SHOP_THEME: string
  CHECKOUT_LANES: string
  STRIPE_API_BASE: string
  STRIPE_JS_URL: string
  STRIPE_REQUESTS_PER_SECOND: string
  STRIPE_PUBLISHABLE_KEY: string
  NEON_SQL_ENDPOINT: string
  TURNSTILE_SITE_KEY?: string
  TURNSTILE_SECRET?: string
  TURNSTILE_BASE?: string
  DRAND_URL?: string
  MAIL_FROM?: string
  /** Only in the local stack. */
  MAIL_SINK_URL?: string
  SHOP_URL?: string
  DATABASE_URL: string
  STRIPE_SECRET_KEY: string
  STRIPE_WEBHOOK_SECRET: string
  TOKEN_KEYS: string
  MERCHANT_TOKENS: string
}

export const ROLES = ["viewer", "staff", "owner"] as const
export type Role = (typeof ROLES)[number]

/** Beyond any account's limit: a mistake of units. */
const REQUESTS_PER_SECOND_MAX = 100_000

const optionalUrl = z.union([z.literal(""), z.url()])

const merchantTokens = z.string().transform((setting, context) => {
  const tokens: { role: Role; token: string }[] = []
  for (const entry of setting.split(",")) {
    const [role, token] = entry.trim().split(":")
    const known = ROLES.find((candidate) => candidate === role)
    if (!known || !token) {
      context.addIssue({
        code: "custom",
        message: "each entry is role:token, with a role of owner, staff or viewer",
      })
      return z.NEVER
    }
    tokens.push({ role: known, token })
  }
  return tokens
})

const settings = z.object({
  ENVIRONMENT: z.enum(["local", "staging", "production"]),
  SHOP_NAME: z.string().min(1).max(80),
  SHOP_THEME: shopTheme,
  CHECKOUT_LANES: z.coerce.number().int().min(1).max(256),
  STRIPE_API_BASE: optionalUrl,
  STRIPE_JS_URL: z.url(),
  STRIPE_REQUESTS_PER_SECOND: z
    .union([z.literal(""), z.coerce.number().positive().max(REQUESTS_PER_SECOND_MAX)])
    .default(""),
  STRIPE_PUBLISHABLE_KEY: z.string().startsWith("pk_"),
  NEON_SQL_ENDPOINT: optionalUrl,
  TURNSTILE_SITE_KEY: z.string().default(""),
  TURNSTILE_SECRET: z.string().default(""),
  TURNSTILE_BASE: optionalUrl.default(""),
  DRAND_URL: z
    .string()
    .regex(
      /^$|^https?:\/\/.+\/[0-9a-f]{64}$/,
      "empty, or a chain of drand's: https://api.drand.sh/<64 hex digits>",
    )
    .default(""),
  MAIL_FROM: z.union([z.literal(""), z.email()]).default(""),
  MAIL_SINK_URL: optionalUrl.default(""),
  SHOP_URL: optionalUrl.default(""),
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, "a postgres:// address"),
  STRIPE_SECRET_KEY: z.string().regex(/^(sk|rk)_/, "a secret key that begins with sk_"),
  STRIPE_WEBHOOK_SECRET: z.string().startsWith("whsec_"),
  MERCHANT_TOKENS: merchantTokens,
})

export type Settings = z.infer<typeof settings> & { keyRing: KeyRing }

/** Thrown with every variable that is missing or wrong, by name. */
export class WrongConfiguration extends Error {
  override name = "WrongConfiguration"
}

function wrongConfiguration({ issues }: z.ZodError): WrongConfiguration {
  const lines = issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`)
  return new WrongConfiguration(
    `Wrong configuration. Set these in wrangler.toml or with "wrangler secret put": ${lines.join("; ")}`,
  )
}

/** Checks the configuration by its variables' names; throws `WrongConfiguration` naming each one that is wrong. */
export async function readSettings(env: Env): Promise<Settings> {
  const parsed = settings.safeParse(env)
  if (!parsed.success) throw wrongConfiguration(parsed.error)
  if (!env.TOKEN_KEYS) throw new WrongConfiguration("Wrong configuration. TOKEN_KEYS is missing.")
  try {
    return { ...parsed.data, keyRing: await importKeyRing(env.TOKEN_KEYS) }
  } catch (error) {
    throw new WrongConfiguration(error instanceof Error ? error.message : String(error))
  }
}

let known: { env: Env; settings: Settings } | undefined

/** The checked configuration, worked out once per isolate. */
export async function settingsOf(env: Env): Promise<Settings> {
  if (known?.env !== env) known = { env, settings: await readSettings(env) }
  return known.settings
}

let knownTheme: { env: Env; theme: ShopTheme } | undefined

/** The theme alone, for pages that need nothing else; worked out once per isolate, and wrong in the same words. */
export function themeOf(env: Env): ShopTheme {
  if (knownTheme?.env !== env) {
    const parsed = z.object({ SHOP_THEME: shopTheme }).safeParse(env)
    if (!parsed.success) throw wrongConfiguration(parsed.error)
    knownTheme = { env, theme: parsed.data.SHOP_THEME }
  }
  return knownTheme.theme
}
