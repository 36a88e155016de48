import type { ChallengeKind } from "../../../durable-objects/room/contract.ts"
import { assetOf } from "../site.ts"
import type { Site } from "../site.ts"
import { Button } from "./button.tsx"

/** The scripts that a page with this form names. */
export function joinScripts(sale: { challenge: ChallengeKind }): string[] {
  return sale.challenge === "none" ? [] : ["join.js"]
}

/** One press to join; where the sale asks for a check, the script does it between the press and the sending. */
export function JoinForm({ site, sale }: { site: Site; sale: { saleId: string; challenge: ChallengeKind } }) {
  const action = `/sales/${sale.saleId}/join`
  if (sale.challenge === "none") {
    return (
      <form method="post" action={action} data-once="">
        <Button tone="now">Join the line</Button>
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
    >
      <Button tone="now">Join the line</Button>
      <p class="soft small" role="status" data-challenge-words="">
        {sale.challenge === "proof_of_work"
          ? "Your browser does a second or two of work first. It keeps robots from filling the line."
          : "A short check comes first. It keeps robots from filling the line."}
      </p>
      <progress max="1" value="0" aria-label="The check" data-challenge-progress="" hidden={true} />
      <div data-challenge-widget="" />
      <noscript>
        <p>
          <strong>This sale can only be joined with JavaScript switched on</strong>, because the check needs
          it. Everything after that works without.
        </p>
      </noscript>
    </form>
  )
}
