import { DurableObject } from "cloudflare:workers"
import type { HoldCommand, HoldOutcome } from "../../durable-objects/stock/contract.ts"
import { heldAnswer, holdCommand } from "./answer.ts"

interface Bindings {
  FLOOR: DurableObjectNamespace<FloorObject>
}

/** An object that writes one row per call in a transaction of its own; the platform's output gate makes it durable. */
export class FloorObject extends DurableObject<Bindings> {
  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, env)
    ctx.storage.sql.exec(
      `CREATE TABLE IF NOT EXISTS holds (
        hold_id TEXT PRIMARY KEY, pool TEXT NOT NULL, customer TEXT NOT NULL, quantity INTEGER NOT NULL,
        unit_price_cents INTEGER NOT NULL, currency TEXT NOT NULL, state TEXT NOT NULL, expires_at_ms INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID`,
    )
  }

  hold({ holdId, pool, customer, quantity }: HoldCommand): HoldOutcome {
    const answer = heldAnswer(Date.now())
    if (answer.outcome === "refused") return answer
    const { unitPriceCents, currency, state, expiresAtMs } = answer
    this.ctx.storage.transactionSync(() =>
      this.ctx.storage.sql.exec(
        `INSERT INTO holds VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        holdId,
        pool,
        customer,
        quantity,
        unitPriceCents,
        currency,
        state,
        expiresAtMs,
      ),
    )
    return answer
  }
}

/** Floor: one durable transaction per call, without group commit. */
export default {
  async fetch(_request, env) {
    return Response.json(await env.FLOOR.getByName("one").hold(holdCommand()), { status: 201 })
  },
} satisfies ExportedHandler<Bindings>
