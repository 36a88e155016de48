/**
 * The search for a proof of work: a counter such that SHA-256(nonce + ":" + counter) begins with so many zero bits. Runs
 * in the browser, a million times, where WebCrypto costs a promise for each digest; so the hash is done here, over the
 * last block alone, for the nonce before it never changes.
 */

const BLOCK_BYTES = 64
const LENGTH_BYTES = 8

/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes (FIPS 180-4). */
const ROUND_CONSTANTS = primeRoots(64, 1 / 3)
/** The same of the square roots of the first eight. */
const START = primeRoots(8, 1 / 2)

function primeRoots(count: number, power: number): Int32Array {
  const roots: number[] = []
  for (let candidate = 2; roots.length < count; candidate++) {
    let prime = true
    for (let divisor = 2; divisor * divisor <= candidate; divisor++)
      if (candidate % divisor === 0) prime = false
    if (prime) roots.push(((candidate ** power % 1) * 2 ** 32) | 0)
  }
  return Int32Array.from(roots)
}

const schedule = new Int32Array(64)

/** One round of SHA-256 over the block at `at`, into `state`. */
function compress(state: Int32Array, block: DataView, at: number): void {
  const w = schedule
  for (let i = 0; i < 16; i++) w[i] = block.getInt32(at + i * 4)
  for (let i = 16; i < 64; i++) {
    const [a, b] = [w[i - 15] ?? 0, w[i - 2] ?? 0]
    const s0 = ((a >>> 7) | (a << 25)) ^ ((a >>> 18) | (a << 14)) ^ (a >>> 3)
    const s1 = ((b >>> 17) | (b << 15)) ^ ((b >>> 19) | (b << 13)) ^ (b >>> 10)
    w[i] = ((w[i - 16] ?? 0) + s0 + (w[i - 7] ?? 0) + s1) | 0
  }
  let a = state[0] ?? 0
  let b = state[1] ?? 0
  let c = state[2] ?? 0
  let d = state[3] ?? 0
  let e = state[4] ?? 0
  let f = state[5] ?? 0
  let g = state[6] ?? 0
  let h = state[7] ?? 0
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (ROUND_CONSTANTS[i] ?? 0) + (w[i] ?? 0)) | 0
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + t1) | 0
    d = c
    c = b
    b = a
    a = (t1 + t2) | 0
  }
  state[0] = ((state[0] ?? 0) + a) | 0
  state[1] = ((state[1] ?? 0) + b) | 0
  state[2] = ((state[2] ?? 0) + c) | 0
  state[3] = ((state[3] ?? 0) + d) | 0
  state[4] = ((state[4] ?? 0) + e) | 0
  state[5] = ((state[5] ?? 0) + f) | 0
  state[6] = ((state[6] ?? 0) + g) | 0
  state[7] = ((state[7] ?? 0) + h) | 0
}

/** Digests of `nonce:counter`, as eight words that the next call overwrites. */
export function digestsOf(nonce: string): (counter: number) => Int32Array {
  const prefix = new TextEncoder().encode(`${nonce}:`)
  const whole = prefix.length - (prefix.length % BLOCK_BYTES)
  const middle = Int32Array.from(START)
  const given = new DataView(prefix.buffer, prefix.byteOffset, prefix.length)
  for (let at = 0; at < whole; at += BLOCK_BYTES) compress(middle, given, at)
  const rest = prefix.subarray(whole)
  const tail = new Uint8Array(2 * BLOCK_BYTES)
  const view = new DataView(tail.buffer)
  const state = new Int32Array(8)
  return (counter) => {
    const digits = String(counter)
    const used = rest.length + digits.length
    const bytes = used + 1 + LENGTH_BYTES <= BLOCK_BYTES ? BLOCK_BYTES : 2 * BLOCK_BYTES
    tail.fill(0)
    tail.set(rest)
    for (let i = 0; i < digits.length; i++) tail[rest.length + i] = digits.charCodeAt(i)
    tail[used] = 0x80
    view.setUint32(bytes - 4, (whole + used) * 8)
    state.set(middle)
    for (let at = 0; at < bytes; at += BLOCK_BYTES) compress(state, view, at)
    return state
  }
}

/** How many bits of a digest are zero before the first that is not. */
export function leadingZeroBits(words: Iterable<number>): number {
  let zeros = 0
  for (const word of words) {
    zeros += Math.clz32(word)
    if (word !== 0) break
  }
  return zeros
}

/** The first counter from `from` on that proves the work; null when none of `count` does. */
export function searchProof(
  nonce: string,
  bits: number,
  { from, count }: { from: number; count: number },
): number | null {
  const digestOf = digestsOf(nonce)
  for (let counter = from; counter < from + count; counter++) {
    if (leadingZeroBits(digestOf(counter)) >= bits) return counter
  }
  return null
}
