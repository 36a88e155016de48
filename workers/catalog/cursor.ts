import { z } from "zod"
import type { Place } from "../../db/catalog-search.ts"
import { decodeBase64Url, encodeBase64Url } from "../../waiting-room/signed-token.ts"

/**
 * Where a list goes on: the last item's sort key and id, so that items which come or go meanwhile neither repeat nor
 * hide others. Opaque to clients; nothing in it is secret or trusted.
 */

/** Longer ones are not ours. */
export const CURSOR_LENGTH_MAX = 200

const cursor = z.tuple([z.string(), z.number(), z.uuid()])

/** A cursor goes on only in the order it was made in, which is part of it. */
export function encodeCursor(order: string, { key, id }: Place): string {
  return encodeBase64Url(new TextEncoder().encode(JSON.stringify([order, key, id])))
}

/** Null when it is not a cursor of this order. */
export function decodeCursor(order: string, text: string): Place | null {
  if (text.length > CURSOR_LENGTH_MAX) return null
  const bytes = decodeBase64Url(text)
  if (!bytes) return null
  const parsed = cursor.safeParse(parseJson(new TextDecoder().decode(bytes)))
  if (!parsed.success || parsed.data[0] !== order) return null
  return { key: parsed.data[1], id: parsed.data[2] }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
