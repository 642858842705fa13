// hot: runs for every record of a replay
/**
 * Replays feeds whose messages make up events: Databento's order-by-order files (DBN, schema mbo), records of CME. Several go
 * one after another into the same books.
 *
 * An event ends with the record flagged LAST; only then is the book consistent. A trade event is T (the aggressor), F
 * (each order filled, no effect on the book), then the effects as C or M. We execute the orders at F, so that the
 * journal has the trades, and let C and M only do what the fills have not done: after LAST each order is exactly as
 * recorded. An iceberg shows this way: filled in full, then an M that puts the same id at the back with its next peak.
 *
 * A snapshot (records flagged so) replaces the book of its instrument, whether or not it begins with R.
 *
 * Status and imbalance records may come among the others, or in files of their own beside them.
 */

import { TwinError } from '../base/index.ts';
import {
  MBO_ADD,
  MBO_CLEAR,
  MBO_DELETE,
  MBO_FILL,
  MBO_FLAG_BAD_TS_RECV,
  MBO_FLAG_LAST,
  MBO_FLAG_SNAPSHOT,
  MBO_MODIFY,
  MBO_REDUCE,
  MBO_TRADE,
  MboBatch,
  Quarantine,
  type QuarantineReason,
  SIDE_UNKNOWN,
  UNDEF_PRICE,
  UNDEF_TS,
  type VenueMessage,
} from '../data/index.ts';
import { QTY_LOTS_MAX, type Side } from '../domain/index.ts';
import { openLots } from '../market/index.ts';
import { ByteCount } from './byte-feed.ts';
import type { ReplayOptions } from './contract.ts';
import { DbnEventRecord } from './dbn-event.ts';
import { DbnFills } from './dbn-fills.ts';
import { commonTicks } from './event-ticks.ts';
import { FeedBooks, type FeedInstrument, isCrossed } from './feed-books.ts';
import { asksForBook } from './feed-sessions.ts';
import { emitHiddenTrade } from './hidden-trade.ts';
import type { MboFeed, MboInput } from './mbo-input.ts';
import type { FeedResult } from './message-replay.ts';
import { externalIdText } from './order-ids.ts';
import { checkSymbolsFound, keepAccepted, PatientReader, ReplayProgressReport } from './replay-run.ts';
import { RunJournal } from './run-journal.ts';
import { quarantineResult, Tally } from './tally.ts';
import { VenueFeeds, type VenueInput } from './venue-feeds.ts';

/** What is going on in one instrument between two LAST flags. */
interface EventState {
  /** Records of the event from its first trade on; empty without one. */
  readonly waiting: DbnEventRecord[];
  isInSnapshot: boolean;
}

/** Replays the orders of `inputs`, one after another, with what `beside` tells of their sessions. */
export async function replayEvents(
  inputs: readonly MboInput[],
  beside: readonly VenueInput[],
  options: ReplayOptions,
): Promise<FeedResult> {
  return new EventReplay(inputs, beside, await commonTicks(inputs, beside), options).run();
}

class EventReplay {
  readonly #options: ReplayOptions;
  readonly #bytes = new ByteCount();
  readonly #progress: ReplayProgressReport;
  readonly #journal: RunJournal;
  readonly #tally: Tally;
  readonly #books: FeedBooks;
  readonly #fills: DbnFills;
  readonly #inputs: readonly MboInput[];
  readonly #besideInputs: readonly VenueInput[];
  readonly #beside: VenueFeeds;
  readonly #quarantines: Quarantine[] = [];
  readonly #states: EventState[] = [];
  /** By dense id: lots that fills of the event at hand took off, for C and M still to account for. */
  readonly #pending = new Map<number, number>();
  /** Symbols that the files name, whether they have orders or not. */
  readonly #named = new Set<string>();
  /** The record at hand outside trade events, reused. */
  readonly #record = new DbnEventRecord();
  #quarantine: Quarantine;
  #records = 0;
  #epochNs: bigint | null = null;
  /** Of the file at hand to that of the first file, ns: times are told from the first file's day. */
  #epochShiftNs = 0;
  #crossedEvents = 0;
  #firstCrossedNs: number | null = null;
  #lastCrossedNs: number | null = null;
  /** Capture time of the record before, of whatever file. */
  #lastRecvNs = Number.NEGATIVE_INFINITY;
  #isFirstRecord = true;

  constructor(
    inputs: readonly MboInput[],
    beside: readonly VenueInput[],
    ticks: ReadonlyMap<number, number>,
    options: ReplayOptions,
  ) {
    this.#inputs = inputs;
    this.#options = options;
    this.#besideInputs = beside;
    this.#beside = new VenueFeeds(beside, options.strictness, this.#bytes);
    this.#progress = new ReplayProgressReport(options, this.#bytes);
    this.#journal = new RunJournal(options.sink ?? null, false);
    this.#tally = new Tally(options.differencesMax);
    this.#books = new FeedBooks(this.#journal, inputs[0]!, ticks, options);
    this.#fills = new DbnFills(this.#books, this.#tally, this.#journal, this.#pending, options.mode);
    this.#quarantine = new Quarantine(options.strictness, '');
  }

  run(): Promise<FeedResult> {
    return keepAccepted(
      this.#options,
      this.#journal,
      () => this.#replayAll(),
      () => this.#result(),
    );
  }

  async #replayAll(): Promise<FeedResult> {
    await this.#progress.measure([...this.#inputs, ...this.#besideInputs]);
    try {
      for (const input of this.#inputs) if (!(await this.#replayInput(input))) break;
    } finally {
      await this.#beside.close();
    }
    this.#journal.flush();
    for (const remarks of this.#beside.remarks()) this.#tally.addRemarks(remarks);
    const { passedOver } = this.#books.sessions;
    if (passedOver > 0) this.#tally.addRemarks({ 'message-without-book': passedOver });
    checkSymbolsFound(this.#books.missingSymbols(this.#named), this.#inputs, this.#progress.isCancelled);
    return this.#result();
  }

  async #replayInput(input: MboInput): Promise<boolean> {
    this.#quarantine = new Quarantine(this.#options.strictness, input.name);
    this.#quarantines.push(this.#quarantine);
    const feed = input.open(this.#quarantine, this.#bytes);
    try {
      return await this.#replayFeed(feed);
    } finally {
      await feed.close();
    }
  }

  async #replayFeed(feed: MboFeed): Promise<boolean> {
    const { rows } = feed;
    const batch = new MboBatch();
    this.#isFirstRecord = true;
    const reader = new PatientReader(rows);
    for (;;) {
      if (!reader.read(batch)) {
        if (feed.hasEnded) break;
        await feed.pull();
        continue;
      }
      this.#alignEpoch(rows.info.epochNs);
      if (this.#besideInputs.length > 0 && batch.count > 0) await this.#readBeside(batch);
      const { venue } = batch;
      let said = 0;
      for (let r = 0; r <= batch.count; r++) {
        while (said < venue.length && venue[said]!.row === r) this.#hear(venue[said++]!, rows.symbols);
        if (r === batch.count) break;
        if (batch.tsEventNs[r]! + this.#epochShiftNs >= this.#beside.dueNs)
          this.#hearBeside(batch.tsEventNs[r]! + this.#epochShiftNs, rows.symbols);
        this.#checkTime(batch, r);
        this.#take(batch, r, rows.symbols);
      }
      this.#records += batch.count;
      if (!this.#progress.goesOn(this.#records)) return false;
    }
    for (const symbol of rows.symbols.values()) this.#named.add(symbol);
    this.#books.nameFrom(rows.symbols);
    this.#tally.addRemarks(rows.remarks());
    // A file that ends within an event: what there is of it is applied.
    for (const instrument of this.#books.instruments) {
      const state = this.#stateOf(instrument);
      if (state.waiting.length > 0) this.#applyEvent(instrument, state);
      state.isInSnapshot = false;
    }
    return true;
  }

  /** Makes what the files beside say up to the end of the batch wait. */
  #readBeside(batch: MboBatch): Promise<void> {
    let lastNs = Number.NEGATIVE_INFINITY;
    for (let r = 0; r < batch.count; r++) lastNs = Math.max(lastNs, batch.tsEventNs[r]!);
    return this.#beside.readTo(lastNs + this.#epochShiftNs, this.#epochNs!);
  }

  /** A message among the records: one that says that something is out of the ordinary makes its instrument known. */
  #hear(message: VenueMessage, symbols: ReadonlyMap<number, string>): void {
    const number = message.instrument!;
    if (!this.#books.isWanted(number, symbols)) return;
    const timeNs = message.tsEventNs + this.#epochShiftNs;
    this.#journal.events.timeNs = timeNs;
    const instrument = asksForBook(message) ? this.#books.enter(number, symbols) : this.#books.find(number);
    this.#books.sessions.hear(message, timeNs, instrument, this.#quarantine);
    this.#journal.settle();
  }

  /** What the files beside say up to a time. They may be of a whole market, so they make no instrument known. */
  #hearBeside(untilNs: number, symbols: ReadonlyMap<number, string>): void {
    for (;;) {
      const due = this.#beside.next(untilNs);
      if (due === null) return;
      const number = due.message.instrument;
      if (number !== null && !this.#books.isWanted(number, symbols)) continue;
      const instrument = number === null ? null : this.#books.find(number);
      this.#books.sessions.hear(due.message, due.timeNs, instrument, due.quarantine);
      this.#journal.settle();
    }
  }

  #stateOf(instrument: FeedInstrument): EventState {
    const state = this.#states[instrument.index] ?? { waiting: [], isInSnapshot: false };
    this.#states[instrument.index] = state;
    return state;
  }

  /**
   * Capture time does not decrease, neither in a file nor from one to the next. A record that is earlier is reported and
   * still replayed, since its place in the file is what counts; a whole file that is earlier cannot be replayed.
   */
  #checkTime(batch: MboBatch, r: number): void {
    if (batch.tsRecvNs[r] === UNDEF_TS) return;
    const tsRecvNs = batch.tsRecvNs[r]! + this.#epochShiftNs;
    const isFirst = this.#isFirstRecord;
    this.#isFirstRecord = false;
    if (!isFirst && (batch.flags[r]! & MBO_FLAG_BAD_TS_RECV) !== 0) return;
    if (tsRecvNs < this.#lastRecvNs) {
      if (isFirst) {
        throw new TwinError('DATA_PAIR', 'files of one replay are given once, in the order of time', {
          file: this.#quarantine.source,
          secondsEarlier: (this.#lastRecvNs - tsRecvNs) / 1e9,
        });
      }
      const row = batch.sourceIndex[r]!;
      this.#quarantine.add(
        'time-backwards',
        row,
        `ts_recv ${this.#lastRecvNs - tsRecvNs} ns before the record before`,
      );
    }
    this.#lastRecvNs = tsRecvNs;
  }

  #alignEpoch(epochNs: bigint | null): void {
    if (epochNs === null) return;
    this.#epochNs ??= epochNs;
    this.#epochShiftNs = Number(epochNs - this.#epochNs);
  }

  #take(batch: MboBatch, r: number, symbols: ReadonlyMap<number, string>): void {
    this.#journal.events.timeNs = batch.tsEventNs[r]! + this.#epochShiftNs;
    const instrument = this.#books.enter(batch.instrument[r]!, symbols);
    if (instrument === null) return;
    this.#tally.byAction[batch.action[r]!]!++;
    const state = this.#stateOf(instrument);
    const flags = batch.flags[r]!;
    const isLast = (flags & MBO_FLAG_LAST) !== 0;
    const action = batch.action[r]!;
    if (state.waiting.length > 0 || action === MBO_TRADE || action === MBO_FILL) {
      state.waiting.push(new DbnEventRecord().load(batch, r));
      if (!isLast) return;
      this.#applyEvent(instrument, state);
    } else {
      const record = this.#record.load(batch, r);
      this.#journal.events.timeNs = record.tsEventNs + this.#epochShiftNs;
      if ((flags & MBO_FLAG_SNAPSHOT) !== 0) {
        if (!state.isInSnapshot) this.#books.clear(instrument);
        state.isInSnapshot = !isLast;
      } else {
        state.isInSnapshot = false;
      }
      this.#applyEffect(instrument, record);
    }
    this.#journal.settle();
    if (isLast) this.#endEvent(instrument, batch.tsEventNs[r]! + this.#epochShiftNs);
  }

  #endEvent(instrument: FeedInstrument, tsNs: number): void {
    if (!isCrossed(instrument.book)) return;
    this.#crossedEvents++;
    this.#firstCrossedNs ??= tsNs;
    this.#lastCrossedNs = tsNs;
  }

  /** An event with trades. */
  #applyEvent(instrument: FeedInstrument, state: EventState): void {
    const records = state.waiting;
    this.#journal.events.instrument = instrument.index;
    // Whether the book is crossed is asked before the first fill: the fills of an auction uncross it.
    const isAuction = isCrossed(instrument.book);
    let aggressor: DbnEventRecord | null = null;
    let at = 0;
    while (at < records.length) {
      const record = records[at]!;
      this.#journal.events.timeNs = record.tsEventNs + this.#epochShiftNs;
      if (record.action === MBO_FILL) {
        let end = at;
        while (end < records.length && records[end]!.action === MBO_FILL) end++;
        this.#fills.apply(
          instrument,
          { records, aggressor, isAuction, timeShiftNs: this.#epochShiftNs },
          at,
          end,
        );
        at = end;
        continue;
      }
      if (record.action === MBO_TRADE) {
        aggressor = record;
        if (record.side === SIDE_UNKNOWN) this.#emitUnsidedTrade(instrument, record, isAuction);
      } else {
        this.#applyEffect(instrument, record);
      }
      at++;
    }
    this.#pending.clear();
    records.length = 0;
  }

  /** A trade of an auction: its fills are of both sides and say no more, so the volume is told once, here. */
  #emitUnsidedTrade(instrument: FeedInstrument, record: DbnEventRecord, isAuction: boolean): void {
    const price = instrument.scale.ticks(record.price);
    if (Number.isNaN(price) || record.qty < 1 || record.qty > QTY_LOTS_MAX) {
      this.#setAside('price-range', record, `price=${record.price} size=${record.qty}`);
      return;
    }
    const { events } = this.#journal;
    emitHiddenTrade(events, SIDE_UNKNOWN, price, record.qty);
    if (!isAuction) return;
    const head = {
      row: 0,
      sourceIndex: record.row,
      tsEventNs: record.tsEventNs,
      instrument: instrument.number,
    };
    const cross = { ...head, kind: 'cross', auction: null, qty: record.qty, price: record.price } as const;
    this.#books.sessions.hear(cross, events.timeNs, instrument, this.#quarantine);
  }

  /** Adding, taking off, changing, removing (CME) and clearing; the others do nothing to the book. */
  #applyEffect(instrument: FeedInstrument, record: DbnEventRecord): void {
    if (record.action === MBO_ADD) this.#add(instrument, record);
    else if (record.action === MBO_REDUCE) this.#reduce(instrument, record);
    else if (record.action === MBO_MODIFY) this.#modify(instrument, record);
    else if (record.action === MBO_DELETE) this.#delete(instrument, record);
    else if (record.action === MBO_CLEAR) this.#books.clear(instrument);
  }

  #add(instrument: FeedInstrument, record: DbnEventRecord): void {
    if (this.#books.isLive(record.hi, record.lo)) {
      this.#setAside('duplicate-order', record, '');
      return;
    }
    this.#place(instrument, record);
  }

  #place(instrument: FeedInstrument, record: DbnEventRecord): void {
    const price = this.#goodPrice(instrument, record);
    if (Number.isNaN(price)) return;
    const orderId = this.#books.ids.issue(record.hi, record.lo);
    this.#books.place(instrument, orderId, record.side as Side, price, record.qty);
  }

  /** Price in ticks of a record that puts an order somewhere; NaN after the record was set aside. */
  #goodPrice(instrument: FeedInstrument, record: DbnEventRecord): number {
    const price = instrument.scale.ticks(record.price);
    if (record.price === UNDEF_PRICE || Number.isNaN(price)) {
      this.#setAside('price-range', record, `price=${record.price}`);
    } else if (record.side === SIDE_UNKNOWN) {
      this.#setAside('unknown-side', record, '');
    } else if (record.qty < 1 || record.qty > QTY_LOTS_MAX) {
      this.#setAside(record.qty < 1 ? 'qty-not-positive' : 'field-value', record, `size=${record.qty}`);
    } else {
      return price;
    }
    return Number.NaN;
  }

  #reduce(instrument: FeedInstrument, record: DbnEventRecord): void {
    const named = this.#books.ids.find(record.hi, record.lo);
    const pending = this.#pending.get(named) ?? 0;
    const rest = record.qty - Math.min(pending, record.qty);
    if (pending > 0) this.#pending.set(named, pending - (record.qty - rest));
    if (rest === 0) return;
    const orderId = this.#books.findLive(instrument, record.hi, record.lo);
    if (orderId === 0) {
      this.#tally.unknownOrders++;
      this.#setAside('unknown-order', record, '');
      return;
    }
    this.#tally.noteNamed(orderId);
    const open = openLots(instrument.book, orderId);
    if (rest > open) this.#setAside('over-reduced', record, `size=${rest} left=${open}`);
    else instrument.book.reduce(orderId, 0, rest);
  }

  /** Fills of the event may have removed the order already. */
  #delete(instrument: FeedInstrument, record: DbnEventRecord): void {
    const orderId = this.#books.findLive(instrument, record.hi, record.lo);
    const wasFilled = this.#pending.delete(this.#books.ids.find(record.hi, record.lo));
    if (orderId !== 0) {
      this.#tally.noteNamed(orderId);
      instrument.book.cancel(orderId, 0);
    } else if (!wasFilled) {
      this.#tally.unknownOrders++;
      this.#setAside('unknown-order', record, '');
    }
  }

  /** The order stands at this price with this quantity; it keeps its place only there and with no more than it had. */
  #modify(instrument: FeedInstrument, record: DbnEventRecord): void {
    const price = this.#goodPrice(instrument, record);
    if (Number.isNaN(price)) return;
    const orderId = this.#books.findLive(instrument, record.hi, record.lo);
    this.#pending.delete(this.#books.ids.find(record.hi, record.lo));
    if (orderId === 0) {
      if (this.#books.ids.find(record.hi, record.lo) === 0) this.#tally.unknownOrders++;
      this.#place(instrument, record);
      return;
    }
    this.#tally.noteNamed(orderId);
    const open = openLots(instrument.book, orderId);
    const isSamePlace =
      this.#books.priceOf(instrument, orderId) === price &&
      this.#books.sideOf(instrument, orderId) === record.side;
    if (isSamePlace && record.qty <= open) {
      if (record.qty < open) instrument.book.reduce(orderId, 0, open - record.qty);
      return;
    }
    instrument.book.cancel(orderId, 0);
    this.#place(instrument, record);
  }

  #setAside(reason: QuarantineReason, record: DbnEventRecord, detail: string): void {
    const text = `orderId=${externalIdText(record.hi, record.lo)} ${detail}`.trimEnd();
    this.#quarantine.add(reason, record.row, text);
  }

  #result(): FeedResult {
    return {
      ...this.#tally.result(this.#options.mode, false),
      sessions: this.#books.sessions.result(),
      rows: this.#records,
      symbols: this.#books.symbols,
      books: this.#books.summaries(),
      quarantine: quarantineResult([...this.#quarantines, ...this.#beside.quarantines]),
      crossed: {
        events: this.#crossedEvents,
        firstTsNs: this.#firstCrossedNs,
        lastTsNs: this.#lastCrossedNs,
      },
      epochNs: this.#epochNs?.toString() ?? null,
      digest: this.#journal.digest.hex(),
      eventRecords: this.#journal.digest.count,
      isCancelled: this.#progress.isCancelled,
    };
  }
}
