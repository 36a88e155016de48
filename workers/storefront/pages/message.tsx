import type { Child } from "hono/jsx"
import { ButtonLink } from "../components/button.tsx"
import { Layout } from "../components/layout.tsx"
import type { Site } from "../site.ts"

export interface MessageProps {
  site: Site
  title: string
  /** What it means, and what happens next. */
  words: readonly string[]
  actions: readonly { href: string; label: string }[]
  refreshSecondsWithoutScript?: number
  children?: Child
}

/** One calm page for an answer that is not the one hoped for. */
export function Message({
  site,
  title,
  words,
  actions,
  refreshSecondsWithoutScript,
  children,
}: MessageProps) {
  return (
    <Layout
      site={site}
      title={title}
      unlisted={true}
      {...(refreshSecondsWithoutScript && { refreshSecondsWithoutScript })}
    >
      <div class="bounds bounds--narrow message flow">
        <h1>{title}</h1>
        {words.map((line) => (
          <p class="lead">{line}</p>
        ))}
        {children}
        <div class="actions">
          {actions.map((action, index) => (
            <ButtonLink href={action.href} tone={index === 0 ? "ink" : "quiet"}>
              {action.label}
            </ButtonLink>
          ))}
        </div>
      </div>
    </Layout>
  )
}
