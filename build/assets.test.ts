import { mkdtemp, readFile, readdir, rm, utimes, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { buildAssets } from "./assets.ts"

let outDir = ""

beforeEach(async () => {
  outDir = await mkdtemp(join(tmpdir(), "assets-"))
})

afterEach(() => rm(outDir, { recursive: true, force: true }))

describe("the built assets", () => {
  it("are all there under the addresses of the manifest, which is written beside them", async () => {
    const { manifest } = await buildAssets({ outDir })
    expect(JSON.parse(await readFile(join(outDir, "asset-manifest.json"), "utf8"))).toEqual(manifest)
    for (const address of Object.values(manifest)) {
      expect(address).toMatch(/^\/assets\/[a-z-]+-[0-9a-f]{16}\.(css|js|woff2)$/)
      expect((await readFile(join(outDir, "assets", address))).byteLength).toBeGreaterThan(0)
    }
    expect((await readdir(join(outDir, "assets"))).toSorted()).toEqual([
      "_headers",
      "assets",
      "favicon.svg",
      "robots.txt",
    ])
  })

  it("have one stylesheet under 20 KB compressed, with the fonts' hashed addresses in it", async () => {
    const { manifest } = await buildAssets({ outDir })
    const styles = await readFile(join(outDir, "assets", manifest["main.css"] ?? ""), "utf8")
    expect(gzipSync(styles).byteLength).toBeLessThan(20_000)
    expect(styles).toContain(manifest["inter.woff2"])
    expect(styles).not.toMatch(/url\("?font:/)
  })

  it("keep the names of unchanged contents, so that browsers keep their copies", async () => {
    const first = await buildAssets({ outDir })
    expect((await buildAssets({ outDir })).manifest).toEqual(first.manifest)
  })

  it("leave yesterday's files to the Workers that still name them, and older ones go", async () => {
    await buildAssets({ outDir })
    const folder = join(outDir, "assets/assets")
    await writeFile(join(folder, "page-recent.js"), "")
    await writeFile(join(folder, "page-old.js"), "")
    const twoDaysAgo = new Date(Date.now() - 2 * 86_400_000)
    await utimes(join(folder, "page-old.js"), twoDaysAgo, twoDaysAgo)
    await buildAssets({ outDir })
    const names = await readdir(folder)
    expect(names).toContain("page-recent.js")
    expect(names).not.toContain("page-old.js")
  })
})
