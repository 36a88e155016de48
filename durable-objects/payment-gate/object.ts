import { DurableObject } from "cloudflare:workers"
import type { GateView, LaneReport, PaymentGateApi } from "./contract.ts"
import { Gate } from "./gate.ts"

interface PaymentGateBindings {
  STRIPE_SECRET_KEY: string
  /** Empty: Stripe's own limit for the kind of key. */
  STRIPE_REQUESTS_PER_SECOND: string
}

/** Stripe's limits of an account, live and in test mode: https://docs.stripe.com/rate-limits */
const LIVE_REQUESTS_PER_SECOND = 100
const TEST_REQUESTS_PER_SECOND = 25

/**
 * The shell around the gate. It keeps nothing on disk: an instance that starts takes payments to be well, and hears
 * otherwise within a second.
 */
export class PaymentGate extends DurableObject<PaymentGateBindings> implements PaymentGateApi {
  private readonly gate: Gate

  constructor(ctx: DurableObjectState, env: PaymentGateBindings) {
    super(ctx, env)
    this.gate = new Gate(Number(env.STRIPE_REQUESTS_PER_SECOND) || limitOfKey(env.STRIPE_SECRET_KEY))
  }

  async report(report: LaneReport): Promise<void> {
    this.gate.report(report, Date.now())
  }

  async read(saleId: string | null): Promise<GateView> {
    return this.gate.read(saleId, Date.now())
  }
}

function limitOfKey(secretKey: string): number {
  return /^[a-z]+_live_/.test(secretKey) ? LIVE_REQUESTS_PER_SECOND : TEST_REQUESTS_PER_SECOND
}
