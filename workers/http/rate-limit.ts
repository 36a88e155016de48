import type { Env } from "../environment.ts"
import { ProblemError } from "./problem.ts"

/**
 * Cloudflare's rate limiting bindings, which count at each location without a way to anywhere. Their numbers stand in
 * `wrangler.toml`. The local environment has none: there a limiter is a simulation with a row for each call, and load
 * tests come from one address. Where a binding is missing, or breaks, nothing is limited: who buys is guarded by passes
 * and by the ledgers, not by this.
 */

/** The bindings count over a minute; somebody who waits this long finds room again in good time. */
const SLOW_DOWN_RETRY_SECONDS = 10

/** Calls that a session is counted for, each kind by itself. */
export type CountedCall = "join" | "enter" | "checkout" | "quote"

/**
 * Counts a session that is about to begin against the address that it comes from. A client that keeps no cookie begins
 * one with each call, so this is what a flood of them meets.
 */
export async function limitNewSessions(env: Env, headers: Headers): Promise<void> {
  const address = headers.get("cf-connecting-ip")
  if (address !== null) await limit(env.NEW_SESSIONS, networkOf(address))
}

/** Counts a call against the session that makes it. */
export async function limitCalls(env: Env, call: CountedCall, session: string): Promise<void> {
  await limit(env.SESSION_CALLS, `${call}/${session}`)
}

async function limit(limiter: RateLimit | undefined, key: string): Promise<void> {
  if (limiter && !(await isWithin(limiter, key)))
    throw new ProblemError("slow_down", { retryAfterSeconds: SLOW_DOWN_RETRY_SECONDS })
}

async function isWithin(limiter: RateLimit, key: string): Promise<boolean> {
  try {
    return (await limiter.limit({ key })).success
  } catch (error) {
    console.warn(JSON.stringify({ level: "warn", event: "rate_limit_away", message: String(error) }))
    return true
  }
}

/** Groups of an IPv6 address that name its network: whoever has one address of a /64 has all of them. */
const NETWORK_GROUPS = 4
const GROUPS = 8

/** What counts as one address: an IPv4 address, or the /64 network of an IPv6 address. */
export function networkOf(address: string): string {
  if (!address.includes(":")) return address
  // An IPv4 address in an IPv6 coat.
  if (address.includes(".")) return address.slice(address.lastIndexOf(":") + 1)
  const [head = "", tail] = address.toLowerCase().split("::")
  const front = head === "" ? [] : head.split(":")
  const back = tail ? tail.split(":") : []
  const zeros = tail === undefined ? 0 : Math.max(0, GROUPS - front.length - back.length)
  const groups = [...front, ...Array.from({ length: zeros }, () => "0"), ...back]
  return groups
    .slice(0, NETWORK_GROUPS)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":")
}
