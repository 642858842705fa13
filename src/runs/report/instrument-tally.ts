// hot: bench/journal.ts
/** Counts and averages of one instrument, record by record, in memory that does not grow with the run. */

import {
  BUY,
  CANCEL_REASON_NAMES,
  DOUBLE_TIME,
  EV_ACCEPTED,
  EV_CANCEL_REJECTED,
  EV_CANCELED,
  EV_EXPIRED,
  EV_FEE,
  EV_LEVEL,
  EV_REDUCED,
  EV_REJECTED,
  EV_REPLACE_REJECTED,
  EV_REPLACED,
  EV_RESTATED,
  EV_SESSION,
  EV_TRADE,
  EVENT_LAYOUTS,
  HEAD_CODE_SHIFT,
  HEAD_FLAG_AUCTION,
  HEAD_FLAG_MAKER_HIDDEN,
  HEAD_SIDE_SHIFT,
  type InstrumentSpec,
  RECORD_WORDS,
  REJECT_TEXTS,
  SELL,
  WORD_OTHER,
  WORD_PRICE,
  WORD_QTY,
} from '../../domain/index.ts';
import type { JournalBatch } from '../journal-reader.ts';
import { LevelTotals } from '../level-totals.ts';
import { ExactSum } from './exact-sum.ts';
import type {
  DepthProfile,
  InstrumentSummary,
  NamedCount,
  QuoteSummary,
  SeriesRow,
  TradingSummary,
} from './run-summary.ts';
import { type BucketRule, TimeBuckets } from './time-buckets.ts';
import { SessionTally } from './venue/session-tally.ts';

export interface TallyOptions {
  readonly buckets: number;
  readonly depthTicks: number;
  readonly depthIntervalNs: number;
}

/** Spreads from this on are counted together. */
const SPREAD_TICKS_MAX = 512;
/** Sizes are int32, so their binary logarithms are below 31. */
const SIZE_BINS = 31;
const KINDS = 256;
const CODES = 256;

const MID_NS = 0;
const QUOTED_NS = 1;
const SPREAD_NS = 2;
const MID_LOW = 3;
const MID_HIGH = 4;
const LOTS = 5;
const TICK_LOTS = 7;
const NEW_ORDERS = 9;
const CANCELS = 10;
const CHANGES = 11;
const TRADES = 12;
const REJECTS = 13;
const AUCTION_LOTS = 14;
const RULES: readonly BucketRule[] = Array.from({ length: 15 }, (_, c) =>
  c === MID_LOW ? 'min' : c === MID_HIGH ? 'max' : 'sum',
);

/** Column that counts a kind, or 0 for kinds that are no message of their own. */
const COLUMN_OF_KIND = new Uint8Array(KINDS);
for (const [kind, column] of [
  [EV_ACCEPTED, NEW_ORDERS],
  [EV_CANCELED, CANCELS],
  [EV_EXPIRED, CANCELS],
  [EV_REPLACED, CHANGES],
  [EV_REDUCED, CHANGES],
  [EV_RESTATED, CHANGES],
  [EV_TRADE, TRADES],
  [EV_REJECTED, REJECTS],
  [EV_CANCEL_REJECTED, REJECTS],
  [EV_REPLACE_REJECTED, REJECTS],
] as const) {
  COLUMN_OF_KIND[kind] = column;
}

export class InstrumentTally {
  readonly #spec: InstrumentSpec;
  readonly #options: TallyOptions;
  readonly #buckets: TimeBuckets;
  readonly #bids = new LevelTotals(BUY);
  readonly #asks = new LevelTotals(SELL);
  readonly #byKind = new Float64Array(KINDS);
  readonly #byCancelReason = new Float64Array(CODES);
  readonly #byRejectReason = new Float64Array(CODES);
  readonly #spreadNs = new Float64Array(SPREAD_TICKS_MAX + 1);
  readonly #sizes = new Float64Array(SIZE_BINS);
  readonly #bidDepth: Float64Array;
  readonly #askDepth: Float64Array;
  #depthSamples = 0;
  #nextSampleNs = -1;
  #records = 0;
  #quotedNs = 0;
  #crossedNs = 0;
  #lastNs = -1;
  #lots = 0;
  #hiddenLots = 0;
  #auctionLots = 0;
  readonly #tickLots = new ExactSum();
  /** Made with the first record of a session. */
  #sessions: SessionTally | null = null;
  #open = 0;
  #high = Number.NEGATIVE_INFINITY;
  #low = Number.POSITIVE_INFINITY;
  #close = 0;

  constructor(spec: InstrumentSpec, options: TallyOptions) {
    this.#spec = spec;
    this.#options = options;
    this.#buckets = new TimeBuckets(RULES, options.buckets);
    this.#bidDepth = new Float64Array(options.depthTicks);
    this.#askDepth = new Float64Array(options.depthTicks);
  }

  take(batch: JournalBatch, r: number): void {
    const { words, doubles } = batch;
    const at = r * RECORD_WORDS;
    const head = words[at]!;
    const kind = head & 0xff;
    const timeNs = doubles[(at >> 1) + DOUBLE_TIME]!;
    this.#advance(timeNs);
    this.#records++;
    this.#byKind[kind]!++;
    const bucket = this.#buckets.reach(timeNs);
    const column = COLUMN_OF_KIND[kind]!;
    if (column !== 0) this.#buckets.columns[column]![bucket]!++;
    const code = Math.min(head >>> HEAD_CODE_SHIFT, CODES - 1);
    if (kind === EV_LEVEL) {
      const totals = ((head >> HEAD_SIDE_SHIFT) & 1) === BUY ? this.#bids : this.#asks;
      totals.set(words[at + WORD_PRICE]!, doubles[(at >> 1) + WORD_QTY / 2]!, words[at + WORD_OTHER]!);
    } else if (kind === EV_TRADE) this.#trade(bucket, head, words[at + WORD_PRICE]!, words[at + WORD_QTY]!);
    else if (kind === EV_CANCELED) this.#byCancelReason[code]!++;
    else if (column === REJECTS) this.#byRejectReason[code]!++;
    else if (kind >= EV_SESSION && kind < EV_FEE) {
      this.#sessions ??= new SessionTally();
      this.#sessions.take(batch, r);
    }
  }

  /** Lets the quotes stand until the end of the run. */
  end(timeNs: number): void {
    if (this.#records > 0) this.#advance(timeNs);
    this.#sessions?.end(timeNs);
  }

  summary(): Omit<InstrumentSummary, 'contract'> {
    return {
      spec: this.#spec,
      records: this.#records,
      byKind: namedCounts(this.#byKind, (kind) => EVENT_LAYOUTS[kind]?.name ?? `kind${kind}`),
      cancelReasons: namedCounts(
        this.#byCancelReason,
        (code) => CANCEL_REASON_NAMES[code] ?? `reason ${code}`,
      ),
      rejectReasons: namedCounts(this.#byRejectReason, (code) => REJECT_TEXTS[code] ?? `code ${code}`),
      trading: this.#trading(),
      quotes: this.#quotes(),
      depth: this.#depth(),
      tradeSizes: this.#tradeSizes(),
      series: { widthNs: this.#buckets.widthNs, rows: this.#rows() },
      sessions: this.#sessions?.summary() ?? null,
    };
  }

  /** The book as it stood counts for the time since the record before. */
  #advance(timeNs: number): void {
    const from = this.#lastNs;
    this.#lastNs = timeNs;
    if (from < 0) {
      const { depthIntervalNs } = this.#options;
      this.#nextSampleNs = Math.ceil(timeNs / depthIntervalNs) * depthIntervalNs;
      return;
    }
    if (timeNs <= from) return;
    // Nobody can trade at the quotes of a call or of a closed market.
    const isQuoted = this.#sessions === null || this.#sessions.isMatching;
    if (this.#nextSampleNs < timeNs) this.#sampleDepth(timeNs, isQuoted);
    if (!isQuoted) return;
    const bid = this.#bids.prices[0];
    const ask = this.#asks.prices[0];
    if (bid === undefined || ask === undefined) return;
    if (bid >= ask) {
      this.#crossedNs += timeNs - from;
      return;
    }
    this.#weighQuote(from, timeNs, bid, ask);
  }

  #weighQuote(fromNs: number, toNs: number, bid: number, ask: number): void {
    const spread = ask - bid;
    const mid = (ask + bid) / 2;
    this.#quotedNs += toNs - fromNs;
    this.#spreadNs[Math.min(spread, SPREAD_TICKS_MAX)]! += toNs - fromNs;
    const columns = this.#buckets.columns;
    this.#buckets.spread(fromNs, toNs, (bucket, ns) => {
      columns[MID_NS]![bucket]! += mid * ns;
      columns[QUOTED_NS]![bucket]! += ns;
      columns[SPREAD_NS]![bucket]! += spread * ns;
      if (mid < columns[MID_LOW]![bucket]!) columns[MID_LOW]![bucket] = mid;
      if (mid > columns[MID_HIGH]![bucket]!) columns[MID_HIGH]![bucket] = mid;
    });
  }

  /** Counts the book once for every point of the time grid that it stood at, or passes over them. */
  #sampleDepth(untilNs: number, isQuoted: boolean): void {
    const { depthIntervalNs, depthTicks } = this.#options;
    const points = Math.ceil((untilNs - this.#nextSampleNs) / depthIntervalNs);
    this.#nextSampleNs += points * depthIntervalNs;
    if (!isQuoted) return;
    const bid = this.#bids.prices[0];
    const ask = this.#asks.prices[0];
    if (bid === undefined && ask === undefined) return;
    this.#depthSamples += points;
    for (let d = 0; d < depthTicks; d++) {
      if (bid !== undefined) this.#bidDepth[d]! += points * this.#bids.lotsAt(bid - d);
      if (ask !== undefined) this.#askDepth[d]! += points * this.#asks.lotsAt(ask + d);
    }
  }

  #trade(bucket: number, head: number, price: number, qty: number): void {
    const columns = this.#buckets.columns;
    if ((head & HEAD_FLAG_AUCTION) !== 0) {
      // Nobody is the aggressor there, whatever side the record names.
      columns[AUCTION_LOTS]![bucket]! += qty;
      this.#auctionLots += qty;
    } else {
      const side = (head >> HEAD_SIDE_SHIFT) & 1;
      columns[LOTS + side]![bucket]! += qty;
      columns[TICK_LOTS + side]![bucket]! += price * qty;
    }
    this.#sizes[31 - Math.clz32(qty)]!++;
    if (this.#lots === 0) this.#open = price;
    this.#lots += qty;
    if ((head & HEAD_FLAG_MAKER_HIDDEN) !== 0) this.#hiddenLots += qty;
    this.#close = price;
    if (price > this.#high) this.#high = price;
    if (price < this.#low) this.#low = price;
    this.#tickLots.addProduct(price, qty);
  }

  #trading(): TradingSummary | null {
    if (this.#lots === 0) return null;
    const tickLots = this.#tickLots.total();
    return {
      trades: this.#byKind[EV_TRADE]!,
      lots: this.#lots,
      hiddenLots: this.#hiddenLots,
      auctionLots: this.#auctionLots,
      tickLots: String(tickLots),
      openTicks: this.#open,
      highTicks: this.#high,
      lowTicks: this.#low,
      closeTicks: this.#close,
      vwapTicks: Number(tickLots) / this.#lots,
    };
  }

  #quotes(): QuoteSummary | null {
    if (this.#quotedNs === 0) return null;
    let below = 0;
    let median = -1;
    const spreadShares: { ticks: number; share: number; isOpen: boolean }[] = [];
    for (const [ticks, ns] of this.#spreadNs.entries()) {
      if (ns === 0) continue;
      below += ns;
      if (median < 0 && below * 2 >= this.#quotedNs) median = ticks;
      spreadShares.push({ ticks, share: ns / this.#quotedNs, isOpen: ticks === SPREAD_TICKS_MAX });
    }
    // The histogram caps wide spreads, the buckets do not.
    const spreadNs = this.#buckets.columns[SPREAD_NS]!.subarray(0, this.#buckets.count);
    const spreadSum = spreadNs.reduce((total, value) => total + value, 0);
    return {
      twoSidedNs: this.#quotedNs,
      crossedNs: this.#crossedNs,
      spreadMeanTicks: spreadSum / this.#quotedNs,
      spreadMedianTicks: median,
      spreadShares,
    };
  }

  #depth(): DepthProfile | null {
    const samples = this.#depthSamples;
    if (samples === 0) return null;
    const meanOf = (totals: Float64Array): number[] => Array.from(totals, (total) => total / samples);
    return {
      samples,
      intervalNs: this.#options.depthIntervalNs,
      bidLots: meanOf(this.#bidDepth),
      askLots: meanOf(this.#askDepth),
    };
  }

  #tradeSizes(): { fromLots: number; toLots: number; count: number }[] {
    const bins = Array.from(this.#sizes, (count, bin) => ({
      fromLots: 2 ** bin,
      toLots: 2 ** (bin + 1) - 1,
      count,
    }));
    const last = bins.findLastIndex(({ count }) => count > 0);
    return bins.slice(0, last + 1);
  }

  #rows(): SeriesRow[] {
    const { columns, count } = this.#buckets;
    const ratio = (top: number, bottom: number, b: number): number | null =>
      columns[bottom]![b]! === 0 ? null : columns[top]![b]! / columns[bottom]![b]!;
    return Array.from({ length: count }, (_, b) => {
      const isQuoted = columns[QUOTED_NS]![b]! > 0;
      return {
        startNs: this.#buckets.startNs(b),
        midTicks: ratio(MID_NS, QUOTED_NS, b),
        midLowTicks: isQuoted ? columns[MID_LOW]![b]! : null,
        midHighTicks: isQuoted ? columns[MID_HIGH]![b]! : null,
        spreadTicks: ratio(SPREAD_NS, QUOTED_NS, b),
        buyLots: columns[LOTS]![b]!,
        sellLots: columns[LOTS + 1]![b]!,
        auctionLots: columns[AUCTION_LOTS]![b]!,
        buyVwapTicks: ratio(TICK_LOTS, LOTS, b),
        sellVwapTicks: ratio(TICK_LOTS + 1, LOTS + 1, b),
        newOrders: columns[NEW_ORDERS]![b]!,
        cancels: columns[CANCELS]![b]!,
        changes: columns[CHANGES]![b]!,
        trades: columns[TRADES]![b]!,
        rejects: columns[REJECTS]![b]!,
      };
    });
  }
}

function namedCounts(counts: Float64Array, nameOf: (index: number) => string): NamedCount[] {
  const found: NamedCount[] = [];
  for (const [index, count] of counts.entries()) if (count > 0) found.push({ name: nameOf(index), count });
  return found;
}
