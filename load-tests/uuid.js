/** A random UUID, version 4; k6 has no crypto.randomUUID. */
export function uuidv4() {
  return "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx".replace(/[xy]/g, (letter) => {
    const digit = Math.floor(Math.random() * 16)
    return (letter === "x" ? digit : (digit & 3) | 8).toString(16)
  })
}
