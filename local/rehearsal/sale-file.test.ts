import { expect, test } from "vitest"
import { readSaleKnobs } from "./sale-file.ts"

const opensAtMs = 1_800_000_000_000

const sale = {
  slug: "vase",
  title: "Vase",
  opensAtMs,
  closesAtMs: opensAtMs + 3_600_000,
  items: [{ sku: "VASE", allotment: 50, salePriceCents: 100, perCustomerLimit: 1 }],
  admission: { perMinute: 60, maxActive: 20, passMinutes: 5 },
  holdSeconds: 300,
}

const read = (change: object) => readSaleKnobs(JSON.stringify({ ...sale, ...change }))

test("a sale's file says how it is rehearsed, as the merchant API would schedule it", () => {
  const knobs = { mode: "lottery", stock: 50, perMinute: 60, maxActive: 20, passMinutes: 5, minutes: 60 }
  expect(read({})).toMatchObject({ ok: true, knobs, hasEarlyAccess: false })
  const firstCome = { ...sale.admission, mode: "first_come" }
  expect(read({ admission: firstCome })).toMatchObject({ knobs: { mode: "first_come", waitingMinutes: 10 } })
  const early = { admission: firstCome, waitingOpensAtMs: opensAtMs - 2_700_000 }
  expect(read(early)).toMatchObject({ knobs: { waitingMinutes: 45 } })
  const draw = { ...sale.admission, mode: "draw", drawFactor: 3, turnMinutes: 30 }
  expect(read({ admission: draw })).toMatchObject({ knobs: { mode: "draw", drawFactor: 3, turnMinutes: 30 } })
  const invited = { earlyAccess: { opensAtMs: opensAtMs - 60_000 } }
  expect(read(invited)).toMatchObject({ ok: true, hasEarlyAccess: true })
})

test("a file that is no sale says everything that is wrong with it", () => {
  expect(readSaleKnobs("{")).toEqual({ ok: false, errors: ["is no JSON"] })
  expect(read({ waitingOpensAtMs: opensAtMs + 1, closesAtMs: opensAtMs })).toEqual({
    ok: false,
    errors: [
      "closesAtMs: The sale would close before it opens.",
      "waitingOpensAtMs: The line would open after the sale does.",
    ],
  })
})
