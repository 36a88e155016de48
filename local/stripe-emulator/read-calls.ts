/** Calls that only read: one record by its id, or a page of them. */
import type { Answer, Call, Desk } from "./desk.ts"
import { ok, refused } from "./desk.ts"
import { resourceMissing } from "./errors.ts"
import { answerPage, readPage } from "./lists.ts"
import type { RecordKind, Records } from "./records.ts"

type ReadCall = (desk: Desk, call: Call) => Answer
type View<K extends RecordKind> = (record: Records[K], desk: Desk) => object

/** GET …/{id}. `missing`: what Stripe calls a record that is not there, and the parameter that it blames. */
export function retrieveCall<K extends RecordKind>(
  kind: K,
  view: View<K>,
  missing: { word: string; param: string } = { word: kind, param: "id" },
): ReadCall {
  return (desk, call) => {
    call.params.done()
    const id = call.ids[0] ?? ""
    const record = desk.records.get(kind, id)
    return record === undefined
      ? refused(resourceMissing(missing.word, id, missing.param))
      : ok(view(record, desk))
  }
}

/** A list of a kind without filters of its own. */
export function listCall<K extends RecordKind>(kind: K, url: string, view: View<K>): ReadCall {
  return (desk, call) => {
    const page = readPage(desk, kind, call.params)
    call.params.done()
    return answerPage(desk, kind, url, page, (record) => view(record, desk))
  }
}

/** A list of what belongs to payments: all, or those of one intent. */
export function listOfIntentCall<K extends RecordKind>(kind: K, url: string, view: View<K>): ReadCall {
  return (desk, call) => {
    const intentId = call.params.text("payment_intent")
    const page = readPage(desk, kind, call.params)
    call.params.done()
    return answerPage(desk, kind, url, { ...page, intentId }, (record) => view(record, desk))
  }
}
