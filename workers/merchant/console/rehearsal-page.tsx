import { raw } from "hono/html"
import type { Child } from "hono/jsx"
import type { SaleMode } from "../../../waiting-room/mode.ts"
import { adviceOf } from "../../../waiting-room/rehearsal/advice.ts"
import type { Rehearsal } from "../../../waiting-room/rehearsal/journal.ts"
import { KNOBS } from "../../../waiting-room/rehearsal/options.ts"
import { drawFrames } from "../../../waiting-room/rehearsal/picture.ts"
import { describe, tableOf } from "../../../waiting-room/rehearsal/words.ts"
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
  { value: "spike", label: "a rush, then fewer and fewer" },
  { value: "steady", label: "evenly over the sale" },
  { value: "waves", label: "in three waves" },
]

const MODES = [
  { value: "lottery", label: "a lottery, then by arrival" },
  { value: "first_come", label: "by arrival alone" },
  { value: "draw", label: "a draw of who registered" },
] as const satisfies readonly { value: SaleMode; label: string }[]

/** What a sale's settings will do, before its day: the same line, played on a model clock. */
export function RehearsalPage({ site, role, form, rehearsal }: RehearsalPageProps) {
  return (
    <ConsoleLayout site={site} title="Rehearse a sale" role={role}>
      <div class="flow">
        <h1>Rehearse a sale</h1>
        <p>
          Plays a made-up crowd against the real line on a clock of its own, in a second or two. Nothing is
          scheduled, held or sold by it.
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
  return (
    <form method="get" action="/merchant/rehearsal" class="flow">
      <h2>{again ? "Change something and play it again" : "The sale and its crowd"}</h2>
      <div class="rehearsal__knobs">
        <Select
          name="mode"
          label="How the order comes about"
          value={form.values.get("mode") ?? "lottery"}
          options={MODES}
          hint="A lottery is of all who are there at the bell. Arrival counts from the line’s opening. For a draw one registers before the bell."
          {...errorOf(form, "mode")}
        />
        <Select
          name="curve"
          label="How they come after the bell"
          value={form.values.get("curve") ?? "spike"}
          options={CURVES}
          {...errorOf(form, "curve")}
        />
        <KnobFields form={form} />
      </div>
      <ModeKnobs form={form} only="first_come" legend="Only if places are by arrival">
        Those before the bell come by the curve as well, from the line’s opening on.
      </ModeKnobs>
      <ModeKnobs form={form} only="draw" legend="Only in a draw">
        Who comes after the bell may not register any more.
      </ModeKnobs>
      <section class="flow">
        <h3>What is not played</h3>
        <p>
          Early access: those who were invited go in before the bell, by a lottery of their own. Take the
          units that they will buy off the stock, and play the rest. Accounts: they change who may join, and
          not how the line moves. If each person has one place, fewer people come, and fewer are gone when
          called.
        </p>
      </section>
      <Button>Play it</Button>
    </form>
  )
}

/** Knobs that mean something in one mode: always there, because the page needs no script, but apart. */
function ModeKnobs(props: { form: RehearsalForm; only: SaleMode; legend: string; children: Child }) {
  return (
    <fieldset class="rehearsal__mode">
      <legend>{props.legend}</legend>
      <p>{props.children}</p>
      <div class="rehearsal__knobs">
        <KnobFields form={props.form} only={props.only} />
      </div>
    </fieldset>
  )
}

function KnobFields({ form, only }: { form: RehearsalForm; only?: SaleMode }) {
  return (
    <>
      {KNOBS.filter((knob) => knob.only === only).map((knob) => (
        <Field
          name={knob.flag}
          label={knob.label}
          hint={knob.kind === "share" ? `From 0 to 1: ${knob.help}.` : `${capital(knob.help)}.`}
          value={form.values.get(knob.flag) ?? ""}
          maxlength={12}
          autocomplete="off"
          {...(knob.kind === "count" && { inputmode: "numeric" as const })}
          {...errorOf(form, knob.flag)}
        />
      ))}
    </>
  )
}

function errorOf(form: RehearsalForm, flag: string): { error?: string } {
  const error = form.errors.get(flag)
  return error === undefined ? {} : { error }
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}
