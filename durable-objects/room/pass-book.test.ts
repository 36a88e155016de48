import { expect, test } from "vitest"
import { MemorySql } from "../memory-sql.ts"
import type { BookedPass } from "./pass-book.ts"
import { PassBook } from "./pass-book.ts"
import { ROOM_MIGRATIONS } from "./schema.ts"

function openBook(): { sql: MemorySql; book: PassBook } {
  const sql = new MemorySql()
  for (const statement of ROOM_MIGRATIONS.flat()) sql.exec(statement)
  return { sql, book: new PassBook(sql, 0) }
}

const pass = (ticketId: string, issuedAtMs: number, expiresAtMs: number): BookedPass => ({
  ticketId,
  passId: `pass of ${ticketId}`,
  subject: `holder of ${ticketId}`,
  rank: -0.5,
  frontier: 0,
  cap: 10,
  issuedAtMs,
  expiresAtMs,
  endedAtMs: null,
})

const admit = (book: PassBook, one: BookedPass) => book.record(one, book.find(one.ticketId))

test("passes end at their time and not before, also those that were made shorter than the ones before", () => {
  const { book } = openBook()
  admit(book, pass("long", 0, 600))
  admit(book, pass("short", 100, 200))
  admit(book, pass("middle", 110, 300))
  expect(book.endingBy(299)).toBe(1)
  const activeAt = [199, 200, 299, 300, 599, 600].map((nowMs) => book.active(nowMs))
  expect(activeAt).toEqual([3, 2, 2, 1, 1, 0])
})

test("a pass that was ended early ends once, and counts for nothing that is to come", () => {
  const { book } = openBook()
  admit(book, pass("a", 0, 500))
  admit(book, pass("b", 0, 500))
  expect(book.end("holder of a", 100, 100)).toBe(true)
  expect(book.end("holder of a", 100, 101)).toBe(false)
  expect(book.active(101)).toBe(1)
  expect(book.endingBy(500)).toBe(1)
  expect(book.active(500)).toBe(0)
})

test("a ticket that comes in again has one pass, which ends when the newer one does", () => {
  const { book } = openBook()
  admit(book, pass("a", 0, 100))
  expect(book.end("holder of a", 50, 50)).toBe(true)
  admit(book, pass("a", 60, 160))
  expect(book.active(100)).toBe(1)
  expect(book.endingBy(160)).toBe(1)
  admit(book, pass("a", 120, 220))
  expect(book.active(160)).toBe(1)
  expect(book.active(220)).toBe(0)
  expect(book.served).toBe(1)
})

test("after a restart the same passes live, and end when they did before", () => {
  const { sql, book } = openBook()
  for (const [ticketId, expiresAtMs] of [["a", 300] as const, ["b", 100] as const, ["c", 200] as const])
    admit(book, pass(ticketId, 0, expiresAtMs))
  book.end("holder of c", 10, 10)
  const again = new PassBook(sql, 50)
  expect([50, 100, 299, 300].map((nowMs) => again.active(nowMs))).toEqual([2, 1, 1, 0])
  expect(again.served).toBe(3)
})
