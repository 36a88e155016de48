import { badJsonOf } from "./failure.ts"
import type { Refusal } from "./failure.ts"

export type JsonRead = { ok: true; body: unknown } | { ok: false; refusal: Refusal }

/** The same media types that the validated routes take, and the same words for what they refuse. */
const JSON_MEDIA_TYPE = /^application\/([a-z-.]+\+)?json(;\s*[a-zA-Z0-9-]+=([^;]+))*$/i

/** Parses a body, as it was sent and as what it was said to be. Nothing that is said to be nothing is an empty object. */
export function readJson(contentType: string | null, text: string): JsonRead {
  if (!isJson(contentType, text)) return { ok: false, refusal: badJsonOf("Unsupported Media Type") }
  if (!contentType) return { ok: true, body: {} }
  try {
    return { ok: true, body: JSON.parse(text) }
  } catch {
    return { ok: false, refusal: badJsonOf("Malformed JSON in request body") }
  }
}

/** Said to be JSON; or said to be nothing, and then nothing was sent. */
function isJson(contentType: string | null, text: string): boolean {
  if (contentType === "application/json") return true
  return contentType ? JSON_MEDIA_TYPE.test(contentType) : text === ""
}
