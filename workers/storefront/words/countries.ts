/** Where the shop ships to, by ISO 3166-1, in the order of their English names. */
const CODES =
  "AU AT BE BR BG CA CL HR CY CZ DK EE FI FR DE GR HK HU IS IN IE IL IT JP KR LV LT LU MY MT MX NL NZ NO PH PL PT RO SG SK SI ZA ES SE CH TW TH TR UA AE GB US".split(
    " ",
  )

const names = new Intl.DisplayNames(["en"], { type: "region" })

export const COUNTRIES = [
  { value: "", label: "Choose…" },
  ...CODES.map((code) => ({ value: code, label: names.of(code) ?? code })).toSorted((a, b) =>
    a.label.localeCompare(b.label, "en"),
  ),
]

/** "Netherlands" for "NL"; the code itself where there is no name for it. */
export function countryName(code: string): string {
  return /^[A-Z]{2}$/.test(code) ? (names.of(code) ?? code) : code
}

export function isCountry(code: string): boolean {
  return CODES.includes(code)
}
