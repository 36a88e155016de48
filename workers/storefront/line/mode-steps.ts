import type { SaleMode } from "../../../waiting-room/mode.ts"

interface Step {
  title: string
  words: string
}

/** Where the line is explained: what counts before the bell, and what after it. */
export const MODE_STEPS: Record<SaleMode, readonly [Step, Step]> = {
  lottery: [
    {
      title: "Before the opening: a draw",
      words:
        "Everybody who joins before the bell has the same chance. The order is drawn, so a fast connection or a second tab gains nothing.",
    },
    {
      title: "After it: first come, first served",
      words:
        "Who comes after the bell stands behind those who came before it, in the order of arrival by our clock.",
    },
  ],
  first_come: [
    {
      title: "First come, first served",
      words:
        "From the moment the line opens, the order is the order of arrival by our clock. Places made before the line opened are drawn among each other, so coming earlier than that gains nothing.",
    },
    {
      title: "Nobody goes in early",
      words: "Everybody waits for the opening; then the line moves in its order.",
    },
  ],
  draw: [
    {
      title: "Before the opening: registration",
      words:
        "Everybody who registers before the bell has the same chance. Nobody can join after it, and when you came makes no difference.",
    },
    {
      title: "At the bell: the winners are drawn",
      words:
        "Winners have some minutes to come in. When some let their turn pass, the next in the drawn order take their place.",
    },
  ],
}
