import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** The last one whose description of the API is Stripe's own. */
const VERSION = "v0.203.0"

/** Fetching and building it, on a slow machine. */
const BUILD_TIMEOUT_MS = 180_000

const FOLDER = join(tmpdir(), "spillway-stripe-mock")

/** Stripe's own stand-in, from PATH or built by Go: its path, or nothing and one line that says so. */
export function stripeMockHere(): string[] {
  const found = findStripeMock()
  if ("path" in found) return [found.path]
  process.stdout.write(`stripe-mock is not asked: ${found.missing}\n`)
  return []
}

function findStripeMock(): { path: string } | { missing: string } {
  for (const path of ["stripe-mock", join(FOLDER, "stripe-mock")])
    if (spawnSync(path, ["-version"]).status === 0) return { path }
  if (spawnSync("go", ["version"]).status !== 0) return { missing: "neither it nor Go is at hand" }
  const built = spawnSync("go", ["install", `github.com/stripe/stripe-mock@${VERSION}`], {
    env: { ...process.env, GOBIN: FOLDER },
    timeout: BUILD_TIMEOUT_MS,
  })
  return built.status === 0
    ? { path: join(FOLDER, "stripe-mock") }
    : { missing: "Go could not fetch and build it" }
}

/** Starts it on a free port, and resolves when it answers. */
export async function startStripeMock(path: string): Promise<{ url: string; stop(): Promise<void> }> {
  const url = `http://127.0.0.1:${await freePort()}`
  const child = spawn(path, ["-http-addr", url.slice("http://".length)], { stdio: "ignore" })
  const ended = once(child, "exit")
  const stop = async () => {
    child.kill()
    await ended
  }
  for (let looks = 0; looks < 200; looks++) {
    const answered = await fetch(url).then(
      () => true,
      () => false,
    )
    if (answered) return { url, stop }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  await stop()
  throw new Error("stripe-mock did not answer within 10 s")
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === "string") throw new Error("no port was given")
  return address.port
}
