/** The shop's motif: streams that run together through a gate. Decoration, hidden from readers. */
export function Current() {
  return (
    <svg
      class="current"
      viewBox="0 0 1200 120"
      width="1200"
      height="120"
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {STREAMS.map((offset) => (
        <path class={offset === 0 ? "current__now" : undefined} d={streamPath(offset)} />
      ))}
      <path class="current__gate" d="M780 6V42M780 78V114" />
    </svg>
  )
}

const STREAMS = [-4, -3, -2, -1, 1, 2, 3, 4, 0]

function streamPath(offset: number): string {
  const wide = 60 + offset * 13.5
  const narrow = 60 + offset * 3
  const after = 60 + offset * 8
  return `M0 ${wide}C300 ${wide} 520 ${narrow} 780 ${narrow}S1040 ${after} 1200 ${after}`
}
