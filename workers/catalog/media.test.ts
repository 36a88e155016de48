import { describe, expect, it } from "vitest"
import { pictureKindOf } from "../merchant/api/picture-kind.ts"
import { namesTag } from "./media.ts"

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

describe("a picture's kind", () => {
  it.each([
    ["png", Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0)],
    ["jpg", Uint8Array.of(0xff, 0xd8, 0xff, 0xe0)],
    ["webp", bytes("RIFF....WEBPVP8 ")],
    ["avif", bytes("....ftypavif....")],
    ["svg", bytes(`<svg xmlns="http://www.w3.org/2000/svg"/>`)],
    ["svg", bytes(`\uFEFF<?xml version="1.0"?>\n<!-- drawn -->\n<!DOCTYPE svg PUBLIC "x" "y">\n<svg>`)],
  ])("is seen in its bytes: %s", (kind, content) => {
    expect(pictureKindOf(content)).toBe(kind)
  })

  it.each(["", "<html><svg></svg></html>", "<svgx>", "GIF89a", "....ftypmp42", "<!-- <svg> -->"])(
    "is none for %j",
    (content) => {
      expect(pictureKindOf(bytes(content))).toBeNull()
    },
  )
})

describe("If-None-Match", () => {
  it("names a tag alone, in a list, weakly, or by a star", () => {
    for (const header of [`"a"`, `"b", "a"`, `W/"a"`, "*"]) expect(namesTag(header, `"a"`)).toBe(true)
    for (const header of [undefined, "", `"ab"`, "a"]) expect(namesTag(header, `"a"`)).toBe(false)
  })
})
