import { OPEN_POOL } from "../../contract.ts"
import type { PoolId } from "../../contract.ts"
import { check } from "./lease-books.ts"
import type { Life } from "./life.ts"
import { SKU } from "./parties.ts"
import { FAIR } from "./weather.ts"

/** Long enough for whatever is under way to arrive, and for every timer and alarm that follows from it. */
const CALM_MS = 60_000
/** P5: no hold outlives its time by more than this. */
const GHOST_MS_MAX = 2_000
/** A lane tells its standing, and the root recalls, once a second each. */
const HOMECOMING_MS = 5_000
/** Beyond this many units the last shoppers buy more than one each, so that no life is all ending. */
const SINGLE_UNITS_MAX = 40

interface Bought {
  of: string
  holdId: string
  customer: string
  quantity: number
}

/** All is well again: now nothing may be stranded anywhere. */
export async function endings(life: Life): Promise<void> {
  const { world, sku } = life
  world.weather = FAIR
  for (const station of sku.stations) station.isAway = false
  await life.pass(CALM_MS)
  check(life.desk.open === 0, "commands that nobody answered", life.desk.open, 0)
  await letHoldsEnd(life)
  await checkHome(life)
  for (const pool of life.sales) {
    const sale = world.auditor.leases.sales.get(pool)
    if (sale && sale.state !== "closed") await sellAndClose(life, pool)
  }
  await checkHome(life)
  checkAllHolds(life)
}

/** P5: nobody's hold is there any more when its time is up, though nobody asks. An alarm that was lost is set again by a call. */
async function letHoldsEnd(life: Life): Promise<void> {
  const { world, sku, crowd } = life
  for (const [lane, { name }] of sku.lanes.entries())
    await life.ask({ kind: "laneCounts", of: name, pool: life.sales[lane % life.sales.length] ?? OPEN_POOL })
  await life.ask({ kind: "counts", of: SKU })
  await life.pass(crowd.longestHoldSeconds * 1_000 + GHOST_MS_MAX)
  for (const { name } of sku.stations)
    check(world.auditor.heldIn(name) === 0, `ghost holds in ${name}`, world.auditor.heldIn(name), 0)
}

async function sellAndClose(life: Life, pool: PoolId): Promise<void> {
  const { crowd } = life
  await life.ask({ kind: "saleTerms", of: SKU, pool, terms: crowd.openEndedTerms(3_600) })
  await life.ask({ kind: "state", of: SKU, pool, state: "active" })
  const bought = await buyAll(life, pool)
  await gather(life, pool, bought)
  for (const hold of bought) {
    const fate = life.world.chance.between(0, 3)
    if (fate === 0) await life.ask({ kind: "release", ...hold })
    else if (fate === 1) await life.ask({ kind: "sell", ...hold, orderId: crowd.id("o"), pool })
  }
  await life.ask({ kind: "state", of: SKU, pool, state: "closed" })
  await checkHome(life)
  for (const hold of bought.slice(0, 10)) await life.ask({ kind: "release", ...hold })
  await payLate(life, pool, bought)
}

/** A shopper of any lane can take every free unit, until none is left anywhere. */
async function buyAll(life: Life, pool: PoolId): Promise<Bought[]> {
  const bought: Bought[] = []
  const { free } = life.world.auditor
  const step = Math.max(1, Math.ceil(free.freeIn(pool) / SINGLE_UNITS_MAX))
  for (;;) {
    const before = free.freeIn(pool)
    const quantity = Math.min(step, Math.max(1, before))
    const hold = await buy(life, pool, quantity)
    if (hold) bought.push(hold)
    check((hold !== null) === before > 0, `a unit of ${pool} from any lane`, hold, `${before} free`)
    if (!hold) return bought
  }
}

/** One who wants all of what lies in several lanes gets it. */
async function gather(life: Life, pool: PoolId, bought: Bought[]): Promise<void> {
  let quantity = 0
  for (const hold of bought.splice(0, life.crowd.laneCount)) {
    quantity += hold.quantity
    await life.ask({ kind: "release", ...hold })
  }
  if (quantity === 0) return
  const all = await buy(life, pool, quantity)
  check(all !== null, `all that is free of ${pool} to one shopper`, all, quantity)
  if (all) bought.push(all)
}

async function buy(life: Life, pool: PoolId, quantity: number): Promise<Bought | null> {
  const command = life.crowd.stranger(pool, quantity)
  const answer = (await life.ask(command)) as { outcome: string; refusal?: string }
  const { holdId, customer } = command.command
  if (answer.outcome === "held") return { of: command.of, holdId, customer, quantity }
  check(answer.refusal === "sold_out", `a refusal without a reason`, answer, "held or sold_out")
  return null
}

/** A sale is over; its holds end, and whoever pays now is served from the open pool as far as it goes. */
async function payLate(life: Life, pool: PoolId, bought: readonly Bought[]): Promise<void> {
  const { auditor } = life.world
  for (const hold of bought.slice(0, 10)) {
    const booked = auditor.hold(hold.of, hold.holdId)
    if (booked?.state !== "released" || booked.late) continue
    const reachable = auditor.free.freeIn(OPEN_POOL) + auditor.free.freeIn(pool)
    const answer = await life.ask({ kind: "sell", ...hold, orderId: life.crowd.id("o"), pool })
    const isSold = (answer as { outcome: string } | null)?.outcome === "sold"
    check(isSold === reachable >= hold.quantity, `a late payment for ${hold.quantity}`, answer, reachable)
  }
}

/** Of a sale that is over every unit that nobody holds is in the open pool, and the root counts what its lanes do. */
async function checkHome(life: Life): Promise<void> {
  const { auditor } = life.world
  await life.pass(HOMECOMING_MS)
  for (const [pool, { state, leases }] of auditor.leases.sales) {
    check(
      state !== "closed" || auditor.free.freeIn(pool) === 0,
      `units of ${pool} that did not come home`,
      auditor.free.freeIn(pool),
      0,
    )
    for (const [lane, { report }] of leases) {
      const books = auditor.heardIn(lane, pool)
      const agrees = books === null || (books.held === report.held && books.sold === report.sold)
      check(agrees, `what the root counts of lane ${lane}`, report, books)
    }
  }
}

function checkAllHolds({ sku, world }: Life): void {
  for (const { name, instance } of sku.stations)
    if (instance.ledger) world.auditor.checkHolds(name, instance.ledger)
}
