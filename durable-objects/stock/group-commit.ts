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

/** What became of a command: its outcome, or what it threw. */
type Answer = { outcome: unknown } | { error: unknown }

/** Thrown when the queue is full: nothing was looked at, and nothing was written. */
export class CommitQueueFull extends Error {
  override name = "CommitQueueFull"
}

/**
 * Group commit: commands that arrive while a commit is on its way to disk are decided together in the next storage
 * transaction, and answered when that one is durable. An idle object waits one turn of the event loop for the rest of a
 * burst whose first command this is, and for nothing else; so batching costs no delay.
 */
export class GroupCommit {
  private readonly storage: CommitStorage
  private readonly afterRollback: () => void
  /** Whole batches; only the last may still grow. So taking one out moves nothing. */
  private readonly batches: Waiting[][] = []
  private waiting = 0
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
    if (this.waiting >= COMMIT_QUEUE_MAX)
      return Promise.reject(new CommitQueueFull("the commit queue is full"))
    return new Promise<T>((resolve, reject) => {
      this.enqueue({ decide, resolve: resolve as (outcome: unknown) => void, reject })
      if (!this.draining) void this.drain()
    })
  }

  pressure(): CommitPressure {
    const { commands, commitCount: commits, largestBatch, commitMs } = this
    return { queueDepth: this.waiting, commands, commits, largestBatch, commitMs }
  }

  private enqueue(command: Waiting): void {
    const last = this.batches.at(-1)
    if (last && last.length < COMMIT_BATCH_MAX) last.push(command)
    else this.batches.push([command])
    this.waiting++
  }

  private async drain(): Promise<void> {
    this.draining = true
    try {
      await this.oneTurn()
      for (let batch = this.batches.shift(); batch; batch = this.batches.shift()) {
        this.waiting -= batch.length
        await this.commit(batch)
      }
    } finally {
      this.draining = false
    }
  }

  /**
   * Nothing is being written, so this is only the turn in which the others of a burst come in. Without it every other
   * commit is of one command: the first of those that arrived during the commit before. What fails here fails again
   * when the batch is committed, where it is told to who waits.
   */
  private async oneTurn(): Promise<void> {
    try {
      await this.storage.sync()
    } catch {
      return
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
    for (const [place, command] of batch.entries()) tell(command, answers[place])
  }

  private measure(size: number, tookMs: number): void {
    this.commands += size
    this.commitCount++
    this.largestBatch = Math.max(this.largestBatch, size)
    this.commitMs += (tookMs - this.commitMs) / Math.min(this.commitCount, COMMIT_MS_MEMORY)
  }

  /** Null when one of the commands threw: then none of the batch has been written. */
  private decideTogether(batch: Waiting[]): Answer[] | null {
    try {
      return this.storage.transactionSync(() => batch.map(({ decide }) => ({ outcome: decide() })))
    } catch {
      this.afterRollback()
      return null
    }
  }

  /** One bad command cannot fail its neighbours: after a batch that threw, each has a transaction of its own. */
  private decideAlone(command: Waiting): Answer {
    try {
      return { outcome: this.storage.transactionSync(command.decide) }
    } catch (error) {
      this.afterRollback()
      return { error }
    }
  }
}

function tell(command: Waiting, answer: Answer | undefined): void {
  if (answer && "outcome" in answer) command.resolve(answer.outcome)
  else command.reject(answer?.error)
}
