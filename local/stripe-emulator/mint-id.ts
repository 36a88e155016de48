/** Ids like Stripe's: a prefix and letters and digits that nobody can guess. */
import { randomFillSync } from "node:crypto"

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
/** 24 characters of 62 are more than 140 bits. */
const LENGTH = 24

/** Random bytes are drawn for many ids at once: each call to the system costs more than the bytes. */
const pool = Buffer.alloc(LENGTH * 256)
let used = pool.length

/** A new id, `pi_…` for the prefix `pi`. */
export function mintId(prefix: string): string {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  let id = `${prefix}_`
  // The remainder favours the first letters of the alphabet a little; 140 bits can spare it.
  for (const byte of pool.subarray(used, used + LENGTH)) id += ALPHABET[byte % ALPHABET.length] ?? ""
  used += LENGTH
  return id
}
