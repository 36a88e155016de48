import type { Child } from "hono/jsx"
import type { Site } from "../site.ts"
import { Head } from "./head.tsx"
import type { HeadProps } from "./head.tsx"

export interface LayoutProps extends HeadProps {
  here?: "home" | "products" | "sale"
  children?: Child
}

export function Layout(props: LayoutProps) {
  const { site } = props
  return (
    <html lang="en" dir="ltr">
      <Head {...props} />
      <body>
        <a class="skip" href="#main">
          Skip to the content
        </a>
        <header class="masthead">
          <div class="bounds masthead__row">
            <a class="wordmark" href="/" aria-current={props.here === "home" ? "page" : undefined}>
              <Mark />
              {site.shopName}
            </a>
            <nav aria-label="Main">
              <a href="/products" aria-current={props.here === "products" ? "page" : undefined}>
                All pieces
              </a>
              <a href="/sales" aria-current={props.here === "sale" ? "page" : undefined}>
                Sales
              </a>
            </nav>
          </div>
        </header>
        <main id="main" tabindex={-1}>
          {props.children}
        </main>
        <Footer site={site} />
      </body>
    </html>
  )
}

function Footer({ site }: { site: Site }) {
  return (
    <footer class="footer">
      <div class="bounds footer__row">
        <p>
          {site.shopName}. Every piece is counted once: nothing is sold twice, and nobody is charged for what
          is gone.
        </p>
        <nav aria-label="More">
          <ul class="footer__links">
            <li>
              <a href="/products">All pieces</a>
            </li>
            <li>
              <a href="/sales">Sales</a>
            </li>
          </ul>
        </nav>
      </div>
    </footer>
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
