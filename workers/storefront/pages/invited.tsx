import { Button } from "../components/button.tsx"
import { Countdown } from "../components/countdown.tsx"
import { Layout } from "../components/layout.tsx"
import { ENGLISH } from "../languages/choose-language.ts"
import { fill } from "../languages/speech.ts"
import type { Site } from "../site.ts"
import { isClosed } from "../words/phases.ts"
import type { SaleView } from "./sale-view.ts"

export interface InvitedProps {
  site: Site
  sale: SaleView
  /** Of early access. */
  opensAtMs: number
  nowMs: number
  /** What the button is sent to. */
  action: string
}

/** What an invitation link leads to: one button, which joins with it. */
export function Invited({ site, sale, opensAtMs, nowMs, action }: InvitedProps) {
  const { invited, notInLine } = (site.speech ?? ENGLISH).words
  const about = { sale: sale.title }
  return (
    <Layout site={site} title={fill(invited.title, about)} here="sale" unlisted={true} address={action}>
      <div class="bounds bounds--narrow flow">
        <h1>{fill(invited.heading, about)}</h1>
        {isClosed(sale.phase) ? (
          <p class="lead">{invited.over}</p>
        ) : (
          <>
            <p class="lead">{invited.lead}</p>
            {nowMs < opensAtMs && (
              <Countdown label={invited.opensIn} toMs={opensAtMs} nowMs={nowMs} withMoment={true} />
            )}
            <form method="post" action={action} data-once="">
              <Button tone="now">{invited.join}</Button>
            </form>
            <p class="soft">{invited.note}</p>
          </>
        )}
        <p>
          <a href={`/sales/${sale.saleId}`}>{fill(notInLine.about, about)}</a>
        </p>
      </div>
    </Layout>
  )
}
