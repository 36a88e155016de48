/** Every colour the catalog sells, by the name a shopper reads. One pigment gives all tones of a thing. */
const pigments = {
  Tide: "#44788a",
  Oat: "#dccbab",
  Kelp: "#64734a",
  Ember: "#b65c3c",
  Ink: "#2f3d4f",
  Chalk: "#eee8da",
  Clay: "#b88763",
  Mustard: "#d49d31",
  Slate: "#6c7a85",
  Rose: "#c88f84",
  Navy: "#2a3a58",
  Indigo: "#3c4f7c",
  Rust: "#a9552f",
  Sage: "#98a98a",
  Flax: "#cbbb97",
  Peat: "#5a4a40",
  Brass: "#c69c4a",
  Copper: "#b9714b",
  Iron: "#3d4246",
  Zinc: "#9aa4a8",
  Oak: "#c39762",
  Ash: "#dcc096",
  Walnut: "#7d573c",
  Cherry: "#a9683f",
  Willow: "#b08a55",
  Hemp: "#c8b083",
  Tar: "#4a4038",
  Beeswax: "#dda945",
  Ivory: "#f0e4c4",
  Clear: "#cfe2df",
  "Sea green": "#77b09f",
  Smoke: "#868d94",
  Amber: "#cf8f3d",
  "Signal red": "#b33e35",
} as const

export type ColourName = keyof typeof pigments

/** The steps from lit to shadowed of one pigment, as hex colours. */
export type Tones = {
  readonly pale: string
  readonly light: string
  readonly base: string
  readonly shade: string
  readonly deep: string
  readonly line: string
}

export function isColourName(name: string): name is ColourName {
  return Object.hasOwn(pigments, name)
}

export function tonesOf(colour: ColourName): Tones {
  return tonesFrom(pigments[colour])
}

/** Light is warm and shadow is cool in every picture; that is what makes them one family. */
export function tonesFrom(base: string): Tones {
  return {
    pale: mix(base, "#fff7e8", 0.62),
    light: mix(base, "#fff7e8", 0.3),
    base,
    shade: mix(base, "#1b2738", 0.28),
    deep: mix(base, "#141d2c", 0.5),
    line: mix(base, "#121a28", 0.68),
  }
}

/** The colour `share` of the way from one hex colour to another. */
export function mix(from: string, to: string, share: number): string {
  const channel = (hex: string, at: number) => Number.parseInt(hex.slice(at, at + 2), 16)
  const blend = (at: number) => Math.round(channel(from, at) * (1 - share) + channel(to, at) * share)
  return `#${[1, 3, 5].map((at) => blend(at).toString(16).padStart(2, "0")).join("")}`
}
