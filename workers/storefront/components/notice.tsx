import type { Child } from "hono/jsx"

type NoticeTone = "still" | "now" | "hurry" | "lost"

interface NoticeProps {
  title: string
  tone?: NoticeTone
  /** Read out at once: the answer to what was just done. */
  alert?: boolean
  children?: Child
}

export function Notice({ title, tone = "still", alert, children }: NoticeProps) {
  return (
    <section
      class={tone === "still" ? "notice" : `notice notice--${tone}`}
      role={alert ? "alert" : undefined}
    >
      <h2>{title}</h2>
      {children}
    </section>
  )
}
