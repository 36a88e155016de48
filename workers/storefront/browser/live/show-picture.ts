import { drawLine } from "../../line/line-picture.ts"
import type { LineReading } from "../../line/line-reading.ts"

const SVG = "http://www.w3.org/2000/svg"

/** Redraws what moved: the crowd, the gate, its pace, and you. */
export function showPicture(section: HTMLElement, reading: LineReading): void {
  const svg = section.querySelector("[data-line-picture]")
  if (!svg) return
  const picture = drawLine(reading)
  svg.classList.toggle("is-open", picture.gate.open)
  svg.querySelector("[data-you]")?.setAttribute("transform", `translate(${picture.you.x} ${picture.you.y})`)
  fill(svg.querySelector("[data-crowd]"), "circle", picture.dots, (dot) => ({
    class: `line-picture__dot is-${dot.side}`,
    cx: String(dot.x),
    cy: String(dot.y),
    r: String(dot.r),
  }))
  fill(svg.querySelector("[data-pace]"), "path", picture.paceMarks, (d) => ({ d }))
}

/** As many children as there are things, each with its attributes; the ones that are there are kept. */
function fill<Thing>(
  group: Element | null,
  tag: string,
  things: readonly Thing[],
  attributesOf: (thing: Thing) => Record<string, string>,
): void {
  if (!group) return
  while (group.childElementCount > things.length) group.lastElementChild?.remove()
  while (group.childElementCount < things.length) group.append(document.createElementNS(SVG, tag))
  things.forEach((thing, index) => {
    const child = group.children[index]
    for (const [name, value] of Object.entries(attributesOf(thing))) {
      if (child && child.getAttribute(name) !== value) child.setAttribute(name, value)
    }
  })
}
