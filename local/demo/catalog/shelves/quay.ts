import { variant } from "../product.ts"
import type { DemoProduct } from "../product.ts"

const brand = "Bollard Row"
const origin = "Frisia, Netherlands"

export const quay: readonly DemoProduct[] = [
  {
    slug: "mooring-line",
    title: "Mooring Line",
    description:
      "Three-strand rope, laid on a walk 90 metres long, soft enough to splice with bare fingers. One end has an eye of 30 cm worked into it, five tucks, tapered; the other is whipped in colour so you can tell the lines apart. 14 mm thick. Coils without kinks if you go with the sun, and runs quietly over a fairlead.",
    brand,
    category: ["Quay", "Rope"],
    attributes: {
      material: "Hemp, or spun polyester in chalk",
      origin,
      care: "Rinse and hang to dry",
      diameter: "14 mm",
    },
    status: "active",
    variants: [
      variant("LINE-MOOR-HEMP-10", { colour: "Hemp", size: "10 m" }, 4800, 72),
      variant("LINE-MOOR-HEMP-16", { colour: "Hemp", size: "16 m" }, 6900, 40),
      variant("LINE-MOOR-CHALK-10", { colour: "Chalk", size: "10 m", trim: "Tide" }, 5600, 55),
    ],
    art: { shape: "dockLine", trim: "Signal red" },
  },
  {
    slug: "ferry-tote",
    title: "Ferry Tote",
    description:
      "A bag of 24-ounce canvas that stands open on its own while you load it. The handles run down both sides and under the base in one length, so the weight hangs from them and not from a seam. Double bottom, one inside pocket for keys and a ticket. 46 cm wide at the top, 30 cm high, holds 22 litres or a wet towel and everything else.",
    brand,
    category: ["Quay", "Bags"],
    attributes: { material: "Cotton canvas", origin, care: "Spot clean", capacity: "22 l" },
    status: "active",
    variants: [
      variant("TOTE-FERRY-NAVY", { colour: "Chalk", trim: "Navy", title: "Chalk and navy" }, 7400, 66),
      variant("TOTE-FERRY-RUST", { colour: "Flax", trim: "Rust", title: "Flax and rust" }, 7400, 48),
      variant("TOTE-FERRY-KELP", { colour: "Oat", trim: "Kelp", title: "Oat and kelp" }, 7400, 8),
    ],
    art: { shape: "toteBag" },
  },
  {
    slug: "supper-bell",
    title: "Supper Bell",
    description:
      "A cast bell, 15 cm across the mouth, tuned by ear on the lathe until the hum and the strike agree. Loud enough to be heard from the far end of a beach and pleasant enough to be forgiven for it. The pull ends in a knot and a tassel. Comes with an eye bolt for a beam; the frame in the picture is not included.",
    brand,
    category: ["Quay", "Fittings"],
    attributes: {
      material: "Bell brass, hemp pull",
      origin,
      care: "Polish, or let it go brown",
      diameter: "15 cm",
    },
    status: "active",
    variants: [
      variant("BELL-SUPPER-BRASS", { colour: "Brass" }, 9500, 31),
      variant("BELL-SUPPER-ZINC", { colour: "Zinc", title: "Nickelled" }, 10500, 20),
    ],
    art: { shape: "shipsBell", trim: "Hemp" },
  },
  {
    slug: "breakwater-chair",
    title: "Breakwater Chair",
    description:
      "A folding deck chair with a proper sling: striped canvas, double at the head and foot, that lifts off its rods for washing. Three positions, of which the last is for sleeping. The frame is oiled hardwood with brass bolts and folds to 8 cm thick. 112 cm long folded, 6 kg, bears 120 kg.",
    brand,
    category: ["Quay", "Seats"],
    attributes: {
      material: "Ash, brass, cotton canvas",
      origin,
      care: "Store dry in winter; sling at 40 °C",
      load: "120 kg",
    },
    status: "active",
    variants: [
      variant(
        "CHAIR-BREAK-MUSTARD",
        { colour: "Chalk", trim: "Mustard", title: "Mustard stripe" },
        18500,
        20,
      ),
      variant("CHAIR-BREAK-TIDE", { colour: "Oat", trim: "Tide", title: "Tide stripe" }, 18500, 28),
      variant("CHAIR-BREAK-RED", { colour: "Ivory", trim: "Signal red", title: "Red stripe" }, 18500, 2),
    ],
    art: { shape: "deckChair" },
  },
  {
    slug: "scallop-doormat",
    title: "Scallop Doormat",
    description:
      "One length of rope, 38 metres, coiled from the middle and sewn through with tarred twine every two centimetres, then edged with a ring of loops. It scrapes sand off better than a brush and dries on both sides when hung over a rail. Oval, 75 by 50 cm, 4 cm thick. Expect a little fluff in the first week.",
    brand,
    category: ["Quay", "Rope"],
    attributes: {
      material: "Hemp, tarred twine",
      origin,
      care: "Beat dry, rinse with salt water",
      size: "75 x 50 cm",
    },
    status: "active",
    variants: [
      variant("MAT-SCALLOP-HEMP", { colour: "Hemp" }, 6800, 43),
      variant("MAT-SCALLOP-TAR", { colour: "Peat", trim: "Hemp", title: "Tarred" }, 7200, 20),
    ],
    art: { shape: "ropeMat", trim: "Tar" },
  },
  {
    slug: "canvas-bucket",
    title: "Canvas Bucket",
    description:
      "A bucket that does not dent the boat. Flax canvas tightens when wet and holds water after a minute; the rope at the rim keeps it open and the one at the handle is spliced through brass eyelets. Folds flat to the thickness of a book. Holds 9 litres, 26 cm high. Also good for mussels, kindling or toys.",
    brand,
    category: ["Quay", "Bags"],
    attributes: { material: "Flax canvas, hemp, brass", origin, care: "Dry before folding", capacity: "9 l" },
    status: "active",
    variants: [
      variant("BUCKET-CANVAS-FLAX", { colour: "Flax", trim: "Signal red" }, 3900, 77),
      variant("BUCKET-CANVAS-NAVY", { colour: "Indigo", trim: "Hemp" }, 3900, 51),
    ],
    art: { shape: "canvasBucket" },
  },
  {
    slug: "cleat-hooks",
    title: "Cleat Hooks, Pair",
    description:
      "Two mooring cleats of 14 cm for the hallway wall. Sand-cast, so the skin has a fine grain, with the horns ground smooth where a coat loop or a lead goes over. Two countersunk screws each, included, with plugs for masonry. Each bears 15 kg in wood. Nobody minds if you moor something to them.",
    brand,
    category: ["Quay", "Fittings"],
    attributes: { material: "Cast aluminium or brass", origin, care: "None", width: "14 cm" },
    status: "active",
    variants: [
      variant("CLEAT-PAIR-ZINC", { colour: "Zinc", title: "Plain" }, 2200, 134),
      variant("CLEAT-PAIR-BRASS", { colour: "Brass" }, 3400, 60),
    ],
    art: { shape: "cleatHooks", trim: "Navy" },
  },
  {
    slug: "monkeys-fist",
    title: "Monkey’s Fist Key Ring",
    description:
      "The knot that carries a heaving line across the water, tied small around a cork ball so your keys float. Three turns each way, worked tight by hand, which takes about twenty minutes. The loop is whipped with tarred twine and ends in a welded brass ring. The ball is 4 cm across, and bears up six ordinary keys.",
    brand,
    category: ["Quay", "Rope"],
    attributes: { material: "Hemp, cork, brass", origin, care: "Dry after a swim", diameter: "4 cm" },
    status: "active",
    variants: [
      variant("FIST-HEMP", { colour: "Hemp" }, 1200, 175),
      variant("FIST-RED", { colour: "Signal red" }, 1200, 99),
      variant("FIST-NAVY", { colour: "Indigo" }, 1200, 4),
    ],
    art: { shape: "monkeysFist", trim: "Tar" },
  },
  {
    slug: "net-twine",
    title: "Net Twine",
    description:
      "Sixty metres of three-ply twine on a wooden spool, waxed just enough to hold a knot. It mends nets, ties up beans, trusses a bird and closes parcels, and it can be cut with the edge of the spool, where a nick is filed for it. 2 mm thick. The spool goes back to the maker for refilling or into a child’s hands.",
    brand,
    category: ["Quay", "Rope"],
    attributes: { material: "Waxed hemp, ash spool", origin, care: "Keep dry", length: "60 m" },
    status: "active",
    variants: [
      variant("TWINE-HEMP", { colour: "Hemp" }, 600, 200),
      variant("TWINE-TAR", { colour: "Tar", title: "Tarred" }, 700, 146),
      variant("TWINE-RED", { colour: "Signal red" }, 700, 90),
    ],
    art: { shape: "twine" },
  },
]
