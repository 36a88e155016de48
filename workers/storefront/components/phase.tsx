import type { SalePhase } from "../../../durable-objects/room/contract.ts"
import { PHASE_WORDS } from "../words/phases.ts"

export function Phase({ phase, live }: { phase: SalePhase; live?: boolean }) {
  return (
    <span class={`phase phase--${phase}`} data-live-phase={live ? "" : undefined}>
      {PHASE_WORDS[phase]}
    </span>
  )
}
