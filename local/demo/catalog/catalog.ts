/** The demo shop in one place: what it is called, what it sells, how that looks, and its sale. */
export { drawProduct } from "./art/draw-product.ts"
export { toMerchantProduct } from "./product.ts"
export type { DemoProduct } from "./product.ts"
export { demoProducts, demoShopName } from "./products.ts"
export { demoSale } from "./sale.ts"
export type { DemoSale } from "./sale.ts"
