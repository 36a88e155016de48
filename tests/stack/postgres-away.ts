import { execFileSync } from "node:child_process"
import { setTimeout as delay } from "node:timers/promises"
import { Merchant } from "./merchant.ts"
import type { StackWithOwnPostgres } from "./own-postgres.ts"
import { Shopper } from "./shopper.ts"

/** Postgres is stopped in a running sale, and comes back. Shoppers come all the while. */

const SKU = "AWAY-SALE"
const POLL_MS = 250

export interface AwayOptions {
  awaySeconds: number
  shoppersPerSecond: number
  /** Longest wait for the last order once Postgres is back. */
  landWithinSeconds: number
  log?: (line: string) => void
}

export interface AwayFigures {
  bought: number
  /** Of them, paid while Postgres was away. */
  boughtAway: number
  /** What went wrong for shoppers, in their words. */
  failures: string[]
  /** Orders whose row does not say confirmed; empty once all have landed. */
  missing: string[]
  landedAfterMs: number
  /** The most orders that waited in the lanes. */
  outboxPeak: number
  /** Memory of the runtime before, and the most while Postgres was away, in MB. */
  runtimeMb: { before: number; peak: number }
  deadLetters: number
  /** Of the sale's audit at the end. */
  brokenPromises: string[]
}

/** Sells for a moment, stops Postgres, goes on selling, starts it again, and waits until every order is there. */
export async function sellWithoutPostgres(
  stack: StackWithOwnPostgres,
  { awaySeconds, shoppersPerSecond, landWithinSeconds, log = () => undefined }: AwayOptions,
): Promise<AwayFigures> {
  const merchant = new Merchant(stack.addresses)
  const units = Math.ceil((awaySeconds + 60) * shoppersPerSecond)
  await merchant.addProduct(SKU, units)
  const items = [{ sku: SKU, allotment: units, salePriceCents: 3_000, perCustomerLimit: 1 }]
  const { saleId } = (await merchant.schedule({ items })).body
  const crowd = new Crowd(stack, saleId)
  await crowd.buyOne()

  const before = runtimeMb()
  const figures = { outboxPeak: 0, peak: before }
  crowd.start(shoppersPerSecond)
  await delay(2_000)
  await stack.stopPostgres()
  const boughtBefore = crowd.bought.length
  log(`Postgres is stopped; ${boughtBefore} orders were bought before.`)
  for (const endMs = Date.now() + awaySeconds * 1000; Date.now() < endMs;) {
    await delay(Math.min(1_000, Math.max(0, endMs - Date.now())))
    const { outboxDepth } = await queueLagOf(merchant, saleId)
    figures.outboxPeak = Math.max(figures.outboxPeak, outboxDepth)
    figures.peak = Math.max(figures.peak, runtimeMb())
    log(`${crowd.bought.length} bought, ${outboxDepth} wait in their lanes, ${runtimeMb()} MB`)
  }
  await crowd.end()
  const boughtAway = crowd.bought.length - boughtBefore

  await stack.startPostgres()
  const backAtMs = Date.now()
  log(`Postgres is back; ${boughtAway} orders were bought without it.`)
  let missing = await missingOf(stack, crowd.bought)
  while (missing.length > 0 && Date.now() - backAtMs < landWithinSeconds * 1000) {
    await delay(POLL_MS)
    missing = await missingOf(stack, crowd.bought)
  }
  const landedAfterMs = Date.now() - backAtMs
  return {
    bought: crowd.bought.length,
    boughtAway,
    failures: crowd.failures,
    missing,
    landedAfterMs,
    outboxPeak: figures.outboxPeak,
    runtimeMb: { before, peak: figures.peak },
    deadLetters: (await queueLagOf(merchant, saleId)).deadLetters ?? Number.NaN,
    brokenPromises: await brokenPromises(merchant, saleId),
  }
}

/** Shoppers who come at a steady rate, each a new one. */
class Crowd {
  readonly bought: string[] = []
  readonly failures: string[] = []
  private readonly stack: StackWithOwnPostgres
  private readonly saleId: string
  private readonly under: Promise<void>[] = []
  private timer: NodeJS.Timeout | undefined

  constructor(stack: StackWithOwnPostgres, saleId: string) {
    this.stack = stack
    this.saleId = saleId
  }

  start(perSecond: number): void {
    this.timer = setInterval(() => this.under.push(this.come()), 1000 / perSecond)
  }

  /** Nobody comes any more, and whoever came is done. */
  async end(): Promise<void> {
    clearInterval(this.timer)
    await Promise.all(this.under)
  }

  private async come(): Promise<void> {
    await this.buyOne().catch((error: unknown) => {
      this.failures.push(error instanceof Error ? error.message : String(error))
    })
  }

  async buyOne(): Promise<void> {
    const shopper = new Shopper(this.stack.addresses)
    const pass = await shopper.queueFor(this.saleId)
    const hold = await shopper.hold({ items: [{ sku: SKU, quantity: 1 }], saleId: this.saleId, pass })
    if (hold.status !== 201) throw new Error(`hold: ${hold.status} ${hold.body.code}`)
    const { holdId } = hold.body
    const checkout = await shopper.checkout({ holdId, email: "ann@example.com" })
    if (checkout.status !== 201)
      throw new Error(`checkout: ${checkout.status} ${JSON.stringify(checkout.body)}`)
    await shopper.pay(checkout.body)
    await shopper.orderUntil(checkout.body.orderId, ["confirmed"])
    this.bought.push(checkout.body.orderId)
  }
}

async function queueLagOf(
  merchant: Merchant,
  saleId: string,
): Promise<{ outboxDepth: number; deadLetters: number | null }> {
  const live = await merchant.call<{ queueLag: { outboxDepth: number; deadLetters: number | null } }>(
    "GET",
    `/sales/${saleId}/live`,
  )
  return live.body.queueLag
}

async function missingOf(stack: StackWithOwnPostgres, orderIds: readonly string[]): Promise<string[]> {
  const rows = await stack.query<{ id: string }>(
    `SELECT id FROM orders JOIN order_items ON order_id = id WHERE status = 'confirmed'`,
  )
  const landed = new Set(rows.map(({ id }) => id))
  return orderIds.filter((id) => !landed.has(id))
}

async function brokenPromises(merchant: Merchant, saleId: string): Promise<string[]> {
  const audit = await merchant.call<{ promises: Record<string, { ok: boolean; says: string }> }>(
    "GET",
    `/sales/${saleId}/audit`,
  )
  if (audit.status !== 200) throw new Error(`audit: ${audit.status} ${JSON.stringify(audit.body)}`)
  return Object.entries(audit.body.promises).flatMap(([name, { ok, says }]) =>
    ok ? [] : [`${name}: ${says}`],
  )
}

/** Resident memory of the runtime that this process has started. */
function runtimeMb(): number {
  const processes = execFileSync("ps", ["-eo", "ppid=,rss=,comm="], { encoding: "utf8" }).split("\n")
  const kilobytes = processes.flatMap((line) => {
    const [parent, rss, program] = line.trim().split(/\s+/)
    return program === "workerd" && Number(parent) === process.pid ? [Number(rss)] : []
  })
  return Math.round(kilobytes.reduce((sum, own) => sum + own, 0) / 1024)
}
