/**
 * Pushed market data: each record that somebody wants travels once per feed delay and is handed to every subscriber with
 * that delay. Reading views needs none of this; it is for strategies that react to each trade, quote, level or order.
 */

import { type BinaryReader, type BinaryWriter, TwinError } from '../base/index.ts';
import * as domain from '../domain/index.ts';
import { type AgentGroup, writeFloat64 } from '../domain/index.ts';
import type { Venue } from '../market/index.ts';
import type { Kernel } from '../sim/index.ts';
import * as kinds from './kinds.ts';
import { PublicFeed } from './public-feed.ts';
import type { VenueMap } from './venue-map.ts';

// V8 folds constants of this module into machine code, but reads imported ones from memory at each use.
const {
  BUY,
  EV_FEE,
  EV_LEVEL,
  EV_QUOTE,
  EV_SESSION,
  EV_SHOCK,
  EV_TRADE,
  FEED_LEVELS,
  FEED_ORDERS,
  FEED_QUOTES,
  FEED_STATUS,
  FEED_TRADES,
  RECORD_WORDS,
  SELL,
} = domain;
const { KIND_FEED, PRIORITY_FEED } = kinds;

const LOTS_SHOWN_MAX = 0x7fff_ffff;
/** Records that may wait for the end of a gap. */
export const HELD_RECORDS_MAX = 1 << 22;

interface DelayClass {
  readonly venue: number;
  readonly delayNs: number;
  readonly lane: number;
  /** Subscribers by feed bit. */
  readonly agents: { agent: number; group: AgentGroup }[];
  feeds: number;
}

export class FeedPusher {
  readonly #kernel: Kernel;
  readonly #groups: readonly AgentGroup[];
  readonly #venue: Venue;
  readonly #venues: VenueMap;
  readonly #classes: DelayClass[] = [];
  /** Last pushed quote per instrument: bid, ask, bid lots, ask lots. */
  readonly #quotes: Float64Array;
  readonly #orders = new PublicFeed();
  readonly #scratch = new Int32Array(RECORD_WORDS);
  /** Words of the records of a gap by venue, in order; null = no gap. */
  readonly #held: (number[] | null)[];
  /** Venues that have a gap. */
  #gapCount = 0;
  #feeds = 0;

  constructor(kernel: Kernel, groups: readonly AgentGroup[], venue: Venue, venues: VenueMap) {
    this.#kernel = kernel;
    this.#groups = groups;
    this.#venue = venue;
    this.#venues = venues;
    this.#held = venues.names.map(() => null);
    this.#quotes = new Float64Array(venue.instruments.length * 4);
  }

  get isNeeded(): boolean {
    return this.#feeds !== 0;
  }

  /** Connects an agent to what a venue publishes. */
  connect(agent: number, groupIndex: number, venue: number, delayNs: number): void {
    const group = this.#groups[groupIndex]!;
    if (group.feeds === 0) return;
    this.#feeds |= group.feeds;
    let found = this.#classes.find((candidate) => candidate.venue === venue && candidate.delayNs === delayNs);
    if (found === undefined) {
      found = { venue, delayNs, lane: this.#kernel.laneFor(delayNs, PRIORITY_FEED), agents: [], feeds: 0 };
      this.#classes.push(found);
    }
    found.agents.push({ agent, group });
    found.feeds |= group.feeds;
  }

  /** Begins a gap of a venue: nothing of it is sent until `release`. */
  hold(venue: number): void {
    if (this.#held[venue] !== null) return;
    this.#held[venue] = [];
    this.#gapCount++;
  }

  /** Ends the gap: all that was published in it is sent now, and the quotes as they are by now. */
  release(venue: number): void {
    const held = this.#held[venue]!;
    if (held === null) return;
    const words = Int32Array.from(held);
    this.#held[venue] = null;
    this.#gapCount--;
    this.publish(words, 0, words.length / RECORD_WORDS);
  }

  /** Sends what the records `from` to `to` give to see. */
  publish(words: Int32Array, from: number, to: number): void {
    let touchedInstrument = -1;
    for (let record = from; record < to; record++) {
      const at = record * RECORD_WORDS;
      const kind = words[at]! & 255;
      if (this.#gapCount > 0 && this.#isHeldBack(words, at)) continue;
      if (kind === EV_LEVEL) {
        if (words[at + 1] !== touchedInstrument) this.#publishQuote(touchedInstrument);
        touchedInstrument = words[at + 1]!;
        this.#push(FEED_LEVELS, words, at);
        continue;
      }
      if (kind >= EV_SESSION) {
        // Fees are between venue and owner; of shocks agents see what follows from them.
        if (kind !== EV_FEE && kind !== EV_SHOCK) this.#push(FEED_STATUS, words, at);
        continue;
      }
      if (!this.#orders.copy(words, at, this.#scratch)) continue;
      if (kind === EV_TRADE) this.#push(FEED_TRADES, this.#scratch, 0);
      this.#push(FEED_ORDERS, this.#scratch, 0);
    }
    this.#publishQuote(touchedInstrument);
  }

  /** Hands an arrived record to the subscribers of its delay class. Payload: feed bit, class, then the record. */
  deliver(classNumber: number, words: Int32Array, at: number): void {
    const feed = words[at]!;
    for (const { agent, group } of this.#classes[classNumber]!.agents) {
      if ((group.feeds & feed) !== 0) group.onFeed(agent, words, at + 2);
    }
  }

  writeState(writer: BinaryWriter): void {
    writer.section('feeds');
    writer.array(this.#quotes);
    this.#orders.writeState(writer);
    for (const held of this.#held) {
      writer.uint8(held === null ? 0 : 1);
      writer.array(Int32Array.from(held ?? []));
    }
  }

  readState(reader: BinaryReader): void {
    reader.section('feeds');
    this.#quotes.set(reader.float64Array());
    this.#orders.readState(reader);
    for (let venue = 0; venue < this.#held.length; venue++) {
      const isHolding = reader.uint8() === 1;
      const held = reader.int32Array();
      this.#held[venue] = isHolding ? [...held] : null;
    }
    this.#gapCount = this.#held.filter((held) => held !== null).length;
  }

  /** Keeps the record that starts at word `at` for the end of the gap of its venue, if there is one. */
  #isHeldBack(words: Int32Array, at: number): boolean {
    const held = this.#held[this.#venues.venueOf[words[at + 1]!] ?? 0]!;
    if (held === null) return false;
    for (let i = at; i < at + RECORD_WORDS; i++) held.push(words[i]!);
    if (held.length <= HELD_RECORDS_MAX * RECORD_WORDS) return true;
    throw new TwinError(
      'BASE_LIMIT',
      'at most HELD_RECORDS_MAX records wait for the end of a gap in the feed',
      {
        records: held.length / RECORD_WORDS,
      },
    );
  }

  /** Pushes the quote of an instrument (-1 = none) if it is another one than before. */
  #publishQuote(instrument: number): void {
    if (instrument < 0 || (this.#feeds & FEED_QUOTES) === 0) return;
    const book = this.#venue.books[instrument]!;
    const quote = [book.bestTicks(BUY), book.bestTicks(SELL), book.bestLots(BUY), book.bestLots(SELL)];
    const at = instrument * 4;
    if (quote.every((value, i) => value === this.#quotes[at + i])) return;
    this.#quotes.set(quote, at);
    const record = this.#scratch;
    record.fill(0);
    record[0] = EV_QUOTE;
    record[1] = instrument;
    writeFloat64(record, 2, this.#kernel.nowNs);
    record[5] = quote[0]!;
    record[6] = Math.min(quote[2]!, LOTS_SHOWN_MAX);
    record[8] = quote[1]!;
    record[9] = Math.min(quote[3]!, LOTS_SHOWN_MAX);
    this.#push(FEED_QUOTES, record, 0);
  }

  #push(feed: number, words: Int32Array, at: number): void {
    if ((this.#feeds & feed) === 0) return;
    const kernel = this.#kernel;
    const venue = this.#venues.venueOf[words[at + 1]!]!;
    this.#classes.forEach((delayClass, classNumber) => {
      if ((delayClass.feeds & feed) === 0 || delayClass.venue !== venue) return;
      const to =
        delayClass.lane >= 0
          ? kernel.send(delayClass.lane, KIND_FEED, classNumber)
          : kernel.schedule(kernel.nowNs + delayClass.delayNs, PRIORITY_FEED, KIND_FEED, classNumber);
      kernel.words[to] = feed;
      for (let i = 0; i < RECORD_WORDS; i++) kernel.words[to + 2 + i] = words[at + i]!;
    });
  }
}
