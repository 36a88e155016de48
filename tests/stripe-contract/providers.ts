import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { StripeSettings } from "../../durable-objects/checkout/stripe.ts"
import { startStripeEmulator } from "../../local/stripe-emulator/emulator.ts"

/** Stripe, or what stands in for it, for one run of the suite. */
export interface Provider {
  settings: StripeSettings
  stop(): Promise<void>
}

export interface Candidate {
  name: string
  open(): Promise<Provider>
}

const SECRET_KEY = "sk_test_contract"

const EMULATOR: Candidate = {
  name: "the emulator",
  async open() {
    const dataDir = await mkdtemp(join(tmpdir(), "spillway-stripe-contract-"))
    const emulator = await startStripeEmulator({
      port: 0,
      dataDir,
      secretKey: SECRET_KEY,
      publishableKey: "pk_test_contract",
      webhookSecret: "whsec_contract",
      // Nobody listens: the suite reads the events themselves.
      webhookUrl: "http://127.0.0.1:9/",
      webhookEvents: ["none"],
    })
    return {
      settings: { STRIPE_SECRET_KEY: SECRET_KEY, STRIPE_API_BASE: emulator.url },
      async stop() {
        await emulator.stop()
        await rm(dataDir, { recursive: true, force: true })
      },
    }
  },
}

/** Only ever a test key: the suite makes payments, refunds and disputes. */
const testKey = /^(sk|rk)_test_\w+$/.exec(process.env["STRIPE_SECRET_KEY"] ?? "")?.[0]

const TEST_MODE: Candidate = {
  name: "Stripe's test mode",
  open: () =>
    Promise.resolve({
      settings: { STRIPE_SECRET_KEY: testKey ?? "", STRIPE_API_BASE: "" },
      stop: () => Promise.resolve(),
    }),
}

/** Whom to ask; one line says so where Stripe itself cannot be asked. */
export function candidatesHere(): Candidate[] {
  if (testKey !== undefined) return [EMULATOR, TEST_MODE]
  process.stdout.write("Stripe's test mode is not asked: STRIPE_SECRET_KEY is no test key, sk_test_…\n")
  return [EMULATOR]
}
