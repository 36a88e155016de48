import { variant } from "../product.ts"
import type { DemoProduct } from "../product.ts"

const brand = "Hollin & Adze"
const origin = "Jura, France"

export const wood: readonly DemoProduct[] = [
  {
    slug: "crumb-board",
    title: "Crumb Board",
    description:
      "A bread board cut from a single plank, with the grain running the way you slice. The handle is long enough to carry it to the table with a loaf on top, and the hemp loop hangs it out of the way after. 42 by 26 cm, 2 cm thick. Finished with linseed oil and beeswax, nothing else; it may be sanded and begun again.",
    brand,
    category: ["Wood", "Boards & trays"],
    attributes: {
      material: "Solid oak or walnut",
      origin,
      care: "Wipe, dry upright, oil now and then",
      size: "42 x 26 cm",
    },
    status: "active",
    variants: [
      variant("BOARD-CRUMB-OAK", { colour: "Oak" }, 4600, 90),
      variant("BOARD-CRUMB-WALNUT", { colour: "Walnut" }, 5800, 32),
    ],
    art: { shape: "breadBoard" },
  },
  {
    slug: "orchard-bowl",
    title: "Orchard Bowl",
    description:
      "A salad bowl turned green from a felled fruit tree and left to dry for a year, in which it goes slightly oval. Then it is turned again by a hair and oiled. The rim is thick enough to hold a spoon. About 34 cm across and 14 cm deep; the growth rings differ and so does the colour. The serving spoon shown comes with it.",
    brand,
    category: ["Wood", "Bowls"],
    attributes: {
      material: "Walnut or cherry",
      origin,
      care: "Rinse, dry at once, oil monthly",
      diameter: "34 cm",
    },
    status: "active",
    variants: [
      variant("BOWL-ORCHARD-WALNUT", { colour: "Walnut" }, 12600, 14),
      variant("BOWL-ORCHARD-CHERRY", { colour: "Cherry" }, 11000, 21),
    ],
    art: { shape: "saladBowl" },
  },
  {
    slug: "three-stirrers",
    title: "Three Stirrers and a Pot",
    description:
      "A spoon, a flat-edged spatula and a fork, carved from straight-grained wood so the long fibres run through the neck where others snap. The spatula has one square corner for the edge of the pan. They come in a small glazed pot, 14 cm high, that lives by the stove. Each stirrer is about 30 cm long.",
    brand,
    category: ["Wood", "Kitchen"],
    attributes: {
      material: "Oak or cherry; stoneware pot",
      origin,
      care: "Wash by hand, oil when pale",
      length: "30 cm",
    },
    status: "active",
    variants: [
      variant("STIRRERS-OAK", { colour: "Oak" }, 5200, 68),
      variant("STIRRERS-CHERRY", { colour: "Cherry" }, 5400, 47),
    ],
    art: { shape: "spoons" },
  },
  {
    slug: "three-leg-stool",
    title: "Three-Leg Stool",
    description:
      "A stool stands on three legs wherever you put it, on flagstones too. The seat is hollowed with a travisher and the legs are wedged through it from above, so they tighten as you sit. Legs are cleft along the grain, then shaved. 44 cm high, seat 36 cm across, 3.1 kg. Bears a grown person standing to reach a shelf.",
    brand,
    category: ["Wood", "Seats"],
    attributes: {
      material: "Ash or oak",
      origin,
      care: "Soap finish; wash with soap flakes",
      height: "44 cm",
    },
    status: "active",
    variants: [
      variant("STOOL-THREE-ASH", { colour: "Ash" }, 22000, 16),
      variant("STOOL-THREE-OAK", { colour: "Oak" }, 23500, 1),
    ],
    art: { shape: "stool" },
  },
  {
    slug: "breakfast-tray",
    title: "Breakfast Tray",
    description:
      "A tray with a rim of 4 cm and two slots to put your hands through, dovetailed at the corners and fitted with a floating bottom that can move with the weather without splitting. Wide enough for two bowls, a pot and a newspaper. 52 by 40 cm. The cup is not included, nor is anyone to bring it.",
    brand,
    category: ["Wood", "Boards & trays"],
    attributes: { material: "Cherry or walnut", origin, care: "Wipe with a damp cloth", size: "52 x 40 cm" },
    status: "active",
    variants: [
      variant("TRAY-BREAKFAST-CHERRY", { colour: "Cherry" }, 8800, 36),
      variant("TRAY-BREAKFAST-WALNUT", { colour: "Walnut" }, 9600, 25),
    ],
    art: { shape: "tray" },
  },
  {
    slug: "cellar-pepper-mill",
    title: "Cellar Pepper Mill",
    description:
      "A pepper mill the shape of a newel post, turned in two parts from one block so the grain meets at the brass ring. The grinder inside is hardened steel and is set with the knob on top: tight for fine, loose for steak. 21 cm high, holds 40 g of peppercorns, which is about a season for two people.",
    brand,
    category: ["Wood", "Kitchen"],
    attributes: {
      material: "Cherry or walnut, brass, steel",
      origin,
      care: "Dry cloth only",
      height: "21 cm",
    },
    status: "active",
    variants: [
      variant("MILL-CELLAR-CHERRY", { colour: "Cherry" }, 5600, 59),
      variant("MILL-CELLAR-WALNUT", { colour: "Walnut" }, 5600, 8),
    ],
    art: { shape: "pepperMill" },
  },
  {
    slug: "scullery-brush",
    title: "Scullery Brush",
    description:
      "A dish brush with a curved handle that keeps the knuckles off the pan. The bristles are stiff plant fibre, drawn by hand through the wood with one wire, so a tuft never comes loose on its own. Stand it on its side to dry and it lasts most of a year; then the whole thing may go on the compost, wire aside. 26 cm.",
    brand,
    category: ["Wood", "Kitchen"],
    attributes: { material: "Beech, plant fibre", origin, care: "Rinse, dry on its side", length: "26 cm" },
    status: "active",
    variants: [
      variant("BRUSH-SCULLERY-ASH", { colour: "Ash", title: "Pale" }, 1400, 190),
      variant("BRUSH-SCULLERY-CHERRY", { colour: "Cherry", title: "Steamed" }, 1400, 125),
    ],
    art: { shape: "dishBrush" },
  },
]
