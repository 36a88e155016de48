import { isRandomnessOf, lotKeyOn, QUICKNET_CHAIN_HASH, rootOfShards, roundAtMs, seedOf } from "./draw.ts"
import type { DrawDocument } from "./draw.ts"
import { earlySecretOf, lotOf, rankOf } from "./rank.ts"
import { bytesOfHex, hexOf, sha256 } from "./sha256.ts"
import { packTicketId, rootFromProof, sortTicketIds, TicketTree } from "./ticket-tree.ts"

/**
 * What anybody can check of a draw with nothing but its public document: the same code in `npm run verify-draw` and on
 * the shopper's page. It trusts nothing that it can recompute.
 */

/** `unknown`: there is nothing to check yet, or it cannot be checked from here. */
export interface Check {
  name: string
  result: "ok" | "mismatch" | "unknown"
  detail: string
}

/** A ticket's place in its shard's tree, as `GET /api/sales/{saleId}/draw/proof` answers it. */
export interface TicketProof {
  ticketId: string
  /** False: the ticket was not among those that were sealed. */
  inTree: boolean
  shard?: number
  index?: number
  /** Hex, from the leaf's sibling upwards. */
  path?: string[]
}

/** Everything in the document that hangs together with something else in it. */
export function checkDocument(draw: DrawDocument): Check[] {
  return [checkSecret(draw), ...(draw.phase === "plain" ? [] : checkSealing(draw)), checkLotKey(draw)]
}

function checkSecret({ drawSecret, drawCommitment }: DrawDocument): Check {
  const name = "The secret is the one that was committed to"
  if (drawSecret === undefined) return unknown(name, "The secret is published at the bell.")
  const digest = hexOf(sha256(drawSecret))
  return judge(name, digest === drawCommitment, `SHA-256 of the secret is ${digest}`)
}

function checkSealing({ tickets, beacon, beaconAnswer, opensAtMs }: DrawDocument): Check[] {
  const rootName = "The root is that of all shards"
  if (!tickets) return [unknown(rootName, "Tickets are sealed shortly before the bell.")]
  const count = tickets.shards.reduce((sum, shard) => sum + shard.count, 0)
  const root = rootOfShards(tickets.shards)
  const checks = [
    judge(rootName, root === tickets.root && count === tickets.count, `${root} over ${count} tickets`),
  ]
  const name = "The random number did not exist when the tickets were sealed"
  if (!beacon) return [...checks, unknown(name, "No beacon is asked here: the seed has no random number.")]
  checks.push(
    judge(
      name,
      tickets.sealedAtMs < beacon.atMs && beacon.atMs === roundAtMs(beacon.round) && beacon.atMs >= opensAtMs,
      `Sealed at ${iso(tickets.sealedAtMs)}; round ${beacon.round} is published at ${iso(beacon.atMs)}`,
    ),
  )
  checks.push(
    beacon.chainHash === QUICKNET_CHAIN_HASH
      ? judge("The random number is drand's", true, `Chain ${beacon.chainHash}`)
      : unknown(
          "The random number is drand's",
          `It is of chain ${beacon.chainHash}, which is not drand's quicknet: whoever runs it may know its numbers before.`,
        ),
  )
  const answerName = "The random number is the hash of its signature"
  if (beaconAnswer === undefined) checks.push(unknown(answerName, "It is published at the bell."))
  else if (beaconAnswer === null)
    checks.push(
      unknown(answerName, "The beacon had not answered in time: the seed is made of secret and root alone."),
    )
  else checks.push(judge(answerName, isRandomnessOf(beaconAnswer), beaconAnswer.randomness))
  return checks
}

function checkLotKey(draw: DrawDocument): Check {
  const name = "Lots are keyed with what was promised"
  const { lotKey, drawSecret, tickets, beaconAnswer } = draw
  if (lotKey === undefined || drawSecret === undefined)
    return unknown(name, "The key is published at the bell.")
  if (draw.phase === "plain") return judge(name, lotKey === drawSecret, "The key is the secret itself")
  if (!tickets) return judge(name, false, "There is a key, but no root")
  const seed = seedOf(drawSecret, tickets.root, beaconAnswer?.randomness ?? null)
  return judge(name, lotKey === seed, `SHA-256 over secret, root and random number is ${seed}`)
}

/** A board and a draw document of the same sale must say the same. */
export function checkBoard(
  draw: DrawDocument,
  board: { drawCommitment: string; drawSecret?: string; drawSeed?: string },
): Check {
  const same =
    board.drawCommitment === draw.drawCommitment &&
    (board.drawSecret === undefined || draw.lotKey === undefined || lotKeyOn(board) === draw.lotKey)
  return judge("The board says the same as the draw", same, `Commitment ${board.drawCommitment}`)
}

/**
 * What was published once must not be published otherwise later. Only somebody who has looked before the bell can see
 * that: this is what makes the sealing binding.
 */
export function checkUnchanged(before: DrawDocument, now: DrawDocument): Check {
  const moved = before.generation !== now.generation
  const sameTickets =
    moved ||
    before.tickets === undefined ||
    (before.tickets.root === now.tickets?.root && before.beacon?.round === now.beacon?.round)
  const sameKey = before.lotKey === undefined || before.lotKey === now.lotKey
  const same = before.drawCommitment === now.drawCommitment && sameTickets && sameKey
  const seen = before.tickets ? `root ${before.tickets.root}` : `commitment ${before.drawCommitment}`
  const bell = moved ? ". The bell was moved since, and tickets were gathered anew" : ""
  return judge("It is what was seen of it before", same, `Seen before: ${seen}${bell}`)
}

/** Those who were invited have a draw of their own. Its secret follows from the draw's, which it tells nothing of. */
export async function checkEarlyAccess({ earlyAccess, drawSecret }: DrawDocument): Promise<Check[]> {
  if (!earlyAccess) return []
  const name = "The secret of early access follows from the draw's"
  const { secret } = earlyAccess
  if (secret === undefined) return [unknown(name, "It is published when early access opens.")]
  if (drawSecret === undefined) return [unknown(name, "The draw's secret is published at the bell.")]
  const expected = await earlySecretOf(drawSecret)
  return [judge(name, secret === expected, `HMAC-SHA256 under the draw's secret is ${expected}`)]
}

/** A ticket as its place follows from it. */
export interface PlacedTicket {
  ticketId: string
  arrivedAtMs: number
  /** Came by an invitation to early access. */
  invited?: boolean
}

/** Null while the key is not public. */
export async function standingOf(
  draw: DrawDocument,
  { ticketId, arrivedAtMs, invited = false }: PlacedTicket,
): Promise<{ lot: number; rank: number } | null> {
  const lotKey = invited ? draw.earlyAccess?.secret : draw.lotKey
  if (lotKey === undefined) return null
  const lot = await lotOf(lotKey, ticketId)
  const ranksFromMs = draw.ranksFromMs ?? draw.opensAtMs
  return { lot, rank: rankOf({ arrivedAtMs, ranksFromMs, lot, invited }) }
}

/** Whether a ticket was sealed. One that was not is drawn all the same, so that is no mismatch by itself. */
export function checkProof(draw: DrawDocument, ticketId: string, proof: TicketProof): Check {
  const name = "The ticket is among those that were sealed"
  const { tickets } = draw
  if (!tickets) return unknown(name, "Tickets are sealed shortly before the bell.")
  if (!proof.inTree)
    return unknown(
      name,
      "It is not: it came after the sealing, or was lost on the way to it. It is drawn by the same key all the same.",
    )
  const leaf = packTicketId(ticketId)
  const shard = tickets.shards[proof.shard ?? -1]
  const path = (proof.path ?? []).map(bytesOfHex)
  if (proof.ticketId !== ticketId || !leaf || !shard || path.includes(null))
    return judge(name, false, "The proof is not one of this ticket.")
  const root = rootFromProof(leaf, { index: proof.index ?? -1, path: path as Uint8Array[] }, shard.count)
  const reached = root === null ? "nowhere" : hexOf(root)
  return judge(
    name,
    reached === shard.root,
    `Number ${(proof.index ?? -1) + 1} of ${shard.count} in shard ${proof.shard}; its path leads to ${reached}`,
  )
}

/** Builds every shard's tree anew from all its ids. `idsOf` gives a shard's ids packed, in any order. */
export function checkAllTickets(draw: DrawDocument, packedByShard: readonly Uint8Array[]): Check[] {
  const { tickets } = draw
  if (!tickets) return [unknown("The list of tickets", "Tickets are sealed shortly before the bell.")]
  const wrong = tickets.shards.flatMap((shard, index) => {
    const tree = new TicketTree(sortTicketIds(packedByShard[index] ?? new Uint8Array(0)))
    return tree.count === shard.count && hexOf(tree.root) === shard.root ? [] : [index]
  })
  const extra = packedByShard.length > tickets.shards.length
  return [
    judge(
      "The list of tickets is the one that was sealed",
      wrong.length === 0 && !extra,
      wrong.length === 0
        ? `${tickets.count} tickets in ${tickets.shards.length} shards`
        : `Other tickets in shards ${wrong.join(", ")}`,
    ),
  ]
}

function judge(name: string, ok: boolean, detail: string): Check {
  return { name, result: ok ? "ok" : "mismatch", detail }
}

function unknown(name: string, detail: string): Check {
  return { name, result: "unknown", detail }
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString()
}
