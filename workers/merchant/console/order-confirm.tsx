import type { Role } from "../../environment.ts"
import { Button } from "../../storefront/components/button.tsx"
import type { Site } from "../../storefront/site.ts"
import { formatCount, formatMoney } from "../../storefront/words/money.ts"
import type { MerchantOrder } from "../orders/schemas.ts"
import { ConsoleLayout } from "./layout.tsx"
import { leftCents } from "./order-decision.ts"
import type { RefundForm } from "./order-decision.ts"

/** What cannot be undone is asked for once more, on a page of its own. */

export function ConfirmRefund(props: {
  site: Site
  role: Role
  order: MerchantOrder
  form: RefundForm
  refund: NonNullable<RefundForm["refund"]>
  /** Made with this page: pressing twice, or coming back to it, refunds once. */
  idempotencyKey: string
}) {
  const { site, role, order, form, refund } = props
  const money = (cents: number) => formatMoney(cents, order.currency)
  const isAll = refund.amountCents === leftCents(order)
  const title = `Give back ${money(refund.amountCents)}?`
  return (
    <ConsoleLayout site={site} title={title} role={role}>
      <div class="flow bounds--narrow">
        <h1>{title}</h1>
        <p>
          Order {order.orderNumber}, for {order.email}.{" "}
          {isAll
            ? "That is all that is left of its payment: the order is refunded then."
            : `${money(leftCents(order) - refund.amountCents)} of its payment stay.`}
        </p>
        {refund.lines.length === 0 ? (
          <p>No units go back on sale.</p>
        ) : (
          <>
            <p>Back on sale:</p>
            <ul>
              {refund.lines.map(({ sku, quantity }) => (
                <li>
                  {formatCount(quantity)} of {sku}
                </li>
              ))}
            </ul>
          </>
        )}
        <p class="soft">This cannot be undone. Banks take up to ten days to show it.</p>
        <form method="post" action={`/merchant/orders/${order.orderId}/refund`} data-once="">
          <input type="hidden" name="idempotencyKey" value={props.idempotencyKey} />
          <input type="hidden" name="amountCents" value={String(refund.amountCents)} />
          {Object.entries(form.back).map(([sku, units]) => (
            <input type="hidden" name={`back.${sku}`} value={units} />
          ))}
          <Button tone="lost">Give it back</Button>
        </form>
        <LeaveIt order={order} />
      </div>
    </ConsoleLayout>
  )
}

export function ConfirmWithdrawal({
  site,
  role,
  order,
  kind,
}: {
  site: Site
  role: Role
  order: MerchantOrder
  kind: "cancel" | "refund"
}) {
  const title = `Withdraw order ${order.orderNumber}?`
  const words =
    kind === "cancel"
      ? "It is not paid. What it holds goes back on sale, and it can’t be paid any more."
      : `${formatMoney(leftCents(order), order.currency)} go back to ${order.email}, and all of its units go back on sale.`
  return (
    <ConsoleLayout site={site} title={title} role={role}>
      <div class="flow bounds--narrow">
        <h1>{title}</h1>
        <p>{words} This cannot be undone.</p>
        <form method="post" action={`/merchant/orders/${order.orderId}/cancel`} data-once="">
          <Button tone="lost">Withdraw the order</Button>
        </form>
        <LeaveIt order={order} />
      </div>
    </ConsoleLayout>
  )
}

function LeaveIt({ order }: { order: MerchantOrder }) {
  return (
    <p>
      <a href={`/merchant/orders/${order.orderId}`}>Leave it as it is</a>
    </p>
  )
}
