import { REHEARSAL_MINUTES_MAX } from "../../../durable-objects/room/contract.ts"
import { KNOBS, readOptions } from "../../../waiting-room/rehearsal/options.ts"
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
  values.set("curve", "spike")
  for (const flag of values.keys()) values.set(flag, query.get(flag)?.trim() ?? values.get(flag) ?? "")
  const { options, errors } = readOptions(values)
  const said = new Map(errors.map(({ flag, says }) => [flag, `This ${says || "is empty"}.`]))
  if (options.minutes > REHEARSAL_MINUTES_MAX && !said.has("minutes")) {
    said.set(
      "minutes",
      `Here a rehearsal lasts ${REHEARSAL_MINUTES_MAX} minutes at most. "npm run simulate-sale" plays longer ones.`,
    )
  }
  const asked = [...values.keys()].some((flag) => query.has(flag))
  return { values, errors: said, options: asked && said.size === 0 ? options : null }
}

/** A rehearsal with the settings of a sale that is scheduled. */
export function rehearsalHref(sale: ConsoleSale): string {
  const { perMinute, maxActive, passMinutes } = sale.admission
  const minutes = Math.ceil((sale.closesAtMs - sale.opensAtMs) / 60_000)
  const query = new URLSearchParams({
    stock: String(sale.items.reduce((sum, item) => sum + item.allotment, 0)),
    "per-minute": String(perMinute),
    "max-active": String(maxActive),
    "pass-minutes": String(passMinutes),
    "hold-seconds": String(sale.holdSeconds),
    minutes: String(Math.min(REHEARSAL_MINUTES_MAX, minutes)),
  })
  return `/merchant/rehearsal?${query.toString()}`
}
