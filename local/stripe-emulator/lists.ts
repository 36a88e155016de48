/** Stripe's lists: `limit`, cursors, `created[…]`, newest first. */
import type { Answer, Desk } from "./desk.ts"
import { ok } from "./desk.ts"
import { RequestFailure, invalidRequest } from "./errors.ts"
import type { PageRequest } from "./record-store.ts"
import type { ParamReader } from "./params.ts"
import type { RecordKind, Records } from "./records.ts"

/** Stripe's page size when none is asked for. */
export const DEFAULT_LIMIT = 10
/** Stripe's largest page. */
export const MAX_LIMIT = 100

/** The first millisecond of a second. */
const MS = 1000

function readCreated(params: ParamReader): Pick<PageRequest, "fromMs" | "beforeMs"> {
  const created = params.object("created")
  if (created === undefined) return {}
  const [gte, gt, lte, lt] = [
    created.integer("gte"),
    created.integer("gt"),
    created.integer("lte"),
    created.integer("lt"),
  ]
  const from = [gte, gt === undefined ? undefined : gt + 1].filter((second) => second !== undefined)
  const before = [lt, lte === undefined ? undefined : lte + 1].filter((second) => second !== undefined)
  return {
    fromMs: from.length === 0 ? undefined : Math.max(...from) * MS,
    beforeMs: before.length === 0 ? undefined : Math.min(...before) * MS,
  }
}

/** Reads the page that was asked for. Throws a 400 for an unknown cursor or a limit out of range. */
export function readPage(desk: Desk, kind: RecordKind, params: ParamReader): PageRequest {
  const limit = params.integer("limit") ?? DEFAULT_LIMIT
  if (limit < 1 || limit > MAX_LIMIT) {
    throw new RequestFailure(
      invalidRequest(`Invalid integer: limit must be from 1 to ${MAX_LIMIT}`, {
        code: "parameter_invalid_integer",
        param: "limit",
      }),
    )
  }
  const startingAfter = params.text("starting_after")
  const endingBefore = params.text("ending_before")
  for (const [param, id] of [
    ["starting_after", startingAfter],
    ["ending_before", endingBefore],
  ] as const) {
    if (id !== undefined && desk.records.get(kind, id) === undefined) {
      throw new RequestFailure(
        invalidRequest(`No such ${kind}: '${id}'`, { code: "resource_missing", param }),
      )
    }
  }
  return { limit, startingAfter, endingBefore, ...readCreated(params) }
}

/** Answers one page of records, each in its view. */
export function answerPage<K extends RecordKind>(
  desk: Desk,
  kind: K,
  url: string,
  page: PageRequest,
  view: (record: Records[K]) => object,
): Answer {
  const { records, hasMore } = desk.records.page(kind, page)
  return ok({ object: "list", url, has_more: hasMore, data: records.map(view) })
}
