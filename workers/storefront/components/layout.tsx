import type { Child } from "hono/jsx"
import { ENGLISH } from "../languages/choose-language.ts"
import { LANGUAGES } from "../languages/words.ts"
import type { Language } from "../languages/words.ts"
import type { Site } from "../site.ts"
import { Head } from "./head.tsx"
import type { HeadProps } from "./head.tsx"
import { SpeechContext, useSpeech } from "./speech-context.ts"

export interface LayoutProps extends HeadProps {
  here?: "home" | "products" | "sale"
  /** Where this page is had in another language; the page then offers them. */
  address?: string
  /** The page's script says things anew, in the page's language. */
  speaks?: boolean
  children?: Child
}

export function Layout(props: LayoutProps) {
  const { site, address } = props
  const speech = site.speech ?? ENGLISH
  const { layout, live } = speech.words
  return (
    <html lang={speech.language} dir="ltr">
      <Head {...props} />
      <body data-words={props.speaks ? JSON.stringify(live) : undefined}>
        <a class="skip" href="#main">
          {layout.skip}
        </a>
        <header class="masthead">
          <div class="bounds masthead__row">
            <a class="wordmark" href="/" aria-current={props.here === "home" ? "page" : undefined}>
              {site.theme?.logo ? <img class="wordmark__logo" alt="" {...site.theme.logo} /> : <Mark />}
              {site.shopName}
            </a>
            <nav aria-label={layout.main}>
              <a href="/products" aria-current={props.here === "products" ? "page" : undefined}>
                {layout.all}
              </a>
              <a href="/sales" aria-current={props.here === "sale" ? "page" : undefined}>
                {layout.sales}
              </a>
            </nav>
          </div>
        </header>
        <SpeechContext.Provider value={speech}>
          <main id="main" tabindex={-1}>
            {props.children}
          </main>
          <Footer site={site} {...(address !== undefined && { address })} />
        </SpeechContext.Provider>
      </body>
    </html>
  )
}

function Footer({ site, address }: { site: Site; address?: string }) {
  const { language, words } = useSpeech()
  const { layout } = words
  return (
    <footer class="footer">
      <div class="bounds footer__row">
        <p>
          {site.shopName}. {layout.promise}
        </p>
        {address !== undefined && (
          <LanguageChooser address={address} chosen={language} label={layout.language} />
        )}
        <nav aria-label={layout.more}>
          <ul class="footer__links">
            <li>
              <a href="/products">{layout.all}</a>
            </li>
            <li>
              <a href="/sales">{layout.sales}</a>
            </li>
          </ul>
        </nav>
      </div>
    </footer>
  )
}

/** Links, so that it works without script; each language by its own name. */
function LanguageChooser({ address, chosen, label }: { address: string; chosen: Language; label: string }) {
  return (
    <nav aria-label={label}>
      <ul class="footer__links">
        {Object.entries(LANGUAGES).map(([code, name]) => (
          <li>
            <a
              href={`${address}?lang=${code}`}
              lang={code}
              hreflang={code}
              aria-current={code === chosen ? "true" : undefined}
            >
              {name}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}

/** The shop's mark: water that runs through a gate. */
export function Mark() {
  return (
    <svg
      width="30"
      height="24"
      viewBox="0 0 30 24"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
    >
      <path d="M1 4.5c6 0 7.5 4.5 13 4.5h1c5.5 0 8-3 14-3" />
      <path d="M1 12h28" />
      <path d="M1 19.5c6 0 7.5-4.5 13-4.5h1c5.5 0 8 3 14 3" />
      <path d="M15 1.5v4M15 18.5v4" />
    </svg>
  )
}
