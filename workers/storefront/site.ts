import type { Greeting } from "../shop-theme.ts"
import type { Speech } from "./languages/speech.ts"

/** What a theme puts on every page. */
export interface SiteTheme {
  /** Address of the stylesheet with the accent's colours. */
  stylesheet: string | null
  logo: { src: string; width: number; height: number } | null
  /** In the reader's language where it has been written, else in the shop's own. */
  greeting: Greeting | null
}

/** What every page knows of the shop around it. */
export interface Site {
  shopName: string
  /** The reader's language; absent on what is cached for everybody, which is English. */
  speech?: Speech
  theme?: SiteTheme
  /** Public address of each bundled file, by its name before hashing. */
  assets: Record<string, string>
}

/** Throws when a page names a file that was not bundled: a page without its stylesheet is a broken build. */
export function assetOf(site: Site, name: string): string {
  const address = site.assets[name]
  if (address === undefined)
    throw new Error(`${name} is not in the asset manifest. Run node build/assets.ts.`)
  return address
}
