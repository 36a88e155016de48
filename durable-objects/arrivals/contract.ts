/**
 * What the rest of Spillway may know of an arrival shard: one of `ARRIVAL_SHARDS` objects of a sale that gather the ids
 * of its tickets, seal them shortly before the bell, and show afterwards which were sealed.
 */

import type { ShardRoot } from "../../waiting-room/draw.ts"

/** Most ids in one call: 256 KB. An isolate that has issued more in a second sends the rest with its next flush. */
export const GATHER_IDS_MAX = 16_384

/** Most ids of a shard: 16 MB, three times that while they are sorted, and 2 to 4 s to hash. Further ones count as late. */
export const SHARD_IDS_MAX = 1_000_000

/** Most ids in one page of the public list. */
export const TICKET_PAGE_MAX = 10_000

/** `late`: the tickets are sealed, or there are too many. They are drawn all the same. */
export type GatherOutcome = "taken" | "late"

export interface SealedProof {
  index: number
  /** Hex, from the leaf's sibling upwards. */
  path: string[]
}

export interface ArrivalShardApi {
  /**
   * Takes ids, 16 bytes each. Ids that come twice are one leaf. A higher generation than the sealed one says that the
   * bell was moved: what was sealed is gathered again.
   */
  gather(ids: Uint8Array, generation: number): Promise<GatherOutcome>
  /** Seals what is there, once for each generation; again the same answer. */
  seal(generation: number): Promise<ShardRoot>
  /** Null when the id was not sealed here, or nothing is sealed. */
  proof(ticketId: string): Promise<SealedProof | null>
  /** Sealed ids in the order of their bytes, `TICKET_PAGE_MAX` at most; begin with "". */
  tickets(afterTicketId: string): Promise<string[]>
}

export function arrivalShardName(saleId: string, shard: number): string {
  return `${saleId}:${shard}`
}
