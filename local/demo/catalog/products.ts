import type { DemoProduct } from "./product.ts"
import { cloth } from "./shelves/cloth.ts"
import { enamel } from "./shelves/enamel.ts"
import { glass } from "./shelves/glass.ts"
import { light } from "./shelves/light.ts"
import { quay } from "./shelves/quay.ts"
import { stoneware } from "./shelves/stoneware.ts"
import { weather } from "./shelves/weather.ts"
import { wood } from "./shelves/wood.ts"

export const demoShopName = "Harbour & Kiln"

/** Everything the demo shop sells, shelf by shelf. */
export const demoProducts: readonly DemoProduct[] = [
  ...stoneware,
  ...light,
  ...glass,
  ...enamel,
  ...wood,
  ...cloth,
  ...weather,
  ...quay,
]
