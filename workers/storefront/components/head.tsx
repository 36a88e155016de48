import { assetOf } from "../site.ts"
import type { Site } from "../site.ts"

export interface HeadProps {
  site: Site
  title: string
  description?: string
  /** Names of browser scripts beside the one every page has. */
  scripts?: readonly string[]
  /** A script of somebody else's, which must stand before ours: the payment provider's. */
  foreignScript?: string
  /** Loads the page again where there is no script to do it better. */
  refreshSecondsWithoutScript?: number
  /** Personal pages and those that pass are not for search engines. */
  unlisted?: boolean
}

export function Head(props: HeadProps) {
  const { site } = props
  return (
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>{`${props.title} · ${site.shopName}`}</title>
      {props.description && <meta name="description" content={props.description} />}
      {props.unlisted && <meta name="robots" content="noindex" />}
      <meta name="theme-color" content="#f4f7f6" media="(prefers-color-scheme: light)" />
      <meta name="theme-color" content="#0c1519" media="(prefers-color-scheme: dark)" />
      <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
      <link
        rel="preload"
        href={assetOf(site, "inter.woff2")}
        as="font"
        type="font/woff2"
        crossorigin="anonymous"
      />
      <link
        rel="preload"
        href={assetOf(site, "fraunces.woff2")}
        as="font"
        type="font/woff2"
        crossorigin="anonymous"
      />
      <link rel="stylesheet" href={assetOf(site, "main.css")} />
      {site.theme?.stylesheet && <link rel="stylesheet" href={site.theme.stylesheet} />}
      {props.foreignScript && <script src={props.foreignScript} defer={true} />}
      {["page.js", ...(props.scripts ?? [])].map((name) => (
        <script type="module" src={assetOf(site, name)} />
      ))}
      {props.refreshSecondsWithoutScript && (
        <noscript>
          <meta http-equiv="refresh" content={String(props.refreshSecondsWithoutScript)} />
        </noscript>
      )}
    </head>
  )
}
