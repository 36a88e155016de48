import { raw } from "hono/html"
import type { Rehearsal } from "../../../waiting-room/rehearsal/journal.ts"
import { KNOBS } from "../../../waiting-room/rehearsal/options.ts"
import { drawFrames } from "../../../waiting-room/rehearsal/picture.ts"
import { adviceOf, describe, tableOf } from "../../../waiting-room/rehearsal/words.ts"
import type { Role } from "../../environment.ts"
import { Button } from "../../storefront/components/button.tsx"
import { Field, Select } from "../../storefront/components/field.tsx"
import { Table } from "../../storefront/components/table.tsx"
import type { Site } from "../../storefront/site.ts"
import { ConsoleLayout } from "./layout.tsx"
import type { RehearsalForm } from "./rehearsal-form.ts"

export interface RehearsalPageProps {
  site: Site
  role: Role
  form: RehearsalForm
  rehearsal: Rehearsal | null
}

const CURVES = [
  { value: "spike", label: "a rush at the bell, then fewer and fewer" },
  { value: "steady", label: "evenly over the whole sale" },
  { value: "waves", label: "in three waves" },
]

/** What a sale's settings will do, before its day: the same line, played on a model clock. */
export function RehearsalPage({ site, role, form, rehearsal }: RehearsalPageProps) {
  return (
    <ConsoleLayout site={site} title="Rehearse a sale" role={role}>
      <div class="flow">
        <h1>Rehearse a sale</h1>
        <p>
          Plays a made-up crowd against the real line on a clock of its own, in a second or two. Nothing is
          scheduled, held or sold by it. It plays a lottery, without early access: a draw or a first-come sale
          lets other people in first, and after other waits.
        </p>
        {rehearsal && <Outcome rehearsal={rehearsal} />}
        <Knobs form={form} again={rehearsal !== null} />
      </div>
    </ConsoleLayout>
  )
}

function Outcome({ rehearsal }: { rehearsal: Rehearsal }) {
  return (
    <section class="flow" aria-label="What happened">
      <h2>What to make of it</h2>
      <ul class="rehearsal__advice">
        {adviceOf(rehearsal).map((advice) => (
          <li>{advice}</li>
        ))}
      </ul>
      <p class="unseen">{describe(rehearsal)}</p>
      <div class="rehearsal">
        {drawFrames(rehearsal).map(({ svg }) => (
          <div class="panel">{raw(svg)}</div>
        ))}
      </div>
      <Table
        caption="The rehearsed sale in numbers"
        columns={[{ title: "What" }, { title: "How many, or when" }]}
        rows={tableOf(rehearsal)}
      />
      <Broken rehearsal={rehearsal} />
    </section>
  )
}

/** Nothing to see as long as the line keeps its promises. */
function Broken({ rehearsal }: { rehearsal: Rehearsal }) {
  const broken = rehearsal.verdicts.filter(({ ok }) => !ok)
  if (broken.length === 0) return null
  return (
    <div class="notice notice--lost" role="alert">
      <h2>The line broke a promise in this rehearsal</h2>
      <p>Don’t open a sale with these settings, and tell whoever keeps this shop running.</p>
      <ul>
        {broken.map(({ says }) => (
          <li>{says}</li>
        ))}
      </ul>
    </div>
  )
}

function Knobs({ form, again }: { form: RehearsalForm; again: boolean }) {
  const errorOf = (flag: string) => {
    const error = form.errors.get(flag)
    return error === undefined ? {} : { error }
  }
  return (
    <form method="get" action="/merchant/rehearsal" class="flow">
      <h2>{again ? "Change something and play it again" : "The sale and its crowd"}</h2>
      <div class="rehearsal__knobs">
        {KNOBS.map((knob) => (
          <Field
            name={knob.flag}
            label={knob.label}
            hint={knob.share ? `From 0 to 1: ${knob.help}.` : `${capital(knob.help)}.`}
            value={form.values.get(knob.flag) ?? ""}
            maxlength={12}
            autocomplete="off"
            {...(!knob.share && { inputmode: "numeric" as const })}
            {...errorOf(knob.flag)}
          />
        ))}
        <Select
          name="curve"
          label="How they come after the bell"
          value={form.values.get("curve") ?? "spike"}
          options={CURVES}
          {...errorOf("curve")}
        />
      </div>
      <Button>Play it</Button>
    </form>
  )
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}
