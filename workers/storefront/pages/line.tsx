import { Button, ButtonLink } from "../components/button.tsx"
import { Countdown } from "../components/countdown.tsx"
import { JoinForm, joinScripts } from "../components/join-form.tsx"
import { Layout } from "../components/layout.tsx"
import { LinePicture } from "../components/line-picture.tsx"
import { Moment } from "../components/moment.tsx"
import { Notice } from "../components/notice.tsx"
import { Phase } from "../components/phase.tsx"
import { Place } from "../components/place.tsx"
import { Stat, Stats } from "../components/stat.tsx"
import { StockBand } from "../components/stock-band.tsx"
import { useSpeech } from "../components/speech-context.ts"
import { modeOf } from "../../../waiting-room/mode.ts"
import { ENGLISH } from "../languages/choose-language.ts"
import { fill, formatNumber } from "../languages/speech.ts"
import type { LiveSpeech } from "../languages/speech.ts"
import type { Words } from "../languages/words.ts"
import { isOver, waitingCount } from "../line/line-reading.ts"
import { mayJoin, sentenceFor, wordsFor } from "../line/mode-words.ts"
import type { ModeReading } from "../line/mode-words.ts"
import type { Site } from "../site.ts"
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

/** Where there is no script, the page reads itself again as often as a script would look, but lets itself be read. */
const REFRESH_SECONDS_MIN = 5

export function Line(props: LineProps) {
  const { site, sale, reading, pollAfterMs } = props
  const { language, words } = site.speech ?? ENGLISH
  const { figure } = wordsFor(reading, { language, words: words.live })
  return (
    <Layout
      site={site}
      title={`${figure} · ${sale.title}`}
      here="sale"
      unlisted={true}
      scripts={["line.js"]}
      speaks={true}
      address={`/sales/${sale.saleId}/line`}
      {...(!isOver(reading.phase) && {
        refreshSecondsWithoutScript: Math.max(REFRESH_SECONDS_MIN, Math.ceil(pollAfterMs / 1_000)),
      })}
    >
      <div class="bounds">
        <Room {...props} />
        <Pieces sale={sale} />
      </div>
    </Layout>
  )
}

function Room({ site, sale, reading, ticket, pollAfterMs, refused }: LineProps) {
  const over = isOver(reading.phase)
  const { language, words } = useSpeech()
  const { line } = words
  const speech: LiveSpeech = { language, words: words.live }
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
          {fill(line.title, { sale: sale.title })}
        </h1>
        <Phase phase={reading.phase} live={true} />
      </header>
      <Greeting site={site} />
      {refused && <Refused refused={refused} />}
      <div class="room__words">
        <Place words={wordsFor(reading, speech)} />
        <div class="room__side">
          {isBeforeBell(reading.phase) && (
            <div data-until-bell="">
              <Countdown
                label={reading.mode === "first_come" || reading.invited ? line.opensIn : line.drawIn}
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
              {line.enter}
            </Button>
          </form>
          {over && <ButtonLink href="/products">{line.stillToBeHad}</ButtonLink>}
        </div>
      </div>
      <LinePicture reading={reading} />
      <p class="unseen" aria-live="polite" data-announce="">
        {sentenceFor(reading, speech)}
      </p>
      <Stats>
        <Stat label={line.waiting} value={formatNumber(language, waitingCount(reading))} live="waiting" />
        <Stat label={line.served} value={formatNumber(language, reading.served)} live="served" />
        <Stat label={line.pace} value={formatNumber(language, reading.pacePerMinute)} live="pace" />
      </Stats>
      <p class="room__heard soft small" data-heard="">
        <Heard text={words.live.heard} atMs={reading.nowMs} />
      </p>
      <a href={`/sales/${sale.saleId}/draw`}>{line.draw}</a>
    </section>
  )
}

/** The merchant's own words. */
function Greeting({ site }: { site: Site }) {
  const greeting = site.theme?.greeting
  return greeting ? (
    <p class="soft" lang={greeting.language}>
      {greeting.text}
    </p>
  ) : null
}

function Heard({ text, atMs }: { text: string; atMs: number }) {
  const [before, after] = text.split("{time}")
  return (
    <>
      {before}
      <Moment atMs={atMs} style="clock" />
      {after}
    </>
  )
}

function Refused({ refused }: { refused: NonNullable<LineProps["refused"]> }) {
  const { title, detail } = useSpeech().words.refusedEntry[refused]
  return (
    <Notice title={title} tone="hurry" alert={true}>
      <p>{detail}</p>
    </Notice>
  )
}

function Pieces({ sale }: { sale: SaleView }) {
  return (
    <section class="room__pieces" aria-labelledby="left">
      <h2 id="left">{useSpeech().words.line.left}</h2>
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

function whyNotJoin({ phase }: SaleView, words: Words["notInLine"]): string {
  if (phase === "scheduled") return words.notOpen
  return isOver(phase) ? words.over : words.closed
}

/** A draw's registration ends while this page is open. */
function registrationScripts(sale: SaleView): string[] {
  return modeOf(sale) === "draw" && mayJoin(sale) ? ["sale.js"] : []
}

/** Somebody without a ticket came to the line's address. */
export function NotInLine({ site, sale }: { site: Site; sale: SaleView }) {
  const { words } = site.speech ?? ENGLISH
  const { notInLine } = words
  const about = { sale: sale.title }
  return (
    <Layout
      site={site}
      title={fill(words.line.title, about)}
      here="sale"
      unlisted={true}
      address={`/sales/${sale.saleId}/line`}
      scripts={[...registrationScripts(sale), ...joinScripts(sale)]}
    >
      <div class="bounds bounds--narrow flow" data-sale-id={sale.saleId}>
        <Phase phase={sale.phase} />
        <h1>{notInLine.title}</h1>
        <Greeting site={site} />
        {mayJoin(sale) ? (
          <>
            <p>{notInLine.lead}</p>
            <JoinForm site={site} sale={sale} />
          </>
        ) : (
          <p>{whyNotJoin(sale, notInLine)}</p>
        )}
        <p>
          <a href={`/sales/${sale.saleId}`}>{fill(notInLine.about, about)}</a>
        </p>
      </div>
    </Layout>
  )
}
