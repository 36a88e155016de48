import { arrivalShardName, GATHER_IDS_MAX } from "../../durable-objects/arrivals/contract.ts"
import type { ArrivalShardApi } from "../../durable-objects/arrivals/contract.ts"
import { ARRIVAL_SHARDS } from "../../waiting-room/draw.ts"
import { packTicketIds } from "../../waiting-room/ticket-tree.ts"
import type { Env } from "../environment.ts"

/** Ids that an isolate keeps while a shard is away, each some 60 bytes; further ones are not sealed. */
export const IDS_KEPT_MAX = 100_000

/** Ids of one sale on their way to its shard. */
export interface IdBatch {
  saleId: string
  generation: number
  ticketIds: string[]
}

/** Ids of tickets that this isolate issued before the bell, and that no shard has yet. */
export class GatheredIds {
  private bySale = new Map<string, IdBatch>()
  private kept = 0

  add(saleId: string, generation: number, ticketId: string): void {
    if (this.kept >= IDS_KEPT_MAX) return
    const key = `${saleId}/${generation}`
    const batch = this.bySale.get(key) ?? { saleId, generation, ticketIds: [] }
    batch.ticketIds.push(ticketId)
    this.bySale.set(key, batch)
    this.kept += 1
  }

  /** At most one call's worth of each sale; the rest stays for the next flush. */
  take(): IdBatch[] {
    const taken = [...this.bySale.values()].map(({ ticketIds, ...batch }) => ({
      ...batch,
      ticketIds: ticketIds.splice(0, GATHER_IDS_MAX),
    }))
    for (const [key, { ticketIds }] of this.bySale) if (ticketIds.length === 0) this.bySale.delete(key)
    this.kept -= taken.reduce((sum, { ticketIds }) => sum + ticketIds.length, 0)
    return taken
  }

  putBack({ saleId, generation, ticketIds }: IdBatch): void {
    for (const ticketId of ticketIds) this.add(saleId, generation, ticketId)
  }
}

/** Each isolate tells one shard of a sale, whoever came: a crowd makes as many calls as there are isolates. */
let ownShard: number | null = null

/** True when the shard has answered. An answer that was lost is asked for again: ids that come twice are one leaf. */
export async function tellShard(env: Env, gathered: GatheredIds, batch: IdBatch): Promise<boolean> {
  ownShard ??= Math.floor(Math.random() * ARRIVAL_SHARDS)
  try {
    await shardOf(env, batch.saleId, ownShard).gather(packTicketIds(batch.ticketIds), batch.generation)
    return true
  } catch (error) {
    gathered.putBack(batch)
    const { saleId } = batch
    console.warn(
      JSON.stringify({ level: "warn", event: "tickets_not_gathered", saleId, message: String(error) }),
    )
    return false
  }
}

export function shardOf(env: Env, saleId: string, shard: number): ArrivalShardApi {
  return env.ARRIVALS.getByName(arrivalShardName(saleId, shard))
}
