import type { Role } from "../environment.ts"

/**
 * The one table of who may do what. Roles build on each other: staff may do all that viewers may, owners all.
 * Staff keep the shop, send and refund orders, and can stop a sale that goes wrong; only owners decide what is sold when, and for how much.
 */
export const PERMISSIONS = {
  "operations.reconcile": "staff",
  "products.read": "viewer",
  "products.write": "staff",
  "media.write": "staff",
  "stock.read": "viewer",
  "stock.write": "staff",
  "dead_letters.read": "staff", // They have addresses and e-mails in them.
  "dead_letters.replay": "staff",
  "prices.read": "viewer",
  "prices.write": "owner",
  "coupons.read": "viewer",
  "coupons.write": "owner",
  "orders.read": "viewer",
  "orders.fulfil": "staff",
  "orders.refund": "staff",
  "orders.unpark": "staff",
  "sales.read": "viewer",
  "sales.audit": "viewer",
  "sales.pause": "staff",
  "sales.schedule": "owner",
  "sales.change": "owner",
  "sales.invite": "owner",
  "sales.replenish": "owner",
  "sales.end": "owner",
} as const satisfies Record<string, Role>

export type Permission = keyof typeof PERMISSIONS

const RANK: Record<Role, number> = { viewer: 0, staff: 1, owner: 2 }

export function mayDo(role: Role, permission: Permission): boolean {
  return RANK[role] >= RANK[PERMISSIONS[permission]]
}
