import type { Child } from "hono/jsx"

/** `now` only for what is live and yours to enter; `lost` only for what cannot be undone. */
export type ButtonTone = "ink" | "now" | "quiet" | "lost" | "plain"

interface ButtonProps {
  tone?: ButtonTone
  wide?: boolean
  name?: string
  value?: string
  disabled?: boolean
  /** Where this button sends its form, when not to the form's own address. */
  action?: string
  children: Child
}

export function Button({ tone = "ink", wide, name, value, disabled, action, children }: ButtonProps) {
  return (
    <button
      type="submit"
      class={buttonClass(tone, wide)}
      name={name}
      value={value}
      disabled={disabled}
      formaction={action}
    >
      {children}
    </button>
  )
}

export function ButtonLink({
  href,
  tone = "ink",
  wide,
  children,
}: {
  href: string
  tone?: ButtonTone
  wide?: boolean
  children: Child
}) {
  return (
    <a class={buttonClass(tone, wide)} href={href}>
      {children}
    </a>
  )
}

function buttonClass(tone: ButtonTone, wide: boolean | undefined): string {
  return ["button", tone === "ink" ? "" : `button--${tone}`, wide ? "button--wide" : ""]
    .filter(Boolean)
    .join(" ")
}
