import { describe, expect, it } from "vitest"
import { COMMIT_QUEUE_MAX } from "../contract.ts"
import type {
  ExtendOutcome,
  HoldCommand,
  HoldOutcome,
  PoolId,
  PoolState,
  ReturnOutcome,
  StockCounts,
} from "../contract.ts"
import { CommitQueueFull, GroupCommit } from "../group-commit.ts"
import { Ledger } from "../ledger.ts"
import { simulateCommits } from "./commits.ts"
import { simulatePurchases } from "./purchases.ts"
import { simulate } from "./simulation.ts"
import type { OpenLedger } from "./simulation.ts"

describe("one ledger and its auditor", () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])("agree over 25,000 steps of seed %i", (seed) => {
    const tally = simulate({ seed, steps: 25_000 })
    // A run in which nothing was sold, lost or restarted would prove nothing.
    for (const met of [
      "hold held",
      "hold held again",
      "sell sold",
      "forget done",
      "rollbacks",
      "restarts",
      "late or repeated",
    ])
      expect(tally[met] ?? 0, met).toBeGreaterThan(0)
  })

  it("one seed gives the same run exactly", () => {
    expect(simulate({ seed: 42, steps: 3_000 })).toEqual(simulate({ seed: 42, steps: 3_000 }))
  })
})

describe("the auditor notices", () => {
  const seeds = [1, 2, 3, 4]
  const caught = (openLedger: OpenLedger) => () => {
    for (const seed of seeds) simulate({ seed, steps: 20_000, openLedger })
  }

  it("a ledger that tells one unit too many", () => {
    class Teller extends Ledger {
      override counts(): StockCounts {
        const counts = super.counts()
        return { ...counts, available: counts.available + 1 }
      }
    }
    expect(caught((sql) => new Teller(sql))).toThrow("available")
  })

  it("a ledger that oversells by one", () => {
    class Overseller extends Ledger {
      private madeUp = 0

      override hold(command: HoldCommand, nowMs: number): HoldOutcome {
        const outcome = super.hold(command, nowMs)
        if (outcome.outcome === "held" || outcome.refusal !== "sold_out") return outcome
        super.receive({ id: `made up ${(this.madeUp += 1)}`, delta: 1, reason: "wish" }, nowMs)
        return super.hold(command, nowMs)
      }
    }
    expect(caught((sql) => new Overseller(sql))).toThrow("the books say")
  })

  it("a ledger that says sold out where the limit is the first reason", () => {
    class Hasty extends Ledger {
      override hold(command: HoldCommand, nowMs: number): HoldOutcome {
        const outcome = super.hold(command, nowMs)
        const limited = outcome.outcome === "refused" && outcome.refusal === "limit_reached"
        const pool = this.counts().pools.find((pool) => pool.pool === command.pool)
        if (!limited || !pool || pool.available >= command.quantity) return outcome
        return { outcome: "refused", refusal: "sold_out" }
      }
    }
    expect(caught((sql) => new Hasty(sql))).toThrow('"refusal":"limit_reached"')
  })

  it("a ledger that forgets to expire", () => {
    class Hoarder extends Ledger {
      override expireDue(): number {
        return 0
      }
    }
    expect(caught((sql) => new Hoarder(sql))).toThrow("the books say")
  })

  it("a ledger that expires a millisecond late", () => {
    class Latecomer extends Ledger {
      override expireDue(nowMs: number): number {
        return super.expireDue(nowMs - 1)
      }
    }
    expect(caught((sql) => new Latecomer(sql))).toThrow("the books say")
  })

  it("a ledger that counts a replay twice", () => {
    class Repeater extends Ledger {
      private repeats = 0

      override hold(command: HoldCommand, nowMs: number): HoldOutcome {
        const outcome = super.hold(command, nowMs)
        if (outcome.outcome === "held" && outcome.replayed)
          super.hold({ ...command, holdId: `${command.holdId}-${(this.repeats += 1)}` }, nowMs)
        return outcome
      }
    }
    expect(caught((sql) => new Repeater(sql))).toThrow("available")
  })

  it("a ledger that ignores the limit", () => {
    class Spender extends Ledger {
      private guests = 0

      override hold(command: HoldCommand, nowMs: number): HoldOutcome {
        const outcome = super.hold(command, nowMs)
        if (outcome.outcome === "held" || outcome.refusal !== "limit_reached") return outcome
        return super.hold({ ...command, customer: `guest ${(this.guests += 1)}` }, nowMs)
      }
    }
    expect(caught((sql) => new Spender(sql))).toThrow("limit_reached")
  })

  it("a ledger that returns twice", () => {
    class Giver extends Ledger {
      override returnUnits(holdId: string, orderId: string, upTo?: number): ReturnOutcome {
        const outcome = super.returnUnits(holdId, orderId, upTo)
        if (outcome.outcome === "returned" && outcome.replayed)
          this.receive({ id: `${holdId} again`, delta: 1, reason: "return" }, 0)
        return outcome
      }
    }
    expect(caught((sql) => new Giver(sql))).toThrow("the books say")
  })

  it("a ledger that returns a part once more when it is told so again", () => {
    class Adder extends Ledger {
      override returnUnits(holdId: string, orderId: string, upTo?: number): ReturnOutcome {
        const back = this.findHold(holdId)?.returnedQuantity ?? 0
        return super.returnUnits(holdId, orderId, upTo === undefined ? undefined : upTo + back)
      }
    }
    expect(caught((sql) => new Adder(sql))).toThrow("the books say")
  })

  it("a ledger that moves the end of a hold again and again", () => {
    class Lender extends Ledger {
      override extend(holdId: string, orderId: string, untilMs: number, nowMs: number): ExtendOutcome {
        const hold = this.holds.findRunning(holdId)
        if (hold) hold.extended = false
        return super.extend(holdId, orderId, untilMs, nowMs)
      }
    }
    expect(caught((sql) => new Lender(sql))).toThrow("the books say")
  })

  it("a ledger that moves the end of a hold in place, so that others end late", () => {
    class Mover extends Ledger {
      override extend(holdId: string, orderId: string, untilMs: number, nowMs: number): ExtendOutcome {
        const before = this.holds.findRunning(holdId)
        const outcome = super.extend(holdId, orderId, untilMs, nowMs)
        if (before && outcome.outcome === "extended") before.expiresAtMs = outcome.expiresAtMs
        return outcome
      }
    }
    expect(caught((sql) => new Mover(sql))).toThrow("the books say")
  })

  it("a ledger that opens a closed sale again", () => {
    class Reopener extends Ledger {
      override setPoolState(pool: PoolId, state: PoolState): void {
        super.setPoolState(pool, state === "closed" ? "paused" : state)
      }
    }
    expect(caught((sql) => new Reopener(sql))).toThrow("the books say")
  })

  it("a ledger that keeps its memory after a rollback", () => {
    class Forgetless extends Ledger {
      private loaded = false

      override reload(): void {
        if (!this.loaded) super.reload()
        this.loaded = true
      }
    }
    expect(caught((sql) => new Forgetless(sql))).toThrow("seed")
  })

  it("a ledger whose archive forgets what it sold", () => {
    class Burner extends Ledger {
      override forgetArchived(holdIds: readonly string[]): void {
        for (const holdId of holdIds) {
          const hold = this.findHold(holdId)
          if (hold?.orderId) this.returnUnits(holdId, hold.orderId)
        }
        super.forgetArchived(holdIds)
      }
    }
    expect(caught((sql) => new Burner(sql))).toThrow("the books say")
  })

  it("a ledger that archives what a limit counts", () => {
    class Eager extends Ledger {
      override archivable(afterSequence: number, cutoffMs: number) {
        const holds = this.holds.endedAfter(afterSequence, 1_000, cutoffMs).ended
        return { holds, nextSequence: null }
      }
    }
    expect(caught((sql) => new Eager(sql))).toThrow("the archive")
  })

  it("a ledger that takes an older acknowledgement for the newest", () => {
    class Content extends Ledger {
      override acknowledge(): void {
        super.acknowledge(this.version)
      }
    }
    expect(caught((sql) => new Content(sql))).toThrow("news")
  })

  it("a ledger that tells old news under a new number, or new news under an old one", () => {
    class Stutterer extends Ledger {
      override tellCounts(): StockCounts {
        return { ...super.tellCounts(), version: 1 }
      }
    }
    expect(caught((sql) => new Stutterer(sql))).toThrow("the version told")
  })
})

describe("purchases over several ledgers", () => {
  it.each([1, 2, 3, 4, 5])("are held all or none, whatever fails, in 400 rounds of seed %i", async (seed) => {
    const tally = await simulatePurchases(seed, 400)
    for (const met of ["held", "sold_out", "paid", "buy: no answer", "restarts"])
      expect(tally[met] ?? 0, met).toBeGreaterThan(0)
  })
})

describe("group commit", () => {
  it.each([1, 2, 3, 4, 5])("answers in order, once durable, each for itself, with seed %i", async (seed) => {
    const tally = await simulateCommits(seed, 2_000)
    for (const met of ["answered", "bad", "lost with the disk"]) expect(tally[met], met).toBeGreaterThan(0)
  })

  it("looks at nothing beyond the queue's limit", async () => {
    let openGate = () => {}
    const gate = new Promise<void>((resolve) => (openGate = resolve))
    const storage = { transactionSync: <T>(closure: () => T) => closure(), sync: () => gate }
    const commits = new GroupCommit(storage, () => {})
    let decided = 0
    const decide = () => (decided += 1)
    const waiting = Array.from({ length: COMMIT_QUEUE_MAX }, () => commits.submit(decide))
    await expect(commits.submit(decide)).rejects.toThrow(CommitQueueFull)
    openGate()
    expect((await Promise.all(waiting)).at(-1)).toBe(COMMIT_QUEUE_MAX)
    expect(decided).toBe(COMMIT_QUEUE_MAX)
  })

  it("commits a burst together, although its first command could go alone", async () => {
    let commitsBegun = 0
    const storage = {
      transactionSync: <T>(closure: () => T) => {
        commitsBegun++
        return closure()
      },
      sync: () => new Promise<void>((resolve) => setImmediate(resolve)),
    }
    const commits = new GroupCommit(storage, () => {})
    const arrive = async (place: number) => {
      await Promise.resolve()
      return commits.submit(() => place)
    }
    expect(await Promise.all([0, 1, 2, 3].map(arrive))).toEqual([0, 1, 2, 3])
    expect(commitsBegun).toBe(1)
  })

  it("answers a lone command although the disk failed while nothing was being written", async () => {
    const failures = [new Error("the disk is away")]
    const storage = {
      transactionSync: <T>(closure: () => T) => closure(),
      sync: async () => {
        const failure = failures.pop()
        if (failure) throw failure
      },
    }
    expect(await new GroupCommit(storage, () => {}).submit(() => "decided")).toBe("decided")
  })
})
