import * as candlelight from "./candlelight.ts"
import * as cloth from "./cloth.ts"
import * as cordage from "./cordage.ts"
import * as enamel from "./enamel.ts"
import * as glass from "./glass.ts"
import * as light from "./light.ts"
import * as quay from "./quay.ts"
import type { Sketch } from "./sketch.ts"
import * as stoneware from "./stoneware.ts"
import type { Tones } from "./tones.ts"
import * as weather from "./weather.ts"
import * as wood from "./wood.ts"

/** Draws one thing in the colour of the variant, with a second colour for its trim. */
export type Drawer = (s: Sketch, colour: Tones, trim: Tones) => string

/** Everything the demo shop can draw, by the name a product asks for it. */
export const shapes = {
  ...stoneware,
  ...glass,
  ...light,
  ...candlelight,
  ...cloth,
  ...wood,
  ...weather,
  ...quay,
  ...cordage,
  ...enamel,
} as const satisfies Record<string, Drawer>

export type ShapeName = keyof typeof shapes
