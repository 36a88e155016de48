import { join } from "node:path"
import { convertV4MiniflareOptions, Log, LogLevel } from "miniflare"
import { bundle } from "../../local/stack/bundle.ts"
import { DIRECT_SOCKET, startServer } from "./server.ts"
import type { Server } from "./server.ts"

export const FLOORS = ["bare", "object-call", "transaction"] as const
export type Floor = (typeof FLOORS)[number]

/** Runs every floor as a Worker of its own, in one workerd. */
export async function startFloors(dataDir: string, compatibilityDate: string): Promise<Server> {
  const codes = await Promise.all(FLOORS.map((floor) => bundle(`bench/floors/${floor}.ts`)))
  const workers = FLOORS.map((floor, index) => ({
    name: floor,
    compatibilityDate,
    modules: [{ type: "ESModule" as const, path: "index.js", contents: codes[index] ?? "" }],
    unsafeDirectSockets: [DIRECT_SOCKET],
    ...(floor === "bare" ? {} : { durableObjects: { FLOOR: { className: "FloorObject", useSQLite: true } } }),
  }))
  return startServer(
    convertV4MiniflareOptions({
      port: 0,
      host: "127.0.0.1",
      cf: false,
      log: new Log(LogLevel.ERROR),
      resourcePersistencePath: join(dataDir, "floors"),
      workers,
    }),
  )
}
