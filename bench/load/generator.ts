import { once } from "node:events"
import { Worker } from "node:worker_threads"
import type { ClosedLoop } from "./closed-loop.ts"
import type { PurchaseLoop } from "./purchases.ts"
import type { CheckoutPlan, RequestPlan } from "./requests.ts"

/** What one round of a contestant came to. */
export interface Round {
  /** Answers, holds or decisions. */
  count: number
  seconds: number
  p50Ms: number | null
  p95Ms: number | null
  p99Ms: number | null
  /** That workerd has used; null where it takes no part, or can't be read. */
  cpuSeconds: number | null
  /** Share of the time the load generator itself was busy, 0 to 1: near 1 it measures itself. */
  clientBusy: number | null
  /** After the last purchase was paid, until all were in Postgres; only where there is such a thing. */
  drainSeconds?: number
}

export type Job =
  | ({ kind: "load"; pid: number | null; plan: RequestPlan } & ClosedLoop)
  | ({ kind: "purchases"; pid: number | null; plan: CheckoutPlan } & PurchaseLoop)
  | { kind: "state-machine"; seconds: number }

export type JobAnswer = { ok: true; round: Round } | { ok: false; message: string }

/**
 * The load generator, on a thread of its own so that it and the server have a core each. One job at a time. The state
 * machine has another thread: what it leaves to be collected would show as latency of the answers that are measured next.
 */
export interface Generator {
  run(job: Job): Promise<Round>
  stop(): Promise<void>
}

export function startGenerator(): Generator {
  const startThread = () => new Worker(new URL("thread.ts", import.meta.url))
  const threads = { load: startThread(), "state-machine": startThread() }
  return {
    async run(job) {
      const worker = threads[job.kind === "state-machine" ? "state-machine" : "load"]
      const answered: Promise<JobAnswer[]> = once(worker, "message")
      worker.postMessage(job, []) // Nothing is handed over: the thread gets a copy.
      const [answer] = await answered
      if (!answer?.ok) throw new Error(answer?.message ?? "the load generator gave no answer")
      return answer.round
    },
    async stop() {
      await Promise.all(Object.values(threads).map((worker) => worker.terminate()))
    },
  }
}
