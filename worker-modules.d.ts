/** Written by `build/assets.ts`: the public address of each bundled file, by its name before hashing. */
declare module "*/asset-manifest.json" {
  const manifest: Record<string, string>
  export default manifest
}
