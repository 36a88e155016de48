import type { StockBand as Band } from "../../../durable-objects/room/contract.ts"
import { useSpeech } from "./speech-context.ts"

/** A hint, never a count. With a `sku`, the sale's board keeps it current where there is script. */
export function StockBand({ band, liveSku }: { band: Band; liveSku?: string }) {
  return (
    <span class={`band band--${band}`} data-live-band={liveSku}>
      {useSpeech().words.live.bands[band]}
    </span>
  )
}
