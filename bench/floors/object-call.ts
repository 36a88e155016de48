import { DurableObject } from "cloudflare:workers"
import type { HoldCommand, HoldOutcome } from "../../durable-objects/stock/contract.ts"
import { heldAnswer, holdCommand } from "./answer.ts"

interface Bindings {
  FLOOR: DurableObjectNamespace<FloorObject>
}

/** An object that stores nothing. */
export class FloorObject extends DurableObject<Bindings> {
  hold(_command: HoldCommand): HoldOutcome {
    return heldAnswer(Date.now())
  }
}

/** Floor: a Worker that calls one object, and answers what it says. */
export default {
  async fetch(_request, env) {
    return Response.json(await env.FLOOR.getByName("one").hold(holdCommand()), { status: 201 })
  },
} satisfies ExportedHandler<Bindings>
