// hot: bench/simulation.ts
/**
 * Market data with delay. What the venue publishes (levels, trades) goes into one log; each distinct feed delay has one
 * set of views and a cursor into the log. A view moves on only when somebody looks: it then applies everything up to
 * now minus its delay. So a thousand agents that share a delay cost one update per record, and no events at all.
 */

import { type BinaryReader, type BinaryWriter, TwinError } from '../base/index.ts';
import type { SessionState, Side } from '../domain/index.ts';
import * as domain from '../domain/index.ts';
import { DepthView } from './depth-view.ts';

// V8 folds constants of this module into machine code, but reads imported ones from memory at each use.
const { EV_ACTION, EV_LEVEL, EV_SESSION, EV_TRADE, RECORD_WORDS } = domain;

/** Records that may be under way to the slowest view. */
export const FEED_LOG_RECORDS_MAX = 1 << 22;

const HEAD_KIND = 255;

/** The views of all instruments of a venue that share one delay. */
class DelayedViews {
  readonly delayNs: number;
  /** By instrument; null for those of other venues. */
  readonly views: readonly (DepthView | null)[];
  /** Log records applied so far, counted from the start of the run. */
  cursor = 0;

  constructor(delayNs: number, states: readonly (SessionState | null)[]) {
    this.delayNs = delayNs;
    this.views = states.map((state) => (state === null ? null : new DepthView(state)));
  }
}

export class MarketData {
  readonly #classes: DelayedViews[] = [];
  /** State of each instrument's session at the start; null for those of other venues. */
  readonly #states: readonly (SessionState | null)[];
  /** 1 by instrument of another venue; null if there is none. */
  readonly #isForeign: Uint8Array | null;
  #times = new Float64Array(4096);
  #lots = new Float64Array(4096);
  /** Two words per record: kind and side with the instrument, and the price. */
  #heads = new Int32Array(4096);
  #prices = new Int32Array(4096);
  #mask = 4095;
  /** Nothing published after this is seen by anybody; Infinity = no gap. */
  #frozenAtNs = Number.POSITIVE_INFINITY;
  /** Records written since the start of the run; the log holds those from the slowest cursor on. */
  #written = 0;

  /** What one venue publishes: `states` of its instruments at the start, null for those of others. */
  constructor(states: readonly (SessionState | null)[]) {
    this.#states = states;
    this.#isForeign = states.includes(null) ? Uint8Array.from(states, (one) => Number(one === null)) : null;
  }

  /** Number of the view class for a delay. */
  classFor(delayNs: number): number {
    const known = this.#classes.findIndex((candidate) => candidate.delayNs === delayNs);
    if (known >= 0) return known;
    return this.#classes.push(new DelayedViews(delayNs, this.#states)) - 1;
  }

  /** Logs the level and trade records `from` to `to` of the venue's output, published at `nowNs`. */
  publish(words: Int32Array, doubles: Float64Array, from: number, to: number, nowNs: number): void {
    const isForeign = this.#isForeign;
    for (let record = from; record < to; record++) {
      const at = record * RECORD_WORDS;
      const head = words[at]!;
      const kind = head & HEAD_KIND;
      if (kind !== EV_LEVEL && kind !== EV_TRADE && kind !== EV_SESSION && kind !== EV_ACTION) continue;
      if (isForeign !== null && isForeign[words[at + 1]!] === 1) continue;
      if (this.#written - this.#slowestCursor() > this.#mask) this.#makeRoom(nowNs);
      const index = this.#written++ & this.#mask;
      this.#times[index] = nowNs;
      this.#heads[index] = (head & 0x1ff) | (words[at + 1]! << 16);
      this.#prices[index] = kind === EV_SESSION ? words[at + 4]! : words[at + 5]!;
      this.#lots[index] = kind === EV_LEVEL ? doubles[(at >> 1) + 3]! : words[at + 6]!;
    }
  }

  /** Begins a gap in the feed: views stay as they are. */
  freeze(nowNs: number): void {
    this.#frozenAtNs = Math.min(this.#frozenAtNs, nowNs);
  }

  /** Ends the gap: views see what they missed. */
  thaw(): void {
    this.#frozenAtNs = Number.POSITIVE_INFINITY;
  }

  /** When the views of a class change next after `nowNs`; Infinity while nothing is under way to them. */
  nextChangeNs(classNumber: number, nowNs: number): number {
    const views = this.#classes[classNumber]!;
    this.#advance(views, nowNs);
    const { cursor, delayNs } = views;
    if (cursor === this.#written) return Number.POSITIVE_INFINITY;
    const publishedNs = this.#times[cursor & this.#mask]!;
    return publishedNs > this.#frozenAtNs ? Number.POSITIVE_INFINITY : publishedNs + delayNs;
  }

  /** The view of an instrument in a class, as of `nowNs` minus the delay of the class. */
  view(classNumber: number, instrument: number, nowNs: number): DepthView {
    const views = this.#classes[classNumber]!;
    if (views.cursor !== this.#written) this.#advance(views, nowNs);
    return views.views[instrument]!;
  }

  writeState(writer: BinaryWriter): void {
    writer.section('marketData');
    writer.float64(this.#frozenAtNs);
    const oldest = this.#slowestCursor();
    writer.float64(this.#written);
    writer.float64(oldest);
    for (let record = oldest; record < this.#written; record++) {
      const index = record & this.#mask;
      writer.float64(this.#times[index]!);
      writer.int32(this.#heads[index]!);
      writer.int32(this.#prices[index]!);
      writer.float64(this.#lots[index]!);
    }
    writer.int32(this.#classes.length);
    for (const views of this.#classes) {
      writer.float64(views.delayNs);
      writer.float64(views.cursor);
      for (const view of views.views) view?.writeState(writer);
    }
  }

  readState(reader: BinaryReader): void {
    reader.section('marketData');
    this.#frozenAtNs = reader.float64();
    const written = reader.float64();
    const oldest = reader.float64();
    while (written - oldest > this.#mask) this.#grow();
    for (let record = oldest; record < written; record++) {
      const index = record & this.#mask;
      this.#times[index] = reader.float64();
      this.#heads[index] = reader.int32();
      this.#prices[index] = reader.int32();
      this.#lots[index] = reader.float64();
    }
    this.#written = written;
    this.#classes.length = 0;
    const classCount = reader.int32();
    for (let i = 0; i < classCount; i++) {
      const views = new DelayedViews(reader.float64(), this.#states);
      views.cursor = reader.float64();
      for (const view of views.views) view?.readState(reader);
      this.#classes.push(views);
    }
  }

  #advance(views: DelayedViews, nowNs: number): void {
    const until = Math.min(nowNs - views.delayNs, this.#frozenAtNs);
    let cursor = views.cursor;
    while (cursor < this.#written) {
      const index = cursor & this.#mask;
      if (this.#times[index]! > until) break;
      const head = this.#heads[index]!;
      const view = views.views[head >>> 16]!;
      if ((head & HEAD_KIND) === EV_LEVEL)
        view.setLevel(((head >> 8) & 1) as Side, this.#prices[index]!, this.#lots[index]!);
      else if ((head & HEAD_KIND) === EV_TRADE) view.lastTradeTicks = this.#prices[index]!;
      else if ((head & HEAD_KIND) === EV_SESSION) view.sessionState = this.#prices[index]!;
      else view.lastTradeTicks = this.#prices[index]!;
      cursor++;
    }
    views.cursor = cursor;
  }

  #slowestCursor(): number {
    let slowest = this.#written;
    for (const views of this.#classes) if (views.cursor < slowest) slowest = views.cursor;
    return slowest;
  }

  /** Applies what is due everywhere; grows the log if the rest still fills it. */
  #makeRoom(nowNs: number): void {
    for (const views of this.#classes) this.#advance(views, nowNs);
    if (this.#written - this.#slowestCursor() > this.#mask >> 1) this.#grow();
  }

  #grow(): void {
    const capacity = (this.#mask + 1) * 2;
    if (capacity > FEED_LOG_RECORDS_MAX) {
      throw new TwinError('BASE_LIMIT', 'at most FEED_LOG_RECORDS_MAX records are under way to a feed', {
        records: this.#mask + 1,
      });
    }
    const oldest = this.#slowestCursor();
    const times = new Float64Array(capacity);
    const lots = new Float64Array(capacity);
    const heads = new Int32Array(capacity);
    const prices = new Int32Array(capacity);
    for (let record = oldest; record < this.#written; record++) {
      const from = record & this.#mask;
      const to = record & (capacity - 1);
      times[to] = this.#times[from]!;
      lots[to] = this.#lots[from]!;
      heads[to] = this.#heads[from]!;
      prices[to] = this.#prices[from]!;
    }
    this.#times = times;
    this.#lots = lots;
    this.#heads = heads;
    this.#prices = prices;
    this.#mask = capacity - 1;
  }
}
