import type { Child } from "hono/jsx"

export interface Column {
  title: string
  number?: boolean
}

/** Rows of cells; the first cell of each row is its header. Scrolls in its own frame on a narrow screen. */
export function Table(props: {
  caption: string
  captionUnseen?: boolean
  columns: readonly Column[]
  rows: readonly (readonly Child[])[]
}) {
  return (
    <div class="table-frame" tabindex={0} role="region" aria-label={props.caption}>
      <table class="table">
        <caption class={props.captionUnseen ? "unseen" : undefined}>{props.caption}</caption>
        <thead>
          <tr>
            {props.columns.map((column) => (
              <th scope="col" class={column.number ? "number" : undefined}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.rows.map((row) => (
            <tr>
              {row.map((cell, index) => {
                const kind = props.columns[index]?.number ? "number" : undefined
                return index === 0 ? <th scope="row">{cell}</th> : <td class={kind}>{cell}</td>
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
