/** What the worker is told, and what it says. */
export interface Work {
  nonce: string
  bits: number
}
export type Progress = { tried: number } | { counter: number }

/**
 * Has the work done in a worker of its own, so that the page stays alive. What is reported is the chance that the search
 * would have ended by now: it has no memory, so nothing else can be said of it.
 */
export function solve(script: string, work: Work, report: (share: number) => void): Promise<number> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(script, { type: "module" })
    worker.addEventListener("message", ({ data }: MessageEvent<Progress>) => {
      if ("tried" in data) return report(1 - Math.exp(-data.tried / 2 ** work.bits))
      report(1)
      worker.terminate()
      resolve(data.counter)
    })
    worker.addEventListener("error", (event) => {
      worker.terminate()
      reject(new Error(event.message))
    })
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker is no window
    worker.postMessage(work)
  })
}
