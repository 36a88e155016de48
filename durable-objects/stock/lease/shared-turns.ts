/**
 * One run at a time for each key. Whoever asks while one is under way shares the next: it begins after they asked, so
 * what it finds is not older than their question.
 */
export class SharedTurns<T> {
  private readonly underWay = new Map<string, Promise<unknown>>()
  private readonly next = new Map<string, Promise<T>>()

  share(key: string, run: () => Promise<T>): Promise<T> {
    const shared = this.next.get(key)
    if (shared) return shared
    const before = this.underWay.get(key) ?? Promise.resolve()
    const turn = before.then(() => {
      this.next.delete(key)
      const running = run()
      this.underWay.set(
        key,
        running.catch(() => undefined),
      )
      return running
    })
    this.next.set(key, turn)
    return turn
  }
}
