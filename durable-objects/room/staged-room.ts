import { FLUSH_HORIZON_MS } from "../../waiting-room/controller.ts"
import { MemorySql } from "../memory-sql.ts"
import type { Admission, Sale, SaleItem } from "./contract.ts"
import { Room } from "./room.ts"
import { RoomStore } from "./room-store.ts"
import type { ScheduledSale } from "./room-store.ts"

/** For tests: a sale of mugs, and its room on SQLite in memory. */

/** When the sale's bell rings. Its line opens a minute earlier. */
export const OPENS_AT_MS = 1_800_000_000_000

/** When those who came before the bell have all been counted, and the line moves for the first time. */
export const FIRST_MOVE_MS = OPENS_AT_MS + FLUSH_HORIZON_MS

const ITEM: SaleItem = {
  sku: "MUG-1",
  productSlug: "mug",
  title: "Mug",
  image: null,
  allotment: 100,
  salePriceCents: 900,
  priceCents: 1_800,
  currency: "EUR",
  perCustomerLimit: 2,
}

const SALE: Sale = {
  saleId: "00000000-0000-4000-8000-000000000001",
  slug: "mugs",
  title: "Mugs",
  waitingOpensAtMs: OPENS_AT_MS - 60_000,
  opensAtMs: OPENS_AT_MS,
  closesAtMs: OPENS_AT_MS + 3_600_000,
  items: [ITEM],
  admission: { perMinute: 6_000, maxActive: 50, passMinutes: 2 },
  holdSeconds: 120,
}

export interface StagedChange extends Partial<Omit<Sale, "admission" | "items">> {
  admission?: Partial<Admission>
  item?: Partial<SaleItem>
}

export function stagedSale({ admission, item, ...change }: StagedChange = {}): Sale {
  return {
    ...SALE,
    items: [{ ...ITEM, ...item }],
    admission: { ...SALE.admission, ...admission },
    ...change,
  }
}

/** What was drawn when the sale was scheduled. */
export type StagedSecrets = Pick<ScheduledSale, "drawSecret" | "drawCommitment" | "earlySecret">

const SECRETS: StagedSecrets = { drawSecret: "secret", drawCommitment: "commitment" }

/** As the object opens it when the sale is scheduled, except that no draw has begun. */
export function openRoom({ sale, ...secrets }: { sale: Sale } & StagedSecrets, nowMs: number): Room {
  return stageRoom(sale, secrets, nowMs).room
}

export interface StagedRoom {
  room: Room
  sql: MemorySql
  /** The room as it is after an eviction. */
  restarted(nowMs: number): Room
}

export function stageRoom(sale = stagedSale(), secrets = SECRETS, nowMs = 0): StagedRoom {
  const sql = new MemorySql()
  const store = new RoomStore(sql)
  store.migrate()
  store.saveSale({ sale, ...secrets, paused: false, endedAtMs: null, termsVersion: 1 })
  return { room: roomOn(sql, nowMs), sql, restarted: (atMs) => roomOn(sql, atMs) }
}

/** The room whose rows these are. */
export function roomOn(sql: MemorySql, nowMs: number): Room {
  const store = new RoomStore(sql)
  const scheduled = store.loadSale()
  if (!scheduled) throw new Error("no sale was scheduled")
  return new Room(sql, store, scheduled, nowMs)
}

/** What the item's pool tells the room. */
export function stockOf(available = 100, held = 0, sold = 0) {
  return new Map([["MUG-1", { available, held, sold }]])
}

/** The ticket of somebody who came five seconds before the bell. */
export function ticketOf(lot: number) {
  const arrivedAtMs = OPENS_AT_MS - 5_000
  return { ticketId: `t${lot}`, subject: `s${lot}`, arrivedAtMs, lot, passId: `p${lot}-${Math.random()}` }
}

/** Three may be inside at a time, and three come before the bell: the line has passed them all. */
export function stageOpenRoom(admission: Partial<Admission> = {}) {
  const { room, sql } = stageRoom(smallSale(admission))
  room.countArrivals({ opensAtMs: OPENS_AT_MS, bySecond: [[-1, 3]] })
  room.tick(stockOf(), FIRST_MOVE_MS)
  return { room, sql, nowMs: FIRST_MOVE_MS }
}

/** A sale with three places inside. */
export function smallSale(admission: Partial<Admission> = {}, allotment = 100): Sale {
  return stagedSale({ admission: { maxActive: 3, ...admission }, item: { allotment } })
}
