/** The calls on taxes. Parameters that are not read are refused. */
import type { Answer, Call, Desk } from "./desk.ts"
import { ok, refused } from "./desk.ts"
import { RequestFailure, invalidRequest, resourceMissing } from "./errors.ts"
import { MAX_LIMIT, readPage } from "./lists.ts"
import { checkCurrency } from "./money.ts"
import type { ParamReader } from "./params.ts"
import { CALCULATION_LIFETIME_MS, taxed } from "./tax-decisions.ts"
import { DEFAULT_CODE, DEFAULT_SHIPPING_CODE, isPrecise, isTaxCode } from "./tax-rates.ts"
import type { TaxPlace } from "./tax-rates.ts"
import { attemptsOf } from "./tax-recording.ts"
import type { CalculationRecord } from "./tax-records.ts"
import { associationView, calculationLinesView, calculationView, transactionView } from "./tax-views.ts"

/** Stripe's limit for the lines of a calculation. */
const LINES_MAX = 100

/** Stripe's limit for a line's own name, in characters. */
const REFERENCE_LENGTH_MAX = 500

const refuse = (...failure: Parameters<typeof invalidRequest>): never => {
  throw new RequestFailure(invalidRequest(...failure))
}

function readAmount(params: ParamReader, defaultCode: string) {
  const amount = params.integer("amount")
  if (amount === undefined || amount < 1)
    return refuse("This value must be greater than or equal to 1.", {
      code: amount === undefined ? "parameter_missing" : "parameter_invalid_integer",
      param: params.name("amount"),
    })
  const taxCode = params.text("tax_code") ?? defaultCode
  if (!isTaxCode(taxCode))
    refuse(`No such tax code: '${taxCode}'`, { code: "resource_missing", param: params.name("tax_code") })
  const behavior = params.choice("tax_behavior", ["inclusive", "exclusive"] as const) ?? "exclusive"
  return { amount, taxCode, behavior }
}

function readLines(call: Call, place: TaxPlace): CalculationRecord["lines"] {
  const items = call.params.objects("line_items") ?? []
  if (items.length === 0 || items.length > LINES_MAX)
    refuse(`A calculation has 1 to ${LINES_MAX} line_items.`, {
      code: "parameter_missing",
      param: "line_items",
    })
  const lines = items.map((item, index) => {
    const reference = item.text("reference") ?? `L${index + 1}`
    if (reference.length > REFERENCE_LENGTH_MAX)
      refuse("The reference is too long.", { param: item.name("reference") })
    const quantity = item.integer("quantity") ?? 1
    if (quantity < 1) refuse("Invalid quantity", { param: item.name("quantity") })
    item.metadata()
    const id = call.mint("tax_li")
    return taxed({ id, reference, quantity, ...readAmount(item, DEFAULT_CODE) }, place)
  })
  if (new Set(lines.map(({ reference }) => reference)).size < lines.length)
    refuse("The reference of each line item must be unique.", { param: "line_items" })
  return lines
}

/** Throws Stripe's refusal of an address that says too little. */
function readCustomer(params: ParamReader): Pick<CalculationRecord, "address" | "addressSource"> {
  const details = params.object("customer_details")
  const given = details?.object("address")
  if (details === undefined || given === undefined) return unknownLocation()
  const text = (key: string): string | null => given.text(key) ?? null
  const country = given.requiredText("country")
  if (!isCountry(country))
    refuse(`Country '${country}' is unknown. Try using a 2-character alphanumeric country code instead.`, {
      param: given.name("country"),
    })
  const address = {
    city: text("city"),
    country,
    line1: text("line1"),
    line2: text("line2"),
    postal_code: text("postal_code"),
    state: text("state"),
  }
  if (!isPrecise({ country, postalCode: address.postal_code, state: address.state })) unknownLocation()
  return {
    address,
    addressSource: details.choice("address_source", ["billing", "shipping"] as const) ?? null,
  }
}

function unknownLocation(): never {
  return refuse(
    "We could not determine the customer's tax location based on the provided customer address.",
    { code: "customer_tax_location_invalid", param: "customer_details[address]" },
  )
}

/** A code that has a name in English is a country's. */
function isCountry(code: string): boolean {
  if (!/^[A-Z]{2}$/.test(code)) return false
  return new Intl.DisplayNames("en", { type: "region", fallback: "none" }).of(code) !== undefined
}

/** POST /v1/tax/calculations */
export function createCalculationCall(desk: Desk, call: Call): Answer {
  const { params } = call
  const currency = params.requiredText("currency").toLowerCase()
  const unknown = checkCurrency(currency)
  if (unknown !== undefined) return refused(unknown)
  const customer = readCustomer(params)
  const { country, postal_code: postalCode, state } = customer.address
  const place = { country: country ?? "", postalCode, state }
  const lines = readLines(call, place)
  const cost = params.object("shipping_cost")
  const shipping = cost === undefined ? null : taxed(readAmount(cost, DEFAULT_SHIPPING_CODE), place)
  params.done()
  const calculation: CalculationRecord = {
    id: call.mint("taxcalc"),
    currency,
    lines,
    shipping,
    ...customer,
    committedBy: null,
    expiresAtMs: call.nowMs + CALCULATION_LIFETIME_MS,
    createdAtMs: call.nowMs,
  }
  desk.records.put("calculation", calculation)
  return ok(calculationView(calculation))
}

/** The calculation of the path, or the 404: it expires. */
function findCalculation(desk: Desk, { ids, nowMs }: Call): CalculationRecord | Answer {
  const id = ids[0] ?? ""
  const found = desk.records.get("calculation", id)
  return found === undefined || nowMs >= found.expiresAtMs
    ? refused(resourceMissing("tax calculation", id, "calculation"))
    : found
}

/** GET /v1/tax/calculations/{id} */
export function retrieveCalculationCall(desk: Desk, call: Call): Answer {
  call.params.done()
  const found = findCalculation(desk, call)
  return "body" in found ? found : ok(calculationView(found))
}

/** GET /v1/tax/calculations/{id}/line_items: all of them fit on one page. */
export function listCalculationLinesCall(desk: Desk, call: Call): Answer {
  const { limit } = readPage(desk, "calculation", call.params)
  call.params.done()
  const found = findCalculation(desk, call)
  return "body" in found ? found : ok(calculationLinesView(found, Math.min(limit, MAX_LIMIT)))
}

/** GET /v1/tax/transactions/{id} */
export function retrieveTransactionCall(desk: Desk, call: Call): Answer {
  call.params.done()
  const id = call.ids[0] ?? ""
  const attempt = desk.records.get("tax_attempt", id)
  const calculation = attempt && desk.records.get("calculation", attempt.calculationId)
  return calculation === undefined || attempt?.reason !== null
    ? refused(resourceMissing("tax transaction", id, "transaction"))
    : ok(transactionView(attempt, calculation))
}

/** GET /v1/tax/associations/find: what became of the tax of one payment. */
export function findAssociationCall(desk: Desk, call: Call): Answer {
  const intentId = call.params.requiredText("payment_intent")
  call.params.done()
  const calculationId = desk.records.get("intent", intentId)?.taxCalculationId ?? null
  if (calculationId === null) return refused(resourceMissing("tax association", intentId, "payment_intent"))
  return ok(associationView(intentId, calculationId, attemptsOf(desk, intentId)))
}
