import { describe, expect, it } from "vitest"
import { mayDo, PERMISSIONS } from "./permissions.ts"
import type { Permission } from "./permissions.ts"
import { digestOf, findRole } from "./staff.ts"

const ALL = Object.keys(PERMISSIONS) as Permission[]

describe("the table of roles", () => {
  it("lets owners do all", () => {
    expect(ALL.every((permission) => mayDo("owner", permission))).toBe(true)
  })

  it("lets staff keep products, stock, orders and dead letters and stop a sale, but not set prices, or schedule, change, replenish or end a sale, or invite", () => {
    const refused = ALL.filter((permission) => !mayDo("staff", permission))
    expect(refused.toSorted()).toEqual([
      "coupons.write",
      "prices.write",
      "sales.change",
      "sales.end",
      "sales.invite",
      "sales.replenish",
      "sales.schedule",
    ])
  })

  it("lets viewers look and nothing else", () => {
    const allowed = ALL.filter((permission) => mayDo("viewer", permission))
    expect(allowed.toSorted()).toEqual([
      "coupons.read",
      "orders.read",
      "prices.read",
      "products.read",
      "sales.audit",
      "sales.read",
      "stock.read",
    ])
  })
})

describe("a token's role", () => {
  it("is that of the same token, whatever stands before and after it", async () => {
    const known = [
      { role: "owner" as const, digest: await digestOf("owner-token") },
      { role: "viewer" as const, digest: await digestOf("viewer-token") },
    ]
    expect(findRole(known, await digestOf("owner-token"))).toBe("owner")
    expect(findRole(known, await digestOf("viewer-token"))).toBe("viewer")
    expect(findRole(known, await digestOf("owner-tokeN"))).toBeNull()
    expect(findRole([], await digestOf("owner-token"))).toBeNull()
  })
})
