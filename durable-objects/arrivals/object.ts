import { DurableObject } from "cloudflare:workers"
import type { ShardRoot } from "../../waiting-room/draw.ts"
import { hexOf } from "../../waiting-room/sha256.ts"
import {
  packTicketId,
  sortTicketIds,
  TICKET_ID_BYTES,
  TicketTree,
  unpackTicketId,
} from "../../waiting-room/ticket-tree.ts"
import { applyMigrations, hasMigrations } from "../sqlite.ts"
import { GATHER_IDS_MAX, SHARD_IDS_MAX, TICKET_PAGE_MAX } from "./contract.ts"
import type { ArrivalShardApi, GatherOutcome, SealedProof } from "./contract.ts"
import { ARRIVAL_MIGRATIONS } from "./schema.ts"

/** A row of sorted ids: half of what one may have. */
const LEAVES_ROW_BYTES = 65_536 * TICKET_ID_BYTES

/**
 * Some of a sale's ticket ids. Its tables hold ids and the roots of their blocks, and all it decides is whether they
 * are sealed.
 */
export class ArrivalShard extends DurableObject implements ArrivalShardApi {
  /** Ids that were taken, each as often as it came. */
  private gathered = 0
  /** Null while nothing is sealed. */
  private sealed: number | null = null
  private tree: TicketTree | null = null

  constructor(ctx: DurableObjectState, env: unknown) {
    super(ctx, env as Cloudflare.Env)
    // Asking leaves nothing behind, so that guessing sales fills no storage.
    if (!hasMigrations(ctx.storage.sql)) return
    ctx.storage.transactionSync(() => applyMigrations(ctx.storage.sql, ARRIVAL_MIGRATIONS))
    this.readBack()
  }

  async gather(ids: Uint8Array, generation: number): Promise<GatherOutcome> {
    const count = ids.length / TICKET_ID_BYTES
    if (!Number.isInteger(count) || count < 1 || count > GATHER_IDS_MAX)
      throw new Error(
        `A flush has 1 to ${GATHER_IDS_MAX} ids of ${TICKET_ID_BYTES} bytes; this has ${ids.length}.`,
      )
    if (this.sealed !== null && generation <= this.sealed) return "late"
    if (this.gathered + count > SHARD_IDS_MAX) return "late"
    this.ctx.storage.transactionSync(() => {
      this.makeTables()
      this.openAgain()
      this.ctx.storage.sql.exec(`INSERT INTO gathered (ids) VALUES (?)`, ids.slice().buffer)
    })
    this.gathered += count
    return "taken"
  }

  async seal(generation: number): Promise<ShardRoot> {
    if (this.sealed === null || generation > this.sealed) this.sealNow(generation)
    const { root, count } = this.sealedTree()
    return { root: hexOf(root), count }
  }

  async proof(ticketId: string): Promise<SealedProof | null> {
    const id = packTicketId(ticketId)
    if (!id || this.sealed === null) return null
    const proof = this.sealedTree().proofOf(id)
    return proof && { index: proof.index, path: proof.path.map(hexOf) }
  }

  async tickets(afterTicketId: string): Promise<string[]> {
    if (this.sealed === null) return []
    const tree = this.sealedTree()
    const after = packTicketId(afterTicketId)
    const { index, found } = after ? tree.position(after) : { index: 0, found: false }
    const from = found ? index + 1 : index
    const length = Math.min(TICKET_PAGE_MAX, tree.count - from)
    return Array.from({ length }, (_, i) => unpackTicketId(tree.ids, from + i))
  }

  private sealNow(generation: number): void {
    const { sql } = this.ctx.storage
    const tree = this.ctx.storage.transactionSync(() => {
      this.makeTables()
      this.openAgain()
      const sorted = new TicketTree(sortTicketIds(this.readIds("gathered", "flush")))
      sql.exec(`DELETE FROM gathered`)
      for (let at = 0; at < sorted.ids.length; at += LEAVES_ROW_BYTES)
        sql.exec(`INSERT INTO leaves (ids) VALUES (?)`, sorted.ids.slice(at, at + LEAVES_ROW_BYTES).buffer)
      const blocks = sorted.blocks.slice().buffer
      sql.exec(`INSERT INTO sealed (one, generation, blocks) VALUES (1, ?, ?)`, generation, blocks)
      return sorted
    })
    this.sealed = generation
    this.tree = tree
  }

  /** What was sealed for a bell that was moved since is gathered again. */
  private openAgain(): void {
    if (this.sealed === null) return
    const { sql } = this.ctx.storage
    sql.exec(`INSERT INTO gathered (ids) SELECT ids FROM leaves`)
    sql.exec(`DELETE FROM leaves`)
    sql.exec(`DELETE FROM sealed`)
    this.sealed = null
    this.tree = null
  }

  private sealedTree(): TicketTree {
    if (this.tree) return this.tree
    const [row] = this.ctx.storage.sql.exec<{ blocks: ArrayBuffer }>(`SELECT blocks FROM sealed`).toArray()
    this.tree = new TicketTree(this.readIds("leaves", "part"), row && new Uint8Array(row.blocks))
    return this.tree
  }

  private readIds(table: "gathered" | "leaves", order: "flush" | "part"): Uint8Array {
    const rows = this.ctx.storage.sql
      .exec<{ ids: ArrayBuffer }>(`SELECT ids FROM ${table} ORDER BY ${order}`)
      .toArray()
    const ids = new Uint8Array(rows.reduce((sum, row) => sum + row.ids.byteLength, 0))
    let at = 0
    for (const row of rows) {
      ids.set(new Uint8Array(row.ids), at)
      at += row.ids.byteLength
    }
    return ids
  }

  private makeTables(): void {
    if (!hasMigrations(this.ctx.storage.sql)) applyMigrations(this.ctx.storage.sql, ARRIVAL_MIGRATIONS)
  }

  private readBack(): void {
    const { sql } = this.ctx.storage
    const [row] = sql
      .exec<{ bytes: number; generation: number | null }>(
        `SELECT coalesce((SELECT sum(length(ids)) FROM gathered), 0)
           + coalesce((SELECT sum(length(ids)) FROM leaves), 0) AS bytes,
           (SELECT generation FROM sealed) AS generation`,
      )
      .toArray()
    this.gathered = (row?.bytes ?? 0) / TICKET_ID_BYTES
    this.sealed = row?.generation ?? null
  }
}
