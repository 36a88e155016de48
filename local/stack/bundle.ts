import { fileURLToPath } from "node:url"
import { build } from "esbuild"

export const PROJECT = fileURLToPath(new URL("../..", import.meta.url))

/** Bundles an entry point as wrangler would: one module, with everything but the runtime's own imports inside. */
export async function bundle(entryPoint: string): Promise<string> {
  const result = await build({
    absWorkingDir: PROJECT,
    entryPoints: [entryPoint],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*", "node:*"],
    sourcemap: "inline",
    logLevel: "silent",
  })
  const [output] = result.outputFiles
  if (!output) throw new Error(`esbuild gave no bundle of ${entryPoint}`)
  return output.text
}
