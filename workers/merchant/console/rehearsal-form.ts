import { REHEARSAL_MINUTES_MAX } from "../../../durable-objects/room/contract.ts"
import { KNOBS, modeKnobsOf, readOptions } from "../../../waiting-room/rehearsal/options.ts"
import type { RehearsalOptions } from "../../../waiting-room/rehearsal/options.ts"
import type { ConsoleSale } from "./pages.tsx"

/** The knobs as a form in the page's address: what was typed, what is wrong with it, and what it means. */
export interface RehearsalForm {
  /** By flag; those that were left out have their defaults. */
  values: ReadonlyMap<string, string>
  errors: ReadonlyMap<string, string>
  /** Null when something is wrong, and when nothing was asked yet. */
  options: RehearsalOptions | null
}

export function readRehearsalForm(query: URLSearchParams): RehearsalForm {
  const values = new Map(KNOBS.map(({ flag, fallback }) => [flag, String(fallback)]))
  values.set("mode", "lottery")
  values.set("curve", "spike")
  for (const flag of values.keys()) values.set(flag, query.get(flag)?.trim() ?? values.get(flag) ?? "")
  const { options, errors } = readOptions(values)
  const said = new Map(errors.map(({ flag, says }) => [flag, `This ${says || "is empty"}.`]))
  for (const [flag, minutes, what] of [
    ["minutes", options.minutes, "a rehearsal lasts"],
    ["waiting-minutes", options.waitingMinutes, "the line is open before the bell for"],
  ] as const) {
    if (minutes <= REHEARSAL_MINUTES_MAX || said.has(flag)) continue
    const most = `Here ${what} ${REHEARSAL_MINUTES_MAX} minutes at most.`
    said.set(flag, `${most} "npm run simulate-sale" plays longer ones.`)
  }
  const asked = [...values.keys()].some((flag) => query.has(flag))
  return { values, errors: said, options: asked && said.size === 0 ? options : null }
}

/** A rehearsal with the settings of a sale that is scheduled, except early access, which is not played. */
export function rehearsalHref(sale: ConsoleSale): string {
  const { perMinute, maxActive, passMinutes } = sale.admission
  const minutes = Math.ceil((sale.closesAtMs - sale.opensAtMs) / 60_000)
  const { mode, waitingMinutes, drawFactor, turnMinutes } = modeKnobsOf(sale)
  const query = new URLSearchParams({
    mode,
    ...(mode === "first_come" && {
      "waiting-minutes": String(Math.min(REHEARSAL_MINUTES_MAX, waitingMinutes)),
    }),
    ...(mode === "draw" && { "draw-factor": String(drawFactor), "turn-minutes": String(turnMinutes) }),
    stock: String(sale.items.reduce((sum, item) => sum + item.allotment, 0)),
    "per-minute": String(perMinute),
    "max-active": String(maxActive),
    "pass-minutes": String(passMinutes),
    "hold-seconds": String(sale.holdSeconds),
    minutes: String(Math.min(REHEARSAL_MINUTES_MAX, minutes)),
  })
  return `/merchant/rehearsal?${query.toString()}`
}
