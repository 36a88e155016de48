import { z } from "zod"
import type { Env } from "../environment.ts"

/** Cloudflare's own address; `TURNSTILE_BASE` names another. */
const CLOUDFLARE_BASE = "https://challenges.cloudflare.com"

/** A check that has not answered by then counts as away: who joins is told to try again, and nobody comes in unchecked. */
const SITEVERIFY_MS = 3_000

/** What the widget is told it is for. Cloudflare repeats it, so a token of another form of the shop is no good here. */
export const TURNSTILE_ACTION = "join"

export interface Turnstile {
  siteKey: string
  secret: string
  base: string
}

/** Null where it is not configured. */
export function turnstileOf(
  env: Pick<Env, "TURNSTILE_SITE_KEY" | "TURNSTILE_SECRET" | "TURNSTILE_BASE">,
): Turnstile | null {
  const { TURNSTILE_SITE_KEY: siteKey = "", TURNSTILE_SECRET: secret = "", TURNSTILE_BASE: base = "" } = env
  return siteKey === "" || secret === "" ? null : { siteKey, secret, base: base || CLOUDFLARE_BASE }
}

export function turnstileScript({ base }: Pick<Turnstile, "base">): string {
  return `${base}/turnstile/v0/api.js?render=explicit`
}

/** As Cloudflare documents it. With its test keys `action` and `cdata` may be missing. */
const siteverifyAnswer = z.object({
  success: z.boolean(),
  "error-codes": z.array(z.string()).default([]),
  challenge_ts: z.string().optional(),
  hostname: z.string().optional(),
  action: z.string().optional(),
  cdata: z.string().optional(),
})

type SiteverifyAnswer = z.infer<typeof siteverifyAnswer>

/** `away`: Cloudflare did not answer, or not in a way that says anything of the shopper. */
export type TurnstileVerdict = "passed" | "refused" | "away"

/** Errors that are not the shopper's: a wrong secret, or Cloudflare's own trouble. */
const NOT_THE_SHOPPERS = new Set(["missing-input-secret", "invalid-input-secret", "internal-error"])

export function verdictOf(answer: SiteverifyAnswer, saleId: string): TurnstileVerdict {
  if (!answer.success)
    return answer["error-codes"].some((code) => NOT_THE_SHOPPERS.has(code)) ? "away" : "refused"
  const { action = "", cdata = "" } = answer
  const forThis = (action === "" || action === TURNSTILE_ACTION) && (cdata === "" || cdata === saleId)
  return forThis ? "passed" : "refused"
}

/** Asks Cloudflare whether a token is good: once for each token, and the same request again gets the same answer. */
export async function verifyTurnstile(
  { secret, base }: Turnstile,
  asked: { token: string; saleId: string; subject: string; remoteIp: string | null },
): Promise<TurnstileVerdict> {
  const { token, saleId, subject, remoteIp } = asked
  const body = new URLSearchParams({
    secret,
    response: token,
    ...(remoteIp !== null && { remoteip: remoteIp }),
    idempotency_key: await idempotencyKeyFor(`${saleId}/${subject}/${token}`),
  })
  try {
    const response = await fetch(`${base}/turnstile/v0/siteverify`, {
      method: "POST",
      body,
      signal: AbortSignal.timeout(SITEVERIFY_MS),
    })
    // Refusals come as 200 or 400 with the same document; anything else does not, and fails to be read.
    const answer = siteverifyAnswer.parse(await response.json())
    const verdict = verdictOf(answer, saleId)
    if (verdict === "away") warn(answer["error-codes"].join(", "))
    return verdict
  } catch (error) {
    warn(String(error))
    return "away"
  }
}

/** A UUID, as Cloudflare wants it, that is the same for the same request. */
async function idempotencyKeyFor(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)))
  const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("")
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

function warn(message: string): void {
  console.warn(JSON.stringify({ level: "warn", event: "turnstile_away", message }))
}
