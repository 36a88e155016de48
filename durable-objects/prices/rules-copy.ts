import { PRICE_RULES_AGE_MS } from "./contract.ts"
import type { PriceRules } from "./contract.ts"

/** While the rules do not answer, a copy serves for this long: what it asks for was right ten minutes ago. */
const COPY_AGE_MAX_MS = 600_000

/** Whoever finds the copy too old reads it again; the others go on with it for this long meanwhile. */
const READING_MS = 5_000

/** The shop's rules as a lane or an isolate remembers them. */
export class RulesCopy {
  private copy: { rules: PriceRules; readAtMs: number } | null = null
  private readAgainAtMs = 0

  /** Throws what `read` throws, when there is no copy that may still be used. */
  async get(read: () => Promise<PriceRules>, now: () => number): Promise<PriceRules> {
    if (this.copy && now() < this.readAgainAtMs) return this.copy.rules
    this.readAgainAtMs = now() + READING_MS
    try {
      const rules = await read()
      this.copy = { rules, readAtMs: now() }
      this.readAgainAtMs = now() + PRICE_RULES_AGE_MS
      return rules
    } catch (error) {
      if (this.copy && now() - this.copy.readAtMs <= COPY_AGE_MAX_MS) return this.copy.rules
      throw error
    }
  }

  /** What was read is known to be old: it is read again before it is used. */
  forget(): void {
    this.copy = null
  }
}
