import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { acquireFolderLock } from "../postgres/folder-lock.ts"

/** The data folder can't be made or written. */
export class DataFolderError extends Error {
  override name = "DataFolderError"
}

/**
 * Makes the data folder if need be and takes it for this process, before anything in it is touched: two stacks on one
 * folder would end each other's parts. Returns the release. Throws `LocalPostgresError` while another live process has
 * it, and `DataFolderError` when it can't be written.
 */
export async function takeDataFolder(dataDir: string): Promise<() => Promise<void>> {
  try {
    await mkdir(dataDir, { recursive: true })
    return await acquireFolderLock(join(dataDir, "lock"))
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) throw error
    throw new DataFolderError(
      `${dataDir} can't be written (${error.message}). Set SPILLWAY_DATA_DIR to a folder that can.`,
    )
  }
}
