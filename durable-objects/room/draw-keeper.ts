import type { BeaconAnswer, DrawDocument, ShardRoot } from "../../waiting-room/draw.ts"
import { ranksFromMsOf } from "../../waiting-room/mode.ts"
import type { Sql } from "../sqlite.ts"
import {
  DRAW_BEFORE_SEALING,
  drawDocument,
  drawSeed,
  drawStepOf,
  giveUpWaiting,
  hasLots,
  lotKeyOf,
  nextDrawStepMs,
  sealTickets,
  startDraw,
} from "./draw-life.ts"
import type { DrawState, DrawStep } from "./draw-life.ts"
import type { ScheduledSale } from "./room-store.ts"

/** A room's draw and its row: what `draw-life.ts` decides is written down before anybody hears of it. */
export class DrawKeeper {
  private readonly sql: Sql
  private state: DrawState
  private readonly scheduled: () => ScheduledSale

  constructor(sql: Sql, scheduled: () => ScheduledSale) {
    this.sql = sql
    this.scheduled = scheduled
    const [row] = sql.exec<{ state: string }>(`SELECT state FROM draw`).toArray()
    this.state = row ? (JSON.parse(row.state) as DrawState) : DRAW_BEFORE_SEALING
  }

  /** For a sale that is scheduled now. */
  begin(nowMs: number): void {
    this.save(startDraw(this.opensAtMs, 0, nowMs))
  }

  /** The bell goes elsewhere: what was sealed for the old one is let go, and ids are gathered on. */
  bellMoved(nowMs: number): void {
    if (this.state.phase === "plain" && this.state.because === "before_sealing_existed") return
    this.save(startDraw(this.opensAtMs, this.state.generation + 1, nowMs))
  }

  get generation(): number {
    return this.state.generation
  }

  get hasLots(): boolean {
    return hasLots(this.state)
  }

  /** Only to be used once there are lots. */
  get lotKey(): string {
    return lotKeyOf(this.state, this.scheduled().drawSecret)
  }

  /** Only of a sealed draw: a plain one's board has its secret. */
  get seed(): string | null {
    return this.state.phase === "drawn" ? this.state.seed : null
  }

  step(nowMs: number): DrawStep | null {
    return drawStepOf(this.state, this.opensAtMs, nowMs)
  }

  nextStepMs(nowMs: number): number | null {
    return nextDrawStepMs(this.state, this.opensAtMs, nowMs)
  }

  /** The round that the draw waits for; null when it waits for none. */
  get round(): number | null {
    return this.state.phase === "sealed" ? (this.state.beacon?.round ?? null) : null
  }

  /** Roots that were asked for before the bell was moved are those of another generation, and are not taken. */
  seal(shards: ShardRoot[], generation: number, chainHash: string | null, nowMs: number): void {
    if (generation !== this.state.generation) return
    this.save(sealTickets(this.state, shards, { chainHash, opensAtMs: this.opensAtMs }, nowMs))
  }

  beaconAnswered(answer: BeaconAnswer): void {
    this.save(drawSeed(this.state, this.scheduled().drawSecret, answer))
  }

  giveUp(nowMs: number): void {
    if (this.step(nowMs) === "give_up") this.save(giveUpWaiting(this.state, this.scheduled().drawSecret))
  }

  document(arrivedBeforeBell: number, nowMs: number): DrawDocument {
    const { sale, drawCommitment, drawSecret, earlySecret } = this.scheduled()
    const { saleId, opensAtMs } = sale
    const ranksFromMs = ranksFromMsOf({ ...sale, mode: sale.admission.mode })
    const earlyAccess =
      sale.earlyAccess && earlySecret ? { opensAtMs: sale.earlyAccess.opensAtMs, secret: earlySecret } : null
    const times = { saleId, opensAtMs, ranksFromMs }
    const facts = { ...times, drawCommitment, drawSecret, earlyAccess, arrivedBeforeBell }
    return drawDocument(this.state, facts, nowMs)
  }

  private get opensAtMs(): number {
    return this.scheduled().sale.opensAtMs
  }

  private save(state: DrawState): void {
    if (state === this.state) return
    this.sql.exec(
      `INSERT INTO draw (one, state) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET state = excluded.state`,
      JSON.stringify(state),
    )
    this.state = state
  }
}
