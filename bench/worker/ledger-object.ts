import { DurableObject } from "cloudflare:workers"
import { applyMigrations } from "../../durable-objects/sqlite.ts"
import { COMMIT_QUEUE_MAX } from "../../durable-objects/stock/contract.ts"
import { GroupCommit } from "../../durable-objects/stock/group-commit.ts"
import { Ledger } from "../../durable-objects/stock/ledger.ts"
import { STOCK_MIGRATIONS } from "../../durable-objects/stock/schema.ts"

const POOL = "open"

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
        holdSeconds: 3_600,
        opensAtMs: null,
        closesAtMs: null,
      })
      this.ledger.receive({ id: "prepare", delta: units, reason: "bench" }, Date.now())
    })
  }

  /** Takes holds of as many customers, as fast as they are decided. Throws when one is refused. */
  async holdMany(count: number): Promise<void> {
    for (let done = 0; done < count; done += COMMIT_QUEUE_MAX) {
      const wave = Math.min(COMMIT_QUEUE_MAX, count - done)
      const outcomes = await Promise.all(Array.from({ length: wave }, () => this.holdOne()))
      if (outcomes.some((outcome) => outcome.outcome !== "held")) throw new Error("a hold was refused")
    }
  }

  private holdOne() {
    const customer = crypto.randomUUID()
    const command = { holdId: `h_${customer}~BENCH`, pool: POOL, customer, quantity: 1 }
    return this.commits.submit(() => this.ledger.hold(command, Date.now()))
  }
}
