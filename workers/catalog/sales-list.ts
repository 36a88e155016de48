import type { Context } from "hono"
import { openDatabase } from "../../db/client.ts"
import { listPublicSales } from "../../db/sales.ts"
import type { ChallengeKind, SaleItem, SaleMode } from "../../durable-objects/room/contract.ts"
import { modeOf } from "../../waiting-room/mode.ts"
import type { App } from "../http/app.ts"
import { cached } from "./page-cache.ts"

/** What every list of sales shows. Phases and bands come from each sale's board. */
export interface SaleSummary {
  saleId: string
  slug: string
  title: string
  mode: SaleMode
  waitingOpensAtMs: number
  opensAtMs: number
  closesAtMs: number
  state: "scheduled" | "ended"
  items: SaleItem[]
  challenge: ChallengeKind
}

const FRESHNESS = { freshMs: 2_000, staleMs: 60_000 }

/** Sales that run or come, in the order in which they open, then those that ended lately. */
export async function listSales(c: Context<App>): Promise<SaleSummary[]> {
  const sales = await cached(c, "sales", FRESHNESS, () => listPublicSales(openDatabase(c.env)))
  const nowMs = Date.now()
  return sales.map(
    ({
      saleId,
      slug,
      title,
      admission,
      waitingOpensAtMs,
      opensAtMs,
      closesAtMs,
      state,
      items,
      challenge,
    }) => {
      const ended = state === "ended" || closesAtMs <= nowMs
      return {
        saleId,
        slug,
        title,
        mode: modeOf(admission),
        waitingOpensAtMs,
        opensAtMs,
        closesAtMs,
        state: ended ? "ended" : "scheduled",
        items,
        challenge,
      }
    },
  )
}
