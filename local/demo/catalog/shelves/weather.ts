import { variant } from "../product.ts"
import type { DemoProduct } from "../product.ts"

const brand = "Weatherhaaf"
const origin = "Galicia, Spain"

export const weather: readonly DemoProduct[] = [
  {
    slug: "harbour-oilskin",
    title: "Harbour Oilskin",
    description:
      "A coat of close-woven cotton, proofed with oil and wax and lined to the elbow. Four steel clasps that can be worked in gloves, a storm flap behind them, and pockets with drain holes, since they will fill. Cut straight so it goes over a jersey. It stiffens in the cold and eases on the body. Re-wax it every second autumn.",
    brand,
    category: ["Weather", "Coats"],
    attributes: {
      material: "Waxed cotton, corduroy collar",
      origin,
      care: "Sponge cold; never machine wash",
      fit: "Roomy",
    },
    status: "active",
    variants: [
      variant("OILSKIN-MUSTARD-M", { colour: "Mustard", size: "M" }, 34000, 22),
      variant("OILSKIN-MUSTARD-L", { colour: "Mustard", size: "L" }, 34000, 27),
      variant("OILSKIN-NAVY-M", { colour: "Navy", size: "M" }, 34000, 20),
      variant("OILSKIN-RUST-L", { colour: "Rust", size: "L", trim: "Navy" }, 34000, 3),
    ],
    art: { shape: "oilskin", trim: "Peat" },
  },
  {
    slug: "southwest-hat",
    title: "Southwest Hat",
    description:
      "The old fisherman’s rain hat: long brim behind to send the water past your collar, short in front so you can see the ropes. Six panels, taped seams, stitched brim that can be turned up. Flannel earflaps fold out from inside, and the cord ties under the chin. Proofed cotton, 130 g. One size, drawn in at the back.",
    brand,
    category: ["Weather", "Hats"],
    attributes: {
      material: "Proofed cotton, flannel lining",
      origin,
      care: "Sponge cold",
      size: "56 to 60 cm",
    },
    status: "active",
    variants: [
      variant("HAT-SW-MUSTARD", { colour: "Mustard" }, 5800, 42),
      variant("HAT-SW-KELP", { colour: "Kelp" }, 5800, 38),
    ],
    art: { shape: "souwester", trim: "Peat" },
  },
  {
    slug: "landing-gansey",
    title: "Landing Gansey",
    description:
      "A close-fitting jersey knitted in the round from hard-spun five-ply, so tight that drizzle stays on the outside. Plain below and patterned above, with three cables, because the chest is where it must be warm. No seams to come apart; the cuffs are knitted downward, so they can be pulled out and done again when they wear through.",
    brand,
    category: ["Weather", "Knitwear"],
    attributes: {
      material: "Worsted wool, five-ply",
      origin: "Donegal, Ireland",
      care: "Wash by hand, dry flat",
      fit: "Close",
    },
    status: "active",
    variants: [
      variant("GANSEY-NAVY-S", { colour: "Navy", size: "S" }, 19500, 20),
      variant("GANSEY-NAVY-M", { colour: "Navy", size: "M" }, 19500, 34),
      variant("GANSEY-NAVY-L", { colour: "Navy", size: "L" }, 19500, 6),
      variant("GANSEY-OAT-M", { colour: "Oat", size: "M" }, 19500, 24),
    ],
    art: { shape: "gansey" },
  },
  {
    slug: "night-watch-cap",
    title: "Night Watch Cap",
    description:
      "A ribbed cap knitted double, with a cuff that comes down over the ears or up out of the way. The crown closes in eight wedges and lies flat under a hood. Lambswool, washed before knitting so it has already shrunk as far as it will. Weighs 85 g and keeps its shape in a pocket.",
    brand,
    category: ["Weather", "Hats"],
    attributes: {
      material: "Lambswool",
      origin: "Donegal, Ireland",
      care: "Wash by hand, dry flat",
      size: "One size",
    },
    status: "active",
    variants: [
      variant("CAP-WATCH-KELP", { colour: "Kelp" }, 3600, 95),
      variant("CAP-WATCH-RUST", { colour: "Rust" }, 3600, 80),
      variant("CAP-WATCH-NAVY", { colour: "Navy" }, 3600, 112),
      variant("CAP-WATCH-OAT", { colour: "Oat" }, 3600, 0),
    ],
    art: { shape: "watchCap" },
  },
  {
    slug: "sea-boot-socks",
    title: "Sea-Boot Socks",
    description:
      "Long socks that stand above the boot and fold over it. Looped inside at foot and shin, where it counts, and flat at the toe, so there is no seam to stand on. Heel and toe are knitted in a second yarn, for strength and so you find the right way round in the dark. Wool with a little nylon at the wear points.",
    brand,
    category: ["Weather", "Knitwear"],
    attributes: {
      material: "88 % wool, 12 % nylon",
      origin: "Donegal, Ireland",
      care: "Wash at 30 °C, wool programme",
    },
    status: "active",
    variants: [
      variant("SOCKS-BOOT-MUSTARD-S", { colour: "Mustard", size: "36 to 40", trim: "Peat" }, 2400, 130),
      variant("SOCKS-BOOT-MUSTARD-L", { colour: "Mustard", size: "41 to 45", trim: "Peat" }, 2400, 144),
      variant("SOCKS-BOOT-FLAX-L", { colour: "Flax", size: "41 to 45", trim: "Signal red" }, 2400, 70),
    ],
    art: { shape: "bootSocks" },
  },
  {
    slug: "slipway-boots",
    title: "Slipway Boots",
    description:
      "Natural rubber boots built by hand from eleven pieces over a cotton lining. The sole is cut into fine waves that hold on wet weed, and the heel has a ledge to push the other boot off with. Calf height, 28 cm, wide enough for thick socks. A white bloom on new rubber is normal; a drop of oil takes it away.",
    brand,
    category: ["Weather", "Boots"],
    attributes: {
      material: "Natural rubber, cotton lining",
      origin,
      care: "Rinse with fresh water, keep from the sun",
    },
    status: "active",
    variants: [
      variant("BOOTS-SLIP-KELP-38", { colour: "Kelp", size: "38" }, 12900, 24),
      variant("BOOTS-SLIP-KELP-42", { colour: "Kelp", size: "42" }, 12900, 36),
      variant("BOOTS-SLIP-MUSTARD-40", { colour: "Mustard", size: "40" }, 12900, 5),
    ],
    art: { shape: "deckBoots", trim: "Peat" },
  },
]
