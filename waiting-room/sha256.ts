/**
 * SHA-256 that answers at once. WebCrypto's costs a promise for each of the millions of small hashes of a tree, which
 * is several times what the hash itself costs, and Workers have no other without Node's compatibility layer.
 */

/** First 32 bits of the fractional parts of the cube roots of the first 64 primes (FIPS 180-4). */
const ROUND_CONSTANTS = fractionsOf(64, Math.cbrt)

/** The same of the square roots of the first eight. */
const START = fractionsOf(8, Math.sqrt)

const BLOCK_BYTES = 64
export const DIGEST_BYTES = 32

const words = new Int32Array(64)
const state = new Int32Array(8)

const encoder = new TextEncoder()

/** The digest of bytes, or of a text as UTF-8. */
export function sha256(message: Uint8Array | string): Uint8Array {
  const bytes = typeof message === "string" ? encoder.encode(message) : message
  const digest = new Uint8Array(DIGEST_BYTES)
  sha256Into(bytes, digest, 0)
  return digest
}

/** Writes the digest into `out` at `offset`, so that a tree of a million makes no million arrays. */
export function sha256Into(bytes: Uint8Array, out: Uint8Array, offset: number): void {
  state.set(START)
  const { length } = bytes
  let at = 0
  for (; at + BLOCK_BYTES <= length; at += BLOCK_BYTES) {
    for (let i = 0, byte = at; i < 16; i++, byte += 4) words[i] = wordAt(bytes, byte)
    compress()
  }
  // The rest, a single 1 bit, zeros, and the length in bits: one block, or two where the length does not fit.
  words.fill(0, 0, 16)
  for (let i = at; i < length; i++) addByte(i - at, bytes[i] ?? 0)
  addByte(length - at, 0x80)
  if (length - at >= BLOCK_BYTES - 8) {
    compress()
    words.fill(0, 0, 16)
  }
  words[14] = Math.floor(length / 2 ** 29)
  words[15] = length << 3
  compress()
  for (let i = 0; i < DIGEST_BYTES; i++) out[offset + i] = (state[i >> 2] ?? 0) >>> (24 - (i & 3) * 8)
}

export function hexOf(bytes: Uint8Array): string {
  let text = ""
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0")
  return text
}

/** Null when the text is not lower-case hex of whole bytes. */
export function bytesOfHex(text: string): Uint8Array | null {
  if (text.length % 2 === 1 || !/^[0-9a-f]*$/.test(text)) return null
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => parseInt(text.slice(2 * i, 2 * i + 2), 16))
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] ?? 0) << 24) |
    ((bytes[at + 1] ?? 0) << 16) |
    ((bytes[at + 2] ?? 0) << 8) |
    (bytes[at + 3] ?? 0)
  )
}

function addByte(index: number, byte: number): void {
  words[index >> 2] = (words[index >> 2] ?? 0) | (byte << (24 - (index & 3) * 8))
}

function compress(): void {
  const w = words as unknown as number[] // Indices below are all in range; `?? 0` would stand on every one of them.
  for (let i = 16; i < 64; i++) {
    const a = w[i - 15] as number
    const b = w[i - 2] as number
    const s0 = ((a >>> 7) | (a << 25)) ^ ((a >>> 18) | (a << 14)) ^ (a >>> 3)
    const s1 = ((b >>> 17) | (b << 15)) ^ ((b >>> 19) | (b << 13)) ^ (b >>> 10)
    w[i] = ((w[i - 16] as number) + s0 + (w[i - 7] as number) + s1) | 0
  }
  const s = state as unknown as number[]
  let a = s[0] as number
  let b = s[1] as number
  let c = s[2] as number
  let d = s[3] as number
  let e = s[4] as number
  let f = s[5] as number
  let g = s[6] as number
  let h = s[7] as number
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))
    const choice = (e & f) ^ (~e & g)
    const t1 = (h + s1 + choice + (ROUND_CONSTANTS[i] as number) + (w[i] as number)) | 0
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))
    const majority = (a & b) ^ (a & c) ^ (b & c)
    h = g
    g = f
    f = e
    e = (d + t1) | 0
    d = c
    c = b
    b = a
    a = (t1 + s0 + majority) | 0
  }
  s[0] = (s[0] as number) + a
  s[1] = (s[1] as number) + b
  s[2] = (s[2] as number) + c
  s[3] = (s[3] as number) + d
  s[4] = (s[4] as number) + e
  s[5] = (s[5] as number) + f
  s[6] = (s[6] as number) + g
  s[7] = (s[7] as number) + h
}

function fractionsOf(count: number, root: (prime: number) => number): Int32Array {
  const fractions = new Int32Array(count)
  let found = 0
  for (let candidate = 2; found < count; candidate++) {
    let prime = true
    for (let divisor = 2; divisor * divisor <= candidate; divisor++) prime &&= candidate % divisor !== 0
    if (prime) fractions[found++] = ((root(candidate) % 1) * 2 ** 32) | 0
  }
  return fractions
}
