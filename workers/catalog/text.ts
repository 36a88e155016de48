import { z } from "@hono/zod-openapi"

/** Control characters but line breaks and tabs: Postgres refuses NUL, and nobody means the others. */
// oxlint-disable-next-line no-control-regex -- They are what this is about.
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/

/** Whether Postgres and a page can hold the text as it is: no control characters, no half of a surrogate pair. */
export function isCleanText(text: string): boolean {
  return !CONTROL.test(text) && text.isWellFormed()
}

/** Text that a person typed, without the space around it. */
export function cleanText(lengthMin: number, lengthMax: number): z.ZodString {
  return z
    .string()
    .trim()
    .min(lengthMin)
    .max(lengthMax)
    .refine(isCleanText, "This text has control characters or broken ones.")
}
