import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { TestProject } from "vitest/node"
import { freePorts } from "../../local/postgres/test-harness.ts"
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
