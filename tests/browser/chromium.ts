import { existsSync } from "node:fs"
import { delimiter, join } from "node:path"
import { chromium } from "playwright-core"
import type { Browser } from "playwright-core"

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]

/** The browser on this machine: `CHROMIUM_PATH`, or the first of the usual names on the path. Null when there is none. */
export function findChromium(): string | null {
  const given = process.env["CHROMIUM_PATH"]
  if (given) return given
  const folders = (process.env["PATH"] ?? "").split(delimiter)
  const candidates = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)))
  candidates.push(
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
  )
  return candidates.find((path) => existsSync(path)) ?? null
}

export function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    // No sandbox, because in a container there is none to be had; the pages under test are our own.
    args: [
      "--no-sandbox",
      "--disable-quic",
      "--disable-gpu",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  })
}
