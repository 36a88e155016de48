import type { Context } from "hono"
import type { ContentfulStatusCode } from "hono/utils/http-status"
import type { App } from "../../http/app.ts"
import { Message } from "../../storefront/pages/message.tsx"
import { answerPage, siteOf } from "../../storefront/routes/answer.ts"

/** What the API refused, as a page. */
export function answerTrouble(
  c: Context<App>,
  trouble: { status: number; detail: string },
): Promise<Response> {
  const actions = [
    { href: "/merchant/sales", label: "All sales" },
    { href: "/merchant/orders", label: "All orders" },
  ]
  const page = (
    <Message site={siteOf(c)} title="That cannot be shown" words={[trouble.detail]} actions={actions} />
  )
  return answerPage(c, page, { status: trouble.status as ContentfulStatusCode })
}
