import { AsyncLocalStorage } from "node:async_hooks"
import type { Life, Network } from "./network.ts"

/** Whose code runs now, so that a timer ends with the instance that set it. */
export const lives = new AsyncLocalStorage<Life>()

/** A timer on the run's clock. */
class ModelledTimer {
  isCleared = false
}

/** While `run` runs, clock, chance and timers are the run's for everybody, and complaints are nobody's. */
export async function withModelledTime<T>(network: Network, run: () => Promise<T>): Promise<T> {
  const { now } = Date
  const { random } = Math
  const { error, warn } = console
  const { setTimeout: set, clearTimeout: clear } = globalThis
  Date.now = () => network.nowMs
  Math.random = () => network.chance.next()
  console.error = console.warn = () => undefined
  const setModelled = (happen: () => void, ms = 0) => {
    const timer = new ModelledTimer()
    const life = lives.getStore()
    network.after(ms, "a timer", () => {
      if (!timer.isCleared && life?.isAlive !== false) happen()
    })
    return timer
  }
  globalThis.setTimeout = setModelled as unknown as typeof setTimeout
  globalThis.clearTimeout = (timer: unknown) => {
    if (timer instanceof ModelledTimer) timer.isCleared = true
    else clear(timer as number)
  }
  try {
    return await run()
  } finally {
    Date.now = now
    Math.random = random
    console.error = error
    console.warn = warn
    globalThis.setTimeout = set
    globalThis.clearTimeout = clear
  }
}
