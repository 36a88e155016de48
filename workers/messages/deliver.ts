import type { ClaimedLetter, LetterKey } from "../../db/messages.ts"
import { isStillTrue } from "./decide.ts"
import type { Mail } from "./letter.ts"

/** Where letters are noted; Postgres, or a stand-in of the same rules in a test. */
export interface LetterBook {
  /** Takes those that are due, and puts them off by `CLAIM_SECONDS`. */
  claim(letters: readonly LetterKey[]): Promise<ClaimedLetter[]>
  sent(letter: LetterKey): Promise<void>
  /** Put off by so many seconds; null for good. */
  putOff(letter: LetterKey, failure: string, seconds: number | null): Promise<void>
}

export interface DeliveryParts {
  book: LetterBook
  /** Resolves when the mail was taken on, and throws when it was not. */
  send: (mail: Mail, letter: LetterKey) => Promise<void>
  compose: (letter: ClaimedLetter) => Promise<Mail>
}

/** A letter that somebody took is theirs for this long; longer than a batch of them takes to send. */
export const CLAIM_SECONDS = 300

/** A letter that could not be sent is tried again after this long, doubled each time; after the last try never. */
const RETRY_FIRST_SECONDS = 60
export const LETTER_ATTEMPTS_MAX = 8

/** Letters on their way out at once. */
const SENDING_MAX = 6

/**
 * Sends letters, each once: who claims it sends it, and marks it sent. Between the two lies the one moment in which a
 * crash sends a letter twice; the other order would lose letters instead.
 */
export async function deliverLetters(parts: DeliveryParts, letters: readonly LetterKey[]): Promise<void> {
  const claimed = await parts.book.claim(letters)
  const next = claimed.values()
  const sendOn = async () => {
    for (const letter of next) await deliver(parts, letter)
  }
  const senders = Array.from({ length: Math.min(SENDING_MAX, claimed.length) }, sendOn)
  const broken = (await Promise.allSettled(senders)).find((sender) => sender.status === "rejected")
  if (broken) throw broken.reason
}

async function deliver({ book, send, compose }: DeliveryParts, letter: ClaimedLetter): Promise<void> {
  if (!isStillTrue(letter.event, letter.order))
    return book.putOff(letter, `no longer true: the order is ${letter.order.status}`, null)
  try {
    await send(await compose(letter), letter)
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error)
    const isLast = letter.attempts >= LETTER_ATTEMPTS_MAX
    return book.putOff(letter, failure, isLast ? null : RETRY_FIRST_SECONDS * 2 ** (letter.attempts - 1))
  }
  await book.sent(letter)
}
