import type { Child } from "hono/jsx"
import type { Role } from "../../../environment.ts"
import { Button, ButtonLink } from "../../../storefront/components/button.tsx"
import { ErrorSummary } from "../../../storefront/components/error-summary.tsx"
import { Field } from "../../../storefront/components/field.tsx"
import { Notice } from "../../../storefront/components/notice.tsx"
import type { Site } from "../../../storefront/site.ts"
import { ConsoleLayout } from "../layout.tsx"
import type { TypedForm } from "./form-reader.ts"

export interface FormFrame {
  site: Site
  role: Role
  /** Why it was refused, where that is no field's fault; null when it was not. */
  trouble: string | null
}

/** A form of prices on a page of its own: what is wrong first, then the fields, then what happens with it. */
export function FormPage(
  props: FormFrame & {
    title: string
    form: TypedForm
    action: string
    /** What goes along unseen: what the form was made from. */
    hidden: Record<string, string>
    /** What happens to orders that are under way. */
    after: string
    back: string
    /** Where it is ended; left out where there is nothing to end yet. */
    end?: { href: string; label: string } | undefined
    children: Child
  },
) {
  const { site, role, title, form, hidden } = props
  return (
    <ConsoleLayout site={site} title={title} role={role}>
      <div class="flow bounds--narrow">
        <p>
          <a href={props.back}>Prices</a>
        </p>
        <h1>{title}</h1>
        <ErrorSummary errors={form.errors} />
        {props.trouble !== null && <Notice title={props.trouble} tone="hurry" alert={true} />}
        <form class="flow" method="post" action={props.action} novalidate={true} data-once="">
          {Object.entries(hidden).map(([name, value]) => (
            <input type="hidden" name={name} value={value} />
          ))}
          {props.children}
          <p class="soft small">{props.after}</p>
          <div class="actions">
            <Button>Save</Button>
            <a href={props.back}>Leave it as it is</a>
          </div>
        </form>
        {props.end && (
          <p class="form-end">
            <ButtonLink href={props.end.href} tone="lost">
              {props.end.label}
            </ButtonLink>
          </p>
        )}
      </div>
    </ConsoleLayout>
  )
}

/** What a form's field has: its name, what was typed, and what is wrong with it. */
export function at(form: TypedForm, name: string): { name: string; value: string; error?: string } {
  const error = form.errors[name]
  return { name, value: form.values[name] ?? "", ...(error !== undefined && { error }) }
}

/** A field for an amount of money. */
export function MoneyField(props: { form: TypedForm; name: string; label: string; hint?: string }) {
  const { form, name, ...rest } = props
  return (
    <Field
      {...at(form, name)}
      {...rest}
      inputmode="decimal"
      autocomplete="off"
      plainlyOptional={true}
      maxlength={13}
    />
  )
}

/** What can't be undone is asked for once more, on a page of its own. */
export function ConfirmEnd(props: {
  site: Site
  role: Role
  title: string
  words: string
  action: string
  hidden: Record<string, string>
  label: string
  back: string
}) {
  return (
    <ConsoleLayout site={props.site} title={props.title} role={props.role}>
      <div class="flow bounds--narrow">
        <h1>{props.title}</h1>
        <p>{props.words}</p>
        <form method="post" action={props.action} data-once="">
          {Object.entries(props.hidden).map(([name, value]) => (
            <input type="hidden" name={name} value={value} />
          ))}
          <Button tone="lost">{props.label}</Button>
        </form>
        <p>
          <a href={props.back}>Leave it as it is</a>
        </p>
      </div>
    </ConsoleLayout>
  )
}
