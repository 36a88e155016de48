import { decodeBase64Url, encodeBase64Url } from "./base64url.ts"
import { DIGEST_BYTES, sha256Into } from "./sha256.ts"

/**
 * A Merkle tree over ticket ids, as RFC 6962 hashes it: a leaf is SHA-256(0x00, id), a node SHA-256(0x01, left, right),
 * and the tree of nothing is SHA-256 of nothing. Ids stand in the order of their bytes, each once, so the same ids give
 * the same root, whoever builds it.
 */

export const TICKET_ID_BYTES = 16

const LEAF_PREFIX = 0x00
const NODE_PREFIX = 0x01

/** The packed form of an id in base64url; null when it is not 16 bytes of it. */
export function packTicketId(ticketId: string): Uint8Array | null {
  const bytes = decodeBase64Url(ticketId)
  return bytes?.length === TICKET_ID_BYTES ? bytes : null
}

/** Ids one after the other, 16 bytes each. Throws when one is not an id. */
export function packTicketIds(ticketIds: readonly string[]): Uint8Array {
  const packed = new Uint8Array(ticketIds.length * TICKET_ID_BYTES)
  ticketIds.forEach((ticketId, index) => {
    const bytes = packTicketId(ticketId)
    if (!bytes) throw new Error(`${ticketId} is not a ticket id: 16 bytes as base64url, 22 characters.`)
    packed.set(bytes, index * TICKET_ID_BYTES)
  })
  return packed
}

export function unpackTicketId(packed: Uint8Array, index: number): string {
  return encodeBase64Url(packed.subarray(index * TICKET_ID_BYTES, (index + 1) * TICKET_ID_BYTES))
}

/** The same ids in the order of their bytes, each once. */
export function sortTicketIds(packed: Uint8Array): Uint8Array {
  const count = packed.length / TICKET_ID_BYTES
  if (!Number.isInteger(count)) throw new Error("Packed ids are 16 bytes each.")
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength)
  const compare = (a: number, b: number): number => {
    for (let byte = 0; byte < TICKET_ID_BYTES; byte += 4) {
      const difference =
        view.getUint32(a * TICKET_ID_BYTES + byte) - view.getUint32(b * TICKET_ID_BYTES + byte)
      if (difference !== 0) return difference
    }
    return 0
  }
  const order = Uint32Array.from({ length: count }, (_, index) => index).sort(compare)
  const sorted = new Uint8Array(packed.length)
  let kept = 0
  let before: number | null = null
  for (const index of order) {
    if (before === null || compare(before, index) !== 0)
      sorted.set(
        packed.subarray(index * TICKET_ID_BYTES, (index + 1) * TICKET_ID_BYTES),
        kept++ * TICKET_ID_BYTES,
      )
    before = index
  }
  return sorted.slice(0, kept * TICKET_ID_BYTES)
}

/** Hashes from the leaf's sibling up to the root's children. A node without a sibling goes up as it is. */
export interface InclusionProof {
  index: number
  path: Uint8Array[]
}

/**
 * Leaves of one block. Of each block only the root is kept: a proof hashes one block again, and the tree takes little
 * more memory than its ids.
 */
const BLOCK_BITS = 8
const BLOCK_IDS_BYTES = TICKET_ID_BYTES << BLOCK_BITS

/** The tree over sorted packed ids. Building it anew from its blocks' roots costs next to nothing. */
export class TicketTree {
  readonly ids: Uint8Array
  readonly count: number
  readonly root: Uint8Array
  /** The roots of its blocks of 256 leaves, packed. */
  readonly blocks: Uint8Array
  /** From the blocks' roots up; each level packed, the last of one hash. Empty for no ids. */
  private readonly levels: Uint8Array[]

  /** `ids` as `sortTicketIds` gives them; `blocks` as a tree over the same ids had them. */
  constructor(ids: Uint8Array, blocks = blocksOver(ids)) {
    this.ids = ids
    this.count = ids.length / TICKET_ID_BYTES
    this.blocks = blocks
    this.levels = levelsOver(blocks)
    this.root = rootOfLevels(this.levels)
  }

  /** Where an id stands, or would stand. */
  position(id: Uint8Array): { index: number; found: boolean } {
    let [low, high] = [0, this.count]
    while (low < high) {
      const middle = (low + high) >> 1
      const order = this.compareAt(middle, id)
      if (order === 0) return { index: middle, found: true }
      if (order < 0) low = middle + 1
      else high = middle
    }
    return { index: low, found: false }
  }

  /** Null when the id is not in the tree. */
  proofOf(id: Uint8Array): InclusionProof | null {
    const { index, found } = this.position(id)
    if (!found) return null
    const block = index >> BLOCK_BITS
    const inBlock = levelsOver(leavesOf(blockAt(this.ids, block), TICKET_ID_BYTES))
    const path = [
      // The last level is the block's root, whose siblings are above.
      ...siblingsOf(inBlock.slice(0, -1), index - (block << BLOCK_BITS)),
      ...siblingsOf(this.levels, block),
    ]
    return { index, path }
  }

  private compareAt(index: number, id: Uint8Array): number {
    for (let byte = 0; byte < TICKET_ID_BYTES; byte++) {
      const difference = (this.ids[index * TICKET_ID_BYTES + byte] ?? 0) - (id[byte] ?? 0)
      if (difference !== 0) return difference
    }
    return 0
  }
}

/** The root over some leaves of the same length each. */
export function rootOver(leaves: readonly Uint8Array[]): Uint8Array {
  const width = leaves[0]?.length ?? 0
  const packed = new Uint8Array(leaves.length * width)
  leaves.forEach((leaf, index) => packed.set(leaf, index * width))
  return rootOfLevels(levelsOver(leavesOf(packed, width)))
}

/** The root that a leaf and its proof lead to in a tree of `count`; null when the proof has not the shape of such a tree. */
export function rootFromProof(
  leaf: Uint8Array,
  { index, path }: InclusionProof,
  count: number,
): Uint8Array | null {
  if (!Number.isSafeInteger(index) || index < 0 || index >= count) return null
  const left = path.values()
  let hash = leavesOf(leaf, leaf.length)
  let used = 0
  for (let [at, last] = [index, count - 1]; last > 0; at >>= 1, last >>= 1) {
    if (at % 2 === 0 && at === last) continue
    const sibling = left.next().value
    used += 1
    if (sibling?.length !== DIGEST_BYTES) return null
    hash = at % 2 === 1 ? nodeOf(sibling, hash) : nodeOf(hash, sibling)
  }
  return used === path.length ? hash : null
}

function leavesOf(packed: Uint8Array, width: number): Uint8Array {
  const count = width === 0 ? 0 : packed.length / width
  const hashes = new Uint8Array(count * DIGEST_BYTES)
  const message = new Uint8Array(width + 1)
  message[0] = LEAF_PREFIX
  for (let i = 0; i < count; i++) {
    message.set(packed.subarray(i * width, (i + 1) * width), 1)
    sha256Into(message, hashes, i * DIGEST_BYTES)
  }
  return hashes
}

function levelsOver(leaves: Uint8Array): Uint8Array[] {
  const levels = leaves.length > 0 ? [leaves] : []
  const message = new Uint8Array(1 + 2 * DIGEST_BYTES)
  message[0] = NODE_PREFIX
  for (let level = leaves; level.length > DIGEST_BYTES;) {
    const pairs = Math.floor(level.length / (2 * DIGEST_BYTES))
    const above = new Uint8Array(Math.ceil(level.length / (2 * DIGEST_BYTES)) * DIGEST_BYTES)
    for (let i = 0; i < pairs; i++) {
      message.set(level.subarray(2 * i * DIGEST_BYTES, 2 * (i + 1) * DIGEST_BYTES), 1)
      sha256Into(message, above, i * DIGEST_BYTES)
    }
    if (above.length > pairs * DIGEST_BYTES) above.set(level.subarray(-DIGEST_BYTES), pairs * DIGEST_BYTES)
    levels.push(above)
    level = above
  }
  return levels
}

function siblingsOf(levels: readonly Uint8Array[], index: number): Uint8Array[] {
  return levels.map((level, height) => hashAt(level, (index >> height) ^ 1)).filter((hash) => hash.length > 0)
}

function blocksOver(ids: Uint8Array): Uint8Array {
  const count = Math.ceil(ids.length / BLOCK_IDS_BYTES)
  const blocks = new Uint8Array(count * DIGEST_BYTES)
  for (let block = 0; block < count; block++) {
    const levels = levelsOver(leavesOf(blockAt(ids, block), TICKET_ID_BYTES))
    blocks.set(rootOfLevels(levels), block * DIGEST_BYTES)
  }
  return blocks
}

function blockAt(ids: Uint8Array, block: number): Uint8Array {
  return ids.subarray(block * BLOCK_IDS_BYTES, (block + 1) * BLOCK_IDS_BYTES)
}

function rootOfLevels(levels: readonly Uint8Array[]): Uint8Array {
  const root = levels.at(-1)
  if (root) return root
  const ofNothing = new Uint8Array(DIGEST_BYTES)
  sha256Into(new Uint8Array(0), ofNothing, 0)
  return ofNothing
}

function nodeOf(left: Uint8Array, right: Uint8Array): Uint8Array {
  const message = new Uint8Array(1 + 2 * DIGEST_BYTES)
  message[0] = NODE_PREFIX
  message.set(left, 1)
  message.set(right, 1 + DIGEST_BYTES)
  const hash = new Uint8Array(DIGEST_BYTES)
  sha256Into(message, hash, 0)
  return hash
}

function hashAt(level: Uint8Array, index: number): Uint8Array {
  return level.slice(index * DIGEST_BYTES, (index + 1) * DIGEST_BYTES)
}
