import { readdir, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterEach, describe, expect, it } from "vitest"
import { startPostgres } from "./embedded-postgres.ts"
import { Cleanup, findFreePort, refusalOf, SERVER_TEST } from "./test-harness.ts"

const cleanup = new Cleanup()
afterEach(() => cleanup.run())

/** How a folder gets damaged, and what the refusal must say of it. */
const DAMAGES: Record<string, { damage: (cluster: string) => Promise<unknown>; says: RegExp }> = {
  "has lost PG_VERSION": {
    damage: (cluster) => rm(join(cluster, "PG_VERSION")),
    says: /PG_VERSION is missing/,
  },
  "is of another major version": {
    damage: (cluster) => writeFile(join(cluster, "PG_VERSION"), "15\n"),
    says: /it is of PostgreSQL 15, and this is PostgreSQL 18/,
  },
  "has a zeroed pg_control": {
    damage: (cluster) => writeFile(join(cluster, "global", "pg_control"), Buffer.alloc(8192)),
    says: /(FATAL|PANIC): .*/,
  },
  "has lost pg_control": {
    damage: (cluster) => rm(join(cluster, "global", "pg_control")),
    says: /pg_control/,
  },
  "has lost its write-ahead log": {
    damage: (cluster) => empty(join(cluster, "pg_wal")),
    says: /(FATAL|PANIC): .*/,
  },
  "has lost its configuration": {
    damage: (cluster) => rm(join(cluster, "postgresql.conf")),
    says: /postgresql\.conf/,
  },
  "has lost the files of its databases": {
    damage: (cluster) => empty(join(cluster, "base")),
    says: /can't be read/,
  },
}

async function empty(dir: string): Promise<void> {
  for (const name of await readdir(dir)) await rm(join(dir, name), { recursive: true })
}

describe("a data folder is refused in one line that names the reset when it", SERVER_TEST, () => {
  it.for(Object.entries(DAMAGES))("%s", async ([, { damage, says }]) => {
    const dataDir = await cleanup.dataDir()
    const server = await startPostgres({ dataDir, port: await findFreePort() })
    await server.stop()
    await damage(join(dataDir, "cluster"))
    const refusal = await refusalOf(startPostgres({ dataDir, port: await findFreePort() }))
    expect(refusal.message).toMatch(says)
    expect(refusal.message).toContain("Run npm run reset to start afresh (this deletes local data)")
    expect(refusal.message).not.toContain("\n")
    expect(refusal.code).toBe("data_corrupt")
  })
})
