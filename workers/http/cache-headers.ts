/** Every Cache-Control that Spillway sends. Workers Cache keeps what says `public`, whoever asks, so nothing personal may. */
export const CACHE_CONTROL = {
  /** The default: personal, or true only now. */
  never: "no-store",
  /** A sale's board: ten million readers cost the origin what ten thousand cost. */
  board: "public, max-age=1",
  /** Catalog pages and lists: seconds old at most in good times, a day old when Postgres is away. */
  catalog: "public, max-age=5, stale-while-revalidate=60, stale-if-error=86400",
  /** Facts of one sale: phase and bands move. */
  sale: "public, max-age=2, stale-while-revalidate=10",
  /** A draw that is over: only its count of late ones may still change, for some seconds. */
  drawn: "public, max-age=60",
  /** Content under a name that carries its hash. */
  immutable: "public, max-age=31536000, immutable",
  /** The contract: it changes with a deployment. */
  document: "public, max-age=300",
} as const
