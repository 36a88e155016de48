import { Button, ButtonLink } from "../components/button.tsx"
import { Countdown } from "../components/countdown.tsx"
import { Choices, Field, Select } from "../components/field.tsx"
import { Layout } from "../components/layout.tsx"
import { LinePicture } from "../components/line-picture.tsx"
import { Notice } from "../components/notice.tsx"
import { Phase } from "../components/phase.tsx"
import { Place } from "../components/place.tsx"
import { Price } from "../components/price.tsx"
import { ProductGrid } from "../components/product-card.tsx"
import { Stat, Stats } from "../components/stat.tsx"
import { Steps } from "../components/steps.tsx"
import { StockBand } from "../components/stock-band.tsx"
import { Table } from "../components/table.tsx"
import { ENGLISH } from "../languages/choose-language.ts"
import { wordsFor } from "../line/line-reading.ts"
import type { LineReading } from "../line/line-reading.ts"
import type { Site } from "../site.ts"

/** Every component in its states, for whoever builds the shop. Local only. */
export function Components({ site, nowMs }: { site: Site; nowMs: number }) {
  const reading: LineReading = {
    ...SAMPLE_READING,
    nowMs,
    opensAtMs: nowMs - 60_000,
    closesAtMs: nowMs + 3_600_000,
  }
  return (
    <Layout site={site} title="Components" unlisted={true}>
      <div class="bounds samples">
        <h1>Components</h1>
        <Actions />
        <section class="flow">
          <h2>Facts</h2>
          <p class="actions">
            <Price cents={12_900} currency="EUR" />
            <Price cents={8_900} currency="EUR" ordinaryCents={12_900} live={true} large={true} />
          </p>
          <p class="actions">
            {(["in_stock", "low", "last_few", "sold_out"] as const).map((band) => (
              <StockBand band={band} />
            ))}
          </p>
          <p class="actions">
            {(
              ["scheduled", "waiting", "open", "paused", "sold_out_pending", "sold_out", "ended"] as const
            ).map((phase) => (
              <Phase phase={phase} />
            ))}
          </p>
          <Stats>
            <Stat label="joined the line" value="12,480" />
            <Stat label="go in each minute" value="240" unit="people" />
          </Stats>
          <Table
            caption="A table"
            columns={[{ title: "Piece" }, { title: "Sold", number: true }]}
            rows={[
              ["Kettle", "12"],
              ["Cup", "140"],
            ]}
          />
        </section>
        <section class="flow">
          <h2>Time</h2>
          <Countdown label="Opens" toMs={nowMs + 7_384_000} nowMs={nowMs} withMoment={true} />
          <Countdown
            label="Held for you"
            toMs={nowMs + 95_000}
            nowMs={nowMs}
            exact={true}
            small={true}
            yours={true}
          />
          <Steps
            steps={[
              { title: "Set aside for you", state: "done", atMs: nowMs - 90_000 },
              { title: "Confirmed and paid", state: "current", atMs: nowMs },
              { title: "Sent", state: "ahead" },
            ]}
          />
        </section>
        <section class="flow">
          <h2>The line</h2>
          <Place words={wordsFor(reading, { language: "en", words: ENGLISH.words.live })} />
          <LinePicture reading={reading} />
        </section>
        <section class="flow">
          <h2>Words</h2>
          {(["still", "now", "hurry", "lost"] as const).map((tone) => (
            <Notice title={`Notice, ${tone}`} tone={tone}>
              <p>It says what happens next.</p>
            </Notice>
          ))}
        </section>
        <section class="flow">
          <h2>Cards</h2>
          <ProductGrid
            cards={[
              SAMPLE_CARD,
              { ...SAMPLE_CARD, salePriceCents: 3_900, stock: "last_few" },
              { ...SAMPLE_CARD, stock: "sold_out" },
            ]}
          />
        </section>
      </div>
    </Layout>
  )
}

function Actions() {
  return (
    <section class="flow">
      <h2>Actions and fields</h2>
      <div class="actions">
        <Button>Go on</Button>
        <Button tone="now">Enter the sale</Button>
        <Button tone="quiet">Show</Button>
        <Button tone="lost">End the sale</Button>
        <Button tone="plain">Give it back</Button>
        <Button disabled={true}>Sold out</Button>
        <ButtonLink href="#">A link</ButtonLink>
      </div>
      <div class="field-grid field-grid--pair">
        <Field
          name="sample-a"
          label="Email"
          value="a@example.com"
          hint="Only for questions about this order."
        />
        <Field name="sample-b" label="Town or city" value="" error="Enter the town or city." />
        <Select name="sample-c" label="Order" value="a" options={[{ value: "a", label: "Newest first" }]} />
        <Choices
          name="sample-d"
          legend="Choose one"
          chosen="1"
          choices={[
            { value: "1", label: "One litre" },
            { value: "2", label: "Two litres" },
          ]}
        />
      </div>
    </section>
  )
}

const SAMPLE_CARD = {
  slug: "sample",
  title: "Tide Kettle",
  brand: "Harbour & Kiln",
  image: null,
  priceCents: 5_900,
  currency: "EUR",
  stock: "in_stock" as const,
  salePriceCents: null,
}

const SAMPLE_READING: LineReading = {
  phase: "open",
  yourTurn: false,
  ahead: 1_240,
  spokenFor: false,
  cameBack: false,
  estimate: { lowMs: 360_000, highMs: 540_000 },
  joined: 4_800,
  served: 900,
  pacePerMinute: 240,
  stock: {},
  opensAtMs: 0,
  closesAtMs: 0,
  nowMs: 0,
}
