import { variant } from "../product.ts"
import type { DemoProduct } from "../product.ts"

const brand = "Kettleness Enamel"
const origin = "Moravia, Czechia"

export const enamel: readonly DemoProduct[] = [
  {
    slug: "lookout-kettle",
    title: "Lookout Kettle",
    description:
      "A stove kettle with a broad base that wastes no flame and a spout set high, so it can be filled to the top. The wooden grip is turned from one piece and stays cool; the bail folds down either way. No whistle: it rattles its lid when it boils, which is enough. Holds 2 litres. For gas, induction, electric and wood stoves.",
    brand,
    category: ["Enamel", "Kettles & pots"],
    attributes: {
      material: "Enamelled steel, oak",
      origin,
      care: "Descale with vinegar; never boil dry",
      capacity: "2 l",
    },
    status: "active",
    variants: [
      variant("KETTLE-LOOK-TIDE", { colour: "Tide", trim: "Ink" }, 7900, 63),
      variant("KETTLE-LOOK-CHALK", { colour: "Chalk", trim: "Navy" }, 7900, 85),
      variant("KETTLE-LOOK-RED", { colour: "Signal red", trim: "Ink" }, 7900, 7),
    ],
    art: { shape: "kettle" },
  },
  {
    slug: "tin-mug",
    title: "Tin Mug",
    description:
      "The mug that goes along: light, hard to break, and happy at the edge of a fire. Rolled rim in a second colour, since a raw edge would burn the lip, and a handle welded on and then enamelled over. Holds 350 ml. A chip is a mark of service and does no harm on the outside. 9 cm high.",
    brand,
    category: ["Enamel", "Table"],
    attributes: {
      material: "Enamelled steel",
      origin,
      care: "Dishwasher safe; not for the microwave",
      capacity: "350 ml",
    },
    status: "active",
    variants: [
      variant("MUG-TIN-CHALK", { colour: "Chalk", trim: "Navy" }, 1400, 200),
      variant("MUG-TIN-SAGE", { colour: "Sage", trim: "Peat" }, 1400, 165),
      variant("MUG-TIN-NAVY", { colour: "Navy", trim: "Chalk" }, 1400, 122),
    ],
    art: { shape: "enamelMug" },
  },
  {
    slug: "galley-skillet",
    title: "Galley Skillet",
    description:
      "A cast-iron pan, milled flat inside after casting so an egg slides from the second week on. Two pouring lips, a handle with a hole for the hook, and a wall low enough for a fish slice. Seasoned twice with rapeseed oil before it leaves the foundry. 26 cm, 2.3 kg. It will outlast the stove.",
    brand,
    category: ["Enamel", "Kettles & pots"],
    attributes: {
      material: "Cast iron, seasoned",
      origin,
      care: "Hot water and a brush, dry on the stove",
      diameter: "26 cm",
    },
    status: "active",
    variants: [variant("SKILLET-GALLEY-26", { colour: "Iron", size: "26 cm" }, 8800, 49)],
    art: { shape: "skillet" },
  },
  {
    slug: "forenoon-coffee-pot",
    title: "Forenoon Coffee Pot",
    description:
      "A tall pot for coffee boiled the old way, grounds and all, and left to settle for four minutes. The spout leaves the body halfway up, above where the grounds lie, so the cup stays clear. The lid is hinged by its own weight. Holds 1.4 litres, eight small cups. 25 cm high, for all hobs and open fires.",
    brand,
    category: ["Enamel", "Kettles & pots"],
    attributes: {
      material: "Enamelled steel",
      origin,
      care: "Rinse hot; dry with the lid off",
      capacity: "1.4 l",
    },
    status: "active",
    variants: [
      variant("COFFEE-FORE-SAGE", { colour: "Sage", trim: "Navy" }, 6400, 44),
      variant("COFFEE-FORE-MUSTARD", { colour: "Mustard", trim: "Peat" }, 6400, 39),
      variant("COFFEE-FORE-INK", { colour: "Ink", trim: "Chalk" }, 6400, 3),
    ],
    art: { shape: "coffeePot" },
  },
  {
    slug: "sunday-pie-dish",
    title: "Sunday Pie Dish",
    description:
      "A deep dish with sloping sides and a flat rim of 2 cm to crimp the pastry on. Steel heats fast, so the bottom crust is done when the top is, which stoneware cannot promise. 28 cm across, holds 1.6 litres: eight apples, or a rabbit. It nests with its own kind and weighs next to nothing.",
    brand,
    category: ["Enamel", "Baking"],
    attributes: {
      material: "Enamelled steel",
      origin,
      care: "Dishwasher safe; cut with wood or plastic",
      diameter: "28 cm",
    },
    status: "active",
    variants: [
      variant("PIE-SUNDAY-MUSTARD", { colour: "Mustard", trim: "Peat" }, 2400, 107),
      variant("PIE-SUNDAY-CHALK", { colour: "Chalk", trim: "Navy" }, 2400, 138),
    ],
    art: { shape: "pieDish" },
  },
  {
    slug: "loaf-bin",
    title: "Loaf Bin",
    description:
      "A bread bin that closes without sealing: four small vents under the lid let the loaf breathe, and mould stays away a day or two longer. The lid lifts off by its oak handle and its top is flat enough to set things on, as everyone does. Takes two tin loaves or one big round. 36 by 24 cm, 26 cm high.",
    brand,
    category: ["Enamel", "Baking"],
    attributes: {
      material: "Enamelled steel, oak, brass",
      origin,
      care: "Wipe out weekly with vinegar",
      size: "36 x 24 x 26 cm",
    },
    status: "active",
    variants: [
      variant("BIN-LOAF-CHALK", { colour: "Chalk", trim: "Navy" }, 6900, 52),
      variant("BIN-LOAF-SAGE", { colour: "Sage", trim: "Peat" }, 6900, 33),
    ],
    art: { shape: "breadBin" },
  },
  {
    slug: "milk-pan",
    title: "Milk Pan",
    description:
      "A small saucepan with a lip on the left for right-handed pouring, or the other way about for cooks who ask. Made for milk, porridge and one person’s soup. The handle is long and unvarnished, drilled to hang. The white inside shows when the milk begins to catch. 16 cm across, 1.3 litres, for all hobs.",
    brand,
    category: ["Enamel", "Kettles & pots"],
    attributes: { material: "Enamelled steel, ash", origin, care: "Soak, do not scour", capacity: "1.3 l" },
    status: "active",
    variants: [
      variant("PAN-MILK-CHALK", { colour: "Chalk", trim: "Navy" }, 4600, 70),
      variant("PAN-MILK-ROSE", { colour: "Rose", trim: "Peat" }, 4600, 46),
    ],
    art: { shape: "milkPan" },
  },
]
