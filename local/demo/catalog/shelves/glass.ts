import { variant } from "../product.ts"
import type { DemoProduct } from "../product.ts"

const origin = "Funen, Denmark"
const material = "Mouth-blown glass, lead free"

export const glass: readonly DemoProduct[] = [
  {
    slug: "two-ring-tumblers",
    title: "Two-Ring Tumblers, Pair",
    description:
      "A pair of everyday glasses with two fine rings cut below the rim, just where the fingers hold. Blown into a beech mould that is kept under water between glasses, which gives the wall its faint ripple. The base is heavy on purpose. 9 cm high, 260 ml, and narrow enough at the foot to nest with one finger of room.",
    brand: "Slackwater Glass",
    category: ["Glass", "Drinking"],
    attributes: { material, origin, care: "Dishwasher, short programme", capacity: "260 ml" },
    status: "active",
    variants: [
      variant("TUMBLER-RING-CLEAR", { colour: "Clear" }, 4200, 120),
      variant("TUMBLER-RING-GREEN", { colour: "Sea green" }, 4400, 58),
      variant("TUMBLER-RING-AMBER", { colour: "Amber" }, 4400, 9),
    ],
    art: { shape: "tumblers" },
  },
  {
    slug: "slack-tide-carafe",
    title: "Slack Tide Carafe",
    description:
      "A water carafe with a low, wide belly and a neck that fits the hand. It pours without a spout because the rim is flared by a few degrees and then fire-polished. Holds a litre with room to spare, 26 cm high, and it goes in the door of most fridges. A brush gets through the neck; so does a spoon of rice and a shake.",
    brand: "Slackwater Glass",
    category: ["Glass", "Serving"],
    attributes: { material, origin, care: "Wash by hand", capacity: "1.2 l" },
    status: "active",
    variants: [
      variant("CARAFE-SLACK-CLEAR", { colour: "Clear" }, 5800, 64),
      variant("CARAFE-SLACK-SMOKE", { colour: "Smoke" }, 6200, 22),
    ],
    art: { shape: "carafe" },
  },
  {
    slug: "float-vase",
    title: "Float Vase",
    description:
      "The shape of the glass floats that used to hold up herring nets, opened at the top and set on a small foot. The narrow neck keeps a single branch upright and hides how little water it needs. 17 cm across and 18 cm high. Bubbles in the glass are from the old batch it is melted from and differ in every piece.",
    brand: "Slackwater Glass",
    category: ["Glass", "Vases"],
    attributes: { material: "Mouth-blown recycled glass", origin, care: "Wash by hand", height: "18 cm" },
    status: "active",
    variants: [
      variant("VASE-FLOAT-SMOKE", { colour: "Smoke" }, 6400, 40),
      variant("VASE-FLOAT-GREEN", { colour: "Sea green" }, 6400, 35),
      variant("VASE-FLOAT-AMBER", { colour: "Amber" }, 6400, 0),
    ],
    art: { shape: "floatVase" },
  },
  {
    slug: "bread-cloche",
    title: "Bread Cloche",
    description:
      "A glass bell on an oiled oak board, for the loaf on the table or the half cake that is left. The board has a groove turned to the rim of the bell, so it does not slide when carried and the crumbs stay in. Under it, bread keeps its crust for a day and its crumb for three. Board 29 cm, bell 24 cm across.",
    brand: "Slackwater Glass",
    category: ["Glass", "Serving"],
    attributes: {
      material: "Mouth-blown glass, oak",
      origin,
      care: "Glass by hand; oil the board twice a year",
      diameter: "29 cm",
    },
    status: "active",
    variants: [
      variant("CLOCHE-BREAD-GREEN", { colour: "Sea green" }, 9800, 26),
      variant("CLOCHE-BREAD-CLEAR", { colour: "Clear" }, 9400, 33),
    ],
    art: { shape: "cloche" },
  },
  {
    slug: "pantry-bottle",
    title: "Pantry Bottle",
    description:
      "A shouldered bottle for oil, vinegar or elderflower syrup, closed with a tapered natural cork. The lip is laid on as a second ring of glass while the neck is hot, and catches the drip before it runs down the side. Holds 700 ml, 27 cm high with the cork. The amber one keeps light from good oil.",
    brand: "Slackwater Glass",
    category: ["Glass", "Pantry"],
    attributes: {
      material: "Mouth-blown glass, natural cork",
      origin,
      care: "Wash by hand; boil the cork",
      capacity: "700 ml",
    },
    status: "active",
    variants: [
      variant("BOTTLE-PANTRY-AMBER", { colour: "Amber" }, 2200, 88),
      variant("BOTTLE-PANTRY-GREEN", { colour: "Sea green" }, 2200, 71),
    ],
    art: { shape: "corkBottle" },
  },
  {
    slug: "long-evening-glass",
    title: "Long Evening Glass",
    description:
      "A wine glass that is happy outdoors: the stem is a good deal thicker than fashion asks, drawn from the bowl in one piece, and the foot is wide enough for a slatted table. The bowl closes a little towards the rim and keeps the smell of the wine in it. 19 cm high, 340 ml. Sold singly, because it is always one that breaks.",
    brand: "Slackwater Glass",
    category: ["Glass", "Drinking"],
    attributes: { material, origin, care: "Dishwasher, short programme", capacity: "340 ml" },
    status: "active",
    variants: [
      variant("GLASS-EVENING-CLEAR", { colour: "Clear" }, 2400, 160),
      variant("GLASS-EVENING-GREEN", { colour: "Sea green" }, 2600, 84),
    ],
    art: { shape: "wineGlass" },
  },
]
