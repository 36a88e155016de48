import { createHash } from "node:crypto"
import { mkdir, readFile, readdir, rm, stat, writeFile } from "node:fs/promises"
import { basename, dirname, extname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"

/**
 * Bundles stylesheet, browser scripts and fonts under names that carry their content's hash, and writes the manifest
 * the Worker finds them by. Runs before the Worker is bundled: by wrangler's `[build]`, and by the local stack.
 */

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const STOREFRONT = join(ROOT, "workers/storefront")
const FONTS = join(ROOT, "node_modules/@fontsource-variable")

/** The Latin subsets alone: 36 and 47 KB. Other scripts fall back to the system's fonts. */
const FONT_FILES: Record<string, string> = {
  inter: join(FONTS, "inter/files/inter-latin-wght-normal.woff2"),
  fraunces: join(FONTS, "fraunces/files/fraunces-latin-wght-normal.woff2"),
}

/** 16 hex digits: no two contents of one name will ever meet. */
const HASH_LENGTH = 16

const BROWSER_TARGETS = ["chrome109", "edge109", "firefox115", "safari16.4"]

const HEADERS = `/assets/*
  Cache-Control: public, max-age=31536000, immutable
  X-Content-Type-Options: nosniff
`

const ROBOTS = `User-agent: *
Disallow: /merchant
Disallow: /checkout/
Disallow: /pay/
Disallow: /orders/
Disallow: /api/
`

const FAVICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" fill="none" stroke="#006a75" stroke-width="2.4" stroke-linecap="round"><style>@media(prefers-color-scheme:dark){svg{stroke:#58d5cd}}</style><path d="M2 8.5c6 0 7.5 4 13.5 4h1c6 0 7.5-2.5 13.5-2.5M2 16h28M2 23.5c6 0 7.5-4 13.5-4h1c6 0 7.5 2.5 13.5 2.5M16 3v6M16 23v6"/></svg>
`

export interface BuildOptions {
  /** Holds `assets/` (what is served) and `asset-manifest.json`. */
  outDir?: string
  minify?: boolean
}

export interface BuiltAssets {
  manifest: Record<string, string>
  bytesTotal: number
}

export async function buildAssets({
  outDir = join(ROOT, "dist"),
  minify = true,
}: BuildOptions = {}): Promise<BuiltAssets> {
  const [fonts, scripts] = await Promise.all([readFonts(), bundleScripts(minify)])
  const fontAddresses = Object.fromEntries(fonts.map((font) => [font.name, addressOf(font)]))
  const stylesheet = await bundleStylesheet(minify, fontAddresses)
  const files = [...fonts, ...scripts, stylesheet]
  const manifest = Object.fromEntries(files.map((file) => [file.name, addressOf(file)]))
  await writeAll(outDir, files, manifest)
  return { manifest, bytesTotal: files.reduce((sum, file) => sum + file.content.byteLength, 0) }
}

interface AssetFile {
  name: string
  content: Uint8Array
}

async function readFonts(): Promise<AssetFile[]> {
  return Promise.all(
    Object.entries(FONT_FILES).map(async ([name, path]) => ({
      name: `${name}.woff2`,
      content: await readFile(path),
    })),
  )
}

/** Each file directly in `browser/` that a page names is an entry; what they share is bundled into each. */
async function bundleScripts(minify: boolean): Promise<AssetFile[]> {
  const folder = join(STOREFRONT, "browser")
  const names = (await readdir(folder)).filter((name) => name.endsWith(".ts"))
  const result = await build({
    entryPoints: names.map((name) => join(folder, name)),
    outdir: "/out",
    bundle: true,
    write: false,
    minify,
    format: "esm",
    target: BROWSER_TARGETS,
    legalComments: "none",
  })
  return result.outputFiles.map((file) => ({ name: basename(file.path), content: file.contents }))
}

/** `url("font:inter")` in the styles becomes the font's public address. */
async function bundleStylesheet(minify: boolean, fontAddresses: Record<string, string>): Promise<AssetFile> {
  const result = await build({
    entryPoints: [join(STOREFRONT, "styles/main.css")],
    outdir: "/out",
    bundle: true,
    write: false,
    minify,
    target: BROWSER_TARGETS,
    legalComments: "none",
    plugins: [
      {
        name: "fonts",
        setup(hooks) {
          hooks.onResolve({ filter: /^font:/ }, (found) => {
            const address = fontAddresses[`${found.path.slice("font:".length)}.woff2`]
            if (address === undefined)
              return { errors: [{ text: `${found.path} is none of the fonts in build/assets.ts` }] }
            return { path: address, external: true }
          })
        },
      },
    ],
  })
  const [output] = result.outputFiles
  if (!output) throw new Error("esbuild gave no stylesheet")
  return { name: "main.css", content: output.contents }
}

function addressOf(file: AssetFile): string {
  const hash = createHash("sha256").update(file.content).digest("hex").slice(0, HASH_LENGTH)
  const extension = extname(file.name)
  return `/assets/${basename(file.name, extension)}-${hash}${extension}`
}

async function writeAll(outDir: string, files: AssetFile[], manifest: Record<string, string>): Promise<void> {
  const served = join(outDir, "assets")
  const hashed = join(served, "assets")
  await mkdir(hashed, { recursive: true })
  await Promise.all([
    ...files.map((file) => writeFile(join(served, addressOf(file)), file.content)),
    writeFile(join(served, "_headers"), HEADERS),
    writeFile(join(served, "robots.txt"), ROBOTS),
    writeFile(join(served, "favicon.svg"), FAVICON),
    writeFile(join(outDir, "asset-manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`),
  ])
  await removeOld(hashed, new Set(files.map((file) => basename(addressOf(file)))))
}

/** A Worker that was bundled before still names the files of its time, so old ones stay for a day. */
const OLD_AFTER_MS = 86_400_000

async function removeOld(folder: string, current: ReadonlySet<string>): Promise<void> {
  const others = (await readdir(folder)).filter((name) => !current.has(name))
  await Promise.all(
    others.map(async (name) => {
      const { mtimeMs } = await stat(join(folder, name))
      if (Date.now() - mtimeMs > OLD_AFTER_MS) await rm(join(folder, name), { force: true })
    }),
  )
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { manifest, bytesTotal } = await buildAssets()
  console.log(`${Object.keys(manifest).length} files, ${Math.round(bytesTotal / 1024)} KB, in dist/assets`)
}
