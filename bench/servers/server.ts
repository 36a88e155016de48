import { Miniflare } from "miniflare"
import type { MiniflareOptions } from "miniflare"
import { workerdChildren } from "./workerd-process.ts"

/** One workerd with one or more Workers, each on a socket of its own. */
export interface Server {
  /** Null where there is no /proc. */
  pid: number | null
  portOf(worker: string, entrypoint?: string): Promise<number>
  stop(): Promise<void>
}

/** workerd's own sockets on ports that the system picks; no development proxy stands in between. */
export const DIRECT_SOCKET = { host: "127.0.0.1", port: 0 }

export async function startServer(options: MiniflareOptions): Promise<Server> {
  const before = workerdChildren()
  const miniflare = new Miniflare(options)
  await miniflare.ready
  const [pid = null] = workerdChildren().difference(before)
  return {
    pid,
    async portOf(worker, entrypoint) {
      return Number((await miniflare.unsafeGetDirectURL(worker, entrypoint)).port)
    },
    stop: () => miniflare.dispose(),
  }
}
