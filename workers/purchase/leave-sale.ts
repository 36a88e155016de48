import type { Leave } from "../../durable-objects/room/contract.ts"
import type { Env } from "../environment.ts"
import { askRoom } from "../line/room-call.ts"

/**
 * Tells a sale's room that someone gave back what they held there, so that their place goes to the next. Never throws:
 * when it is lost, the place comes free with the end of their pass.
 */
export async function leaveSale(
  env: Env,
  saleId: string,
  { subject, items }: { subject: string; items: readonly { quantity: number }[] },
): Promise<void> {
  const units = items.reduce((sum, { quantity }) => sum + quantity, 0)
  const leave: Leave = { subject, atMs: Date.now(), units, end: "given_back" }
  try {
    await askRoom(env, saleId, (room) => room.leave(leave))
  } catch (error) {
    console.warn(JSON.stringify({ level: "warn", event: "sale_not_left", saleId, message: String(error) }))
  }
}
