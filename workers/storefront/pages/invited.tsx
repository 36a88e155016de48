import { Button } from "../components/button.tsx"
import { Countdown } from "../components/countdown.tsx"
import { Layout } from "../components/layout.tsx"
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
  return (
    <Layout site={site} title={`Invited: ${sale.title}`} here="sale" unlisted={true}>
      <div class="bounds bounds--narrow flow">
        <h1>You are invited to {sale.title}</h1>
        {isClosed(sale.phase) ? (
          <p class="lead">This sale is over, so there is nothing to join any more.</p>
        ) : (
          <>
            <p class="lead">
              You may go in before the sale opens to everybody. Those who were invited are drawn among each
              other, so coming earlier gains nothing.
            </p>
            {nowMs < opensAtMs && (
              <Countdown label="Early access opens" toMs={opensAtMs} nowMs={nowMs} withMoment={true} />
            )}
            <form method="post" action={action} data-once="">
              <Button tone="now">Join with this invitation</Button>
            </form>
            <p class="soft">
              The link is good for one place, in the browser that enters first. Join on the device you want to
              buy with.
            </p>
          </>
        )}
        <p>
          <a href={`/sales/${sale.saleId}`}>About {sale.title}</a>
        </p>
      </div>
    </Layout>
  )
}
