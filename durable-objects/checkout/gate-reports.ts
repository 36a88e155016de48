import type { Tally } from "../payment-gate/breaker.ts"
import { PAYMENT_GATE } from "../payment-gate/contract.ts"
import type { PaymentGateApi } from "../payment-gate/contract.ts"

/** A lane tells the gate of its calls so often at most, and only while it makes some. */
const REPORT_INTERVAL_MS = 1_000

/** Gathers how a lane's calls went, and tells the gate once a second. */
export class GateReports {
  private readonly gates: DurableObjectNamespace<PaymentGateApi & Rpc.DurableObjectBranded>
  private readonly lane: string
  private gathered = { calls: 0, failures: 0, slow: 0, taxes: 0 }
  private sending: Promise<void> | null = null

  constructor(gates: GateReports["gates"], lane: string) {
    this.gates = gates
    this.lane = lane
  }

  /** Resolves when what was added has been told, or was lost: then the gate hears of the next calls. */
  add({ calls, failures, slow, taxes = 0 }: Tally): Promise<void> {
    this.gathered.calls += calls
    this.gathered.failures += failures
    this.gathered.slow += slow
    this.gathered.taxes += taxes
    this.sending ??= this.send()
    return this.sending
  }

  private async send(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, REPORT_INTERVAL_MS))
    const tally = this.gathered
    this.gathered = { calls: 0, failures: 0, slow: 0, taxes: 0 }
    this.sending = null
    try {
      await this.gates.getByName(PAYMENT_GATE).report({ lane: this.lane, ...tally })
    } catch (error) {
      console.warn(JSON.stringify({ level: "warn", event: "gate_not_told", message: String(error) }))
    }
  }
}
