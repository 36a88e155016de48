import { randomUUID } from "node:crypto"
import type { StackAddresses } from "./running-stack.ts"
import { Clerk, Visitor } from "./wire.ts"

export const EMAIL = "Ann@example.com"

/** A code that no other test has. */
export const codeOf = (name: string) => `${name}-${randomUUID().slice(0, 6).toUpperCase()}`

/** Who sets prices, and who asks for one of an item of a test's own. */
export class PriceDesk {
  readonly owner: Clerk
  readonly staff: Clerk
  readonly viewer: Clerk
  private readonly addresses: StackAddresses
  private readonly sku: string

  constructor(addresses: StackAddresses, sku: string) {
    this.addresses = addresses
    this.sku = sku
    this.owner = new Clerk(addresses)
    this.staff = new Clerk(addresses, "local-staff-token")
    this.viewer = new Clerk(addresses, "local-viewer-token")
  }

  open(change: Record<string, unknown> = {}, shopper = new Visitor(this.addresses)) {
    return shopper.checkout({ items: [{ sku: this.sku, quantity: 1 }], email: EMAIL, ...change })
  }

  async coupon(name: string, terms: Record<string, unknown>): Promise<string> {
    const made = await this.owner.call("POST", `/coupons/${codeOf(name)}`, terms)
    if (made.status !== 201) throw new Error(`no coupon ${name}: ${JSON.stringify(made.body)}`)
    return (made.body as { code: string }).code
  }

  async usesOf(code: string): Promise<number> {
    return (await this.viewer.call<{ uses: number }>("GET", `/coupons/${code}`)).body.uses
  }
}
