import { env } from "cloudflare:workers"
import { poolTermsOf } from "../../durable-objects/room/contract.ts"
import type { RoomApi, Sale } from "../../durable-objects/room/contract.ts"

/** For tests inside workerd: a sale that is scheduled in its room object, with its units in its stock object. */

let saleCount = 0

/** Units of the SKU that are in no sale. */
const OPEN_UNITS = 4

/**
 * The sale opened ten seconds ago, unless told otherwise.
 * @param family what the SKU begins with: no two test files have the same.
 */
export async function scheduleSale(
  family: string,
  change: Partial<Sale> = {},
  { lanes = 1, units = 5 }: { lanes?: number; units?: number } = {},
) {
  saleCount += 1
  const saleId = crypto.randomUUID()
  const sku = `${family}-${saleCount}`
  const nowMs = Date.now()
  const item = {
    sku,
    productSlug: "mug",
    title: "Mug",
    image: null,
    allotment: units,
    salePriceCents: 900,
    priceCents: 1_800,
    currency: "EUR",
    perCustomerLimit: 5,
    lanes,
  }
  const sale: Sale = {
    saleId,
    slug: `mugs-${saleCount}`,
    title: "Mugs",
    waitingOpensAtMs: nowMs - 20_000,
    opensAtMs: nowMs - 10_000,
    closesAtMs: nowMs + 3_600_000,
    items: [item],
    admission: { perMinute: 600, maxActive: 2, passMinutes: 5 },
    holdSeconds: 60,
    ...change,
  }
  const terms = poolTermsOf(sale, item)
  const stock = env.STOCK.getByName(sku)
  await stock.setOpenTerms({ ...terms, opensAtMs: null, closesAtMs: null })
  await stock.receive({ id: "first", delta: units + OPEN_UNITS, reason: "test" })
  await stock.allot({ id: saleId, saleId, units, terms, lanes })
  const stub = env.ROOM.getByName(saleId)
  await stub.schedule(sale)
  // Anew for each call, as the edge does it: a stub to an evicted object is of no use.
  const room = () => env.ROOM.getByName(saleId) as unknown as RoomApi
  const pool = async () => (await stock.counts()).pools.find((candidate) => candidate.pool === saleId)
  return { sale, sku, stub, stock, room, pool }
}

/** The ticket of somebody who came five seconds before the bell. */
export function ticketOf(sale: Sale, ticketId: string, invited?: boolean) {
  const arrivedAtMs = sale.opensAtMs - 5_000
  return { ticketId, subject: `s-${ticketId}`, arrivedAtMs, ...(invited !== undefined && { invited }) }
}
