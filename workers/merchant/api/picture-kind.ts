import type { MediaExtension } from "../../catalog/media.ts"

/** Enough of a file to see what it is; an SVG may begin with a declaration and comments. */
const HEAD_BYTES = 2_048

const SVG_HEAD =
  /^\uFEFF?\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--(?:(?!-->)[\s\S])*-->\s*)*(?:<!DOCTYPE\s+svg[^>]*>\s*)?<svg[\s>]/i

/** What a picture is by its own bytes, whatever it was said to be; null when it is none that a shop shows. */
export function pictureKindOf(bytes: Uint8Array): MediaExtension | null {
  if (startsWith(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return "png"
  if (startsWith(bytes, [0xff, 0xd8, 0xff])) return "jpg"
  if (ascii(bytes, 0, 4) === "RIFF" && ascii(bytes, 8, 12) === "WEBP") return "webp"
  if (ascii(bytes, 4, 8) === "ftyp" && /^avi[fs]$/.test(ascii(bytes, 8, 12))) return "avif"
  return SVG_HEAD.test(
    new TextDecoder("utf-8", { fatal: false, ignoreBOM: true }).decode(bytes.subarray(0, HEAD_BYTES)),
  )
    ? "svg"
    : null
}

function startsWith(bytes: Uint8Array, prefix: readonly number[]): boolean {
  return prefix.every((byte, index) => bytes[index] === byte)
}

function ascii(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to))
}
