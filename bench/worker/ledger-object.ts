import { DurableObject } from "cloudflare:workers"
import { applyMigrations } from "../../durable-objects/sqlite.ts"
import { COMMIT_QUEUE_MAX, OPEN_POOL } from "../../durable-objects/stock/contract.ts"
import type { HoldCommand } from "../../durable-objects/stock/contract.ts"
import { GroupCommit } from "../../durable-objects/stock/group-commit.ts"
import { Ledger } from "../../durable-objects/stock/ledger.ts"
import { STOCK_MIGRATIONS } from "../../durable-objects/stock/schema.ts"

/** Longer than any run: no hold runs out while it is measured. */
const HOLD_SECONDS = 3_600

/** The stock object's ledger and group commit without its shell: what a decision alone costs, durable and batched. */
export class LedgerObject extends DurableObject {
  private readonly ledger: Ledger
  private readonly commits: GroupCommit

  constructor(ctx: DurableObjectState, env: object) {
    super(ctx, env)
    ctx.storage.transactionSync(() => applyMigrations(ctx.storage.sql, STOCK_MIGRATIONS))
    this.ledger = new Ledger(ctx.storage.sql)
    this.commits = new GroupCommit(ctx.storage, () => this.ledger.reload())
  }

  /** Puts units on sale, with a limit per customer. */
  async prepare(units: number): Promise<void> {
    await this.commits.submit(() => {
      this.ledger.setOpenTerms({
        unitPriceCents: 1_900,
        currency: "EUR",
        perCustomerLimit: 2,
        holdSeconds: HOLD_SECONDS,
        opensAtMs: null,
        closesAtMs: null,
      })
      this.ledger.receive({ id: "prepare", delta: units, reason: "bench" }, Date.now())
    })
  }

  /** Takes holds of as many customers, as fast as they are decided. Throws when one is refused. */
  async holdMany(count: number): Promise<void> {
    for (let done = 0; done < count; done += COMMIT_QUEUE_MAX)
      await this.holdWave(Math.min(COMMIT_QUEUE_MAX, count - done))
  }

  /** Takes holds and ends them: of every three one is sold, one given back, and one runs out. */
  async finishMany(count: number): Promise<void> {
    for (let done = 0; done < count; done += COMMIT_QUEUE_MAX) {
      const holds = await this.holdWave(Math.min(COMMIT_QUEUE_MAX, count - done))
      await Promise.all(
        holds.map(({ holdId, customer }, index) =>
          this.commits.submit(() => {
            if (index % 3 === 0) this.ledger.sell(holdId, `o_${customer}`, Date.now())
            if (index % 3 === 1) this.ledger.release(holdId, customer, Date.now())
          }),
        ),
      )
      await this.expireAll()
    }
  }

  /** As when all holds' time is up. */
  async expireAll(): Promise<void> {
    await this.commits.submit(() => this.ledger.expireDue(Date.now() + HOLD_SECONDS * 1_000))
  }

  /** Opens the ledger as a start does; the one that is open stays. */
  open(): number {
    return new Ledger(this.ctx.storage.sql).version
  }

  private async holdWave(count: number): Promise<HoldCommand[]> {
    const commands = Array.from({ length: count }, () => {
      const customer = crypto.randomUUID()
      return { holdId: `h_${customer}~BENCH`, pool: OPEN_POOL, customer, quantity: 1 }
    })
    const outcomes = await Promise.all(
      commands.map((command) => this.commits.submit(() => this.ledger.hold(command, Date.now()))),
    )
    if (outcomes.some((outcome) => outcome.outcome !== "held")) throw new Error("a hold was refused")
    return commands
  }
}
