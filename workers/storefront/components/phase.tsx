import type { SalePhase } from "../../../durable-objects/room/contract.ts"
import { useSpeech } from "./speech-context.ts"

export function Phase({ phase, live }: { phase: SalePhase; live?: boolean }) {
  return (
    <span class={`phase phase--${phase}`} data-live-phase={live ? "" : undefined}>
      {useSpeech().words.live.phases[phase]}
    </span>
  )
}
