import { neon, neonConfig, NeonDbError, type NeonQueryFunction } from "@neondatabase/serverless"
import { eq } from "drizzle-orm"
import { drizzle } from "drizzle-orm/neon-http"
import { integer, jsonb, pgTable, serial, text, timestamp } from "drizzle-orm/pg-core"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { startPostgres, type RunningPostgres } from "./embedded-postgres.ts"
import { startSqlOverHttp, type RunningSqlOverHttp } from "./sql-over-http.ts"
import { MAX_BODY_BYTES } from "./sql-protocol.ts"
import { Cleanup, findFreePort, refusalOf, SERVER_TEST } from "./test-harness.ts"

const cleanup = new Cleanup()
const logged: string[] = []
let postgres: RunningPostgres
let endpoint: RunningSqlOverHttp
let sql: NeonQueryFunction<false, false>
let startAgain: () => Promise<void>

beforeAll(async () => {
  const options = { dataDir: await cleanup.dataDir(), port: await findFreePort() }
  startAgain = async () => {
    postgres = await startPostgres(options)
  }
  await startAgain()
  cleanup.add(() => postgres.stop())
  endpoint = await startSqlOverHttp({ port: 0, databaseUrl: postgres.url, log: (line) => logged.push(line) })
  cleanup.add(() => endpoint.stop())
  neonConfig.fetchEndpoint = endpoint.url
  sql = neon(postgres.url)
}, SERVER_TEST.timeout)

afterAll(() => cleanup.run(), SERVER_TEST.timeout)

beforeEach(async () => {
  await sql`drop table if exists sale`
  await sql`create table sale (id int primary key, name text, left_units int check (left_units >= 0))`
})

async function errorOf(query: Promise<unknown>): Promise<NeonDbError> {
  const error = await query.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof NeonDbError) return error
  throw new Error(`expected a NeonDbError, got ${String(error)}`)
}

function post(headers: Record<string, string>, body: string | Uint8Array<ArrayBuffer>): Promise<Response> {
  const own = { "Neon-Connection-String": postgres.url, "Neon-Raw-Text-Output": "true" }
  return fetch(endpoint.url, { method: "POST", headers: { ...own, ...headers }, body })
}

describe("the neon driver", () => {
  it("gets rows as objects, as arrays, and with full results", async () => {
    await sql`insert into sale values (1, 'first', 5), (2, null, 0)`
    expect(await sql`select id, name from sale order by id`).toEqual([
      { id: 1, name: "first" },
      { id: 2, name: null },
    ])
    const arrays = neon(postgres.url, { arrayMode: true })
    expect(await arrays`select id, id from sale order by id`).toEqual([
      [1, 1],
      [2, 2],
    ])
    const full = neon(postgres.url, { fullResults: true })
    const result = await full`update sale set left_units = 1 returning id`
    expect(result).toMatchObject({ command: "UPDATE", rowCount: 2, rows: [{ id: 1 }, { id: 2 }] })
    expect(result.fields).toMatchObject([{ name: "id", dataTypeID: 23 }])
    expect(await full`delete from sale where id = 99`).toMatchObject({
      command: "DELETE",
      rowCount: 0,
      rows: [],
    })
  })

  it("gets every kind of parameter back as it was sent", async () => {
    const bytes = Buffer.from([0, 1, 254, 255])
    const nested = { name: 'quo"te\\', list: [1, null, { deep: true }] }
    const at = new Date("2026-01-02T03:04:05.678Z")
    const [row] = await sql`select
      ${"tëxt '\" \\ 🛒"}::text as words, ${null}::text as nothing, ${42}::int as whole, ${-0.25}::float8 as part,
      ${"9007199254740993"}::bigint as big, ${true}::boolean as yes, ${nested}::jsonb as json, ${at}::timestamptz as at,
      ${[1, null, 3]}::int[] as numbers, ${["a", 'b"c', "", "NULL", "{}"]}::text[] as texts, ${[[1], [2]]}::int[] as grid,
      ${bytes} as bytes, ${new Uint8Array(bytes)} as view`
    expect(row).toEqual({
      words: "tëxt '\" \\ 🛒",
      nothing: null,
      whole: 42,
      part: -0.25,
      big: "9007199254740993",
      yes: true,
      json: nested,
      at,
      numbers: [1, null, 3],
      texts: ["a", 'b"c', "", "NULL", "{}"],
      grid: [[1], [2]],
      bytes,
      view: bytes,
    })
  })

  it("gets the SQLSTATE and the fields of a unique violation", async () => {
    await sql`insert into sale values (1, 'first', 5)`
    const error = await errorOf(sql`insert into sale values (1, 'again', 5)`)
    expect(error).toMatchObject({
      code: "23505",
      severity: "ERROR",
      schema: "public",
      table: "sale",
      constraint: "sale_pkey",
      detail: "Key (id)=(1) already exists.",
      message: 'duplicate key value violates unique constraint "sale_pkey"',
    })
    expect(await errorOf(sql`selekt 1`)).toMatchObject({ code: "42601", position: "1" })
  })

  it("cannot send several statements in one query, as on Neon", async () => {
    expect((await errorOf(sql.query("select 1; select 2"))).code).toBe("42601")
  })

  it("is refused with a wrong user, password or database", async () => {
    for (const wrong of ["postgres://other:spillway@h/spillway", "postgres://spillway:x@h/spillway"]) {
      expect((await errorOf(neon(wrong)`select 1`)).code).toBe("28P01")
    }
    expect((await errorOf(neon("postgres://spillway:spillway@h/postgres")`select 1`)).code).toBe("3D000")
  })
})

describe("a transaction", () => {
  it("commits all of its statements and returns their results in order", async () => {
    const results = await sql.transaction([
      sql`insert into sale values (1, 'first', 5)`,
      sql`update sale set left_units = left_units - 1 returning left_units`,
      sql`select name from sale`,
    ])
    expect(results).toEqual([[], [{ left_units: 4 }], [{ name: "first" }]])
    expect(await sql`select count(*)::int as n from sale`).toEqual([{ n: 1 }])
  })

  it("rolls back all of its statements when one fails, and says which rule it broke", async () => {
    const error = await errorOf(
      sql.transaction(
        [sql`insert into sale values (1, 'first', 0)`, sql`update sale set left_units = left_units - 1`],
        { isolationLevel: "Serializable" },
      ),
    )
    expect(error).toMatchObject({ code: "23514", constraint: "sale_left_units_check" })
    expect(await sql`select count(*)::int as n from sale`).toEqual([{ n: 0 }])
  })

  it("has the isolation level, read-only mode and deferral that were asked for", async () => {
    const modes = sql`select current_setting('transaction_isolation') as level,
      current_setting('transaction_read_only') as read_only, current_setting('transaction_deferrable') as deferrable`
    const options = { isolationLevel: "Serializable", readOnly: true, deferrable: true } as const
    expect(await sql.transaction([modes], options)).toEqual([
      [{ level: "serializable", read_only: "on", deferrable: "on" }],
    ])
    expect(await sql.transaction([modes])).toEqual([
      [{ level: "read committed", read_only: "off", deferrable: "off" }],
    ])
    const write = sql.transaction([sql`insert into sale values (1, 'first', 5)`], { readOnly: true })
    expect((await errorOf(write)).code).toBe("25006")
  })

  it("that is left open by a stray BEGIN ends with its request", async () => {
    for (let round = 0; round < 30; round++) await sql`begin`
    await sql`insert into sale values (1, 'first', 5)`
    const states = await sql`select state from pg_stat_activity where state like 'idle in transaction%'`
    expect(states).toEqual([])
  })

  it("and a setting that is left behind does not reach the next request", async () => {
    for (let round = 0; round < 30; round++) await sql`set search_path to pg_catalog`
    expect(await sql`select current_setting('search_path') as path`).toEqual([{ path: '"$user", public' }])
  })
})

describe("while Postgres is away", SERVER_TEST, () => {
  it("requests get a 503, and the next ones work once it is back", async () => {
    await postgres.stop()
    expect((await errorOf(sql`select 1`)).message).toContain("HTTP status 503")
    const response = await post({}, '{"query":"select 1"}')
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({
      code: "08006",
      message: expect.stringContaining("ECONNREFUSED"),
    })
    await startAgain()
    expect(await sql`select 1 as one`).toEqual([{ one: 1 }])
    expect(logged.at(-1)).toBe("Postgres answers again.")
  })

  it("a query that was running when it was killed gets a 503", async () => {
    const running = Promise.all(Array.from({ length: 5 }, () => errorOf(sql`select pg_sleep(600)`)))
    const isAsleep = sql`select count(*)::int as n from pg_stat_activity where wait_event = 'PgSleep'`
    while ((await isAsleep)[0]?.n !== 5);
    process.kill(postgres.pid, "SIGKILL")
    for (const error of await running) expect(error.message).toContain("HTTP status 503")
    await startAgain()
    expect(await sql`select 1 as one`).toEqual([{ one: 1 }])
  })
})

describe("the endpoint", () => {
  it("serves rows as objects to a client that does not ask for arrays", async () => {
    const response = await post(
      { "Neon-Array-Mode": "false" },
      '{"query":"select $1::int as n","params":["7"]}',
    )
    expect(await response.json()).toMatchObject({ rows: [{ n: "7" }], rowAsArray: false, rowCount: 1 })
  })

  it("refuses a body above the limit with 413, whether or not its length is announced", async () => {
    const tooLarge = new Uint8Array(MAX_BODY_BYTES + 1).fill(0x20)
    const announced = await post({}, tooLarge)
    expect(announced.status).toBe(413)
    expect(await announced.json()).toMatchObject({ code: "54000" })
    const headers = { "Neon-Connection-String": postgres.url, "Neon-Raw-Text-Output": "true" }
    const streamed = new Request(endpoint.url, {
      method: "POST",
      headers,
      body: new Blob([tooLarge]).stream(),
      duplex: "half",
    } as RequestInit & { duplex: "half" })
    expect((await fetch(streamed)).status).toBe(413)
    expect(await sql`select 1 as one`).toEqual([{ one: 1 }])
  })

  it("answers other paths and methods with 404 and 405", async () => {
    expect((await fetch(endpoint.url.replace(/sql$/, ""))).status).toBe(404)
    expect((await fetch(endpoint.url)).status).toBe(405)
  })

  it("refuses to start on a taken port", async () => {
    const port = Number(new URL(endpoint.url).port)
    const refusal = await refusalOf(startSqlOverHttp({ port, databaseUrl: postgres.url }))
    expect(refusal.code).toBe("port_taken")
    expect(refusal.message).toContain(`Port ${port} is taken by another program.`)
    expect(refusal.message).toContain("SQL_PROXY_PORT")
  })

  it("serves far more requests at once than it has connections", async () => {
    const rows = await Promise.all(Array.from({ length: 500 }, (_, n) => sql`select ${n}::int as n`))
    expect(rows.map(([row]) => row?.n)).toEqual(Array.from({ length: 500 }, (_, n) => n))
  })
})

it("drizzle's neon-http driver inserts, selects and batches through it", async () => {
  const orders = pgTable("drizzle_order", {
    id: serial().primaryKey(),
    email: text().notNull(),
    units: integer().notNull(),
    lines: jsonb().$type<{ sku: string }[]>(),
    placedAt: timestamp({ withTimezone: true }).notNull(),
  })
  await sql`drop table if exists drizzle_order`
  await sql`create table drizzle_order
    (id serial primary key, email text not null, units int not null, lines jsonb, "placedAt" timestamptz not null)`
  const db = drizzle(sql)
  const placedAt = new Date("2026-01-02T03:04:05.678Z")
  const order = { email: "a@example.com", units: 2, lines: [{ sku: "cap" }], placedAt }
  expect(await db.insert(orders).values(order).returning()).toEqual([{ id: 1, ...order }])
  const [updated, selected] = await db.batch([
    db.update(orders).set({ units: 3 }).where(eq(orders.id, 1)),
    db.select({ units: orders.units, lines: orders.lines }).from(orders).where(eq(orders.email, order.email)),
  ])
  expect(updated.rowCount).toBe(1)
  expect(selected).toEqual([{ units: 3, lines: order.lines }])
})
