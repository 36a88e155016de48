/** The bank's page of 3-D Secure, and what its two buttons do. */
import type { Answer, Desk } from "./desk.ts"
import { ok, refused } from "./desk.ts"
import { invalidRequest, resourceMissing } from "./errors.ts"
import { finishAuthentication } from "./intent-decisions.ts"
import { answerDecision } from "./intent-calls.ts"
import { ParamReader } from "./params.ts"
import type { IntentRecord } from "./records.ts"
import { intentView } from "./views.ts"
import { viewContext } from "./desk.ts"

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
}

function displayAmount({ amountCents, currency }: IntentRecord): string {
  const format = new Intl.NumberFormat("en", { style: "currency", currency })
  return format.format(amountCents / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2))
}

const STYLE = `:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{display:grid;place-items:center;min-height:100vh;margin:0;padding:1rem;box-sizing:border-box}
main{max-width:24rem}h1{font-size:1.25rem}form{display:flex;gap:.75rem}
button{font:inherit;padding:.6rem 1.2rem;border-radius:.5rem;border:1px solid currentColor;background:transparent;color:inherit;cursor:pointer;flex:1}
button:first-child{background:#1652f0;border-color:#1652f0;color:#fff}`

function page(title: string, content: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body><main><h1>${escapeHtml(title)}</h1>${content}</main></body></html>`
}

/** The page that asks the shopper. Amount in minor units. */
export function authenticationPage(intent: IntentRecord | undefined): string {
  if (intent === undefined)
    return page("No such payment", "<p>This payment does not exist. Go back to the shop and try again.</p>")
  if (intent.status !== "requires_action")
    return page(
      "Nothing to confirm",
      "<p>This payment needs no confirmation any more. You can go back to the shop.</p>",
    )
  const amount = escapeHtml(displayAmount(intent))
  return page(
    "3-D Secure test page",
    `<p>Your bank wants to know that it is you who pays <strong>${amount}</strong>.</p>
<form method="post" action="/_3ds/${escapeHtml(intent.id)}"><button name="outcome" value="succeed">Complete</button><button name="outcome" value="fail">Fail</button></form>`,
  )
}

/** Shown where there is nowhere to go back to: it tells the page around it and asks to be closed. */
export function authenticationDonePage(): string {
  return page(
    "Done",
    "<p>You can close this page.</p><script>if(parent!==window)parent.postMessage({type:'stripe-emulator-3ds-done'},'*');else if(opener)window.close()</script>",
  )
}

/** Where the shopper goes after a redirect, with Stripe's parameters; `null` when there is nowhere. */
export function returnAddress(before: IntentRecord, after: IntentRecord): string | null {
  const action = before.pendingAction
  if (action === null || action.via !== "redirect" || action.returnUrl === null) return null
  const url = new URL(action.returnUrl)
  url.searchParams.set("payment_intent", after.id)
  url.searchParams.set("payment_intent_client_secret", after.clientSecret)
  url.searchParams.set(
    "redirect_status",
    after.status === "requires_capture" || after.status === "succeeded" ? "succeeded" : "failed",
  )
  return url.href
}

export interface Finished {
  answer: Answer
  /** Where to send a browser; `null` when it should stay. */
  returnTo: string | null
}

/** Finishes an authentication in one transaction. Answers the intent, or the 4xx why not. */
export function finishAtBank(desk: Desk, intentId: string, outcome: unknown, nowMs: number): Finished {
  if (outcome !== "succeed" && outcome !== "fail") {
    return {
      answer: refused(invalidRequest('outcome must be "succeed" or "fail".', { param: "outcome" })),
      returnTo: null,
    }
  }
  return desk.records.transaction(() => {
    const intent = desk.records.get("intent", intentId)
    if (intent === undefined)
      return { answer: refused(resourceMissing("payment_intent", intentId, "intent")), returnTo: null }
    const method =
      intent.paymentMethodId === null ? undefined : desk.records.get("payment_method", intent.paymentMethodId)
    const call = {
      caller: "merchant" as const,
      params: new ParamReader({}),
      ids: [],
      requestId: null,
      idempotencyKey: null,
      nowMs,
      mint: desk.mint,
    }
    if (method === undefined)
      return {
        answer: refused(
          invalidRequest(
            `This PaymentIntent has a status of ${intent.status}: there is no authentication to finish.`,
            { code: "payment_intent_unexpected_state" },
          ),
        ),
        returnTo: null,
      }
    const decision = finishAuthentication(intent, method, outcome, { nowMs, mint: desk.mint })
    const answer = answerDecision(desk, call, intent, decision)
    if (decision.kind !== "applied" && decision.kind !== "declined") return { answer, returnTo: null }
    // A failed authentication is a fine answer to whoever asked for it.
    return {
      answer: ok(intentView(decision.change.intent, viewContext(desk))),
      returnTo: returnAddress(intent, decision.change.intent),
    }
  })
}
