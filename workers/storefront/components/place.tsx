import type { Figure } from "../languages/words.ts"

/** Where you stand: the number is the hero. The script writes the same words again. */
export function Place({ words }: { words: Figure }) {
  return (
    <div class="place">
      <p class="place__figure" data-figure="">
        {words.figure}
      </p>
      <p class="place__caption" data-caption="">
        {words.caption}
      </p>
      <p class="place__detail" data-detail="">
        {words.detail}
      </p>
    </div>
  )
}
