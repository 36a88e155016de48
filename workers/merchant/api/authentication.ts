import type { MiddlewareHandler } from "hono"
import type { App } from "../../http/app.ts"
import { problem } from "../../http/problem.ts"
import { mayDo, PERMISSIONS } from "../permissions.ts"
import type { Permission } from "../permissions.ts"
import { readStaff, roleOfToken } from "../staff.ts"

const BEARER = /^Bearer +(\S+)$/i

/**
 * Nobody comes past without a role: that of a bearer token, else that of the console's cookie. A bearer token that is
 * wrong is refused, whatever the cookie says.
 */
export const requireRole: MiddlewareHandler<App> = async (c, next) => {
  const header = c.req.header("authorization")
  const token = header === undefined ? null : (BEARER.exec(header)?.[1] ?? "")
  const role = token === null ? await readStaff(c) : await roleOfToken(c, token)
  if (!role) {
    c.header("www-authenticate", 'Bearer realm="merchant"')
    return problem(c, "unauthorized")
  }
  c.set("role", role)
  return next()
}

/** Put before a route's validation, so that who may not do it learns nothing of how it is done. */
export function allow(permission: Permission): MiddlewareHandler<App> {
  return async (c, next) => {
    const role = c.get("role")
    if (!role || !mayDo(role, permission)) {
      return problem(c, "forbidden", { detail: `This call needs the role ${PERMISSIONS[permission]}.` })
    }
    return next()
  }
}
