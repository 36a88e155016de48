import { useSpeech } from "./speech-context.ts"
import { formatClock, formatMoment, formatStamp, SERVER_ZONE } from "../words/time.ts"

/** A time with its zone. The script writes it again in the shopper's own. */
export function Moment({ atMs, style = "moment" }: { atMs: number; style?: "moment" | "stamp" | "clock" }) {
  const format = { moment: formatMoment, stamp: formatStamp, clock: formatClock }[style]
  const { language, zone } = useSpeech()
  return (
    <time datetime={new Date(atMs).toISOString()} data-local-time={style}>
      {format(atMs, zone ?? SERVER_ZONE, language)}
      {style === "stamp" && zone === null && " UTC"}
    </time>
  )
}
