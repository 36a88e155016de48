/** How a sale works, in three short lines. */
export function Ways({ holdWords, row }: { holdWords: string; row?: boolean }) {
  return (
    <ol class={row ? "ways ways--row" : "ways"}>
      <li>
        <p>
          <strong>Join the line.</strong> Before the opening everybody has the same chance: the order is drawn
          at the bell. After it, first come, first served.
        </p>
      </li>
      <li>
        <p>
          <strong>Your turn comes.</strong> You can close the tab, your place is kept in this browser.
        </p>
      </li>
      <li>
        <p>
          <strong>Hold, then pay.</strong> What you hold is yours for {holdWords}. Nobody can take it
          meanwhile.
        </p>
      </li>
    </ol>
  )
}
