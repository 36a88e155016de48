import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** Has wrangler bundle and check the Worker for each environment, without sending anything. */
const ENVIRONMENTS = ["", "staging", "production"]

for (const environment of ENVIRONMENTS) {
  const outdir = mkdtempSync(join(tmpdir(), "spillway-deploy-"))
  const result = spawnSync(
    "wrangler",
    ["deploy", "--dry-run", "--strict", `--env=${environment}`, "--outdir", outdir],
    {
      encoding: "utf8",
      env: { ...process.env, WRANGLER_SEND_METRICS: "false", CLOUDFLARE_CF_FETCH_ENABLED: "false" },
    },
  )
  rmSync(outdir, { recursive: true, force: true })
  const warned = /\[WARNING\]|WARNING/.test(result.stdout + result.stderr)
  if (result.status !== 0 || warned) {
    console.error(result.stdout, result.stderr)
    console.error(`The ${environment || "local"} environment does not deploy cleanly.`)
    process.exit(1)
  }
  console.log(
    `${(environment || "local").padEnd(12)} ${result.stdout.match(/Total Upload: .*/)?.[0] ?? "bundled"}`,
  )
}
