import { Moment } from "./moment.tsx"

export interface Step {
  title: string
  state: "done" | "current" | "ahead" | "lost"
  atMs?: number | undefined
}

const STATE_WORDS = { done: "done: ", current: "now: ", ahead: "still to come: ", lost: "" }

/** A line of dated stations. */
export function Steps({ steps }: { steps: readonly Step[] }) {
  return (
    <ol class="steps">
      {steps.map((step) => (
        <li class={`is-${step.state}`} aria-current={step.state === "current" ? "step" : undefined}>
          <span>
            <span class="unseen">{STATE_WORDS[step.state]}</span>
            {step.title}
          </span>
          {step.atMs !== undefined && <Moment atMs={step.atMs} style="stamp" />}
        </li>
      ))}
    </ol>
  )
}
