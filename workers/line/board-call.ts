import { CACHE_CONTROL } from "../http/cache-headers.ts"
import { NO_SNIFFING, REQUEST_ID_HEADER, requestIdOf } from "../http/conventions.ts"
import { URL_HOST_AT } from "../http/direct-call.ts"
import type { Asked } from "../http/direct-call.ts"
import { freshBoardText } from "./board.ts"

/**
 * `GET /api/sales/{saleId}/board`, which every waiting browser asks again and again: answered in front of the router
 * while this isolate's copy is fresh, from the text as it stands. Null for everything else, which the router answers.
 */
export function answerBoardFromCopy(
  { method, url }: Asked,
  request: Pick<Request, "headers">,
): Response | null {
  if (method !== "GET") return null
  const saleId = saleOfBoardUrl(url)
  const text = saleId === null ? null : freshBoardText(saleId)
  if (text === null) return null
  return new Response(text, {
    headers: { ...BOARD_HEADERS, [REQUEST_ID_HEADER]: requestIdOf(request.headers) },
  })
}

const BOARD_HEADERS = {
  "content-type": "application/json",
  "cache-control": CACHE_CONTROL.board,
  ...NO_SNIFFING,
}

const BEFORE_ID = "/api/sales/"
const AFTER_ID = "/board"

function saleOfBoardUrl(url: string): string | null {
  if (!url.endsWith(AFTER_ID)) return null
  const pathAt = url.indexOf("/", URL_HOST_AT)
  return url.startsWith(BEFORE_ID, pathAt)
    ? url.slice(pathAt + BEFORE_ID.length, url.length - AFTER_ID.length)
    : null
}
