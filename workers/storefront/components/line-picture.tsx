import { drawLine, PICTURE_HEIGHT, PICTURE_WIDTH } from "../line/line-picture.ts"
import type { LineReading } from "../line/line-reading.ts"
import { useSpeech } from "./speech-context.ts"

/** The waiting room's picture. All it says stands beside it as text, so readers skip it. */
export function LinePicture({ reading }: { reading: LineReading }) {
  const picture = drawLine(reading)
  const { gate, you } = picture
  return (
    <svg
      class={gate.open ? "line-picture is-open" : "line-picture"}
      viewBox={`0 0 ${PICTURE_WIDTH} ${PICTURE_HEIGHT}`}
      width={PICTURE_WIDTH}
      height={PICTURE_HEIGHT}
      aria-hidden="true"
      data-line-picture=""
    >
      <g class="line-picture__streams">
        {picture.streams.map((d) => (
          <path d={d} />
        ))}
      </g>
      <g data-crowd="">
        {picture.dots.map((dot) => (
          <circle class={`line-picture__dot is-${dot.side}`} cx={dot.x} cy={dot.y} r={dot.r} />
        ))}
      </g>
      <g class="line-picture__pace" data-pace="">
        {picture.paceMarks.map((d) => (
          <path d={d} />
        ))}
      </g>
      <g class="line-picture__gate">
        <path d={`M${gate.x} 14V${gate.topY}M${gate.x} ${gate.bottomY}V${PICTURE_HEIGHT - 14}`} />
        <path class="line-picture__bar" d={`M${gate.x} ${gate.topY}V${gate.bottomY}`} />
      </g>
      <g class="line-picture__you" data-you="" transform={`translate(${you.x} ${you.y})`}>
        <path d={`M0 -12V${-PICTURE_HEIGHT / 2 + 16}`} />
        <circle r="13" class="line-picture__halo" />
        <circle r="7" />
        <text x="-8" y={-PICTURE_HEIGHT / 2 + 30} text-anchor="end">
          {useSpeech().words.line.you}
        </text>
      </g>
    </svg>
  )
}
