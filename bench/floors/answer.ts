import type { HoldCommand, HoldOutcome } from "../../durable-objects/stock/contract.ts"

/** A command and an answer of a real hold's shape, so that the floors carry what the real call carries. */

const EXPIRES_AFTER_MS = 600_000

export function holdCommand(): HoldCommand {
  return { holdId: `h_${crypto.randomUUID()}`, pool: "open", customer: "somebody", quantity: 1 }
}

export function heldAnswer(nowMs: number): HoldOutcome {
  return {
    outcome: "held",
    replayed: false,
    state: "held",
    quantity: 1,
    unitPriceCents: 1_900,
    currency: "EUR",
    expiresAtMs: nowMs + EXPIRES_AFTER_MS,
  }
}
