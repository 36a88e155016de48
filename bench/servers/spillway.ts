import { randomUUID } from "node:crypto"
import { join } from "node:path"
import { convertV4MiniflareOptions, Log, LogLevel } from "miniflare"
import { unstable_getMiniflareWorkerOptions as miniflareOptionsOf } from "wrangler"
import { buildAssets } from "../../build/assets.ts"
import type { Sale, SaleItem } from "../../durable-objects/room/contract.ts"
import { bundle, PROJECT } from "../../local/stack/bundle.ts"
import { DIRECT_SOCKET, startServer } from "./server.ts"
import type { Server } from "./server.ts"

export interface Spillway {
  server: Server
  /** The Worker as shoppers reach it. */
  port: number
  /** The entrypoint that sets up. */
  setupPort: number
  saleId: string
}

export const HOT_SKU = "BENCH-HOT"
export const LANES_SKU = "BENCH-LANES"
export const SOLD_OUT_SKU = "BENCH-SOLD-OUT"

/** Lanes of the SKU that is spread over several objects. */
export const LANES = 8

/** More than all rounds together can take. */
const HOT_UNITS = 5_000_000

/** Longer than any run: no hold runs out while it is measured. */
const SALE_MS = 4 * 3_600_000
const HOLD_SECONDS = 3_600

/** Runs the real Worker with its objects and queue, and with a sale that has just opened. */
export async function startSpillway(
  dataDir: string,
  tokenKeys: string,
  {
    entry = "bench/worker/index.ts",
    bindings = {},
  }: { entry?: string; bindings?: Record<string, string> } = {},
): Promise<Spillway> {
  await buildAssets()
  const code = await bundle(entry)
  // Without the static files: on Cloudflare's network they are answered in front of the Worker, while Miniflare has two
  // Workers of its own pass on every request, and they take as long as the Worker itself.
  const { assets: _, ...workerOptions } = miniflareOptionsOf(join(PROJECT, "wrangler.toml")).workerOptions
  const server = await startServer(
    convertV4MiniflareOptions({
      port: 0,
      host: "127.0.0.1",
      cf: false,
      log: new Log(LogLevel.ERROR),
      resourcePersistencePath: join(dataDir, "spillway"),
      workers: [
        {
          ...workerOptions,
          name: "spillway",
          bindings: {
            ...(workerOptions.bindings as Record<string, string>),
            ...placeholders(tokenKeys),
            ...bindings,
          },
          durableObjects: {
            ...(workerOptions.durableObjects as Record<string, string>),
            BENCH_LEDGER: { className: "LedgerObject", useSQLite: true },
          },
          modules: [{ type: "ESModule", path: "index.js", contents: code }],
          unsafeDirectSockets: [DIRECT_SOCKET, { ...DIRECT_SOCKET, entrypoint: "BenchSetup" }],
        },
      ],
    }),
  )
  const setupPort = await server.portOf("spillway", "BenchSetup")
  const sale = saleOf([
    saleItem(HOT_SKU, HOT_UNITS, 1),
    saleItem(LANES_SKU, HOT_UNITS, LANES),
    saleItem(SOLD_OUT_SKU, 1, 1),
  ])
  await schedule(setupPort, sale, SOLD_OUT_SKU)
  return { server, port: await server.portOf("spillway"), setupPort, saleId: sale.saleId }
}

/** Calls the setup entrypoint; throws with its answer when it fails. */
export async function callSetup(port: number, path: string, body: string | null = null): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method: "POST", body })
  const text = await response.text()
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`)
}

/** What most contestants never reach: these only have to have the right form. */
function placeholders(tokenKeys: string): Record<string, string> {
  return {
    TOKEN_KEYS: tokenKeys,
    DATABASE_URL: "postgres://bench:bench@127.0.0.1:1/bench",
    STRIPE_SECRET_KEY: "sk_test_bench",
    STRIPE_PUBLISHABLE_KEY: "pk_test_bench",
    STRIPE_WEBHOOK_SECRET: "whsec_bench",
    MERCHANT_TOKENS: "owner:bench",
  }
}

/** Opens another sale, of one item; says its id. */
export async function openSale(
  { setupPort }: Spillway,
  item: { sku: string; units: number; lanes: number },
): Promise<string> {
  const sale = saleOf([saleItem(item.sku, item.units, item.lanes)])
  await schedule(setupPort, sale, null)
  return sale.saleId
}

function schedule(setupPort: number, sale: Sale, soldOutSku: string | null): Promise<void> {
  return callSetup(setupPort, "/bench/setup", JSON.stringify({ sale, soldOutSku }))
}

function saleOf(items: SaleItem[]): Sale {
  const opensAtMs = Date.now() - 1_000
  return {
    saleId: randomUUID(),
    slug: "bench",
    title: "Bench",
    waitingOpensAtMs: opensAtMs - 1_000,
    opensAtMs,
    closesAtMs: opensAtMs + SALE_MS,
    items,
    admission: { perMinute: 100_000, maxActive: 1_000_000, passMinutes: 60 },
    holdSeconds: HOLD_SECONDS,
  }
}

function saleItem(sku: string, allotment: number, lanes: number): SaleItem {
  return {
    sku,
    productSlug: sku.toLowerCase(),
    title: sku,
    image: null,
    allotment,
    salePriceCents: 1_900,
    priceCents: 2_900,
    currency: "EUR",
    perCustomerLimit: 2,
    lanes,
  }
}
