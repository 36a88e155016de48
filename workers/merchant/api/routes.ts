import { createRoutes } from "../../http/app.ts"
import { auditRoutes } from "../audit/routes.ts"
import { reconciliationRoutes } from "../reconciliation/routes.ts"
import { parkedRoutes } from "../orders/parked-routes.ts"
import { orderRoutes } from "../orders/routes.ts"
import { requireRole } from "./authentication.ts"
import { deadLetterRoutes } from "./dead-letter-routes.ts"
import { couponRoutes } from "./coupon-routes.ts"
import { invitationRoutes } from "./invitation-routes.ts"
import { mediaRoutes } from "./media-routes.ts"
import { priceRoutes } from "./price-routes.ts"
import { productRoutes } from "./product-routes.ts"
import { saleControlRoutes } from "./sale-control-routes.ts"
import { saleRoutes } from "./sale-routes.ts"
import { stockRoutes } from "./stock-routes.ts"

/** Merchants' calls. Who may make which stands in `permissions.ts`; every one needs a role. */
export const merchantApiRoutes = createRoutes()

merchantApiRoutes.use("/merchant/api/*", requireRole)

merchantApiRoutes.route("/", productRoutes)
merchantApiRoutes.route("/", mediaRoutes)
merchantApiRoutes.route("/", stockRoutes)
merchantApiRoutes.route("/", priceRoutes)
merchantApiRoutes.route("/", couponRoutes)
merchantApiRoutes.route("/", orderRoutes)
merchantApiRoutes.route("/", parkedRoutes)
merchantApiRoutes.route("/", saleRoutes)
merchantApiRoutes.route("/", saleControlRoutes)
merchantApiRoutes.route("/", invitationRoutes)
merchantApiRoutes.route("/", auditRoutes)
merchantApiRoutes.route("/", deadLetterRoutes)
merchantApiRoutes.route("/", reconciliationRoutes)
