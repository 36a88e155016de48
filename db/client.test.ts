import { describe, expect, it } from "vitest"
import { sql } from "drizzle-orm"
import { stageDatabase } from "../tests/staged-database.ts"
import { findFreePort } from "../local/postgres/test-harness.ts"
import { openDatabase } from "./client.ts"
import { isDatabaseAway, refusedBy } from "./failures.ts"
import { migrate } from "./migrate.ts"
import { listProductRecords } from "./products.ts"
import { products } from "./schema.ts"
import journal from "./migrations/meta/_journal.json" with { type: "json" }

const MIGRATIONS = journal.entries.length
const staged = stageDatabase()

describe("migrations", () => {
  it("apply twice without harm", async () => {
    await staged.addProduct("kettle")
    expect(await migrate(staged.url)).toEqual({ applied: 0 })
    const listed = await listProductRecords(staged.db, { after: null, limit: 5 })
    expect(listed.map(({ product }) => product.slug)).toEqual(["kettle"])
  })

  it("apply once when several processes come at the same time", async () => {
    await staged.db.execute(sql`create database crowded`)
    const url = staged.url.replace(/spillway$/, "crowded")
    const applied = await Promise.all([migrate(url), migrate(url), migrate(url)])
    expect(applied.map((one) => one.applied).toSorted((a, b) => a - b)).toEqual([0, 0, MIGRATIONS])
  })
})

describe("failures", () => {
  it("tell a wrong query and a refusal from a Postgres that is away", async () => {
    const wrong = await staged.db.execute(sql`select nothing_like_it`).catch((error: unknown) => error)
    const odd = { slug: "x", title: "x", status: "odd" as "draft" }
    const refused = await staged.db
      .insert(products)
      .values(odd)
      .catch((error: unknown) => error)
    openDatabase({
      DATABASE_URL: staged.url,
      NEON_SQL_ENDPOINT: `http://127.0.0.1:${await findFreePort()}/sql`,
    })
    const away = await staged.db.execute(sql`select 1`).catch((error: unknown) => error)
    expect([wrong, refused, away].map(isDatabaseAway)).toEqual([false, false, true])
    expect([wrong, refused, away].map(refusedBy)).toEqual([null, "products_status", null])
  })
})
