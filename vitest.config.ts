import { fileURLToPath } from "node:url"
import { cloudflareTest } from "@cloudflare/vitest-plugin"
import { defineConfig } from "vitest/config"

const runtimeOnNode = fileURLToPath(new URL("tests/simulation/orders/workers-runtime.ts", import.meta.url))

/**
 * Four kinds of tests: `unit` on Node, `workerd` inside the runtime, `stack` against the whole of Spillway on real
 * Postgres and the payment emulator, `browser` in Chromium against the same.
 */
export default defineConfig({
  test: {
    reporters: ["default", "./tests/closing-line.ts"],
    projects: [
      {
        oxc: { jsx: { runtime: "automatic", importSource: "hono/jsx" } },
        // The simulation of whole orders runs the real lane on Node.
        resolve: { alias: { "cloudflare:workers": runtimeOnNode } },
        test: {
          name: "unit",
          include: [
            "{build,db,durable-objects,local,waiting-room,workers,tests/{architecture,gate,simulation,stripe-contract}}/**/*.test.{ts,tsx}",
          ],
          exclude: ["**/*.workerd.test.ts", "**/node_modules/**"],
          execArgv: ["--disable-warning=ExperimentalWarning"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        plugins: [
          cloudflareTest({
            main: "./tests/workerd/objects.ts",
            wrangler: { configPath: "./tests/workerd/wrangler.toml" },
          }),
        ],
        test: {
          name: "workerd",
          include: ["{durable-objects,workers}/**/*.workerd.test.ts"],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: "stack",
          include: ["tests/stack/**/*.test.ts", "bench/*.test.ts"],
          globalSetup: ["tests/stack/running-stack.ts"],
          execArgv: ["--disable-warning=ExperimentalWarning"],
          testTimeout: 90_000,
          hookTimeout: 90_000,
          // One stack, and machines with two cores: files take turns.
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "browser",
          include: ["tests/browser/**/*.test.ts"],
          globalSetup: ["tests/stack/running-stack.ts"],
          execArgv: ["--disable-warning=ExperimentalWarning"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
