/** What is needed of an object's storage. */
interface SyncedStorage {
  /** Resolves when everything written so far is durable. */
  sync(): Promise<void>
}

/**
 * Turns in which a lane's orders write together. Whoever is about to write waits for the next turn; all who wait for it go
 * on in the same run of the event loop, so that what they write is one commit and not one for each. An idle lane's turn
 * comes at once.
 */
export class WriteTurns {
  private readonly storage: SyncedStorage
  private upcoming: Promise<void> | null = null

  constructor(storage: SyncedStorage) {
    this.storage = storage
  }

  next(): Promise<void> {
    this.upcoming ??= this.await()
    return this.upcoming
  }

  private async await(): Promise<void> {
    try {
      await this.storage.sync()
    } catch {
      // What failed fails again for whoever writes, and is told to them.
    }
    this.upcoming = null
  }
}
