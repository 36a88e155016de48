import { createHash } from "node:crypto"
import { bls12_381 } from "@noble/curves/bls12-381.js"
import { z } from "zod"
import {
  BEACON_GENESIS_MS,
  BEACON_PERIOD_MS,
  isRandomnessOf,
  QUICKNET_CHAIN_HASH,
} from "../waiting-room/draw.ts"
import type { DrawDocument } from "../waiting-room/draw.ts"
import type { Check } from "../waiting-room/draw-check.ts"
import { bytesOfHex } from "../waiting-room/sha256.ts"

/**
 * drand's scheme `bls-unchained-g1-rfc9380`: a round's signature is a point of G1 on BLS12-381, the chain's key is one
 * of G2, and what is signed is the round's number alone. Pairings are @noble/curves'. After drand's specification and
 * its client, https://github.com/drand/drand-client
 */

const { shortSignatures } = bls12_381

export const SCHEME_ID = "bls-unchained-g1-rfc9380"

/** What the scheme hashes a message to the curve with. */
const DOMAIN_TAG = "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"

/** The name that drand's chain hash leaves out. */
const UNNAMED_BEACON = "default"

const hexOfBytes = (count: number) =>
  z.string().regex(new RegExp(`^[0-9a-f]{${2 * count}}$`), `${count} bytes in lower-case hex`)

/** A chain as `GET /{chainHash}/info` describes it, in drand's own names. */
export const chainInfo = z.object({
  public_key: hexOfBytes(96),
  /** Seconds between rounds. */
  period: z.int().positive().max(0xffff_ffff),
  /** Epoch seconds of round 1. */
  genesis_time: z.int().positive(),
  groupHash: hexOfBytes(32),
  schemeID: z.string(),
  metadata: z.object({ beaconID: z.string() }),
})

export type ChainInfo = z.infer<typeof chainInfo>

/** As drand publishes it. It needs no trust: the chain's hash follows from it. */
export const QUICKNET: ChainInfo = {
  public_key:
    "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a",
  period: BEACON_PERIOD_MS / 1_000,
  genesis_time: BEACON_GENESIS_MS / 1_000,
  groupHash: "f477d5c89f21a17c863a7f937c6a6d15859414d2be09cd448d4279af331c5d3e",
  schemeID: SCHEME_ID,
  metadata: { beaconID: "quicknet" },
}

/** A chain's name, hex: SHA-256 over period, genesis, key, group and name, so that nobody can give it another key. */
export function hashOfChain({ period, genesis_time, public_key, groupHash, metadata }: ChainInfo): string {
  const times = Buffer.alloc(12)
  times.writeUInt32BE(period)
  times.writeBigInt64BE(BigInt(genesis_time), 4)
  const hash = createHash("sha256").update(times).update(public_key, "hex").update(groupHash, "hex")
  if (metadata.beaconID !== UNNAMED_BEACON) hash.update(metadata.beaconID)
  return hash.digest("hex")
}

/** The point that a round's signature is made from: of SHA-256 over its number, 8 bytes, big end first. */
function messageOf(round: number) {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(round))
  return shortSignatures.hash(createHash("sha256").update(bytes).digest(), DOMAIN_TAG)
}

/** No bytes where it is no hex, which nothing is made of. */
function bytesOf(hex: string): Uint8Array {
  return bytesOfHex(hex) ?? new Uint8Array(0)
}

/** Hex, compressed. `secretKey` is 32 bytes, a number below the order of the group. */
export function publicKeyOf(secretKey: Uint8Array): string {
  return shortSignatures.getPublicKey(secretKey).toHex()
}

/** Hex, compressed: 48 bytes. */
export function signRound(round: number, secretKey: Uint8Array): string {
  return shortSignatures.sign(messageOf(round), secretKey).toHex()
}

/**
 * False for whatever is no signature of that round under that key, also for what is no point of the group at all: the
 * library refuses points outside of the subgroup. A pairing alone does not see them, and would give one signature many
 * forms for its holder to choose a random number from.
 */
export function isSignatureOf(round: number, signature: string, publicKey: string): boolean {
  if (!Number.isSafeInteger(round) || round < 1) return false
  try {
    return shortSignatures.verify(bytesOf(signature), messageOf(round), bytesOf(publicKey))
  } catch {
    return false // It throws at what is no point.
  }
}

/** Whether drand's nodes have signed the round, or whose key the chain has. `info` is null where it is not known. */
export function checkSignature({ beacon, beaconAnswer }: DrawDocument, info: ChainInfo | null): Check[] {
  if (!beacon || !beaconAnswer) return []
  const name = "The random number is signed with the chain's key"
  if (!info)
    return [{ name, result: "unknown", detail: `The key of chain ${beacon.chainHash} is not known.` }]
  if (hashOfChain(info) !== beacon.chainHash)
    return [{ name, result: "mismatch", detail: `The key is one of chain ${hashOfChain(info)}.` }]
  if (info.schemeID !== SCHEME_ID)
    return [{ name, result: "unknown", detail: `The chain signs by ${info.schemeID}, not by ${SCHEME_ID}.` }]
  const { randomness, signature } = beaconAnswer
  const signed =
    isRandomnessOf({ randomness, signature }) && isSignatureOf(beacon.round, signature, info.public_key)
  const detail = `BLS signature ${signature} of round ${beacon.round} under ${info.public_key.slice(0, 16)}…`
  return [{ name, result: signed ? "ok" : "mismatch", detail }]
}

/** The key of the chain that everybody knows; null for any other one. */
export function knownChain(chainHash: string): ChainInfo | null {
  return chainHash === QUICKNET_CHAIN_HASH ? QUICKNET : null
}
