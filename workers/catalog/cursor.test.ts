import { describe, expect, it } from "vitest"
import { encodeBase64Url } from "../../waiting-room/signed-token.ts"
import { CURSOR_LENGTH_MAX, decodeCursor, encodeCursor } from "./cursor.ts"

const PLACE = { key: -4_500.25, id: "22a56789-7833-4f82-b6d8-b4a24b8ff42a" }

describe("a cursor", () => {
  it("comes back as it went, in base64url", () => {
    const text = encodeCursor("price_asc", PLACE)
    expect(text).toMatch(/^[A-Za-z0-9_-]+$/)
    expect(decodeCursor("price_asc", text)).toEqual(PLACE)
  })

  it("goes on only in the order it was made in", () => {
    expect(decodeCursor("newest", encodeCursor("price_asc", PLACE))).toBeNull()
  })

  it.each([
    ["no base64url", "%%%"],
    ["empty", ""],
    ["no JSON", encode("hello")],
    ["another shape", encode(`{"order":"newest"}`)],
    ["no number", encode(`["newest","1","${PLACE.id}"]`)],
    ["no id", encode(`["newest",1,"1; drop table products"]`)],
    ["too much", encode(`["newest",1,"${PLACE.id}",2]`)],
    ["too long", "A".repeat(CURSOR_LENGTH_MAX + 1)],
  ])("is refused when it is %s", (_, text) => {
    expect(decodeCursor("newest", text)).toBeNull()
  })
})

function encode(text: string): string {
  return encodeBase64Url(new TextEncoder().encode(text))
}
