import { parentPort } from "node:worker_threads"
import type { EventLoopUtilization } from "node:perf_hooks"
import { cpuSecondsOf } from "../servers/workerd-process.ts"
import { runClosedLoop } from "./closed-loop.ts"
import type { Job, JobAnswer, Round } from "./generator.ts"
import { runPurchases } from "./purchases.ts"
import { prepareRequests } from "./requests.ts"
import { runStateMachine } from "./state-machine.ts"

/** The load generator's own thread: it does one job at a time, and answers each. */

async function runJob(job: Job): Promise<Round> {
  if (job.kind === "state-machine") {
    const { decisions, seconds } = runStateMachine(job.seconds)
    return round({ count: decisions, seconds })
  }
  const requests = await prepareRequests(job.plan)
  const cpuBefore = cpuSecondsOf(job.pid)
  const busyBefore: EventLoopUtilization = performance.eventLoopUtilization()
  const { answers, seconds, latenciesMs } = await (job.kind === "purchases"
    ? runPurchases(job, requests)
    : runClosedLoop(job, requests))
  const { utilization } = performance.eventLoopUtilization(busyBefore)
  const cpuAfter = cpuSecondsOf(job.pid)
  return round({
    count: answers,
    seconds,
    p50Ms: latenciesMs[Math.floor(answers * 0.5)] ?? null,
    p95Ms: latenciesMs[Math.floor(answers * 0.95)] ?? null,
    p99Ms: latenciesMs[Math.floor(answers * 0.99)] ?? null,
    cpuSeconds: cpuBefore === null || cpuAfter === null ? null : cpuAfter - cpuBefore,
    clientBusy: utilization,
  })
}

function round(figures: Pick<Round, "count" | "seconds"> & Partial<Round>): Round {
  return { p50Ms: null, p95Ms: null, p99Ms: null, cpuSeconds: null, clientBusy: null, ...figures }
}

const port = parentPort
if (!port) throw new Error("The load generator runs in a thread of the benchmark.")
port.on("message", (job: Job) => {
  void runJob(job).then(
    (round) => port.postMessage({ ok: true, round } satisfies JobAnswer),
    (error: unknown) => port.postMessage({ ok: false, message: String(error) } satisfies JobAnswer),
  )
})
