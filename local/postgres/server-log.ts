import { type FileHandle, open } from "node:fs/promises"

/** A log above this is emptied at the next start: room for weeks of use, and no surprise on a laptop's disk. */
export const MAX_LOG_BYTES = 10 * 1024 * 1024

/** A failed start is explained from this much of its newest output. */
const MAX_REPORT_BYTES = 64 * 1024

/** Opens the log for appending, emptied first when it is too large. `startBytes` is where this start begins. */
export async function openServerLog(path: string): Promise<{ handle: FileHandle; startBytes: number }> {
  const handle = await open(path, "a", 0o644)
  const { size } = await handle.stat()
  if (size <= MAX_LOG_BYTES) return { handle, startBytes: size }
  await handle.truncate(0)
  return { handle, startBytes: 0 }
}

/** What the server wrote since `startBytes`, at most the newest 64 KiB of it. */
export async function readServerLog(path: string, startBytes: number): Promise<string> {
  const handle = await open(path, "r")
  try {
    const { size } = await handle.stat()
    const from = Math.max(startBytes, size - MAX_REPORT_BYTES)
    const { buffer, bytesRead } = await handle.read({
      buffer: Buffer.alloc(MAX_REPORT_BYTES),
      position: from,
    })
    return buffer.toString("utf8", 0, bytesRead)
  } finally {
    await handle.close()
  }
}
