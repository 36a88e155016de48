import type { Child } from "hono/jsx"

/** A number and what it counts. With a `live` name, the page's script keeps it current. */
export function Stat({
  label,
  value,
  unit,
  live,
}: {
  label: string
  value: string
  unit?: string
  live?: string
}) {
  return (
    <div class="stat">
      <dt>{label}</dt>
      <dd>
        <span data-live={live}>{value}</span>
        {unit && <span class="stat__unit"> {unit}</span>}
      </dd>
    </div>
  )
}

export function Stats({ children }: { children: Child }) {
  return <dl class="stats">{children}</dl>
}
