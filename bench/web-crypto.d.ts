import type { webcrypto } from "node:crypto"

declare global {
  /** Global on workerd and in browsers; Node has it as a value, and its type elsewhere. */
  interface CryptoKey extends webcrypto.CryptoKey {}
}
