/**
 * What the rest of Spillway may know of the stock object: one object per SKU, which is that SKU's ledger.
 * Commands go in, tagged outcomes come out; every command carries its own id, so that the same command sent
 * twice has one effect.
 */

import type { LeaseCounts } from "./lease/contract.ts"

/** Units of a SKU are in the open pool or in one sale's allotment (then the pool's id is the sale's id). */
export type PoolId = string
export const OPEN_POOL: PoolId = "open"

/** Most units one hold may ask of a SKU; above it, a typing mistake is likelier than a wish. */
export const HOLD_QUANTITY_MAX = 1_000

/** By how much the end of a hold may be moved, at most. */
export const HOLD_EXTENSION_MAX_MS = 300_000

/** Most commands decided in one storage transaction. Larger batches only add to the wait of the first in line. */
export const COMMIT_BATCH_MAX = 256

/** Most commands waiting for a decision; beyond it the object sheds, so that the ones inside are still answered in time. */
export const COMMIT_QUEUE_MAX = 10_000

/** All that a hold or a checkout must know of a pool, so that neither asks Postgres. */
export interface PoolTerms {
  unitPriceCents: number
  currency: string
  /** Units one customer may hold and buy together, over all orders; null is no limit. */
  perCustomerLimit: number | null
  holdSeconds: number
  /** Null for the open pool, which is always open. */
  opensAtMs: number | null
  closesAtMs: number | null
  /** What shipping and taxes go by; the ledger only passes it on. */
  goods?: Goods | undefined
}

export interface Goods {
  /** Of one unit. */
  weightGrams: number
  taxClass: string
}

/** `active` sells in its window, `paused` refuses for now, `closed` never sells again and its units go back to the open pool. */
export type PoolState = "active" | "paused" | "closed"

export interface PoolCounts {
  pool: PoolId
  state: PoolState
  received: number
  available: number
  held: number
  sold: number
  /** Of the sold ones: units whose holds are archived in Postgres, and no longer among `holds`. */
  archivedSold: number
  /** Of a pool that is spread over lanes: what each of them has. Then the counts above are those of all lanes together. */
  leases?: LeaseCounts[]
  /** Of such a pool: units that no lane has. */
  unleased?: number
}

export interface StockCounts {
  received: number
  available: number
  held: number
  sold: number
  pools: PoolCounts[]
  /** Grows with every change; what is derived from the ledger keeps the highest it has seen. */
  version: number
}

/** Holds go `held -> sold | released | expired` and never leave a terminal state. */
export type HoldState = "held" | "sold" | "released" | "expired"

export interface HoldCommand {
  holdId: string
  pool: PoolId
  /** Who the per-customer limit counts for: the session, or the account. */
  customer: string
  quantity: number
  /** The order that takes it for itself: a new hold is bound to it at once, as `claim` would; one that replays is not. */
  orderId?: string
}

/**
 * Why a hold is refused, in order of precedence: when several hold true, the first is the answer.
 * `reused` the id is known with other content · `unknown_pool` no such SKU or sale here · `not_open` outside the
 * pool's window, paused or closed · `limit_reached` over the customer's limit · `sold_out` fewer units than asked.
 * `overloaded` comes before all of them: the queue is full and nothing was looked at.
 */
export type HoldRefusal = "overloaded" | "reused" | "unknown_pool" | "not_open" | "limit_reached" | "sold_out"

export type HoldOutcome =
  | {
      outcome: "held"
      /** True when this id was held before and the first answer is given again. */
      replayed: boolean
      state: HoldState
      quantity: number
      unitPriceCents: number
      currency: string
      expiresAtMs: number
      /** As `claim` tells them: of a new hold that was bound to an order at once. */
      goods?: Goods
    }
  | { outcome: "refused"; refusal: HoldRefusal }

export type ReleaseOutcome =
  | { outcome: "released"; replayed: boolean }
  | { outcome: "refused"; refusal: "not_found" | "already_sold" }

/** Binds a hold to the order that will pay for it. A hold serves one order. */
export type ClaimOutcome =
  | {
      outcome: "claimed"
      quantity: number
      unitPriceCents: number
      currency: string
      expiresAtMs: number
      pool: PoolId
      /** As the pool's terms have it now. */
      goods?: Goods
    }
  | { outcome: "refused"; refusal: "not_found" | "hold_expired" | "claimed_by_other" }

/**
 * `retaken`: the hold had run out, but there were units, so that a payment which came late was served all the same.
 * `gone`: it had run out (or was given back), and there are none, or its customer has reached the limit since; or the
 * order has given it up.
 */
export type SellOutcome =
  | { outcome: "sold"; replayed: boolean; retaken: boolean }
  | { outcome: "refused"; refusal: "not_found" | "gone" | "claimed_by_other" }

/**
 * Moves the end of a running hold, once. `ended`: it runs no more · `extended_before`: to another end than is asked now ·
 * `too_long`: by more than `HOLD_EXTENSION_MAX_MS`.
 */
export type ExtendOutcome =
  | { outcome: "extended"; replayed: boolean; expiresAtMs: number }
  | {
      outcome: "refused"
      refusal: "not_found" | "claimed_by_other" | "ended" | "extended_before" | "too_long"
    }

/** Undoes a sale. `returned`: the units are for sale again. */
export type ReturnOutcome =
  | { outcome: "returned"; replayed: boolean }
  | { outcome: "refused"; refusal: "not_sold" }

export type ReceiveOutcome =
  | { outcome: "received"; replayed: boolean; counts: StockCounts }
  | { outcome: "refused"; refusal: "insufficient_stock" | "reused"; counts: StockCounts }

/** An allotment: units of the open pool for one sale. */
export interface AllotCommand {
  id: string
  saleId: PoolId
  units: number
  terms: PoolTerms
  /** Over how many lanes the sale's pool is spread; 1 when left out. Fixed by the first allotment. */
  lanes?: number
}

export type AllotOutcome =
  | { outcome: "allotted"; replayed: boolean }
  | {
      outcome: "refused"
      refusal: "reused" | "insufficient_stock" | "pool_closed" | "lanes_fixed"
      available: number
    }

/** One hold as the audit reads it. */
export interface HoldRecord {
  holdId: string
  pool: PoolId
  customer: string
  quantity: number
  /** Of a sold hold: how many of its units came back. */
  returnedQuantity: number
  unitPriceCents: number
  currency: string
  state: HoldState
  /** Who claimed it, while it runs; then the order that it was sold to, or that has given it up. */
  orderId: string | null
  createdAtMs: number
  expiresAtMs: number
  endedAtMs: number | null
  /** As the pool's terms have it now; only where one hold is read. */
  goods?: Goods | undefined
}

/** A hold with its place in its ledger: one that was taken later has a higher number. */
export interface NumberedHold extends HoldRecord {
  sequence: number
  /** Its end was moved, which is done once. */
  extended: boolean
}

/** Most holds one page of the audit's reading returns. */
export const HOLD_PAGE_MAX = 1_000

/** How hard a ledger is pressed, since its object started. */
export interface CommitPressure {
  /** Commands that wait for a decision now. */
  queueDepth: number
  commands: number
  commits: number
  largestBatch: number
  /** From the decision until it was durable, a smoothed mean in milliseconds. */
  commitMs: number
}

export interface StockPressure extends CommitPressure {
  refusals: Partial<Record<HoldRefusal, number>>
}

/** Most customers of a pool that are told to an edge: 200 KB of hashes. */
export const HOLDERS_MAX = 50_000

/** The hottest call on its way between Worker and object. */
export interface HoldText {
  /** `hold`, with command and outcome as JSON: a structured object costs the runtime more to carry than a text. */
  holdText(command: string): Promise<string>
}

/** What every object that keeps holds can be asked: the SKU's own, and each of its lanes. */
export interface HoldApi {
  /** A hold as its owner may see it; null to anyone else. */
  readHold(holdId: string, customer: string): Promise<HoldRecord | null>
  hold(command: HoldCommand): Promise<HoldOutcome>
  /**
   * Takes back a hold that nobody was told of, because another line of its purchase was refused: as if it had never
   * been, so that its id may hold again. Does nothing to a hold that has ended or serves an order, nor to one whose
   * command came again since its object started: another attempt may have been told that it has it.
   */
  undo(holdId: string, customer: string): Promise<void>
  /** With the order's id, when it has ended: a sale of its own that comes after this is `gone`, however late it comes. */
  release(holdId: string, customer: string, orderId?: string): Promise<ReleaseOutcome>
  claim(holdId: string, customer: string, orderId: string): Promise<ClaimOutcome>
  sell(holdId: string, orderId: string): Promise<SellOutcome>
  /** Moves the end of a hold that this order pays for to the time given; to an earlier one than it has, it stays. */
  extend(holdId: string, orderId: string, untilMs: number): Promise<ExtendOutcome>
  /**
   * Puts sold units back on sale (a capture that failed after the sale, a return with restock): `upTo` is how many of the
   * hold's units are back in all, so that being told twice is being told once. All of them when left out.
   */
  returnUnits(holdId: string, orderId: string, upTo?: number): Promise<ReturnOutcome>
  /** In the order in which they were taken; the first page is after 0. */
  holds(page: { pool: PoolId; afterSequence: number }): Promise<NumberedHold[]>
  /** Hashes of all who have, or had, a hold in a pool (and maybe of some others); null when more than `HOLDERS_MAX`. */
  holders(pool: PoolId): Promise<Uint32Array | null>
  /** Whether a customer has a hold in a pool that still runs here. For who may be wrong: what is being decided is not waited for. */
  isHolding(pool: PoolId, customer: string): Promise<boolean>
  /** The pipeline says that Postgres has these ended holds. */
  forgetArchived(holdIds: string[]): Promise<void>
  /** For who watches: how hard the ledger is pressed, and what it refused of a pool since its object started. */
  pressure(pool: PoolId): Promise<StockPressure>
}

/** What only the SKU's own object can be asked. */
export interface StockApi extends HoldApi {
  setOpenTerms(terms: PoolTerms): Promise<void>
  receive(command: { id: string; delta: number; reason: string }): Promise<ReceiveOutcome>
  /** Moves units from the open pool into a sale's; adding to a pool that exists (replenish) takes a new id. */
  allot(command: AllotCommand): Promise<AllotOutcome>
  setPoolState(pool: PoolId, state: PoolState): Promise<void>
  changeSaleTerms(pool: PoolId, terms: PoolTerms): Promise<void>
  counts(): Promise<StockCounts>
  /** The pipeline says that Postgres has the levels of this version. */
  acknowledgeLevels(version: number): Promise<void>
}

/**
 * How long an ended hold stays in its ledger before it moves to Postgres. Longer than a checkout lane tries to settle
 * an order (a day), so that a late repetition still meets its hold.
 */
export const HOLD_RETENTION_MS = 48 * 3_600_000

/** Ended holds in one queue message, at most: about 100 KB of the platform's 128. */
export const ARCHIVE_BATCH_MAX = 250

/** Ended holds on their way to Postgres, where they are kept; the ledger forgets them when it hears that they arrived. */
export interface ArchiveMessage {
  kind: "stock_holds"
  sku: string
  /** The object that keeps them and waits for the report: the SKU's own, or one of its lanes. */
  ledger: string
  holds: HoldRecord[]
}

/** Stock levels on their way to Postgres: a snapshot, of which the highest version wins. */
export interface StockMessage {
  kind: "stock_levels"
  sku: string
  counts: StockCounts
  atMs: number
}
