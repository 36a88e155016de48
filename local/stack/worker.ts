import { join } from "node:path"
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare"
import type { V4WorkerOptions } from "miniflare"
import { unstable_getMiniflareWorkerOptions as miniflareOptionsOf } from "wrangler"
import { buildAssets } from "../../build/assets.ts"
import { bundle, PROJECT } from "./bundle.ts"

const FILES_WORKER = "spillway-files"

export interface WorkerOptions {
  /** What `bundleWorker` made. */
  code: string
  port: number
  dataDir: string
  /** Vars and secrets of the Worker, over those of `wrangler.toml`. */
  bindings: Record<string, string>
  /** Gets each line the Worker prints. */
  log: (line: string) => void
}

export interface RunningWorker {
  /** Where workerd itself listens; nothing stands in between. */
  url: string
  /** Calls the Worker's `scheduled` handler, as Cloudflare's clock does once a minute. */
  tick(): Promise<void>
  /** Cuts every tie and ends workerd. */
  stop(): Promise<void>
}

/** The Worker as one module, its static files beside it. */
export async function bundleWorker(): Promise<string> {
  await buildAssets()
  return bundle("workers/index.ts")
}

/**
 * Runs the Worker on workerd, with the bindings of `wrangler.toml` and its storage under `dataDir`. The port belongs
 * to workerd's own socket: the development proxy that usually stands in front costs most of the speed.
 */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      // The proxy's port, for the clock's calls only; the system picks a free one.
      port: 0,
      host: "127.0.0.1",
      cf: false,
      log: new Log(LogLevel.ERROR),
      unsafeTriggerHandlers: true,
      resourcePersistencePath: join(options.dataDir, "worker"),
      handleStructuredLogs: ({ message }) => options.log(message),
      workers: workersOf(options),
    }),
  )
  const proxyUrl = await miniflare.ready
  return {
    url: `http://localhost:${options.port}`,
    async tick() {
      const response = await fetch(new URL("/cdn-cgi/handler/scheduled?cron=*+*+*+*+*", proxyUrl))
      if (!response.ok) throw new Error(`the scheduled handler answered ${response.status}`)
    },
    stop: () => miniflare.dispose(),
  }
}

/**
 * The shop, and its static files as a Worker of their own: configured on the shop's, they would put two more Workers
 * in front of it, and double the cost of every request.
 */
function workersOf({ code, port, bindings }: WorkerOptions): V4WorkerOptions[] {
  const { workerOptions } = miniflareOptionsOf(join(PROJECT, "wrangler.toml"))
  const { assets, ...shop } = workerOptions as Partial<V4WorkerOptions>
  const files = "export default { fetch: (request, env) => env.ASSETS.fetch(request) }"
  return [
    {
      ...shop,
      name: "spillway",
      bindings: { ...shop.bindings, ...bindings },
      serviceBindings: { ASSETS: FILES_WORKER },
      modules: [{ type: "ESModule", path: "index.js", contents: code }],
      unsafeDirectSockets: [{ host: "127.0.0.1", port }],
    },
    {
      name: FILES_WORKER,
      compatibilityDate: shop.compatibilityDate,
      modules: [{ type: "ESModule", path: "files.js", contents: files }],
      assets,
    },
  ]
}
