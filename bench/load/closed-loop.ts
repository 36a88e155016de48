import { Connection } from "./connection.ts"
import type { Requests } from "./requests.ts"

export interface ClosedLoop {
  port: number
  connections: number
  seconds: number
  /** Any other status ends the round with an error. */
  status: number
}

export interface LoopFigures {
  answers: number
  seconds: number
  /** Milliseconds each answer took, sorted. */
  latenciesMs: Float64Array
}

/** A server that has not answered everything so long after the round's end is hung. */
const GRACE_MS = 15_000

/**
 * Each connection sends its next request when the last one is answered, until the time is up or the requests are. What
 * is in flight then is waited for and counted.
 */
export async function runClosedLoop(loop: ClosedLoop, requests: Requests): Promise<LoopFigures> {
  const connections = await Promise.all(
    Array.from({ length: loop.connections }, () => Connection.open(loop.port)),
  )
  const close = () => {
    for (const connection of connections) connection.close()
  }
  const hung = setTimeout(close, loop.seconds * 1_000 + GRACE_MS)
  try {
    const latencies: number[] = []
    const take = takerOf(requests)
    const startMs = performance.now()
    const endMs = startMs + loop.seconds * 1_000
    await Promise.all(
      connections.map(async (connection) => {
        for (let request = take(); request; request = take()) {
          const sentMs = performance.now()
          if (sentMs >= endMs) return
          const answer = await connection.send(request)
          if (answer.status !== loop.status) throw new Error(`not ${loop.status}: ${answer.text()}`)
          latencies.push(performance.now() - sentMs)
        }
      }),
    )
    const seconds = (performance.now() - startMs) / 1_000
    return { answers: latencies.length, seconds, latenciesMs: Float64Array.from(latencies).sort() }
  } finally {
    clearTimeout(hung)
    close()
  }
}

function takerOf({ buffers, again }: Requests): () => Buffer | undefined {
  let next = 0
  return () => {
    if (again && next === buffers.length) next = 0
    return buffers[next++]
  }
}
