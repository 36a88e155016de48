import type { ChallengeKind, SaleMode } from "../../../durable-objects/room/contract.ts"
import { modeOf } from "../../../waiting-room/mode.ts"
import { ENGLISH } from "../languages/choose-language.ts"
import { assetOf } from "../site.ts"
import type { Site } from "../site.ts"
import { Button } from "./button.tsx"

/** The scripts that a page with this form names. */
export function joinScripts(sale: { challenge: ChallengeKind }): string[] {
  return sale.challenge === "none" ? [] : ["join.js"]
}

interface JoinFormProps {
  site: Site
  sale: { saleId: string; mode?: SaleMode; challenge: ChallengeKind }
}

/** A draw's form is taken away at the bell, by the script that follows the board, with a word of why. */
export function JoinForm({ site, sale }: JoinFormProps) {
  if (modeOf(sale) !== "draw") return <Press site={site} sale={sale} />
  const { closed } = (site.speech ?? ENGLISH).words.notInLine
  return (
    <div>
      <Press site={site} sale={sale} registrationClosed={closed} />
      <p role="status"></p>
    </div>
  )
}

/** One press to join; where the sale asks for a check, the script does it between the press and the sending. */
function Press({ site, sale, registrationClosed }: JoinFormProps & { registrationClosed?: string }) {
  const { check, notInLine } = (site.speech ?? ENGLISH).words
  const action = `/sales/${sale.saleId}/join`
  if (sale.challenge === "none") {
    return (
      <form method="post" action={action} data-once="" data-registration-closed={registrationClosed}>
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
      data-registration-closed={registrationClosed}
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
