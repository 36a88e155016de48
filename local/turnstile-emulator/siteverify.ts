/**
 * What Cloudflare's `siteverify` answers, for the keys that it documents for tests. Decides; `emulator.ts` speaks HTTP.
 * https://developers.cloudflare.com/turnstile/troubleshooting/testing/
 */

/** The site keys: a widget that passes, one that blocks, one that wants a press. */
export const SITE_KEYS = {
  passes: "1x00000000000000000000AA",
  blocks: "2x00000000000000000000AB",
  asks: "3x00000000000000000000FF",
} as const

/** The secrets: every dummy token passes, none does, all were spent before. */
export const SECRETS = {
  passes: "1x0000000000000000000000000000000AA",
  fails: "2x0000000000000000000000000000000AA",
  spent: "3x0000000000000000000000000000000AA",
} as const

/** What every widget with a test key gives, and the only token that the test secrets know. */
export const DUMMY_TOKEN = "XXXX.DUMMY.TOKEN.XXXX"

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

export interface SiteverifyRequest {
  secret?: string | undefined
  response?: string | undefined
  remoteip?: string | undefined
  idempotency_key?: string | undefined
}

export interface SiteverifyAnswer {
  success: boolean
  "error-codes": string[]
  challenge_ts?: string
  hostname?: string
  action?: string
  cdata?: string
  metadata?: { interactive: boolean }
}

export function siteverify(request: SiteverifyRequest, nowMs: number): SiteverifyAnswer {
  const refused = (code: string): SiteverifyAnswer => ({ success: false, "error-codes": [code] })
  const { secret, response, idempotency_key: idempotencyKey } = request
  if (!secret) return refused("missing-input-secret")
  if (!Object.values<string>(SECRETS).includes(secret)) return refused("invalid-input-secret")
  if (!response) return refused("missing-input-response")
  if (idempotencyKey !== undefined && !UUID.test(idempotencyKey)) return refused("bad-request")
  if (response !== DUMMY_TOKEN || secret === SECRETS.fails) return refused("invalid-input-response")
  if (secret === SECRETS.spent) return refused("timeout-or-duplicate")
  return {
    success: true,
    "error-codes": [],
    challenge_ts: new Date(nowMs).toISOString(),
    hostname: "localhost",
    action: "",
    cdata: "",
    metadata: { interactive: false },
  }
}
