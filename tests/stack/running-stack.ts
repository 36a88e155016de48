import { randomInt } from "node:crypto"
import { once } from "node:events"
import { mkdtemp, rm } from "node:fs/promises"
import { createServer } from "node:net"
import type { Server } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { TestProject } from "vitest/node"
import { startStack } from "../../local/stack/stack.ts"
import type { RunningStack } from "../../local/stack/stack.ts"

/** Where the stack under test answers. */
export interface StackAddresses {
  url: string
  databaseUrl: string
  stripeUrl: string
  turnstileUrl: string
  beaconUrl: string
  dataDir: string
}

declare module "vitest" {
  interface ProvidedContext {
    stack: StackAddresses
  }
}

/**
 * Below the ports that systems give to outgoing connections (from 32,768 on Linux, 49,152 elsewhere): between looking and
 * listening, one of those would be taken by whoever connects to anything.
 */
const PORT_LOWEST = 20_000
const PORT_HIGHEST = 32_000

/** Ports that are free now, all held at once so that they differ. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listenSomewhere))
  const ports = servers.map((server) => (server.address() as { port: number }).port)
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}

async function listenSomewhere(): Promise<Server> {
  for (;;) {
    const server = createServer()
    const listening = once(server, "listening")
    server.listen(randomInt(PORT_LOWEST, PORT_HIGHEST), "127.0.0.1")
    try {
      await listening
      return server
    } catch (error) {
      if ((error as { code?: string }).code !== "EADDRINUSE") throw error
    }
  }
}

export async function startTestStack(
  dataDir: string,
  log: (line: string) => void = () => undefined,
): Promise<RunningStack & { stripeUrl: string; turnstileUrl: string }> {
  const [port = 0, postgresPort = 0, sqlProxyPort = 0, stripeEmulatorPort = 0] = await freePorts(4)
  const stack = await startStack(
    {
      port,
      postgresPort,
      sqlProxyPort,
      stripeEmulatorPort,
      dataDir,
      demo: false,
      databaseUrl: null,
      stripe: null,
      turnstile: null,
    },
    { step: () => undefined, line: (part, text) => log(`[${part}] ${text}`) },
  )
  const { stripeUrl, turnstileUrl } = stack
  if (!stripeUrl || !turnstileUrl) throw new Error("the tests run against the emulators")
  return { ...stack, stripeUrl, turnstileUrl }
}

/** One stack for all files of a project, on free ports and in a folder of its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), "spillway-test-"))
  const stack = await startTestStack(dataDir, process.env["SPILLWAY_TEST_LOG"] ? console.log : undefined)
  const { url, databaseUrl, stripeUrl, turnstileUrl, beaconUrl } = stack
  project.provide("stack", { url, databaseUrl, stripeUrl, turnstileUrl, beaconUrl, dataDir })
  return async () => {
    await stack.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}
