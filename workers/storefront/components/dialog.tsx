import type { Child } from "hono/jsx"

/**
 * A question before what cannot be undone. Its opener is a link to `#id`, so that without script the page jumps to the
 * dialog, which `<noscript>` readers find open at the foot of the page.
 */
export function Dialog({ id, title, children }: { id: string; title: string; children: Child }) {
  return (
    <dialog class="dialog" id={id} aria-labelledby={`${id}-title`}>
      <div class="flow">
        <h2 id={`${id}-title`}>{title}</h2>
        {children}
      </div>
    </dialog>
  )
}
