import { formatRemaining, formatWaitCoarsely } from "../words/time.ts"
import { Moment } from "./moment.tsx"

interface CountdownProps {
  label: string
  toMs: number
  nowMs: number
  small?: boolean
  /** Says when, too, with its zone. */
  withMoment?: boolean
  /** The page is made for one shopper at this second, so seconds are true; else the words stay coarse until a script ticks. */
  exact?: boolean
  /** Loads the page again at zero: the server then says what is true. */
  reloadAtZero?: boolean
  /** Where the script finds a truer clock than the browser's own: a sale's board. */
  saleId?: string
  /** Time that is yours turns to "hurry" near its end; time until an opening does not. */
  yours?: boolean
}

export function Countdown(props: CountdownProps) {
  const remainingMs = props.toMs - props.nowMs
  return (
    <div
      class={props.small ? "countdown countdown--small" : "countdown"}
      data-countdown-to={props.toMs}
      data-server-now={props.exact ? props.nowMs : undefined}
      data-at-zero={props.reloadAtZero ? "reload" : undefined}
      data-yours={props.yours ? "" : undefined}
    >
      <p class="countdown__label">{props.label}</p>
      <p class="countdown__time" data-countdown-time="" role="timer">
        {props.exact ? formatRemaining(remainingMs) : formatWaitCoarsely(remainingMs)}
      </p>
      {props.withMoment && (
        <p class="countdown__when">
          <Moment atMs={props.toMs} />
        </p>
      )}
    </div>
  )
}
