import { bytesOfHex, hexOf, sha256 } from "./sha256.ts"
import { rootOver } from "./ticket-tree.ts"

/**
 * The draw, as anybody may read and check it. Its plain form: the secret's SHA-256 is public from the start, the secret
 * from the bell on, and lots are keyed with it. Its sealed form: before the bell the ids of all tickets are fixed by a
 * Merkle root, and lots are keyed with a seed made of the secret, that root and a public random number that did not
 * exist when the root was published. So nobody can choose the draw, not even who holds the secret.
 */

/** How many objects gather a sale's ticket ids; each isolate tells one of them. */
export const ARRIVAL_SHARDS = 16

export interface ShardRoot {
  /** Hex. */
  root: string
  count: number
}

/** What was fixed before the bell. */
export interface SealedTickets {
  /** Hex, over the shards' roots and counts. */
  root: string
  /** Tickets in all shards. */
  count: number
  shards: ShardRoot[]
  sealedAtMs: number
}

/** A round of the public randomness beacon, as it answered. */
export interface BeaconAnswer {
  /** Hex: the SHA-256 of the signature. */
  randomness: string
  /** Hex. */
  signature: string
}

export interface BeaconRound {
  /** Which chain of drand's. */
  chainHash: string
  round: number
  /** When it is published. */
  atMs: number
}

/**
 * `gathering` ids are taken until shortly before the bell · `sealed` the root is fixed, and the round that it waits for
 * is named · `drawn` the seed is public, and people go in by it · `plain` lots are keyed with the secret alone.
 */
export type DrawPhase = "gathering" | "sealed" | "drawn" | "plain"

/** Why a sale's draw is a plain one. */
export type PlainReason = "before_sealing_existed" | "scheduled_too_late" | "not_sealed_in_time"

/** The public document of a draw: `GET /api/sales/{saleId}/draw`. */
export interface DrawDocument {
  saleId: string
  opensAtMs: number
  /** What ranks are counted from, where the sale's mode makes that another moment than the bell. */
  ranksFromMs?: number
  phase: DrawPhase
  plainBecause?: PlainReason
  drawCommitment: string
  /** Counts how often the bell was moved: each time, gathering begins anew. */
  generation: number
  tickets?: SealedTickets
  /**
   * From the bell on: about how many came before it and are not among the sealed, because they came after the sealing or
   * were lost on the way. They are drawn like all others.
   */
  unsealed?: number
  beacon?: BeaconRound
  /** Null: the beacon had not answered in time, and the seed was made without it. */
  beaconAnswer?: BeaconAnswer | null
  drawSecret?: string
  /** What lots are keyed with: the seed of a sealed draw, the secret of a plain one. */
  lotKey?: string
  /** Only in a sale with early access: those who were invited are drawn among each other, with this in place of `lotKey`. */
  earlyAccess?: { opensAtMs: number; secret?: string }
}

/** The root over the shards: a tree of its own, whose leaves are a shard's root and its count, 32 and 8 bytes. */
export function rootOfShards(shards: readonly ShardRoot[]): string {
  return hexOf(rootOver(shards.map(shardLeaf)))
}

function shardLeaf({ root, count }: ShardRoot): Uint8Array {
  const bytes = bytesOfHex(root)
  if (bytes?.length !== 32) throw new Error(`${root} is not a root: 32 bytes in hex.`)
  const leaf = new Uint8Array(40)
  leaf.set(bytes)
  new DataView(leaf.buffer).setBigUint64(32, BigInt(count))
  return leaf
}

const SEED_TAG = "spillway/draw/v1"

/**
 * The seed of a sealed draw, hex: SHA-256 of four lines of text, joined by line feeds, so that `printf … | sha256sum`
 * shows the same digits. Without an answer of the beacon the last line is empty.
 */
export function seedOf(drawSecret: string, root: string, randomness: string | null): string {
  return hexOf(sha256([SEED_TAG, drawSecret, root, randomness ?? ""].join("\n")))
}

/**
 * What lots are keyed with, from a board; undefined until it is public. Secret and seed are published together, so that
 * nobody reckons with the secret alone where there is a seed.
 */
export function lotKeyOn(board: { drawSecret?: string; drawSeed?: string }): string | undefined {
  return board.drawSeed ?? board.drawSecret
}

/** drand's quicknet: the chain that everybody knows. Whoever runs another one may know its numbers before. */
export const QUICKNET_CHAIN_HASH = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"

/** When drand's quicknet chain published its first round, and how often it publishes. */
export const BEACON_GENESIS_MS = 1_692_803_367_000
export const BEACON_PERIOD_MS = 3_000

/** The first round that is published at that moment or after it. */
export function roundFrom(atMs: number): { round: number; atMs: number } {
  const round = Math.max(1, Math.ceil((atMs - BEACON_GENESIS_MS) / BEACON_PERIOD_MS) + 1)
  return { round, atMs: roundAtMs(round) }
}

export function roundAtMs(round: number): number {
  return BEACON_GENESIS_MS + (round - 1) * BEACON_PERIOD_MS
}

/** The randomness of quicknet is the hash of the round's signature: whoever has one has the other. */
export function isRandomnessOf({ randomness, signature }: BeaconAnswer): boolean {
  const bytes = bytesOfHex(signature)
  return bytes !== null && bytes.length > 0 && hexOf(sha256(bytes)) === randomness
}
