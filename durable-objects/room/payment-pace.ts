import { PAYMENT_GATE } from "../payment-gate/contract.ts"
import type { PaymentGateApi } from "../payment-gate/contract.ts"
import { within } from "../within.ts"

/** The tick does not wait for a silent gate. */
const GATE_ANSWER_MS = 500

/** What the payment gate says to a room, remembered while it does not answer. */
export class PaymentPace {
  private readonly gates: DurableObjectNamespace<PaymentGateApi & Rpc.DurableObjectBranded>
  private lastPerMinute: number | null = null

  constructor(gates: PaymentPace["gates"]) {
    this.gates = gates
  }

  /** Payments a minute that the provider's account takes for this sale; null, no limit, until the gate has spoken. */
  async read(saleId: string): Promise<number | null> {
    try {
      const view = await within(GATE_ANSWER_MS, this.gates.getByName(PAYMENT_GATE).read(saleId))
      this.lastPerMinute = view.paymentsPerMinute
    } catch (error) {
      console.warn(JSON.stringify({ level: "warn", event: "gate_not_read", saleId, message: String(error) }))
    }
    return this.lastPerMinute
  }
}
