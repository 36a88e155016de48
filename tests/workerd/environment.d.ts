/** The bindings of `wrangler.toml` beside this file. */
declare namespace Cloudflare {
  interface Env {
    STOCK: DurableObjectNamespace<import("../../durable-objects/stock/object.ts").StockObject>
    STOCK_LANES: DurableObjectNamespace<import("../../durable-objects/stock/lease/lane-object.ts").StockLane>
    CHECKOUT: DurableObjectNamespace<import("../../durable-objects/checkout/object.ts").CheckoutLane>
    ARRIVALS: DurableObjectNamespace<import("../../durable-objects/arrivals/object.ts").ArrivalShard>
    PRICES: DurableObjectNamespace<import("../../durable-objects/prices/object.ts").ShopPrices>
    COUPONS: DurableObjectNamespace<import("../../durable-objects/prices/coupon/object.ts").Coupon>
    PAYMENT_GATE: DurableObjectNamespace<import("../../durable-objects/payment-gate/object.ts").PaymentGate>
    RECONCILER: DurableObjectNamespace<import("../../durable-objects/reconciler/object.ts").Reconciler>
    ROOM: DurableObjectNamespace<import("../../durable-objects/room/object.ts").RoomObject>
  }
}
