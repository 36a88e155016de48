import { WorkerEntrypoint } from "cloudflare:workers"
import type { Sale } from "../../durable-objects/room/contract.ts"
import { poolTermsOf } from "../../durable-objects/room/contract.ts"
import type { Env, EventMessage } from "../../workers/environment.ts"
import spillway from "../../workers/index.ts"
import type { LedgerObject } from "./ledger-object.ts"

export * from "../../workers/index.ts"
export { LedgerObject } from "./ledger-object.ts"

/** Spillway's Worker as it is deployed, and beside it an entrypoint of its own for what a benchmark must set up. */

interface BenchEnv extends Env {
  BENCH_LEDGER: DurableObjectNamespace<LedgerObject>
}

/** What `/bench/setup` is sent. */
export interface BenchSale {
  sale: Sale
  /** The item of which there is one unit, and none left when the sale begins; null where there is no such item. */
  soldOutSku: string | null
}

/** Reached through a socket of its own, so that the real Worker's requests pass through nothing more than they would. */
export class BenchSetup extends WorkerEntrypoint<BenchEnv> {
  override async fetch(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url)
    const count = Number(searchParams.get("count"))
    const ledger = () => this.env.BENCH_LEDGER.getByName(searchParams.get("name") ?? "")
    if (pathname === "/bench/setup") await this.scheduleSale(await request.json())
    else if (pathname === "/bench/ledger/prepare") await ledger().prepare(count)
    else if (pathname === "/bench/ledger/hold") await ledger().holdMany(count)
    else if (pathname === "/bench/ledger/finish") await ledger().finishMany(count)
    else if (pathname === "/bench/ledger/expire") await ledger().expireAll()
    else if (pathname === "/bench/ledger/open") await ledger().open()
    else return new Response("There is nothing here.", { status: 404 })
    return new Response("done")
  }

  /** Receives and allots every item's units, and opens the sale's room, as the merchant's calls do. */
  private async scheduleSale({ sale, soldOutSku }: BenchSale): Promise<void> {
    for (const item of sale.items) {
      const { sku, allotment: units, lanes = 1 } = item
      const stock = this.env.STOCK.getByName(sku)
      const terms = poolTermsOf(sale, item)
      await stock.setOpenTerms({ ...terms, opensAtMs: null, closesAtMs: null })
      const received = await stock.receive({ id: `receive ${sku}`, delta: units, reason: "bench" })
      const allotted = await stock.allot({ id: `allot ${sku}`, saleId: sale.saleId, units, terms, lanes })
      if (received.outcome === "refused" || allotted.outcome === "refused")
        throw new Error(`the stock object of ${sku} refused its units`)
    }
    await this.env.ROOM.getByName(sale.saleId).schedule(sale)
    if (soldOutSku !== null) await this.sellOut(sale.saleId, soldOutSku)
  }

  /** Somebody holds the SKU's only unit for as long as the benchmark takes. */
  private async sellOut(pool: string, sku: string): Promise<void> {
    const command = { holdId: `h_bench~${sku}`, pool, customer: "somebody", quantity: 1 }
    const { outcome } = await this.env.STOCK.getByName(sku).hold(command)
    if (outcome !== "held") throw new Error(`the only unit of ${sku} can't be held`)
  }
}

export default {
  ...spillway,
  /** In place of Postgres: everything is recorded. */
  async queue(batch, env) {
    for (const { body } of batch.messages) {
      if (body.kind === "stock_levels")
        await env.STOCK.getByName(body.sku).acknowledgeLevels(body.counts.version)
    }
    batch.ackAll()
  },
} satisfies ExportedHandler<Env, EventMessage>
