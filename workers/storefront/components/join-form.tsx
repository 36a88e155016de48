import type { ChallengeKind } from "../../../durable-objects/room/contract.ts"
import { ENGLISH } from "../languages/choose-language.ts"
import { assetOf } from "../site.ts"
import type { Site } from "../site.ts"
import { Button } from "./button.tsx"

/** The scripts that a page with this form names. */
export function joinScripts(sale: { challenge: ChallengeKind }): string[] {
  return sale.challenge === "none" ? [] : ["join.js"]
}

/** One press to join; where the sale asks for a check, the script does it between the press and the sending. */
export function JoinForm({ site, sale }: { site: Site; sale: { saleId: string; challenge: ChallengeKind } }) {
  const { check, notInLine } = (site.speech ?? ENGLISH).words
  const action = `/sales/${sale.saleId}/join`
  if (sale.challenge === "none") {
    return (
      <form method="post" action={action} data-once="">
        <Button tone="now">{notInLine.join}</Button>
      </form>
    )
  }
  return (
    <form
      class="check"
      method="post"
      action={action}
      data-challenge={`/api/sales/${sale.saleId}/challenge`}
      data-solver={assetOf(site, "solve.js")}
      data-working={check.working}
      data-joining={check.joining}
      data-failed={check.failed}
    >
      <Button tone="now">{notInLine.join}</Button>
      <p class="soft small" role="status" data-challenge-words="">
        {check[sale.challenge]}
      </p>
      <progress max="1" value="0" aria-label={check.label} data-challenge-progress="" hidden={true} />
      <div data-challenge-widget="" />
      <noscript>
        <p>
          <strong>{check.needsScript}</strong> {check.needsScriptWhy}
        </p>
      </noscript>
    </form>
  )
}
