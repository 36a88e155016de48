/** Reads and writes records by kind and id, and pages through them newest first. */
import type { DatabaseSync } from "node:sqlite"
import type { RecordKind, Records } from "./records.ts"

/** One page of a list, in Stripe's terms. Bounds are epoch milliseconds, `fromMs` included, `beforeMs` not. */
export interface PageRequest {
  limit: number
  startingAfter?: string | undefined
  endingBefore?: string | undefined
  fromMs?: number | undefined
  beforeMs?: number | undefined
  intentId?: string | undefined
  /** Only records whose `type` is one of these. */
  types?: string[] | undefined
}

export interface Page<T> {
  records: T[]
  hasMore: boolean
}

export type DueRecord =
  | { kind: "intent"; record: Records["intent"] }
  | { kind: "refund"; record: Records["refund"] }

export interface RecordStore {
  get<K extends RecordKind>(kind: K, id: string): Records[K] | undefined
  put<K extends RecordKind>(kind: K, record: Records[K]): void
  remove(kind: RecordKind, id: string): void
  all<K extends RecordKind>(kind: K): Records[K][]
  page<K extends RecordKind>(kind: K, request: PageRequest): Page<Records[K]>
  /** Records whose `dueAtMs` has come, the first of them first. */
  due(nowMs: number, limit: number): DueRecord[]
  /** Runs the work in one transaction: all of its writes or, when it throws, none. Not reentrant. */
  transaction<T>(work: () => T): T
}

function createdAtMs(record: Records[RecordKind]): number {
  return "atMs" in record ? record.atMs : record.createdAtMs
}

function parse<K extends RecordKind>(row: unknown): Records[K] {
  return JSON.parse((row as { body: string }).body) as Records[K]
}

function pageQuery(request: PageRequest): { where: string; values: (string | number)[]; backwards: boolean } {
  const conditions: string[] = []
  const values: (string | number)[] = []
  const add = (condition: string, ...more: (string | number)[]): void => {
    conditions.push(condition)
    values.push(...more)
  }
  if (request.startingAfter !== undefined)
    add("seq < (SELECT seq FROM records WHERE id = ?)", request.startingAfter)
  if (request.endingBefore !== undefined)
    add("seq > (SELECT seq FROM records WHERE id = ?)", request.endingBefore)
  if (request.fromMs !== undefined) add("created_at_ms >= ?", request.fromMs)
  if (request.beforeMs !== undefined) add("created_at_ms < ?", request.beforeMs)
  if (request.intentId !== undefined) add("intent_id = ?", request.intentId)
  if (request.types !== undefined)
    add(`json_extract(body, '$.type') IN (${request.types.map(() => "?").join(", ")})`, ...request.types)
  return {
    where: conditions.map((condition) => ` AND ${condition}`).join(""),
    values,
    backwards: request.endingBefore !== undefined,
  }
}

/** A store over an open database. */
export function createRecordStore(database: DatabaseSync): RecordStore {
  const select = database.prepare("SELECT body FROM records WHERE id = ? AND kind = ?")
  const upsert = database.prepare(
    "INSERT INTO records (kind, id, intent_id, created_at_ms, body) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
  )
  const erase = database.prepare("DELETE FROM records WHERE id = ? AND kind = ?")
  const due = database.prepare(
    "SELECT kind, body FROM records WHERE json_extract(body, '$.dueAtMs') IS NOT NULL AND json_extract(body, '$.dueAtMs') <= ? ORDER BY json_extract(body, '$.dueAtMs') LIMIT ?",
  )
  const everything = database.prepare("SELECT body FROM records WHERE kind = ? ORDER BY seq")
  return {
    get(kind, id) {
      const row = select.get(id, kind)
      return row === undefined ? undefined : parse(row)
    },
    put(kind, record) {
      const intentId = "intentId" in record ? record.intentId : null
      upsert.run(kind, record.id, intentId, createdAtMs(record), JSON.stringify(record))
    },
    remove(kind, id) {
      erase.run(id, kind)
    },
    all(kind) {
      return everything.all(kind).map((row) => parse(row))
    },
    page(kind, request) {
      const { where, values, backwards } = pageQuery(request)
      const sql = `SELECT body FROM records WHERE kind = ?${where} ORDER BY seq ${backwards ? "ASC" : "DESC"} LIMIT ?`
      const rows = database.prepare(sql).all(kind, ...values, request.limit + 1)
      const records = rows.slice(0, request.limit).map((row) => parse<typeof kind>(row))
      return { records: backwards ? records.reverse() : records, hasMore: rows.length > request.limit }
    },
    due(nowMs, limit) {
      return due
        .all(nowMs, limit)
        .map((row): DueRecord =>
          row["kind"] === "intent"
            ? { kind: "intent", record: parse<"intent">(row) }
            : { kind: "refund", record: parse<"refund">(row) },
        )
    },
    transaction(work) {
      database.exec("BEGIN IMMEDIATE")
      try {
        const result = work()
        database.exec("COMMIT")
        return result
      } catch (error) {
        database.exec("ROLLBACK")
        throw error
      }
    },
  }
}
