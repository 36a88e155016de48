/** A letter before it has a form. Everything in it is plain text. */
export interface Letter {
  subject: string
  title: string
  paragraphs: string[]
  /** What was bought and what it came to, each with its amount. */
  rows: { what: string; amount: string; isTotal?: boolean }[]
  /** Where the order can be seen; null where the shop's address is not known. */
  link: string | null
}

export interface Mail {
  to: string
  subject: string
  text: string
  html: string
}

const LINK_WORDS = "See where your order stands"

export function mailOf(to: string, letter: Letter, shopName: string): Mail {
  return {
    to,
    subject: oneLine(letter.subject),
    text: textOf(letter, shopName),
    html: htmlOf(letter, shopName),
  }
}

/** A header ends at a line break, so a subject has none. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim()
}

function textOf({ title, paragraphs, rows, link }: Letter, shopName: string): string {
  const table = rows.map(({ what, amount }) => `${what}: ${amount}`).join("\n")
  const parts = [title, ...paragraphs, table, link === null ? "" : `${LINK_WORDS}: ${link}`, shopName]
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`
}

/** Mail programs read styles in the elements themselves, and few of them more than these. */
function htmlOf({ subject, title, paragraphs, rows, link }: Letter, shopName: string): string {
  const cell = "padding:6px 0;border-bottom:1px solid #d0dada"
  const lines = rows.map(({ what, amount, isTotal }) => {
    const weight = isTotal ? ";font-weight:600" : ""
    return `<tr><td style="${cell}${weight}">${escaped(what)}</td><td align="right" style="${cell}${weight};white-space:nowrap">${escaped(amount)}</td></tr>`
  })
  return [
    `<!doctype html><html lang="en" dir="ltr"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">`,
    `<meta name="viewport" content="width=device-width"><title>${escaped(subject)}</title></head>`,
    `<body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif"><div style="max-width:560px;margin:0 auto">`,
    `<h1 style="font-size:22px;line-height:1.3">${escaped(title)}</h1>`,
    ...paragraphs.map((paragraph) => `<p>${escaped(paragraph).replaceAll("\n", "<br>")}</p>`),
    lines.length > 0
      ? `<table role="presentation" width="100%" cellspacing="0" style="margin:16px 0">${lines.join("")}</table>`
      : "",
    link === null ? "" : `<p><a href="${escaped(link)}">${LINK_WORDS}</a></p>`,
    `<p>${escaped(shopName)}</p></div></body></html>`,
  ].join("")
}

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
}
