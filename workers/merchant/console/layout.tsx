import type { Child } from "hono/jsx"
import type { Role } from "../../environment.ts"
import { Head } from "../../storefront/components/head.tsx"
import { Mark } from "../../storefront/components/layout.tsx"
import type { Site } from "../../storefront/site.ts"

export interface ConsoleLayoutProps {
  site: Site
  title: string
  role: Role | null
  scripts?: readonly string[]
  children?: Child
}

export function ConsoleLayout({ site, title, role, scripts, children }: ConsoleLayoutProps) {
  return (
    <html lang="en" dir="ltr">
      <Head site={site} title={title} unlisted={true} {...(scripts && { scripts })} />
      <body class="console">
        <a class="skip" href="#main">
          Skip to the content
        </a>
        <header class="masthead">
          <div class="bounds masthead__row">
            <a class="wordmark" href="/merchant/sales">
              <Mark />
              {site.shopName} console
            </a>
            {role && (
              <nav aria-label="Main">
                <a href="/merchant/sales">Sales</a>
                <a href="/merchant/orders">Orders</a>
                <a href="/merchant/prices">Prices</a>
                <a href="/">Shop</a>
                <form method="post" action="/merchant/sign-out">
                  <button class="button button--plain" type="submit">
                    Sign out ({role})
                  </button>
                </form>
              </nav>
            )}
          </div>
        </header>
        <main id="main" tabindex={-1}>
          <div class="bounds">{children}</div>
        </main>
      </body>
    </html>
  )
}
