/** The form a shopper types into: three fields, their errors beside them, and a row of test cards. */
import {
  cardBrand,
  cvcProblem,
  digitsOf,
  expiryProblem,
  groupExpiry,
  groupNumber,
  numberProblem,
  parseExpiry,
} from "./card-input.js"
import { adoptStyles, applyVariables } from "./card-styles.js"

const TEST_CARDS = [
  { label: "Succeeds", number: "4242424242424242" },
  { label: "Mastercard", number: "5555555555554444" },
  { label: "Declined", number: "4000000000000002" },
  { label: "No funds", number: "4000000000009995" },
  { label: "3-D Secure", number: "4000002760003184" },
]

let formsMade = 0

export const make = (tag, properties = {}, ...children) => {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(properties)) {
    if (name in element && !name.includes("-")) element[name] = value
    else element.setAttribute(name, value)
  }
  element.append(...children)
  return element
}

/** A label, an input and the place for its error. `format` groups what is typed. */
const makeField = ({ id, label, autocomplete, placeholder, format, problem, onInput }) => {
  const note = make("span", { className: "spse-brand" })
  const error = make("p", { className: "spse-error", id: `${id}-error`, "aria-live": "polite" })
  const input = make("input", {
    id,
    type: "text",
    autocomplete,
    placeholder,
    inputMode: "numeric",
    required: true,
    spellcheck: false,
    "aria-describedby": `${id}-error`,
    "aria-invalid": "false",
  })
  const show = (message) => {
    error.textContent = message ?? ""
    input.setAttribute("aria-invalid", String(Boolean(message)))
  }
  const regroup = () => {
    // The caret stays behind the same digit, wherever grouping moves that digit to.
    const digitsBefore = digitsOf(input.value.slice(0, input.selectionStart ?? input.value.length)).length
    const atEnd = input.selectionStart === input.value.length
    const grouped = format(input.value)
    if (grouped === input.value) return
    input.value = grouped
    if (document.activeElement !== input || atEnd) return
    let caret = 0
    for (let seen = 0; caret < grouped.length && seen < digitsBefore; caret += 1)
      if (/\d/.test(grouped[caret])) seen += 1
    input.setSelectionRange(caret, caret)
  }
  input.addEventListener("input", (event) => {
    // Deleting is left alone: regrouping would put back the separator that was just removed.
    if (!event.inputType?.startsWith("delete")) regroup()
    show(null)
    onInput()
  })
  input.addEventListener("blur", () => {
    regroup()
    if (input.value !== "") show(problem(input.value)?.message)
  })
  return {
    input,
    note,
    show,
    problem: () => problem(input.value),
    fill(text) {
      input.value = format(text)
      show(null)
    },
    root: make("div", { className: "spse-field" }, make("label", { htmlFor: id }, label, note), input, error),
  }
}

const makeTestCards = (fill) =>
  make(
    "fieldset",
    { className: "spse-tests" },
    make("legend", {}, "Test cards"),
    ...TEST_CARDS.map(({ label, number }) => {
      const button = make(
        "button",
        { type: "button", "aria-label": `Fill in the test card: ${label}` },
        label,
      )
      button.dataset.testCard = number
      button.addEventListener("click", () => fill(number))
      return button
    }),
  )

/** The whole form. `onChange` hears of every edit. */
export const makeCardForm = (variables, onChange) => {
  adoptStyles()
  formsMade += 1
  const id = `stripe-card-${formsMade}`
  const changed = () => {
    number.note.textContent = cardBrand(digitsOf(number.input.value))
    onChange()
  }
  const number = makeField({
    id: `${id}-number`,
    label: "Card number",
    autocomplete: "cc-number",
    placeholder: "1234 1234 1234 1234",
    format: groupNumber,
    problem: numberProblem,
    onInput: changed,
  })
  const expiry = makeField({
    id: `${id}-expiry`,
    label: "Expiry (MM / YY)",
    autocomplete: "cc-exp",
    placeholder: "MM / YY",
    format: groupExpiry,
    problem: (text) => expiryProblem(text, new Date()),
    onInput: changed,
  })
  const cvc = makeField({
    id: `${id}-cvc`,
    label: "Security code (CVC)",
    autocomplete: "cc-csc",
    placeholder: "CVC",
    format: (text) => digitsOf(text).slice(0, 4),
    problem: (text) => cvcProblem(text, number.input.value),
    onInput: changed,
  })
  const fields = [number, expiry, cvc]
  const fillTestCard = (digits) => {
    number.fill(digits)
    expiry.fill(`12${String(new Date().getFullYear() + 2).slice(2)}`)
    cvc.fill("123")
    changed()
  }
  const root = make(
    "div",
    { className: "spse", role: "group", "aria-label": "Card" },
    number.root,
    make("div", { className: "spse-row" }, expiry.root, cvc.root),
    makeTestCards(fillTestCard),
  )
  applyVariables(root, variables)
  return {
    root,
    focus: () => number.input.focus(),
    blur: () =>
      document.activeElement instanceof HTMLElement &&
      root.contains(document.activeElement) &&
      document.activeElement.blur(),
    clear() {
      for (const field of fields) field.fill("")
      changed()
    },
    isEmpty: () => fields.every(({ input }) => input.value === ""),
    isComplete: () => fields.every((field) => field.problem() === null),
    restyle: (next) => applyVariables(root, next),
    setDisabled(disabled) {
      for (const { input } of fields) input.disabled = disabled
    },
    /** Shows every problem, puts the cursor on the first, and returns it; `null` when all is well. */
    validate() {
      const problems = fields.map((field) => ({ field, found: field.problem() }))
      for (const { field, found } of problems) field.show(found?.message)
      const first = problems.find(({ found }) => found !== null)
      first?.field.input.focus()
      return first?.found ?? null
    },
    /** Shows what the API said about a field beside that field. */
    showApiError(error) {
      const place = {
        incorrect_number: number,
        invalid_number: number,
        invalid_expiry_month: expiry,
        invalid_expiry_year: expiry,
        expired_card: expiry,
        invalid_cvc: cvc,
        incorrect_cvc: cvc,
      }[error.code]
      place?.show(error.message)
    },
    read() {
      const { month, year } = parseExpiry(expiry.input.value)
      return {
        number: digitsOf(number.input.value),
        exp_month: month,
        exp_year: year,
        cvc: digitsOf(cvc.input.value),
      }
    },
  }
}
