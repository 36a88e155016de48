/** The calls on disputes. Cards begin them (`pm_card_createDispute`); nothing here does. */
import type { Answer, Call, Desk } from "./desk.ts"
import { ok, refused, writeChange } from "./desk.ts"
import { answerDispute } from "./dispute-decisions.ts"
import { invalidRequest, resourceMissing } from "./errors.ts"
import { mergeMetadata } from "./params.ts"
import { listOfIntentCall, retrieveCall } from "./read-calls.ts"
import { disputeView } from "./views.ts"

/** GET /v1/disputes/{id} */
export const retrieveDisputeCall = retrieveCall("dispute", disputeView)

/** GET /v1/disputes, all or those of one intent. */
export const listDisputesCall = listOfIntentCall("dispute", "/v1/disputes", disputeView)

function answer(desk: Desk, call: Call, evidence: string | null): Answer {
  const id = call.ids[0] ?? ""
  const found = desk.records.get("dispute", id)
  if (found === undefined) return refused(resourceMissing("dispute", id, "id"))
  const dispute = { ...found, metadata: mergeMetadata(found.metadata, call.params.metadata()) }
  call.params.done()
  const intent = desk.records.get("intent", dispute.intentId)
  if (intent === undefined) throw new Error(`${id} disputes an intent that does not exist.`)
  const decision = answerDispute(intent, dispute, evidence)
  if (decision.kind === "closed") return refused(invalidRequest("This dispute is already closed"))
  writeChange(desk, call, decision.change)
  return ok(disputeView(decision.dispute))
}

/** POST /v1/disputes/{id} with `evidence[uncategorized_text]`, which is submitted at once. */
export function updateDisputeCall(desk: Desk, call: Call): Answer {
  const evidence = call.params.object("evidence")?.requiredText("uncategorized_text")
  call.params.accept("submit")
  if (evidence !== undefined) return answer(desk, call, evidence)
  return refused(
    invalidRequest("Missing required param: evidence.", { code: "parameter_missing", param: "evidence" }),
  )
}

/** POST /v1/disputes/{id}/close: gives in. */
export function closeDisputeCall(desk: Desk, call: Call): Answer {
  return answer(desk, call, null)
}
