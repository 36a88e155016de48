/** Stripe's idempotency keys: the first request with a key decides, later ones hear the same answer. */
import type { DatabaseSync } from "node:sqlite"
import { invalidRequest } from "./errors.ts"
import type { Failure } from "./errors.ts"

/** Stripe keeps keys for at least 24 h and may forget them afterwards. */
export const KEY_LIFETIME_MS = 24 * 60 * 60 * 1000
/** Stripe's limit, in characters. */
export const MAX_KEY_LENGTH = 255

/** What a key was first used for. */
export interface KeyUse {
  /** The key, with the kind of API key in front, so that a shopper cannot ask for a merchant's answers. */
  key: string
  path: string
  /** Equal for equal method and parameters. */
  fingerprint: string
}

/** A finished request, as it was answered. */
export interface KeptAnswer extends KeyUse {
  requestId: string
  status: number
  body: string
  createdAtMs: number
}

export type KeyDecision =
  | { kind: "run" }
  | { kind: "replay"; kept: KeptAnswer }
  | { kind: "refused"; failure: Failure }

function mismatch(first: KeyUse, use: KeyUse): Failure | undefined {
  const bare = use.key.slice(use.key.indexOf(":") + 1)
  const refuse = (message: string): Failure => ({
    status: 400,
    error: { type: "idempotency_error", message },
  })
  if (first.path !== use.path) {
    return refuse(
      `Keys for idempotent requests can only be used for the same endpoint they were first used for ('${use.path}' vs '${first.path}'). Try using a key other than '${bare}' if you meant to execute a different request.`,
    )
  }
  if (first.fingerprint !== use.fingerprint) {
    return refuse(
      `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${bare}' if you meant to execute a different request.`,
    )
  }
  return undefined
}

/** Refusals in order of precedence: a key too long, other parameters, still in flight. */
export function decideKey(
  use: KeyUse,
  running: KeyUse | undefined,
  kept: KeptAnswer | undefined,
): KeyDecision {
  if (use.key.slice(use.key.indexOf(":") + 1).length > MAX_KEY_LENGTH) {
    return {
      kind: "refused",
      failure: invalidRequest(`Idempotency keys may have up to ${MAX_KEY_LENGTH} characters.`),
    }
  }
  const first = running ?? kept
  const failure = first === undefined ? undefined : mismatch(first, use)
  if (failure !== undefined) return { kind: "refused", failure }
  if (running !== undefined) {
    const message =
      "There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through). Please try again later."
    return {
      kind: "refused",
      failure: { status: 409, error: { type: "idempotency_error", code: "idempotency_key_in_use", message } },
    }
  }
  return kept === undefined ? { kind: "run" } : { kind: "replay", kept }
}

export interface KeyStore {
  find(key: string, nowMs: number): KeptAnswer | undefined
  keep(answer: KeptAnswer): void
  forgetOld(nowMs: number): void
}

/** Keys in the database; one that is older than its lifetime is as good as absent. */
export function createKeyStore(database: DatabaseSync): KeyStore {
  const select = database.prepare(
    "SELECT key, path, fingerprint, request_id AS requestId, status, body, created_at_ms AS createdAtMs FROM idempotency_keys WHERE key = ? AND created_at_ms > ?",
  )
  const insert = database.prepare(
    "INSERT OR REPLACE INTO idempotency_keys (key, path, fingerprint, request_id, status, body, created_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?)",
  )
  const erase = database.prepare("DELETE FROM idempotency_keys WHERE created_at_ms <= ?")
  return {
    find(key, nowMs) {
      const row = select.get(key, nowMs - KEY_LIFETIME_MS)
      return row === undefined ? undefined : (row as unknown as KeptAnswer)
    },
    keep(answer) {
      insert.run(
        answer.key,
        answer.path,
        answer.fingerprint,
        answer.requestId,
        answer.status,
        answer.body,
        answer.createdAtMs,
      )
    },
    forgetOld(nowMs) {
      erase.run(nowMs - KEY_LIFETIME_MS)
    },
  }
}
