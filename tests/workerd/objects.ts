export { ArrivalShard } from "../../durable-objects/arrivals/object.ts"
export { CheckoutLane } from "../../durable-objects/checkout/object.ts"
export { Coupon } from "../../durable-objects/prices/coupon/object.ts"
export { ShopPrices } from "../../durable-objects/prices/object.ts"
export { PaymentGate } from "../../durable-objects/payment-gate/object.ts"
export { Reconciler } from "../../durable-objects/reconciler/object.ts"
export { RoomObject } from "../../durable-objects/room/object.ts"
export { StockLane } from "../../durable-objects/stock/lease/lane-object.ts"
export { StockObject } from "../../durable-objects/stock/object.ts"

export default {
  fetch: () => new Response("The objects under test; there is nothing to fetch here."),
}
