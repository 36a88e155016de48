import { rm } from "node:fs/promises"
import { join } from "node:path"
import { removePostgresData } from "./postgres/embedded-postgres.ts"
import { takeDataFolder } from "./stack/data-folder.ts"
import { endLeftovers } from "./stack/guard.ts"
import { readStackSettings } from "./stack/settings.ts"

/** `npm run reset`: deletes the local stack's data. A stack that runs on it is refused, not pulled from under. */
async function main(): Promise<void> {
  const { dataDir } = readStackSettings(process.env)
  const release = await takeDataFolder(dataDir)
  await endLeftovers(dataDir)
  await removePostgresData(join(dataDir, "postgres"))
  for (const part of ["postgres", "stripe", "worker", "secrets.json", "children"])
    await rm(join(dataDir, part), { recursive: true, force: true })
  await release()
  console.log(`Cleared ${dataDir}.`)
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
})
