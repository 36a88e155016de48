import { Notice } from "./notice.tsx"

/** What is wrong with a form, each with the way to its field. Nothing when nothing is. */
export function ErrorSummary({ errors }: { errors: Partial<Record<string, string>> }) {
  const entries = Object.entries(errors)
  if (entries.length === 0) return null
  return (
    <Notice
      title={
        entries.length === 1 ? "One field needs another look" : `${entries.length} fields need another look`
      }
      tone="lost"
      alert={true}
    >
      <ul>
        {entries.map(([name, message]) => (
          <li>
            <a href={`#${name}`}>{message}</a>
          </li>
        ))}
      </ul>
    </Notice>
  )
}
