import { z } from "zod"
import { openDatabase } from "../../db/client.ts"
import { isDatabaseAway } from "../../db/failures.ts"
import { claimLetters, markLetterSent, putLetterOff } from "../../db/messages.ts"
import type { LetterKey } from "../../db/messages.ts"
import type { Env } from "../environment.ts"
import { signOrderToken } from "../purchase/orders.ts"
import { LETTERS_PER_MESSAGE_MAX } from "./announce.ts"
import { composeMail } from "./compose.ts"
import { CLAIM_SECONDS, deliverLetters } from "./deliver.ts"
import type { DeliveryParts } from "./deliver.ts"
import type { Mail } from "./letter.ts"

/** The letters' queues of all environments end like this; see `wrangler.toml`. */
export const LETTER_QUEUE = /-letters$/

/** How long a message rests while Postgres is away. */
const AWAY_DELAY_SECONDS = 30

/** Longest wait for the local sink. */
const SINK_ANSWER_MS = 5_000

const letterMessage = z.object({
  kind: z.literal("letters"),
  letters: z
    .array(z.object({ orderId: z.string().min(1), event: z.string().min(1) }))
    .min(1)
    .max(LETTERS_PER_MESSAGE_MAX),
})

/** From the letters' queue to the mail. What fails stays noted in Postgres, so every message is acknowledged. */
export async function consumeLetters(batch: MessageBatch<unknown>, env: Env): Promise<void> {
  const parts = partsOf(env)
  for (const message of batch.messages) {
    const read = letterMessage.safeParse(message.body)
    if (!read.success) {
      const reason = read.error.message
      console.error(JSON.stringify({ level: "error", station: "letters", messageId: message.id, reason }))
      message.ack()
      continue
    }
    try {
      await deliverLetters(parts, read.data.letters)
      message.ack()
    } catch (error) {
      if (!isDatabaseAway(error)) throw error
      message.retry({ delaySeconds: AWAY_DELAY_SECONDS })
    }
  }
}

function partsOf(env: Env): DeliveryParts {
  const db = openDatabase(env)
  return {
    book: {
      claim: (letters) => claimLetters(db, letters, CLAIM_SECONDS),
      sent: (letter) => markLetterSent(db, letter),
      putOff: (letter, failure, seconds) => putLetterOff(db, letter, failure, seconds),
    },
    compose: async (letter) => composeMail(letter, env.SHOP_NAME, await linkTo(env, letter.orderId)),
    send: (mail, letter) => send(env, mail, letter),
  }
}

/** Whoever has the letter may see the order, as whoever has the order's token. */
async function linkTo(env: Env, orderId: string): Promise<string | null> {
  if (!env.SHOP_URL) return null
  const url = new URL(`/orders/${orderId}`, env.SHOP_URL)
  url.searchParams.set("token", await signOrderToken(env, orderId))
  return url.href
}

async function send(env: Env, mail: Mail, { orderId, event }: LetterKey): Promise<void> {
  const from = { name: env.SHOP_NAME, email: env.MAIL_FROM ?? "" }
  if (env.MAIL) {
    await env.MAIL.send({ from, ...mail })
    return
  }
  if (!env.MAIL_SINK_URL) throw new Error("MAIL_FROM is set and there is no send_email binding named MAIL.")
  const answer = await fetch(env.MAIL_SINK_URL, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ orderId, event, from, ...mail }),
    signal: AbortSignal.timeout(SINK_ANSWER_MS),
  })
  if (!answer.ok) throw new Error(`the sink answered ${answer.status}`)
}
