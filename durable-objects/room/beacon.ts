import { isRandomnessOf } from "../../waiting-room/draw.ts"
import type { BeaconAnswer } from "../../waiting-room/draw.ts"

/**
 * The public randomness beacon: a chain of drand's with quicknet's timing, at the address `DRAND_URL`, which ends in
 * the chain's hash. What is checked here is that the randomness is the signature's hash. The signature itself, BLS over
 * BLS12-381, costs too much code for every isolate: `npm run verify-draw` checks it, wherever that runs.
 */

/** One answer is awaited this long; the next try asks anew. */
const BEACON_ANSWER_MS = 2_000

/** A round in JSON is some 300 bytes. */
const BODY_LENGTH_MAX = 4_096

/** Null where no beacon is asked. Throws when the address does not end in a chain's hash. */
export function chainHashOf(drandUrl: string): string | null {
  if (drandUrl === "") return null
  const [, hash] = drandUrl.match(/^https?:\/\/.+\/([0-9a-f]{64})$/) ?? []
  if (!hash)
    throw new Error("DRAND_URL must end in the hash of a chain: https://api.drand.sh/<64 hex digits>")
  return hash
}

/** Throws when the round is not there yet, or what comes is not that round. */
export async function askBeacon(drandUrl: string, round: number): Promise<BeaconAnswer> {
  const response = await fetch(`${drandUrl}/public/${round}`, {
    signal: AbortSignal.timeout(BEACON_ANSWER_MS),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`the beacon answered ${response.status} to round ${round}`)
  if (text.length > BODY_LENGTH_MAX) throw new Error("the beacon's answer is too long to be a round")
  const answer = JSON.parse(text) as Partial<BeaconAnswer & { round: number }> | null
  const { round: answered, randomness, signature } = answer ?? {}
  if (answered !== round || typeof randomness !== "string" || typeof signature !== "string")
    throw new Error(`the beacon's answer is not round ${round}`)
  if (!isRandomnessOf({ randomness, signature }))
    throw new Error(`the randomness of round ${round} is not the hash of its signature`)
  return { randomness, signature }
}
