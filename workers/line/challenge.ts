import type { ChallengeKind } from "../../durable-objects/room/contract.ts"
import { issueProofChallenge, refusalOfProof } from "../../waiting-room/proof-of-work.ts"
import { settingsOf } from "../environment.ts"
import type { Env } from "../environment.ts"
import { ProblemError } from "../http/problem.ts"
import type { Visit } from "../http/visit.ts"
import type { ChallengeAnswer, ChallengeView } from "./schemas.ts"
import { TURNSTILE_ACTION, turnstileOf, turnstileScript, verifyTurnstile } from "./turnstile.ts"
import type { Turnstile } from "./turnstile.ts"

/** What a sale asks of who joins, and whether it was answered. Stateless: nothing is kept of who was asked. */

interface Joining {
  saleId: string
  kind: ChallengeKind
  subject: string
}

/** What is asked of this session now. */
export async function challengeFor(env: Env, { saleId, kind, subject }: Joining): Promise<ChallengeView> {
  if (kind === "none") return { kind }
  if (kind === "turnstile") {
    const turnstile = requireTurnstile(env)
    return {
      kind,
      siteKey: turnstile.siteKey,
      scriptUrl: turnstileScript(turnstile),
      action: TURNSTILE_ACTION,
      cData: saleId,
    }
  }
  const { keyRing } = await settingsOf(env)
  return { kind, ...(await issueProofChallenge(keyRing, { saleId, subject, nowMs: Date.now() })) }
}

/** True when nothing was asked, or what was asked is answered. Throws `temporarily_unavailable` when nobody can tell. */
export async function isChallengeMet(
  visit: Visit,
  { saleId, kind, subject }: Joining,
  answer: ChallengeAnswer | undefined,
): Promise<boolean> {
  if (kind === "none") return true
  if (kind === "turnstile") {
    if (!answer?.token) return false
    const remoteIp = visit.headers.get("cf-connecting-ip")
    const turnstile = requireTurnstile(visit.env)
    const verdict = await verifyTurnstile(turnstile, { token: answer.token, saleId, subject, remoteIp })
    if (verdict === "away") throw away()
    return verdict === "passed"
  }
  const { nonce, counter } = answer ?? {}
  if (nonce === undefined || counter === undefined) return false
  const { keyRing } = await settingsOf(visit.env)
  const expected = { saleId, subject, nowMs: Date.now() }
  return (await refusalOfProof(keyRing, { nonce, counter }, expected)) === null
}

/** A sale that asks for it was scheduled while it was configured; since then it was taken away. Nobody joins unchecked. */
function requireTurnstile(env: Env): Turnstile {
  const turnstile = turnstileOf(env)
  if (!turnstile) throw away()
  return turnstile
}

/** When to try again while the check does not answer. */
const AWAY_RETRY_SECONDS = 5

function away(): ProblemError {
  return new ProblemError("temporarily_unavailable", {
    retryAfterSeconds: AWAY_RETRY_SECONDS,
    detail: "The check that this sale asks for does not answer. Nobody is let in unchecked; try again.",
  })
}
