import type { Child } from "hono/jsx"

interface FieldProps {
  name: string
  label: string
  value?: string
  type?: "text" | "email" | "search" | "password" | "datetime-local"
  /** What the browser may fill in: an address typed once is never typed again. */
  autocomplete?: string
  inputmode?: "text" | "email" | "numeric" | "decimal"
  hint?: string
  error?: string
  optional?: boolean
  /** Optional, and nobody would think otherwise. */
  plainlyOptional?: boolean
  maxlength?: number
  wide?: boolean
}

/** A labelled input with its error beside it. What was typed comes back with the error. */
export function Field(props: FieldProps) {
  const described = describedBy(props)
  return (
    <div class={props.wide ? "field field--wide" : "field"}>
      <Label {...props} />
      <input
        class="input"
        id={props.name}
        name={props.name}
        type={props.type ?? "text"}
        value={props.value ?? ""}
        autocomplete={props.autocomplete}
        inputmode={props.inputmode}
        maxlength={props.maxlength ?? 200}
        required={!(props.optional || props.plainlyOptional)}
        aria-invalid={props.error ? "true" : undefined}
        aria-describedby={described}
      />
      <Notes {...props} />
    </div>
  )
}

interface SelectProps {
  name: string
  label: string
  value: string
  options: readonly { value: string; label: string }[]
  autocomplete?: string
  hint?: string
  error?: string
  wide?: boolean
}

export function Select(props: SelectProps) {
  return (
    <div class={props.wide ? "field field--wide" : "field"}>
      <Label {...props} />
      <select
        class="input"
        id={props.name}
        name={props.name}
        autocomplete={props.autocomplete}
        aria-invalid={props.error ? "true" : undefined}
        aria-describedby={describedBy(props)}
      >
        {props.options.map((option) => (
          <option value={option.value} selected={option.value === props.value}>
            {option.label}
          </option>
        ))}
      </select>
      <Notes {...props} />
    </div>
  )
}

/** A group of radio choices, each a whole row to press. */
export function Choices(props: {
  name: string
  legend: string
  choices: readonly { value: string; label: string; detail?: Child }[]
  chosen: string
}) {
  return (
    <fieldset class="field">
      <legend class="field__label">{props.legend}</legend>
      <div class="choices">
        {props.choices.map((choice) => (
          <label class="choice">
            <input
              type="radio"
              name={props.name}
              value={choice.value}
              checked={choice.value === props.chosen}
            />
            <span class="choice__name">{choice.label}</span>
            {choice.detail}
          </label>
        ))}
      </div>
    </fieldset>
  )
}

interface Described {
  name: string
  label: string
  hint?: string
  error?: string
  optional?: boolean
}

function Label({ name, label, optional }: Described) {
  return (
    <label for={name}>
      {label}
      {optional && <span class="field__optional"> (optional)</span>}
    </label>
  )
}

function Notes({ name, hint, error }: Described) {
  return (
    <>
      {hint && (
        <p class="field__hint" id={`${name}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p class="field__error" id={`${name}-error`}>
          {error}
        </p>
      )}
    </>
  )
}

function describedBy({ name, hint, error }: Described): string | undefined {
  const ids = [hint && `${name}-hint`, error && `${name}-error`].filter(Boolean)
  return ids.length > 0 ? ids.join(" ") : undefined
}
