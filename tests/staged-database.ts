import { sql } from "drizzle-orm"
import { afterAll, beforeAll, beforeEach } from "vitest"
import { openDatabase } from "../db/client.ts"
import type { Database } from "../db/client.ts"
import { migrate } from "../db/migrate.ts"
import { insertProduct } from "../db/products.ts"
import type { ProductDraft } from "../db/products.ts"
import { insertSale, markScheduled } from "../db/sales.ts"
import type { SaleDraft } from "../db/sales.ts"
import type { orders } from "../db/schema.ts"
import { startPostgres } from "../local/postgres/embedded-postgres.ts"
import { startSqlOverHttp } from "../local/postgres/sql-over-http.ts"
import { Cleanup, findFreePort } from "../local/postgres/test-harness.ts"

/** PostgreSQL with Spillway's tables, for one file of tests, and what they put into it. */

export class StagedDatabase {
  url = ""
  private endpoint = ""
  private opened: Database | null = null

  /** As the Worker's settings have it. */
  get address(): { DATABASE_URL: string; NEON_SQL_ENDPOINT: string } {
    return { DATABASE_URL: this.url, NEON_SQL_ENDPOINT: this.endpoint }
  }

  get db(): Database {
    if (!this.opened) throw new Error("The database is there from a test's beginning on.")
    return this.opened
  }

  /** Empty tables. The driver's settings belong to the process, so they are made anew. */
  async empty(): Promise<void> {
    this.opened = openDatabase(this.address)
    await this.opened.execute(
      sql`truncate products, sales, stock_levels, orders, messages, dead_letters restart identity cascade`,
    )
  }

  async start(cleanup: Cleanup): Promise<void> {
    const server = await startPostgres({ dataDir: await cleanup.dataDir(), port: await findFreePort() })
    cleanup.add(() => server.stop())
    this.url = server.url
    await migrate(this.url)
    const http = await startSqlOverHttp({ port: 0, databaseUrl: this.url })
    cleanup.add(() => http.stop())
    this.endpoint = http.url
  }

  async addProduct(slug: string, changes: Partial<ProductDraft> = {}): Promise<string> {
    const id = crypto.randomUUID()
    await insertProduct(this.db, id, productDraft(slug, changes))
    return id
  }

  async schedule(sale: SaleDraft): Promise<SaleDraft> {
    await insertSale(this.db, sale)
    await markScheduled(this.db, sale.saleId)
    return sale
  }
}

/** Starts before the file's first test, is empty before each, and stops after the last. */
export function stageDatabase(): StagedDatabase {
  const staged = new StagedDatabase()
  const cleanup = new Cleanup()
  beforeAll(() => staged.start(cleanup), 60_000)
  afterAll(() => cleanup.run())
  beforeEach(() => staged.empty())
  return staged
}

export function productDraft(slug: string, changes: Partial<ProductDraft> = {}): ProductDraft {
  const sku = slug.toUpperCase()
  const variants = [{ sku, title: "One size", attributes: {}, priceCents: 2_500, currency: "EUR" }]
  return {
    slug,
    title: slug,
    description: "",
    brand: "",
    category: [],
    attributes: {},
    images: [],
    status: "active",
    variants,
    ...changes,
  }
}

export function levelsOf(
  sku: string,
  units: { open: number; sale?: number; sold?: number },
  version: number,
) {
  const { open, sale = 0, sold = 0 } = units
  const pools = [
    { pool: "open", available: open },
    { pool: "a-sale", available: sale },
  ]
  return {
    sku,
    atMs: Date.now(),
    counts: { received: open + sale + sold, available: open + sale, held: 0, sold, version, pools },
  }
}

export function saleDraft(slug: string, changes: Partial<SaleDraft> = {}): SaleDraft {
  const opensAtMs = changes.opensAtMs ?? Date.now() + 60_000
  const item = {
    sku: "KETTLE",
    productSlug: "kettle",
    title: "kettle",
    image: null,
    allotment: 5,
    salePriceCents: 1_000,
    priceCents: 2_500,
  }
  return {
    saleId: crypto.randomUUID(),
    slug,
    title: slug,
    waitingOpensAtMs: opensAtMs,
    opensAtMs,
    closesAtMs: opensAtMs + 3_600_000,
    admission: { perMinute: 60, maxActive: 10, passMinutes: 5 },
    challenge: "none",
    holdSeconds: 600,
    items: [{ ...item, currency: "EUR", perCustomerLimit: 1, lanes: 1 }],
    ...changes,
  }
}

export function orderRow(id: string, saleId: string): typeof orders.$inferInsert {
  const facts = {
    status: "confirmed",
    version: 3,
    totalCents: 5,
    currency: "EUR",
    email: "a@b.example",
    paymentStatus: "captured",
  }
  return { id, orderNumber: id, saleId, holdId: `h-${id}`, createdAt: new Date(1_000), history: [], ...facts }
}
