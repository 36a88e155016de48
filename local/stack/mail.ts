import { mkdir, writeFile } from "node:fs/promises"
import { createServer } from "node:http"
import type { IncomingMessage } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { z } from "zod"

/** Mail on one machine: every letter is a file that any mail program opens, and nothing leaves. */
export interface MailSink {
  url: string
  stop(): Promise<void>
}

/** Far above any letter. */
const MAIL_BYTES_MAX = 256 * 1024

const letter = z.object({
  orderId: z.string().regex(/^[\w-]+$/),
  event: z.string().regex(/^[\w:-]+$/),
  from: z.object({ name: z.string(), email: z.string() }),
  to: z.string(),
  subject: z.string(),
  text: z.string(),
  html: z.string(),
})

type LocalLetter = z.infer<typeof letter>

/** Writes to `<folder>/<order>.<event>.<count>.eml`, on a port that the system picks. */
export async function startMailSink(folder: string): Promise<MailSink> {
  await mkdir(folder, { recursive: true })
  let count = 0
  const server = createServer((request, response) => {
    void readBody(request)
      .then(async (body) => {
        const mail = letter.parse(JSON.parse(body))
        const name = `${mail.orderId}.${mail.event.replace(":", "-")}.${Date.now()}-${++count}.eml`
        await writeFile(join(folder, name), messageOf(mail, new Date()))
        response.writeHead(204).end()
      })
      .catch((error: unknown) => response.writeHead(422).end(String(error)))
  })
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject)
    server.listen(0, "127.0.0.1", resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > MAIL_BYTES_MAX) throw new Error(`a letter has at most ${MAIL_BYTES_MAX} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString("utf8")
}

/** RFC 5322 with both forms of the letter (RFC 2046, multipart/alternative). */
function messageOf({ from, to, subject, text, html }: LocalLetter, at: Date): string {
  const boundary = "letter"
  const part = (type: string, content: string) =>
    [
      `--${boundary}`,
      `Content-Type: text/${type}; charset=utf-8`,
      "Content-Transfer-Encoding: 8bit",
      "",
      content,
    ].join("\r\n")
  return [
    `Date: ${at.toUTCString()}`,
    `From: ${headerText(from.name)} <${from.email}>`,
    `To: ${to}`,
    `Subject: ${headerText(subject)}`,
    "MIME-Version: 1.0",
    `Content-Type: multipart/alternative; boundary=${boundary}`,
    "",
    part("plain", text),
    part("html", html),
    `--${boundary}--`,
    "",
  ].join("\r\n")
}

/** RFC 2047: a header in another than ASCII is encoded. */
function headerText(text: string): string {
  return /^[\u0020-\u007e]*$/.test(text) ? text : `=?utf-8?B?${Buffer.from(text).toString("base64")}?=`
}
