/** Card fields as text: grouping while typing, and what is wrong with them. No DOM here. */

/** Digits in a card number by its first ones: American Express has 15 in 4-6-5, everybody else 16 in fours. */
const cardShape = (digits) =>
  /^3[47]/.test(digits)
    ? { length: 15, groups: [4, 6, 5], cvc: 4 }
    : /^3[068]/.test(digits)
      ? { length: 14, groups: [4, 6, 4], cvc: 3 }
      : { length: 16, groups: [4, 4, 4, 4], cvc: 3 }

export const digitsOf = (text) => text.replace(/\D/g, "")

export const cardBrand = (digits) =>
  digits.startsWith("4")
    ? "Visa"
    : /^(5[1-5]|2[2-7])/.test(digits)
      ? "Mastercard"
      : /^3[47]/.test(digits)
        ? "American Express"
        : ""

/** `4242424242424242` becomes `4242 4242 4242 4242`; more digits than the card has are cut off. */
export const groupNumber = (text) => {
  const digits = digitsOf(text)
  const { length, groups } = cardShape(digits)
  const parts = []
  let at = 0
  for (const size of groups) {
    if (at < Math.min(digits.length, length)) parts.push(digits.slice(at, Math.min(at + size, length)))
    at += size
  }
  return parts.join(" ")
}

/** `930` becomes `09 / 30`, `1230` becomes `12 / 30`. A four-digit year loses its century. */
export const groupExpiry = (text) => {
  let digits = digitsOf(text)
  if (/^[2-9]/.test(digits) || /^\s*\d\s*\//.test(text)) digits = `0${digits}`
  const month = digits.slice(0, 2)
  const typedYear = digits.slice(2)
  const year = typedYear.length >= 4 ? typedYear.slice(2, 4) : typedYear.slice(0, 2)
  return year === "" ? month : `${month} / ${year}`
}

const checkDigitIsRight = (digits) => {
  let sum = 0
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index])
    const doubled = index % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}

export const numberProblem = (text) => {
  const digits = digitsOf(text)
  if (digits.length < cardShape(digits).length)
    return { code: "incomplete_number", message: "Your card number is incomplete." }
  return checkDigitIsRight(digits)
    ? null
    : { code: "invalid_number", message: "Your card number is invalid." }
}

export const parseExpiry = (text) => ({
  month: Number(digitsOf(text).slice(0, 2)),
  year: 2000 + Number(digitsOf(text).slice(2, 4)),
})

/** `today` is a Date: cards are good until the end of their month. */
export const expiryProblem = (text, today) => {
  if (digitsOf(text).length < 4)
    return { code: "incomplete_expiry", message: "Your card's expiration date is incomplete." }
  const { month, year } = parseExpiry(text)
  if (month < 1 || month > 12)
    return { code: "invalid_expiry_month", message: "Your card's expiration date is invalid." }
  const monthsLeft = (year - today.getFullYear()) * 12 + (month - 1 - today.getMonth())
  return monthsLeft < 0
    ? { code: "invalid_expiry_year_past", message: "Your card's expiration year is in the past." }
    : null
}

export const cvcProblem = (text, numberText) => {
  const wanted = cardShape(digitsOf(numberText)).cvc
  return digitsOf(text).length < wanted
    ? { code: "incomplete_cvc", message: "Your card's security code is incomplete." }
    : null
}
