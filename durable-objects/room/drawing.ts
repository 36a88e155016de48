import { ARRIVAL_SHARDS } from "../../waiting-room/draw.ts"
import { arrivalShardName } from "../arrivals/contract.ts"
import type { ArrivalShardApi } from "../arrivals/contract.ts"
import { within } from "../within.ts"
import { askBeacon, chainHashOf } from "./beacon.ts"
import type { Room } from "./room.ts"

/** What drawing needs of the object's environment. */
export interface DrawingBindings {
  ARRIVALS: DurableObjectNamespace<ArrivalShardApi & Rpc.DurableObjectBranded>
  /** A chain of the public randomness beacon; empty or absent where none is asked. */
  DRAND_URL?: string
}

/** A shard that has not sealed by then is asked again; a million ids take it 2 to 4 s. */
const SEAL_ANSWER_MS = 8_000

/** Asks shards and beacon for what a room's draw waits for. The draw itself says what is due, and takes what comes. */
export class Drawing {
  private readonly env: DrawingBindings
  /** Shards or beacon are being asked. */
  private asking = false

  constructor(env: DrawingBindings) {
    this.env = env
  }

  /** One step of the draw, if one is due. What fails is tried again by a later tick, until the draw gives up waiting. */
  async goOn(room: Room): Promise<void> {
    const step = room.draw.step(Date.now())
    if (step === "give_up") return room.draw.giveUp(Date.now())
    if (step === null || this.asking) return
    this.asking = true
    try {
      await (step === "seal" ? this.sealTickets(room) : this.askForRandomness(room))
    } catch (error) {
      const { saleId } = room.sale
      console.warn(
        JSON.stringify({ level: "warn", event: "draw_waits", saleId, step, message: String(error) }),
      )
    } finally {
      this.asking = false
    }
  }

  private async sealTickets(room: Room): Promise<void> {
    const { generation } = room.draw
    const chainHash = chainHashOf(this.env.DRAND_URL ?? "")
    const shards = await Promise.all(
      Array.from({ length: ARRIVAL_SHARDS }, (_, shard) => {
        const name = arrivalShardName(room.sale.saleId, shard)
        return within(SEAL_ANSWER_MS, this.env.ARRIVALS.getByName(name).seal(generation))
      }),
    )
    room.draw.seal(shards, generation, chainHash, Date.now())
  }

  private async askForRandomness(room: Room): Promise<void> {
    const { round } = room.draw
    if (round !== null) room.draw.beaconAnswered(await askBeacon(this.env.DRAND_URL ?? "", round))
  }
}
