export interface CalendarEntry {
  uid: string
  title: string
  description: string
  address: string
  startsAtMs: number
  endsAtMs: number
  writtenAtMs: number
}

/** One event of RFC 5545, with a reminder ten minutes before it. */
export function calendarOf(entry: CalendarEntry): string {
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Spillway//Sale//EN",
    "BEGIN:VEVENT",
    `UID:${entry.uid}`,
    `DTSTAMP:${stamp(entry.writtenAtMs)}`,
    `DTSTART:${stamp(entry.startsAtMs)}`,
    `DTEND:${stamp(entry.endsAtMs)}`,
    `SUMMARY:${escapeText(entry.title)}`,
    `DESCRIPTION:${escapeText(entry.description)}`,
    `URL:${entry.address}`,
    "BEGIN:VALARM",
    "ACTION:DISPLAY",
    `DESCRIPTION:${escapeText(entry.title)}`,
    "TRIGGER:-PT10M",
    "END:VALARM",
    "END:VEVENT",
    "END:VCALENDAR",
  ]
  return `${lines.map(fold).join("\r\n")}\r\n`
}

/** "20261120T180000Z" */
function stamp(atMs: number): string {
  return new Date(atMs).toISOString().replace(/[-:]|\.\d{3}/g, "")
}

function escapeText(text: string): string {
  return text.replace(/[\\;,]/g, (character) => `\\${character}`).replace(/\r?\n|\r/g, "\\n")
}

/** The standard's limit is 75 octets a line; characters may have several. */
function fold(line: string): string {
  const encoder = new TextEncoder()
  const parts: string[] = []
  let part = ""
  for (const character of line) {
    if (encoder.encode(part + character).length > LINE_OCTETS_MAX) {
      parts.push(part)
      part = ""
    }
    part += character
  }
  return [...parts, part].join("\r\n ")
}

/** One less than the standard's 75, for the space that a folded line begins with. */
const LINE_OCTETS_MAX = 74
