import { variant } from "../product.ts"
import type { DemoProduct } from "../product.ts"

const origin = "Ghent, Belgium"

export const light: readonly DemoProduct[] = [
  {
    slug: "kiln-lamp",
    title: "Kiln Lamp",
    description:
      "A table lamp whose foot is thrown and fired with our pots, in the same kiln and the same three days. The clay is specked with iron and shows it through the glaze. The shade is pleated linen on a brass ring and can be turned to hide its seam. 46 cm high in all, E27, cloth-covered cord of two metres with a switch at hand height.",
    brand: "Harbour & Kiln",
    category: ["Light", "Table lamps"],
    attributes: {
      material: "Wood-fired stoneware, linen, brass",
      origin: "West Cork, Ireland",
      care: "Brush the shade dry",
      socket: "E27, up to 60 W",
    },
    status: "active",
    variants: [
      variant("LAMP-KILN-EMBER", { colour: "Ember" }, 24000, 4000),
      variant("LAMP-KILN-OAT", { colour: "Oat" }, 24000, 12),
      variant("LAMP-KILN-TIDE", { colour: "Tide" }, 24000, 4),
    ],
    art: { shape: "tableLamp" },
  },
  {
    slug: "storm-lantern",
    title: "Storm Lantern",
    description:
      "A paraffin lantern that stays lit in a wind, because the air reaches the flame through the two side tubes and not through the globe. Folded from tinned steel and dipped in colour, with a brass filler cap and a flat wick that can be bought anywhere. Burns about sixteen hours on one filling. 30 cm high, wire bail for hanging.",
    brand: "Lowlight Works",
    category: ["Light", "Lanterns"],
    attributes: {
      material: "Tinned steel, brass, borosilicate glass",
      origin,
      care: "Trim the wick; use outdoors or with a window open",
      burnTime: "about 16 h",
    },
    status: "active",
    variants: [
      variant("LANTERN-STORM-MUSTARD", { colour: "Mustard" }, 12800, 54),
      variant("LANTERN-STORM-TIDE", { colour: "Tide" }, 12800, 37),
      variant("LANTERN-STORM-RED", { colour: "Signal red" }, 12800, 6),
    ],
    art: { shape: "stormLantern" },
  },
  {
    slug: "bell-pendant",
    title: "Bell Pendant",
    description:
      "A hanging lamp spun from one disc of steel and enamelled twice, colour outside and warm white within. It throws a clean circle: at 60 cm above a table it lights four plates and leaves the faces in peace. 42 cm wide, brass neck, two metres of cloth cord that can be shortened without tools.",
    brand: "Lowlight Works",
    category: ["Light", "Pendants"],
    attributes: {
      material: "Enamelled steel, brass",
      origin,
      care: "Wipe with a damp cloth when cold",
      socket: "E27, up to 60 W",
    },
    status: "active",
    variants: [
      variant("PENDANT-BELL-EMBER", { colour: "Ember" }, 16500, 29),
      variant("PENDANT-BELL-SAGE", { colour: "Sage" }, 16500, 41),
      variant("PENDANT-BELL-CHALK", { colour: "Chalk" }, 16500, 20),
    ],
    art: { shape: "bellPendant" },
  },
  {
    slug: "chart-table-lamp",
    title: "Chart Table Lamp",
    description:
      "A reading lamp with two arms and three brass joints, each held by a wave washer, so it stays where you leave it and needs no springs. The head turns far enough to light a wall instead of the page. The foot is a turned iron disc of 2.4 kg with felt beneath. Reaches 70 cm; dims from the joint at the head.",
    brand: "Lowlight Works",
    category: ["Light", "Table lamps"],
    attributes: {
      material: "Steel, iron, brass",
      origin,
      care: "Tighten the joints once a year",
      socket: "E14, up to 25 W",
    },
    status: "active",
    variants: [
      variant("LAMP-CHART-NAVY", { colour: "Navy" }, 21000, 23),
      variant("LAMP-CHART-MUSTARD", { colour: "Mustard" }, 21000, 21),
    ],
    art: { shape: "readingLamp" },
  },
  {
    slug: "beeswax-tapers",
    title: "Beeswax Tapers, Bundle of Seven",
    description:
      "Seven candles dipped by hand, some thirty times each, which is why they taper and why the wax shows rings when cut. Cotton wick, nothing added for scent; they smell faintly of the hive. Each is 25 cm long and 2.2 cm at the foot, and burns about seven hours in still air. Tied with hemp twine worth keeping.",
    brand: "Lowlight Works",
    category: ["Light", "Candles"],
    attributes: {
      material: "Beeswax, cotton wick",
      origin: "Ardennes, Belgium",
      care: "Keep below 30 °C",
      burnTime: "7 h each",
    },
    status: "active",
    variants: [
      variant("TAPERS-WAX", { colour: "Beeswax", title: "Natural" }, 1800, 200),
      variant("TAPERS-IVORY", { colour: "Ivory", title: "Bleached in the sun" }, 1900, 130),
    ],
    art: { shape: "tapers" },
  },
  {
    slug: "chamberstick",
    title: "Chamberstick",
    description:
      "A candle holder to carry up the stairs: a wide dish that catches every drip, a deep cup and a loop for one finger. Spun from sheet metal, the loop riveted and not glued. It is left without lacquer and will darken; polish it or let it be. 16 cm across, takes tapers of 2.2 cm.",
    brand: "Lowlight Works",
    category: ["Light", "Candles"],
    attributes: {
      material: "Brass or copper, unlacquered",
      origin,
      care: "Wax comes off in hot water",
      diameter: "16 cm",
    },
    status: "active",
    variants: [
      variant("CHAMBERSTICK-BRASS", { colour: "Brass" }, 4400, 48),
      variant("CHAMBERSTICK-COPPER", { colour: "Copper" }, 4600, 27),
    ],
    art: { shape: "chamberstick" },
  },
  {
    slug: "eel-trap-pendant",
    title: "Eel Trap Pendant",
    description:
      "Woven the way eel traps are, from the mouth up, over rods that are soaked for a week first. Lit from inside it puts a net of shadow on the ceiling that sways a little when a door opens. 38 cm wide, 40 cm high. The brass cap holds an E27 socket and two metres of dark cloth cord.",
    brand: "Bollard Row",
    category: ["Light", "Pendants"],
    attributes: {
      material: "Willow, brass",
      origin: "Frisia, Netherlands",
      care: "Dust with a soft brush",
      socket: "E27, LED only",
    },
    status: "active",
    variants: [
      variant("PENDANT-EEL-WILLOW", { colour: "Willow" }, 14500, 18),
      variant("PENDANT-EEL-ASH", { colour: "Ash", title: "Peeled" }, 15500, 2),
    ],
    art: { shape: "fishTrapPendant" },
  },
]
