/**
 * The emulator as a process of its own. Configured by the environment: `STRIPE_EMULATOR_PORT` (12111),
 * `SPILLWAY_DATA_DIR` (.spillway), `STRIPE_PUBLISHABLE_KEY`, `STRIPE_SECRET_KEY`, `STRIPE_WEBHOOK_SECRET`,
 * `STRIPE_WEBHOOK_URL`, `STRIPE_WEBHOOK_EVENTS` (types with commas in between; all when left out). Prints `ready <url>` when it answers; ends on SIGINT and SIGTERM.
 */
import { join } from "node:path"
import { startStripeEmulator } from "./emulator.ts"

const { env } = process
const emulator = await startStripeEmulator({
  port: Number(env["STRIPE_EMULATOR_PORT"] ?? 12_111),
  dataDir: join(env["SPILLWAY_DATA_DIR"] ?? ".spillway", "stripe"),
  publishableKey: env["STRIPE_PUBLISHABLE_KEY"] ?? "pk_test_spillway_local",
  secretKey: env["STRIPE_SECRET_KEY"] ?? "sk_test_spillway_local",
  webhookSecret: env["STRIPE_WEBHOOK_SECRET"] ?? "whsec_spillway_local",
  webhookUrl: env["STRIPE_WEBHOOK_URL"] ?? "http://localhost:8787/webhooks/stripe",
  ...(env["STRIPE_WEBHOOK_EVENTS"] && { webhookEvents: env["STRIPE_WEBHOOK_EVENTS"].split(",") }),
  log: (message) => console.error(message),
})
console.log(`ready ${emulator.url}`)

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    emulator.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error)
        process.exit(1)
      },
    )
  })
}
