import { Button, ButtonLink } from "../components/button.tsx"
import { Countdown } from "../components/countdown.tsx"
import { Layout } from "../components/layout.tsx"
import { LinePicture } from "../components/line-picture.tsx"
import { Moment } from "../components/moment.tsx"
import { Notice } from "../components/notice.tsx"
import { Phase } from "../components/phase.tsx"
import { Place } from "../components/place.tsx"
import { Stat, Stats } from "../components/stat.tsx"
import { StockBand } from "../components/stock-band.tsx"
import { isOver, waitingCount } from "../line/line-reading.ts"
import { mayJoin, REGISTRATION_CLOSED, sentenceFor, wordsFor } from "../line/mode-words.ts"
import type { ModeReading } from "../line/mode-words.ts"
import type { Site } from "../site.ts"
import { formatCount } from "../words/money.ts"
import { isBeforeBell } from "../words/phases.ts"
import { bestBand, piecesOf, skuList } from "./sale-view.ts"
import type { SaleView } from "./sale-view.ts"

export interface LineProps {
  site: Site
  sale: SaleView
  reading: ModeReading
  ticket: { ticketId: string; arrivedAtMs: number; rank: number | null; invited?: boolean }
  pollAfterMs: number
  /** Entering was tried and did not succeed yet. */
  refused: "not_your_turn" | "room_full" | "try_again" | null
}

/** Where there is no script, the page reads the board again by itself this often. */
const REFRESH_SECONDS = 5
const REFRESH_SECONDS_BEFORE_BELL = 20

export function Line(props: LineProps) {
  const { site, sale, reading } = props
  const before = isBeforeBell(reading.phase)
  return (
    <Layout
      site={site}
      title={`${wordsFor(reading).figure} · ${sale.title}`}
      here="sale"
      unlisted={true}
      scripts={["line.js"]}
      {...(!isOver(reading.phase) && {
        refreshSecondsWithoutScript: before ? REFRESH_SECONDS_BEFORE_BELL : REFRESH_SECONDS,
      })}
    >
      <div class="bounds">
        <Room {...props} />
        <Pieces sale={sale} />
      </div>
    </Layout>
  )
}

function Room({ sale, reading, ticket, pollAfterMs, refused }: LineProps) {
  const over = isOver(reading.phase)
  return (
    <section
      class={`room${reading.yourTurn && !over ? " is-your-turn" : ""}`}
      aria-labelledby="line-title"
      data-line={sale.saleId}
      data-skus={skuList(sale.items)}
      data-ticket-id={ticket.ticketId}
      data-arrived-at={ticket.arrivedAtMs}
      data-rank={ticket.rank ?? undefined}
      data-invited={ticket.invited ? "" : undefined}
      data-poll-after={pollAfterMs}
    >
      <header class="room__head">
        <h1 id="line-title" class="room__title">
          The line for {sale.title}
        </h1>
        <Phase phase={reading.phase} live={true} />
      </header>
      {refused && <Refused refused={refused} />}
      <div class="room__words">
        <Place words={wordsFor(reading)} />
        <div class="room__side">
          {isBeforeBell(reading.phase) && (
            <div data-until-bell="">
              <Countdown
                label={reading.mode === "first_come" || reading.invited ? "Opens in" : "The draw is in"}
                toMs={reading.opensAtMs}
                nowMs={reading.nowMs}
                exact={true}
                withMoment={true}
                small={true}
              />
            </div>
          )}
          <form
            method="post"
            action={`/sales/${sale.saleId}/enter`}
            data-enter=""
            hidden={!reading.yourTurn || over}
          >
            <Button tone="now" wide={true}>
              Enter the sale
            </Button>
          </form>
          {over && <ButtonLink href="/products">See what is still to be had</ButtonLink>}
        </div>
      </div>
      <LinePicture reading={reading} />
      <p class="unseen" aria-live="polite" data-announce="">
        {sentenceFor(reading)}
      </p>
      <Stats>
        <Stat label="in line now" value={formatCount(waitingCount(reading))} live="waiting" />
        <Stat label="have had their turn" value={formatCount(reading.served)} live="served" />
        <Stat label="go in each minute" value={formatCount(Math.round(reading.pacePerMinute))} live="pace" />
      </Stats>
      <p class="room__heard soft small" data-heard="">
        Last heard from the gate at <Moment atMs={reading.nowMs} style="clock" />.
      </p>
    </section>
  )
}

function Refused({ refused }: { refused: NonNullable<LineProps["refused"]> }) {
  const words = {
    not_your_turn: [
      "Not quite yet",
      "The gate has not come to your place. It is kept, and this page goes on by itself.",
    ],
    room_full: [
      "As many are inside as may be",
      "You are next as soon as somebody leaves. Your place is kept.",
    ],
    try_again: ["The gate did not answer", "Your place is kept. Try again in a moment."],
  }[refused]
  return (
    <Notice title={words[0] ?? ""} tone="hurry" alert={true}>
      <p>{words[1]}</p>
    </Notice>
  )
}

function Pieces({ sale }: { sale: SaleView }) {
  return (
    <section class="room__pieces" aria-labelledby="left">
      <h2 id="left">What is left</h2>
      <ul class="left">
        {piecesOf(sale.items).map((piece) => {
          const [only] = piece.items
          const live = piece.items.length === 1 && only ? { liveSku: only.sku } : {}
          return (
            <li>
              <span>{piece.title}</span>
              <StockBand band={bestBand(piece.items.map((item) => sale.stock[item.sku]))} {...live} />
            </li>
          )
        })}
      </ul>
    </section>
  )
}

function whyNotJoin({ phase }: SaleView): string {
  if (phase === "scheduled") return "The line has not opened yet."
  if (isOver(phase)) return "This sale is over, so there is nothing to wait for."
  return REGISTRATION_CLOSED.words.join(" ")
}

/** Somebody without a ticket came to the line's address. */
export function NotInLine({ site, sale }: { site: Site; sale: SaleView }) {
  return (
    <Layout site={site} title={`The line for ${sale.title}`} here="sale" unlisted={true}>
      <div class="bounds bounds--narrow flow">
        <Phase phase={sale.phase} />
        <h1>You are not in the line yet</h1>
        {mayJoin(sale) ? (
          <>
            <p>
              It takes one press. Your place is kept in this browser, so join on the device you want to buy
              with.
            </p>
            <form method="post" action={`/sales/${sale.saleId}/join`} data-once="">
              <Button tone="now">Join the line</Button>
            </form>
          </>
        ) : (
          <p>{whyNotJoin(sale)}</p>
        )}
        <p>
          <a href={`/sales/${sale.saleId}`}>About {sale.title}</a>
        </p>
      </div>
    </Layout>
  )
}
