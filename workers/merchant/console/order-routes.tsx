import { Hono } from "hono"
import type { Context } from "hono"
import type { ContentfulStatusCode } from "hono/utils/http-status"
import type { Role } from "../../environment.ts"
import type { App } from "../../http/app.ts"
import { limitBody } from "../../http/app.ts"
import { answerPage, siteOf } from "../../storefront/routes/answer.ts"
import { FORM_BYTES_MAX, readForm } from "../../storefront/routes/read-form.ts"
import type { Parking } from "../orders/parked-schemas.ts"
import type { MerchantOrder } from "../orders/schemas.ts"
import { readStaff } from "../staff.ts"
import { answerTrouble } from "./answer-trouble.tsx"
import { callApi } from "./call-api.ts"
import { ConfirmRefund, ConfirmWithdrawal } from "./order-confirm.tsx"
import { actionsFor, readRefundForm } from "./order-decision.ts"
import type { RefundForm } from "./order-decision.ts"
import { OrderList } from "./order-list-page.tsx"
import type { ListedOrder, OrderSearch } from "./order-list-page.tsx"
import { OrderPage } from "./order-page.tsx"
import { readParkedOrders } from "./parked-routes.tsx"

/** The console's pages of orders. They show what the merchant's API answers, and press its buttons. */
export const consoleOrders = new Hono<App>()

const ORDER = "/merchant/orders/:orderId{ord_[A-Za-z0-9_-]+}"
const PAGE_ORDERS = 50

consoleOrders.get("/merchant/orders", async (c) => {
  const role = await readStaff(c)
  if (!role) return c.redirect("/merchant", 303)
  const asked = (name: string) => c.req.query(name)?.trim() ?? ""
  const search: OrderSearch = {
    status: asked("status"),
    email: asked("email"),
    orderNumber: asked("orderNumber"),
    saleId: asked("saleId"),
  }
  const cursor = asked("cursor")
  const query = queryOf({ ...search, cursor, limit: String(PAGE_ORDERS) })
  const [list, parked] = await Promise.all([
    callApi<{ items: ListedOrder[]; nextCursor: string | null }>(c, "GET", `/orders?${query}`),
    readParkedOrders(c, ""),
  ])
  if (!list.ok && list.status !== 422) return answerTrouble(c, list)
  const { items, nextCursor } = list.ok ? list.body : { items: [], nextCursor: null }
  const page = (
    <OrderList
      site={siteOf(c)}
      role={role}
      orders={items}
      search={search}
      olderHref={nextCursor && `/merchant/orders?${queryOf({ ...search, cursor: nextCursor })}`}
      goesOn={cursor !== ""}
      trouble={list.ok ? null : list.detail}
      parked={parked.ok ? parked.body.items.length : 0}
    />
  )
  return answerPage(c, page, list.ok ? {} : { status: 422 })
})

consoleOrders.get(ORDER, async (c) => {
  const role = await readStaff(c)
  return role ? answerOrder(c, role, c.req.param("orderId")) : c.redirect("/merchant", 303)
})

consoleOrders.get(`${ORDER}/refund`, async (c) => {
  const role = await readStaff(c)
  if (!role) return c.redirect("/merchant", 303)
  const order = await readOrder(c, c.req.param("orderId"))
  if (!order.ok) return answerTrouble(c, order)
  const form = readRefundForm(c.req.query(), order.body)
  if (!form.refund) return answerOrder(c, role, order.body.orderId, { status: 422, refundForm: form })
  const page = (
    <ConfirmRefund
      site={siteOf(c)}
      role={role}
      order={order.body}
      form={form}
      refund={form.refund}
      idempotencyKey={crypto.randomUUID()}
    />
  )
  return answerPage(c, page)
})

consoleOrders.get(`${ORDER}/cancel`, async (c) => {
  const role = await readStaff(c)
  if (!role) return c.redirect("/merchant", 303)
  const order = await readOrder(c, c.req.param("orderId"))
  if (!order.ok) return answerTrouble(c, order)
  const kind = actionsFor(order.body, role).withdraw
  if (kind === null) return c.redirect(`/merchant/orders/${order.body.orderId}`, 303)
  return answerPage(c, <ConfirmWithdrawal site={siteOf(c)} role={role} order={order.body} kind={kind} />)
})

consoleOrders.post(`${ORDER}/:verb{ship|deliver|cancel|refund}`, limitBody(FORM_BYTES_MAX), async (c) => {
  const role = await readStaff(c)
  if (!role) return c.redirect("/merchant", 303)
  const { orderId, verb } = c.req.param()
  const body = bodyOf(verb ?? "", await readForm(c))
  const done = await callApi<MerchantOrder>(c, "POST", `/orders/${orderId}/${verb}`, body)
  if (done.ok) return c.redirect(`/merchant/orders/${orderId}`, 303)
  return answerOrder(c, role, orderId ?? "", { status: done.status, trouble: done.detail })
})

/** The form as the API's call has it. */
function bodyOf(verb: string, fields: Record<string, string>): object | undefined {
  if (verb === "ship")
    return { carrier: fields["carrier"] ?? "", trackingNumber: fields["trackingNumber"] ?? "" }
  if (verb !== "refund") return undefined
  const lines = Object.entries(fields)
    .filter(([name, units]) => name.startsWith("back.") && Number(units) > 0)
    .map(([name, units]) => ({ sku: name.slice("back.".length), quantity: Number(units) }))
  return {
    amountCents: Number(fields["amountCents"]),
    idempotencyKey: fields["idempotencyKey"] ?? "",
    ...(lines.length > 0 && { restock: true, lines }),
  }
}

async function answerOrder(
  c: Context<App>,
  role: Role,
  orderId: string,
  refused: { status: number; trouble?: string; refundForm?: RefundForm } | null = null,
): Promise<Response> {
  const [order, parking] = await Promise.all([
    readOrder(c, orderId),
    callApi<Parking>(c, "GET", `/parked-orders/${orderId}`),
  ])
  if (!order.ok) return answerTrouble(c, order)
  if (!parking.ok) return answerTrouble(c, parking)
  const page = (
    <OrderPage
      site={siteOf(c)}
      role={role}
      order={order.body}
      parking={parking.body}
      trouble={refused?.trouble ?? null}
      refundForm={refused?.refundForm ?? null}
    />
  )
  return answerPage(c, page, refused ? { status: refused.status as ContentfulStatusCode } : {})
}

function readOrder(c: Context<App>, orderId: string) {
  return callApi<MerchantOrder>(c, "GET", `/orders/${orderId}`)
}

/** Those that say something. */
function queryOf(fields: Record<string, string>): string {
  return new URLSearchParams(Object.entries(fields).filter(([, value]) => value !== "")).toString()
}
