import { variant } from "../product.ts"
import type { DemoProduct } from "../product.ts"

const care = "Dishwasher and microwave safe; warm it slowly"

export const stoneware: readonly DemoProduct[] = [
  {
    slug: "first-firing-teapot",
    title: "First Firing Teapot",
    description:
      "A teapot for four cups, thrown in three parts and put together the same afternoon. The strainer is pierced by hand behind the spout, thirty-one holes, and the lid has a locking tab so it stays put to the last drop. Dipped once in a wood-ash glaze that runs where the flame was hottest. Holds 1.1 litres, 24 cm from spout to handle. No two run the same way.",
    brand: "Harbour & Kiln",
    category: ["Stoneware", "Tea"],
    attributes: {
      material: "Wood-fired stoneware, ash glaze",
      origin: "West Cork, Ireland",
      care: "Rinse with warm water, no soap",
      capacity: "1.1 l",
    },
    status: "active",
    variants: [
      variant("TEAPOT-FF-TIDE", { colour: "Tide" }, 14800, 4000),
      variant("TEAPOT-FF-OAT", { colour: "Oat" }, 14800, 24),
      variant("TEAPOT-FF-EMBER", { colour: "Ember" }, 14800, 3),
    ],
    art: { shape: "teapot" },
  },
  {
    slug: "moon-jar",
    title: "Moon Jar",
    description:
      "Two deep bowls joined rim to rim while still damp, which is why the waist shows if you run a hand over it. The clay is left to slump a little in the fire and comes out rounder on one side. 38 cm high, 36 cm across, with a foot ring ground flat. It holds water, though most people leave it empty and put it where the light moves.",
    brand: "Harbour & Kiln",
    category: ["Stoneware", "Vases"],
    attributes: {
      material: "Wood-fired stoneware, feldspar glaze",
      origin: "West Cork, Ireland",
      care: "Dust with a dry cloth",
      height: "38 cm",
    },
    status: "active",
    variants: [
      variant("MOONJAR-CHALK", { colour: "Chalk" }, 42000, 4000),
      variant("MOONJAR-KELP", { colour: "Kelp" }, 42000, 2),
    ],
    art: { shape: "moonJar" },
  },
  {
    slug: "ledge-mug",
    title: "Ledge Mug",
    description:
      "Named after the small step at its foot, where a thumb rests when the handle is too hot. Straight sides, a lip thinned with a chamois, and a handle wide enough for three fingers in a glove. Dipped to two thirds so the bare clay stays rough to the hand. Holds 320 ml to the brim, 9 cm high.",
    brand: "Ebbstone Pottery",
    category: ["Stoneware", "Tea"],
    attributes: { material: "Stoneware, half glazed", origin: "Finistère, France", care, capacity: "320 ml" },
    status: "active",
    variants: [
      variant("MUG-LEDGE-EMBER", { colour: "Ember" }, 2600, 140),
      variant("MUG-LEDGE-TIDE", { colour: "Tide" }, 2600, 96),
      variant("MUG-LEDGE-CHALK", { colour: "Chalk" }, 2600, 180),
      variant("MUG-LEDGE-INK", { colour: "Ink" }, 2600, 8),
    ],
    art: { shape: "mug" },
  },
  {
    slug: "slip-dinner-plates",
    title: "Slip Dinner Plates, Set of Four",
    description:
      "Four flat plates with a broad rim and a shallow well, so sauce keeps to its place. Pressed over a plaster form, turned on the wheel and dipped in coloured slip before the glaze, which leaves a thin line of bare clay at the edge. 27 cm across, 2 cm high, and they stack without rattling.",
    brand: "Ebbstone Pottery",
    category: ["Stoneware", "Plates & bowls"],
    attributes: { material: "Stoneware", origin: "Finistère, France", care, diameter: "27 cm" },
    status: "active",
    variants: [
      variant("PLATE-SLIP-INK", { colour: "Ink" }, 11200, 46),
      variant("PLATE-SLIP-OAT", { colour: "Oat" }, 11200, 62),
      variant("PLATE-SLIP-SAGE", { colour: "Sage" }, 11200, 5),
    ],
    art: { shape: "plates" },
  },
  {
    slug: "broth-bowl",
    title: "Broth Bowl",
    description:
      "A deep bowl on a narrow foot, easy to lift with both hands and slow to cool. The wall is thicker below than above, so the weight sits low and it does not tip on a crowded table. Glazed inside and out, the foot left bare. 18 cm across, 9 cm high, holds 850 ml: enough for noodles, broth and an egg.",
    brand: "Ebbstone Pottery",
    category: ["Stoneware", "Plates & bowls"],
    attributes: { material: "Stoneware", origin: "Finistère, France", care, capacity: "850 ml" },
    status: "active",
    variants: [
      variant("BOWL-BROTH-TIDE", { colour: "Tide" }, 3200, 110),
      variant("BOWL-BROTH-ROSE", { colour: "Rose" }, 3200, 74),
    ],
    art: { shape: "bowl" },
  },
  {
    slug: "quayside-pitcher",
    title: "Quayside Pitcher",
    description:
      "A full-bellied jug with a pulled spout that cuts the stream cleanly, tested with water on every piece before it is fired a second time. The handle springs from just under the rim and lands on the shoulder, where the jug balances when it is full. Good for water, milk, or a handful of cow parsley. The large one stands 28 cm high.",
    brand: "Ebbstone Pottery",
    category: ["Stoneware", "Serving"],
    attributes: { material: "Stoneware", origin: "Finistère, France", care },
    status: "active",
    variants: [
      variant("PITCHER-QUAY-CHALK-L", { colour: "Chalk", size: "1.8 l" }, 8600, 38),
      variant("PITCHER-QUAY-CHALK-S", { colour: "Chalk", size: "0.9 l", scale: 0.8 }, 5800, 52),
      variant("PITCHER-QUAY-TIDE-L", { colour: "Tide", size: "1.8 l" }, 8600, 7),
    ],
    art: { shape: "pitcher" },
  },
  {
    slug: "salt-pig",
    title: "Salt Pig",
    description:
      "A round jar with an opening the size of a hand, made to sit beside the stove with coarse salt in it. The inside is unglazed, so the clay draws damp from the salt and it stays loose in a steamy kitchen. 16 cm high with the knob. Takes a kilo of grey salt and a small wooden spoon.",
    brand: "Ebbstone Pottery",
    category: ["Stoneware", "Kitchen"],
    attributes: {
      material: "Stoneware, unglazed inside",
      origin: "Finistère, France",
      care: "Wipe dry; do not soak",
      capacity: "1 kg of salt",
    },
    status: "active",
    variants: [
      variant("SALTPIG-TIDE", { colour: "Tide" }, 3800, 66),
      variant("SALTPIG-MUSTARD", { colour: "Mustard" }, 3800, 31),
    ],
    art: { shape: "saltPig" },
  },
  {
    slug: "winter-crock",
    title: "Winter Crock",
    description:
      "A straight-sided jar for sauerkraut, pickled herring or preserved lemons. The lid sits in a gallery that you fill with water: gas gets out and air stays out. Two clay weights to hold the cabbage under come with it. Salt-resistant glaze inside, lug handles at the shoulder for carrying it down to the cellar. Holds 5 litres, 29 cm high.",
    brand: "Ebbstone Pottery",
    category: ["Stoneware", "Kitchen"],
    attributes: { material: "Stoneware", origin: "Finistère, France", care: "Wash by hand", capacity: "5 l" },
    status: "active",
    variants: [
      variant("CROCK-WINTER-OAT", { colour: "Oat" }, 9200, 28),
      variant("CROCK-WINTER-KELP", { colour: "Kelp" }, 9200, 1),
    ],
    art: { shape: "crock" },
  },
]
