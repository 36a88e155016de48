import { variant } from "../product.ts"
import type { DemoProduct } from "../product.ts"

const origin = "Minho, Portugal"
const brand = "Ninefold Weavers"

export const cloth: readonly DemoProduct[] = [
  {
    slug: "galley-tea-towels",
    title: "Galley Tea Towels, Pair",
    description:
      "Two towels of half linen and half cotton: the linen dries the glass, the cotton drinks the rest. Woven with a firm edge so they hang straight, and a loop at the corner that survives being pulled. They are at their best after the fifth wash. 50 by 70 cm each, one striped and one plain.",
    brand,
    category: ["Cloth", "Kitchen"],
    attributes: { material: "50 % linen, 50 % cotton", origin, care: "Wash at 60 °C", size: "50 x 70 cm" },
    status: "active",
    variants: [
      variant("TOWEL-GALLEY-CHALK", { colour: "Chalk", trim: "Indigo" }, 2200, 150),
      variant("TOWEL-GALLEY-INK", { colour: "Ink", trim: "Flax" }, 2200, 104),
      variant("TOWEL-GALLEY-ROSE", { colour: "Rose", trim: "Chalk" }, 2200, 67),
    ],
    art: { shape: "teaTowels" },
  },
  {
    slug: "long-table-cloth",
    title: "Long Table Cloth",
    description:
      "A herringbone cloth heavy enough to lie flat on its own, with two bands of colour and a knotted fringe at the short ends. Woven on a wide loom, so there is no seam down the middle. 160 by 280 cm seats eight and falls 25 cm at the sides. Shrinks by about four per cent in the first wash, and the measure allows for it.",
    brand,
    category: ["Cloth", "Table"],
    attributes: { material: "Washed linen", origin, care: "Wash at 40 °C, iron damp", size: "160 x 280 cm" },
    status: "active",
    variants: [
      variant("CLOTH-LONG-SAGE", { colour: "Sage", trim: "Ember" }, 11800, 34),
      variant("CLOTH-LONG-FLAX", { colour: "Flax", trim: "Navy" }, 11800, 45),
    ],
    art: { shape: "tablecloth" },
  },
  {
    slug: "supper-napkins",
    title: "Supper Napkins, Set of Four",
    description:
      "Four large napkins in two shades of one colour, cut from the ends of the table linen so that nothing is left over. The hem is narrow and stitched in a paler thread, the corners mitred. 45 by 45 cm: big enough for mussels. They soften with every wash and look better unironed.",
    brand,
    category: ["Cloth", "Table"],
    attributes: { material: "Washed linen", origin, care: "Wash at 60 °C", size: "45 x 45 cm" },
    status: "active",
    variants: [
      variant("NAPKIN-SUPPER-SLATE", { colour: "Slate", trim: "Ink" }, 4800, 92),
      variant("NAPKIN-SUPPER-ROSE", { colour: "Rose", trim: "Rust" }, 4800, 61),
      variant("NAPKIN-SUPPER-FLAX", { colour: "Flax", trim: "Chalk" }, 4800, 78),
    ],
    art: { shape: "napkins" },
  },
  {
    slug: "headland-throw",
    title: "Headland Throw",
    description:
      "A wool blanket for the back of a sofa or the bottom of a boat. The yarn is dyed in the fleece, so each colour has a few hairs of another in it, then woven in a broad check, washed and brushed on one side only. The fringe is twisted by hand. 140 by 190 cm, 1.2 kg, warm even when damp.",
    brand,
    category: ["Cloth", "Blankets"],
    attributes: {
      material: "Pure new wool",
      origin: "Donegal, Ireland",
      care: "Air often; wash by hand, cold",
      size: "140 x 190 cm",
    },
    status: "active",
    variants: [
      variant("THROW-HEAD-CHALK", { colour: "Chalk", trim: "Slate", title: "Chalk and slate" }, 16500, 26),
      variant("THROW-HEAD-OAT", { colour: "Oat", trim: "Rust", title: "Oat and rust" }, 16500, 30),
      variant("THROW-HEAD-SAGE", { colour: "Sage", trim: "Navy", title: "Sage and navy" }, 16500, 3),
    ],
    art: { shape: "throwBlanket" },
  },
  {
    slug: "ticking-cushion",
    title: "Ticking Cushion",
    description:
      "Mattress ticking, the tight striped twill that keeps feathers where they belong, made up as a cushion of 50 by 50 cm. Filled with curled duck feather in an inner case of its own, closed with a flap and two horn buttons at the back. Sits up when you plump it and gives when you lean on it.",
    brand,
    category: ["Cloth", "Blankets"],
    attributes: {
      material: "Cotton twill, feather filling",
      origin,
      care: "Cover at 40 °C, filling aired",
      size: "50 x 50 cm",
    },
    status: "active",
    variants: [
      variant("CUSHION-TICK-CHALK", { colour: "Chalk", trim: "Indigo" }, 7200, 57),
      variant("CUSHION-TICK-FLAX", { colour: "Flax", trim: "Rust" }, 7200, 39),
    ],
    art: { shape: "cushion" },
  },
  {
    slug: "potters-apron",
    title: "Potter’s Apron",
    description:
      "A long apron in half-linen canvas that lets clay dry and fall off. The straps cross at the back and take the weight from the neck; the pocket is divided for a hand and a tool. Copper rivets at the four corners that tear first. One size, 88 cm long and 74 cm wide, fits most people from 160 to 195 cm.",
    brand,
    category: ["Cloth", "Kitchen"],
    attributes: { material: "Linen and cotton canvas", origin, care: "Wash at 40 °C", size: "74 x 88 cm" },
    status: "active",
    variants: [
      variant("APRON-POTTER-FLAX", { colour: "Flax", trim: "Navy" }, 6400, 83),
      variant("APRON-POTTER-INK", { colour: "Ink", trim: "Flax" }, 6400, 44),
    ],
    art: { shape: "apron" },
  },
  {
    slug: "waffle-bath-towel",
    title: "Waffle Bath Towel",
    description:
      "A thin towel that dries you and then dries itself. The waffle weave gives it three times the surface of a flat cloth, and it rolls small enough for a swimming bag. Two woven bands of colour at one end, so yours is known on the line. 80 by 140 cm, 420 g. The cells close up in the first wash; they should.",
    brand,
    category: ["Cloth", "Bath"],
    attributes: {
      material: "Cotton, some linen",
      origin,
      care: "Wash at 60 °C, no softener",
      size: "80 x 140 cm",
    },
    status: "active",
    variants: [
      variant("BATH-WAFFLE-CHALK", { colour: "Chalk", trim: "Ember" }, 3900, 118),
      variant("BATH-WAFFLE-SAGE", { colour: "Sage", trim: "Chalk" }, 3900, 76),
      variant("BATH-WAFFLE-SLATE", { colour: "Slate", trim: "Mustard" }, 3900, 9),
    ],
    art: { shape: "bathTowel" },
  },
]
