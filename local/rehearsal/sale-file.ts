import { modeKnobsOf } from "../../waiting-room/rehearsal/options.ts"
import type { RehearsalOptions } from "../../waiting-room/rehearsal/options.ts"
import { judgeAdmission, WAITING_LEAD_MS } from "../../workers/merchant/api/sale-rules.ts"
import { saleBody } from "../../workers/merchant/api/sale-schemas.ts"

type SaleKnobs = Pick<
  RehearsalOptions,
  | "mode"
  | "stock"
  | "perMinute"
  | "maxActive"
  | "passMinutes"
  | "holdSeconds"
  | "minutes"
  | "waitingMinutes"
  | "drawFactor"
  | "turnMinutes"
>

type Admission = ReturnType<typeof saleBody.parse>["admission"]

/** The knobs that a sale has, read as the merchant API reads it. All that is wrong is told at once. */
export function readSaleKnobs(
  text: string,
):
  | { ok: true; knobs: SaleKnobs; admission: Admission; hasEarlyAccess: boolean }
  | { ok: false; errors: string[] } {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return { ok: false, errors: ["is no JSON"] }
  }
  const parsed = saleBody.safeParse(json)
  if (!parsed.success)
    return {
      ok: false,
      errors: parsed.error.issues.map(({ path, message }) => `${path.join(".") || "the sale"}: ${message}`),
    }
  const { items, admission, holdSeconds, opensAtMs, closesAtMs, earlyAccess } = parsed.data
  const { waitingOpensAtMs = opensAtMs - WAITING_LEAD_MS } = parsed.data
  const minutes = Math.ceil((closesAtMs - opensAtMs) / 60_000)
  const stock = items.reduce((sum, { allotment }) => sum + allotment, 0)
  const errors = judgeAdmission(admission).map(({ field, message }) => `${field}: ${message}`)
  if (minutes < 1) errors.push("closesAtMs: The sale would close before it opens.")
  if (waitingOpensAtMs > opensAtMs) errors.push("waitingOpensAtMs: The line would open after the sale does.")
  if (stock < 1) errors.push("items: No units are on sale.")
  if (errors.length > 0) return { ok: false, errors }
  const { perMinute, maxActive, passMinutes } = admission
  const ofMode = modeKnobsOf({ admission, waitingOpensAtMs, opensAtMs })
  const knobs = { ...ofMode, stock, perMinute, maxActive, passMinutes, holdSeconds, minutes }
  return { ok: true, admission, knobs, hasEarlyAccess: earlyAccess !== undefined }
}
