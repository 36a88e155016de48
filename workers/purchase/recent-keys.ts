/**
 * The purchases this isolate has seen lately, by key. A ledger knows its own holds, so it refuses a key that comes
 * back with another quantity; a key that comes back with other SKUs meets other ledgers, and is caught here, as long as
 * this isolate remembers. Beyond that, it is a hold of its own: counted, limited and expiring like any other.
 */

/** Keys of one generation; at most twice as many are kept. */
const GENERATION_MAX = 20_000

let young = new Map<string, string>()
let old = new Map<string, string>()

/** True when the key was seen with other content. Remembers it otherwise. */
export function isReused(purchaseKey: string, content: string): boolean {
  const earlier = young.get(purchaseKey) ?? old.get(purchaseKey)
  if (earlier !== undefined) return earlier !== content
  if (young.size >= GENERATION_MAX) {
    old = young
    young = new Map()
  }
  young.set(purchaseKey, content)
  return false
}

/** A purchase that was refused held nothing; its key may come back with other SKUs. */
export function forgetKey(purchaseKey: string): void {
  young.delete(purchaseKey)
  old.delete(purchaseKey)
}
