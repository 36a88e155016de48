import { createContext, useContext } from "hono/jsx"
import { ENGLISH } from "../languages/choose-language.ts"
import type { Speech } from "../languages/speech.ts"

/** The language of the page around a component. Pages that are cached for everybody are English. */
export const SpeechContext = createContext<Speech>(ENGLISH)

export function useSpeech(): Speech {
  return useContext(SpeechContext)
}
