import { expect, it } from "vitest"
import { MemorySql } from "../memory-sql.ts"
import { applyMigrations } from "../sqlite.ts"
import { NO_RULES } from "./contract.ts"
import { RulesBook } from "./rules-book.ts"
import { PRICE_MIGRATIONS } from "./schema.ts"

it("rules from before Stripe Tax could be chosen say that the shop has rates of its own", () => {
  const sql = new MemorySql()
  applyMigrations(sql, PRICE_MIGRATIONS)
  const { taxProvider: _, taxCodes: __, ...before } = { ...NO_RULES.taxes, pricesIncludeTax: false }
  sql.exec(`INSERT INTO rules (one, version, shipping, taxes) VALUES (1, 7, '[]', ?)`, JSON.stringify(before))
  const book = new RulesBook(sql)
  expect(book.read()).toMatchObject({
    version: 7,
    taxes: { taxProvider: "rates", taxCodes: [], pricesIncludeTax: false },
  })
  const taxes = { ...book.read().taxes, taxProvider: "stripe" as const }
  expect(book.change({ taxes }, null)?.version).toBe(8)
  expect(book.read().taxes).toEqual(taxes)
})
