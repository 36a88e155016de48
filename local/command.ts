/** How a command that checks something ends: with 0 when all is well, with 1 when it is not, with 2 when it cannot tell. */

/** Thrown with what to do about it; its message is all that is said. */
export class CannotLook extends Error {}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Ends the process with what `main` resolves with. `unforeseen` goes before the message of what nobody foresaw. */
export function endWith(main: Promise<number>, unforeseen: string): void {
  main.then(
    (status) => (process.exitCode = status),
    (error: unknown) => {
      console.error(error instanceof CannotLook ? error.message : `${unforeseen}: ${messageOf(error)}`)
      process.exitCode = 2
    },
  )
}
