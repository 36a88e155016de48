import { connect } from "node:net"
import type { Socket } from "node:net"

/** An answer of the server under load: its status, and the whole of it as text (only put together when asked). */
export interface Answer {
  status: number
  text(): string
}

interface InFlight {
  resolve: (answer: Answer) => void
  reject: (error: Error) => void
}

const HEAD_END = "\r\n\r\n"
const STATUS_AT = "HTTP/1.1 ".length

/**
 * A keep-alive HTTP/1.1 connection with one request in flight. It understands the answers of workerd and no others: a
 * status line, and a content-length or chunks. A general client costs more than the server it would measure.
 */
export class Connection {
  private readonly socket: Socket
  private inFlight: InFlight | null = null
  private received: Buffer[] = []
  private length = 0
  /** Bytes of the whole answer, once its head has come; null while it hasn't, or when it comes in chunks. */
  private expected: number | null = null

  private constructor(socket: Socket) {
    this.socket = socket
    socket.setNoDelay(true)
    socket.on("data", (chunk) => this.receive(chunk))
    socket.on("error", (error) => this.fail(error))
    socket.on("close", () => this.fail(new Error("the server closed the connection")))
  }

  static open(port: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: "127.0.0.1" })
      socket.once("error", reject)
      socket.once("connect", () => {
        socket.off("error", reject)
        resolve(new Connection(socket))
      })
    })
  }

  send(request: Buffer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.inFlight = { resolve, reject }
      this.socket.write(request)
    })
  }

  close(): void {
    this.socket.destroy()
  }

  private receive(chunk: Buffer): void {
    this.received.push(chunk)
    this.length += chunk.length
    if (this.expected === null) this.expected = lengthOf(this.whole())
    if (this.expected === null || this.length < this.expected) return
    const whole = this.whole()
    const { inFlight } = this
    this.received = []
    this.length = 0
    this.expected = null
    this.inFlight = null
    inFlight?.resolve({
      status: Number(whole.toString("latin1", STATUS_AT, STATUS_AT + 3)),
      text: () => whole.toString("utf8"),
    })
  }

  private whole(): Buffer {
    if (this.received.length > 1) this.received = [Buffer.concat(this.received)]
    return this.received[0] ?? Buffer.alloc(0)
  }

  private fail(error: Error): void {
    this.inFlight?.reject(error)
    this.inFlight = null
  }
}

/** How many bytes the answer has in all; null when that can't be said yet. */
function lengthOf(whole: Buffer): number | null {
  const headEnd = whole.indexOf(HEAD_END)
  if (headEnd < 0) return null
  const head = whole.toString("latin1", 0, headEnd)
  const declared = /\r\ncontent-length: (\d+)/i.exec(head)
  if (declared) return headEnd + HEAD_END.length + Number(declared[1])
  if (!/\r\ntransfer-encoding: chunked/i.test(head)) throw new Error(`an answer without a length: ${head}`)
  return whole.toString("latin1", whole.length - 5) === "0\r\n\r\n" ? whole.length : null
}
