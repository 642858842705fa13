/**
 * What venues do of themselves when the quotes of others change, as they see them on the consolidated feed: pegs follow the best
 * of all venues (market-rules §1.8), and orders that slid come back towards their limits (§1.11, §1.19).
 *
 *   any command ─► act: pegs and slid orders that the quotes of now concern ─► woken when the feed shows the next change
 *
 * What follows from an action here is looked at a nanosecond later at the earliest, so that venues that answer each other take time.
 */

import type { BinaryReader, BinaryWriter } from '../base/index.ts';
import { BUY, SELL, type Side, UNDEF_INT32 } from '../domain/index.ts';
import { CONTINUOUS, type Venue } from '../market/index.ts';
import type { Kernel } from '../sim/index.ts';
import type { ConsolidatedFeed } from './consolidated-feed.ts';
import { KIND_QUOTES, PRIORITY_EXPIRY } from './kinds.ts';
import type { SlidOrders } from './slid-orders.ts';
import type { VenueMap } from './venue-map.ts';

export interface WatchParts {
  readonly kernel: Kernel;
  readonly venue: Venue;
  readonly venues: VenueMap;
  readonly feed: ConsolidatedFeed;
  /** Instruments whose pegs follow the best of all venues. */
  readonly pegged: readonly number[];
  /** Null where no venue takes slid orders back. */
  readonly slid: SlidOrders | null;
}

export class QuoteWatch {
  readonly #parts: WatchParts;
  /** Bid and ask by instrument, as pegs were given them last. */
  readonly #given: Int32Array;
  /** The kernel wakes the watch at this time already. */
  #wakeNs = Number.POSITIVE_INFINITY;

  constructor(parts: WatchParts) {
    this.#parts = parts;
    this.#given = new Int32Array(2 * parts.venue.instruments.length).fill(UNDEF_INT32);
  }

  /** Whether anything stands that the quotes of others may move. */
  get isNeeded(): boolean {
    return (
      this.#parts.slid?.isEmpty === false ||
      this.#parts.pegged.some((instrument) => this.#hasPegs(instrument))
    );
  }

  /** Before an order that the venue is to look after: its peg is to know the quote. */
  prepare(nowNs: number, instrument: number): void {
    if (this.#parts.pegged.includes(instrument)) this.#give(nowNs, instrument);
  }

  /** Does what the quotes of now ask for. */
  act(nowNs: number): void {
    const { pegged, slid } = this.#parts;
    for (const instrument of pegged) if (this.#hasPegs(instrument)) this.#give(nowNs, instrument);
    slid?.comeBack(nowNs);
  }

  /** Sees to it that the watch is woken when the feed shows something new, and soon where it `hasActed` itself. */
  wakeNext(nowNs: number, hasActed: boolean): void {
    const { kernel, feed } = this.#parts;
    const nextNs = Math.max(nowNs + 1, hasActed ? nowNs + 1 : feed.nextChangeNs(nowNs));
    if (nextNs >= this.#wakeNs || nextNs === Number.POSITIVE_INFINITY) return;
    this.#wakeNs = nextNs;
    kernel.schedule(nextNs, PRIORITY_EXPIRY, KIND_QUOTES, 0);
  }

  /** The kernel has woken it. */
  woken(): void {
    this.#wakeNs = Number.POSITIVE_INFINITY;
  }

  writeState(writer: BinaryWriter): void {
    writer.section('quoteWatch');
    writer.array(this.#given);
    writer.float64(this.#wakeNs);
  }

  readState(reader: BinaryReader): void {
    reader.section('quoteWatch');
    this.#given.set(reader.int32Array());
    this.#wakeNs = reader.float64();
  }

  #hasPegs(instrument: number): boolean {
    return (this.#parts.venue.managed?.desk.orders[instrument]?.size ?? 0) > 0;
  }

  #give(nowNs: number, instrument: number): void {
    const bidTicks = this.#bestTicks(nowNs, instrument, BUY);
    const askTicks = this.#bestTicks(nowNs, instrument, SELL);
    const at = 2 * instrument;
    if (this.#given[at] === bidTicks && this.#given[at + 1] === askTicks) return;
    this.#given[at] = bidTicks;
    this.#given[at + 1] = askTicks;
    this.#parts.venue.giveQuote(nowNs, instrument, bidTicks, askTicks);
  }

  /** Best price of all venues: the own one's as it is and without its pegs, the others' as the feed shows them. */
  #bestTicks(nowNs: number, instrument: number, side: Side): number {
    const { venue, venues, feed } = this.#parts;
    let best =
      venue.managed?.desk.orders[instrument]?.unpeggedTicks(side) ?? venue.books[instrument]!.bestTicks(side);
    for (const sibling of venues.siblings[instrument]!) {
      if (sibling === instrument) continue;
      const view = feed.view(nowNs, sibling);
      const ticks = view.bestTicks(side);
      if (ticks === UNDEF_INT32 || view.sessionState !== CONTINUOUS) continue;
      if (best === UNDEF_INT32 || (side === BUY ? ticks > best : ticks < best)) best = ticks;
    }
    return best;
  }
}
