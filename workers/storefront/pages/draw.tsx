import { QUICKNET_CHAIN_HASH } from "../../../waiting-room/draw.ts"
import type { DrawDocument } from "../../../waiting-room/draw.ts"
import { Layout } from "../components/layout.tsx"
import { Moment } from "../components/moment.tsx"
import type { Site } from "../site.ts"
import { formatCount } from "../words/money.ts"
import type { SaleView } from "./sale-view.ts"

export interface DrawProps {
  site: Site
  sale: SaleView
  draw: DrawDocument
  /** Null without a ticket; lot and rank are null until the draw is public. */
  ticket: {
    ticketId: string
    arrivedAtMs: number
    invited: boolean
    lot: number | null
    rank: number | null
  } | null
}

/** Everything about a sale's draw, with what it takes to check it. The script checks it in the browser. */
export function Draw({ site, sale, draw, ticket }: DrawProps) {
  return (
    <Layout
      site={site}
      title={`The draw for ${sale.title}`}
      here="sale"
      unlisted={true}
      scripts={["draw.js"]}
    >
      <div class="bounds bounds--narrow flow draw">
        <h1>The draw for {sale.title}</h1>
        <p class="lead">{STATE_WORDS[draw.phase]}</p>
        {draw.ranksFromMs !== undefined && <p>{FIRST_COME_WORDS}</p>}
        {draw.earlyAccess && <p>{INVITED_WORDS}</p>}
        <YourTicket sale={sale} ticket={ticket} />
        <Facts draw={draw} />
        <section
          class="flow"
          aria-labelledby="checked"
          hidden={true}
          data-draw={sale.saleId}
          data-ticket-id={ticket?.ticketId}
          data-arrived-at={ticket?.arrivedAtMs}
          data-invited={ticket?.invited ? "" : undefined}
          data-drawn={draw.lotKey === undefined ? undefined : ""}
        >
          <h2 id="checked">Checked by your own browser</h2>
          <p role="status" data-summary="">
            Checking …
          </p>
          <ul class="draw__checks" data-checks=""></ul>
        </section>
        <Yourself draw={draw} ticket={ticket} />
        <p>
          <a href={`/sales/${sale.saleId}/line`}>Back to the line</a>
        </p>
      </div>
    </Layout>
  )
}

const FIRST_COME_WORDS =
  "This sale is first come, first served from the moment its line opened. Only those who came before that moment are drawn among each other, and those who came in the same thousandth of a second."

const INVITED_WORDS =
  "Those who were invited to early access go in before all others, and are drawn among each other with a secret that follows from the draw’s. Their tickets are not sealed, and no random number has a part in their order."

const STATE_WORDS: Record<DrawDocument["phase"], string> = {
  gathering:
    "Before the bell, everybody has the same chance. Shortly before it the list of tickets is sealed, and a public random number that does not exist yet decides the order, so nobody can choose it: not even we.",
  sealed: "The list of tickets is sealed. The random number that decides is not out yet.",
  drawn: "The draw is over. Here is all that it was made of.",
  plain:
    "Before the bell, everybody has the same chance. The order follows from a secret that we fixed before anybody joined, and publish at the bell.",
}

function YourTicket({ sale, ticket }: Pick<DrawProps, "sale" | "ticket">) {
  if (!ticket)
    return (
      <p>
        You have no ticket in this browser. <a href={`/sales/${sale.saleId}/line`}>Join the line</a> to have
        one.
      </p>
    )
  return (
    <section class="flow" aria-labelledby="yours">
      <h2 id="yours">Your ticket</h2>
      <dl>
        <dt>Ticket</dt>
        <dd>
          <code>{ticket.ticketId}</code>
        </dd>
        <dt>Came</dt>
        <dd>
          <Moment atMs={ticket.arrivedAtMs} style="stamp" />
        </dd>
        <dt>Lot, from 0 up to 1</dt>
        <dd data-lot="">{ticket.lot ?? "drawn at the bell"}</dd>
        <dt>Rank: who has a lower one goes in first</dt>
        <dd data-rank="">{ticket.rank ?? "known at the bell"}</dd>
      </dl>
    </section>
  )
}

function Facts({ draw }: { draw: DrawDocument }) {
  const { tickets, beacon, beaconAnswer, drawSecret, lotKey } = draw
  return (
    <section class="flow" aria-labelledby="facts">
      <h2 id="facts">What the draw is made of</h2>
      <dl>
        <dt>Fixed when the sale was scheduled: the secret’s SHA-256</dt>
        <dd>
          <code>{draw.drawCommitment}</code>
        </dd>
        {tickets && (
          <>
            <dt>
              Sealed <Moment atMs={tickets.sealedAtMs} style="stamp" />: {formatCount(tickets.count)} tickets,
              under this root
            </dt>
            <dd>
              <code>{tickets.root}</code>
            </dd>
            {draw.unsealed !== undefined && draw.unsealed > 0 && (
              <>
                <dt>Too late to be sealed, and in the draw all the same</dt>
                <dd>about {formatCount(draw.unsealed)}</dd>
              </>
            )}
          </>
        )}
        {beacon && (
          <>
            <dt>
              The random number: round {beacon.round} of{" "}
              {beacon.chainHash === QUICKNET_CHAIN_HASH ? (
                <a href="https://drand.love">drand</a>
              ) : (
                `a chain that is not drand’s, ${beacon.chainHash.slice(0, 8)}…`
              )}
              , published <Moment atMs={beacon.atMs} style="stamp" />
            </dt>
            <dd>{randomnessWords(beaconAnswer)}</dd>
          </>
        )}
        <dt>The secret</dt>
        <dd>{drawSecret === undefined ? "published at the bell" : <code>{drawSecret}</code>}</dd>
        {draw.phase === "drawn" && (
          <>
            <dt>The seed: SHA-256 over secret, root and random number</dt>
            <dd>
              <code>{lotKey}</code>
            </dd>
          </>
        )}
      </dl>
      {draw.plainBecause && <p class="soft">{PLAIN_WORDS[draw.plainBecause]}</p>}
    </section>
  )
}

const PLAIN_WORDS: Record<NonNullable<DrawDocument["plainBecause"]>, string> = {
  before_sealing_existed: "This sale’s tickets are not sealed: it was scheduled before we did that.",
  scheduled_too_late: "This sale’s tickets are not sealed: its bell was set too shortly before it rang.",
  not_sealed_in_time:
    "This sale’s tickets could not be sealed before the bell. The secret alone decides, so you have to trust that we did not use it.",
}

function randomnessWords(answer: DrawDocument["beaconAnswer"]) {
  if (answer === undefined) return "not published yet"
  if (answer === null) return "did not come in time: the seed was made without it"
  return <code>{answer.randomness}</code>
}

function Yourself({ draw, ticket }: Pick<DrawProps, "draw" | "ticket">) {
  const { lotKey, drawSecret, tickets, beacon, beaconAnswer } = draw
  const secret = drawSecret ?? "the secret"
  const key = ticket?.invited ? (draw.earlyAccess?.secret ?? "its secret") : (lotKey ?? "the seed")
  const moment = draw.ranksFromMs === undefined ? "the bell" : "the line’s opening"
  return (
    <section class="flow" aria-labelledby="yourself">
      <h2 id="yourself">Check it yourself</h2>
      <p>The secret is the one that was fixed. This prints its SHA-256:</p>
      <p class="draw__command">
        <code>{`printf %s '${secret}' | openssl dgst -sha256`}</code>
      </p>
      {tickets && (
        <>
          <p>The seed is made of what is published above:</p>
          <p class="draw__command">
            <code>
              {`printf 'spillway/draw/v1\\n%s\\n%s\\n%s' '${secret}' '${tickets.root}' '${beaconAnswer?.randomness ?? ""}' | openssl dgst -sha256`}
            </code>
          </p>
        </>
      )}
      {beacon?.chainHash === QUICKNET_CHAIN_HASH && (
        <p>
          The random number, from drand itself:{" "}
          <code>{`https://api.drand.sh/${beacon.chainHash}/public/${beacon.round}`}</code>
        </p>
      )}
      <p>
        A lot is the first 13 digits of this, over 16 to the power of 13.{" "}
        {ticket?.invited
          ? "The rank of somebody who was invited is the lot less 2:"
          : `Before ${moment} the rank is the lot less 1; after it, the milliseconds since then and the lot:`}
      </p>
      <p class="draw__command">
        <code>
          {`printf %s '${ticket?.ticketId ?? "your ticket"}' | openssl dgst -sha256 -hmac '${key}'`}
        </code>
      </p>
      <p>
        Or all of it at once, with Spillway’s source at hand:{" "}
        <code>{`npm run verify-draw -- --sale <this page’s address>${ticket ? ` --ticket ${ticket.ticketId}${ticket.invited ? " --invited" : ""}` : ""}`}</code>
      </p>
    </section>
  )
}
