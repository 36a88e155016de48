import type { PoolCounts, PoolId, PoolState, PoolTerms } from "../contract.ts"

/**
 * What the SKU's own object, the root, and its lanes tell each other. Each message is its sender's whole standing, so
 * one that is lost, doubled or late does no harm: see docs/decisions/017.
 */

/** Lanes of one pool, at most: beyond, the root itself would be what is too hot. */
export const LANES_MAX = 64

/** A lane's standing in one pool. */
export interface LaneReport {
  pool: PoolId
  lane: number
  /** Grows with every report of this lane and pool; of two the higher one is the newer. 0: the lane has no such pool yet. */
  version: number
  /** Units, all told: the highest `granted` the lane has heard of. */
  accepted: number
  /** Units, all told, that the lane has given back. */
  returned: number
  held: number
  sold: number
  /** Of the sold ones: units whose holds are archived. */
  archivedSold: number
  /** The newest terms and state that the lane has heard of. */
  termsVersion: number
}

/** The root's standing towards one lane. */
export interface LaneGrant {
  pool: PoolId
  lane: number
  /** Units, all told, that the root has leased to the lane. */
  granted: number
  /** Units, all told, that the root has got back from the lane. */
  takenBack: number
  terms: PoolTerms
  state: PoolState
  /** Grows when terms or state change. */
  termsVersion: number
}

/** Free units that a lane needs now: for holds that wait, and for payments that came late. */
export interface Want {
  holds: number
  late: number
}

/** The root's answer to a lane that asks. */
export interface LeaseAnswer {
  grant: LaneGrant
  /** The root has less than the lane wants. */
  short: boolean
  /** Units that other lanes can sell, as far as the root knows. */
  elsewhere: number
  /** Not every lane could be asked, so there may be units after all. */
  unsure: boolean
}

/** One lane as the root sees it, for the audit: `received = unleased + sum of (granted - takenBack)`. */
export interface LeaseCounts {
  lane: number
  granted: number
  takenBack: number
}

/** A lane's own books of one pool, for the audit: `accepted - returned = received = available + held + sold`. */
export interface LaneCounts extends PoolCounts {
  accepted: number
  returned: number
  /** Grows with every change of the lane. */
  version: number
}

/** The root's side of the protocol. */
export interface RootApi {
  /** Over how many lanes a pool is spread; null while there is no such pool. It never changes. */
  lanes(pool: PoolId): Promise<number | null>
  /** "This is my standing; I need so many units free." Null: no such pool, or no such lane of it. */
  lease(report: LaneReport, want: Want): Promise<LeaseAnswer | null>
}

/** The lane's side of the protocol. */
export interface LaneApi {
  /** "This is my standing; give back all that is free." */
  recall(grant: LaneGrant): Promise<LaneReport>
  /** For the audit; null when the lane has no such pool. */
  laneCounts(pool: PoolId): Promise<LaneCounts | null>
}
