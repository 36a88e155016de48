import { COMMIT_BATCH_MAX, COMMIT_QUEUE_MAX } from "./contract.ts"
import type { CommitPressure } from "./contract.ts"

/** What group commit needs of an object's storage. */
export interface CommitStorage {
  transactionSync<T>(closure: () => T): T
  /** Resolves when everything written so far is durable. */
  sync(): Promise<void>
}

/** Commits over which the mean of their times is taken. */
const COMMIT_MS_MEMORY = 50

interface Waiting {
  decide: () => unknown
  resolve: (outcome: unknown) => void
  reject: (error: unknown) => void
}

/** Thrown when the queue is full: nothing was looked at, and nothing was written. */
export class CommitQueueFull extends Error {
  override name = "CommitQueueFull"
}

/**
 * Group commit: commands that arrive while a commit is on its way to disk are decided together in the next storage
 * transaction, and answered when that one is durable. An idle object commits each command at once, so batching costs
 * no delay.
 */
export class GroupCommit {
  private readonly storage: CommitStorage
  private readonly afterRollback: () => void
  private waiting: Waiting[] = []
  private draining = false
  private commands = 0
  private commitCount = 0
  private largestBatch = 0
  private commitMs = 0

  constructor(storage: CommitStorage, afterRollback: () => void) {
    this.storage = storage
    this.afterRollback = afterRollback
  }

  /** Decides in order of arrival; resolves with the decision's outcome once it is durable, rejects with what it threw. */
  submit<T>(decide: () => T): Promise<T> {
    if (this.waiting.length >= COMMIT_QUEUE_MAX)
      return Promise.reject(new CommitQueueFull("the commit queue is full"))
    return new Promise<T>((resolve, reject) => {
      this.waiting.push({ decide, resolve: resolve as (outcome: unknown) => void, reject })
      if (!this.draining) void this.drain()
    })
  }

  pressure(): CommitPressure {
    const { commands, commitCount: commits, largestBatch, commitMs } = this
    return { queueDepth: this.waiting.length, commands, commits, largestBatch, commitMs }
  }

  private async drain(): Promise<void> {
    this.draining = true
    try {
      while (this.waiting.length > 0) {
        const batch = this.waiting.splice(0, COMMIT_BATCH_MAX)
        await this.commit(batch)
      }
    } finally {
      this.draining = false
    }
  }

  private async commit(batch: Waiting[]): Promise<void> {
    const startedMs = Date.now()
    const answers = this.decideTogether(batch) ?? batch.map((command) => this.decideAlone(command))
    try {
      await this.storage.sync()
    } catch (error) {
      for (const command of batch) command.reject(error)
      return
    }
    this.measure(batch.length, Date.now() - startedMs)
    for (const answer of answers) answer()
  }

  private measure(size: number, tookMs: number): void {
    this.commands += size
    this.commitCount++
    this.largestBatch = Math.max(this.largestBatch, size)
    this.commitMs += (tookMs - this.commitMs) / Math.min(this.commitCount, COMMIT_MS_MEMORY)
  }

  /** Null when one of the commands threw: then none of the batch has been written. */
  private decideTogether(batch: Waiting[]): (() => void)[] | null {
    try {
      return this.storage.transactionSync(() =>
        batch.map((command) => {
          const outcome = command.decide()
          return () => command.resolve(outcome)
        }),
      )
    } catch {
      this.afterRollback()
      return null
    }
  }

  /** One bad command cannot fail its neighbours: after a batch that threw, each has a transaction of its own. */
  private decideAlone(command: Waiting): () => void {
    try {
      const outcome = this.storage.transactionSync(command.decide)
      return () => command.resolve(outcome)
    } catch (error) {
      this.afterRollback()
      return () => command.reject(error)
    }
  }
}
