import { resolve } from "node:path"
import { z } from "zod"

/** What may be set from outside, each by one environment variable. Everything has a default that works. */
export interface StackSettings {
  port: number
  postgresPort: number
  sqlProxyPort: number
  stripeEmulatorPort: number
  dataDir: string
  demo: boolean
  /** A Postgres of one's own in place of the local one. */
  databaseUrl: string | null
  /** Real test keys in place of the emulator's. All three or none. */
  stripe: { secretKey: string; publishableKey: string; webhookSecret: string } | null
  /** Keys of a Turnstile widget at Cloudflare in place of the emulator. Both or none. */
  turnstile: { siteKey: string; secret: string } | null
}

/** Wrong settings, in one line that names the variables. */
export class WrongSettings extends Error {
  override name = "WrongSettings"
}

const port = z.coerce
  .number("a port number")
  .int("a whole number")
  .min(1, "a port from 1 to 65535")
  .max(65_535, "a port from 1 to 65535")

const variables = z.object({
  PORT: port.default(8787),
  POSTGRES_PORT: port.default(54_329),
  SQL_PROXY_PORT: port.default(54_330),
  STRIPE_EMULATOR_PORT: port.default(12_111),
  SPILLWAY_DATA_DIR: z.string().min(1, "a folder").default(".spillway"),
  SPILLWAY_DEMO: z.enum(["on", "off"], "on or off").default("on"),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, "a postgres:// address")
    .optional(),
  STRIPE_SECRET_KEY: z
    .string()
    .regex(/^(sk|rk)_test_/, "a test key, sk_test_…")
    .optional(),
  STRIPE_PUBLISHABLE_KEY: z.string().startsWith("pk_test_", "a test key, pk_test_…").optional(),
  STRIPE_WEBHOOK_SECRET: z.string().startsWith("whsec_", "whsec_…").optional(),
  TURNSTILE_SITE_KEY: z.string().optional(),
  TURNSTILE_SECRET: z.string().optional(),
})

/** Reads the settings, or throws `WrongSettings` naming every variable that is wrong. An empty variable counts as absent. */
export function readStackSettings(environment: Record<string, string | undefined>): StackSettings {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ""),
  )
  const parsed = variables.safeParse(given)
  if (!parsed.success) {
    const wrong = parsed.error.issues.map((issue) => `${issue.path.join(".")} must be ${issue.message}`)
    throw new WrongSettings(`${wrong.join("; ")}. Set it right, or leave it out for the default.`)
  }
  const values = parsed.data
  const ports = {
    PORT: values.PORT,
    POSTGRES_PORT: values.POSTGRES_PORT,
    SQL_PROXY_PORT: values.SQL_PROXY_PORT,
    STRIPE_EMULATOR_PORT: values.STRIPE_EMULATOR_PORT,
  }
  for (const [name, value] of Object.entries(ports)) {
    const other = Object.entries(ports).find(
      ([otherName, otherValue]) => otherName !== name && otherValue === value,
    )
    if (other)
      throw new WrongSettings(`${name} and ${other[0]} are both ${value}. Give each a port of its own.`)
  }
  return {
    port: values.PORT,
    postgresPort: values.POSTGRES_PORT,
    sqlProxyPort: values.SQL_PROXY_PORT,
    stripeEmulatorPort: values.STRIPE_EMULATOR_PORT,
    dataDir: resolve(values.SPILLWAY_DATA_DIR),
    demo: values.SPILLWAY_DEMO === "on",
    databaseUrl: values.DATABASE_URL ?? null,
    stripe: stripeKeys(values.STRIPE_SECRET_KEY, values.STRIPE_PUBLISHABLE_KEY, values.STRIPE_WEBHOOK_SECRET),
    turnstile: turnstileKeys(values.TURNSTILE_SITE_KEY, values.TURNSTILE_SECRET),
  }
}

function turnstileKeys(siteKey?: string, secret?: string): StackSettings["turnstile"] {
  if (siteKey && secret) return { siteKey, secret }
  if (!siteKey && !secret) return null
  throw new WrongSettings(
    `${siteKey ? "TURNSTILE_SECRET" : "TURNSTILE_SITE_KEY"} missing. Turnstile needs both keys; leave both out for the emulator.`,
  )
}

function stripeKeys(
  secretKey?: string,
  publishableKey?: string,
  webhookSecret?: string,
): StackSettings["stripe"] {
  if (secretKey && publishableKey && webhookSecret) return { secretKey, publishableKey, webhookSecret }
  if (!secretKey && !publishableKey && !webhookSecret) return null
  const keys = {
    STRIPE_SECRET_KEY: secretKey,
    STRIPE_PUBLISHABLE_KEY: publishableKey,
    STRIPE_WEBHOOK_SECRET: webhookSecret,
  }
  const missing = Object.entries(keys)
    .filter(([, value]) => !value)
    .map(([name]) => name)
  throw new WrongSettings(
    `${missing.join(" and ")} missing. Stripe's test mode needs all three keys; leave all out for the emulator.`,
  )
}
