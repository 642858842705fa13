// hot: runs for every record of a replay
/**
 * Replays a feed whose messages stand for themselves, each of them about one order (Nasdaq ITCH, PITCH, Coinbase full), into one
 * book per instrument.
 */

import { TwinError } from '../base/index.ts';
import {
  MBO_ADD,
  MBO_CLEAR,
  MBO_CROSS,
  MBO_DELETE,
  MBO_EXECUTE,
  MBO_FLAG_MAYBE_BAD_BOOK,
  MBO_FLAG_NOT_PRINTABLE,
  MBO_HIDDEN_TRADE,
  MBO_MODIFY,
  MBO_NONE,
  MBO_REDUCE,
  MBO_REPLACE,
  MBO_STATUS,
  MboBatch,
  Quarantine,
  type QuarantineReason,
  UNDEF_PRICE,
  type VenueMessage,
  venuePrices,
} from '../data/index.ts';
import { QTY_LOTS_MAX, type Side } from '../domain/index.ts';
import { openLots, recordTrade } from '../market/index.ts';
import { ByteCount } from './byte-feed.ts';
import type { ReplayOptions, ReplayResult } from './contract.ts';
import { FeedBooks, type FeedInstrument } from './feed-books.ts';
import { type ExecutionFacts, FeedExecutions } from './feed-executions.ts';
import { asksForBook } from './feed-sessions.ts';
import { emitHiddenTrade } from './hidden-trade.ts';
import type { MboFeed, MboInput } from './mbo-input.ts';
import { externalIdText } from './order-ids.ts';
import { CoarserTickNeeded, commonTick } from './price-scale.ts';
import { checkSymbolsFound, keepAccepted, PatientReader, ReplayProgressReport } from './replay-run.ts';
import { RunJournal } from './run-journal.ts';
import { quarantineResult, Tally } from './tally.ts';

export type FeedResult = Omit<ReplayResult, 'format' | 'mode' | 'files' | 'seconds'>;

/** Replays with ticks of one price unit; if a price does not fit them, with the coarsest ticks of each instrument. */
export async function replayMessages(
  inputs: readonly MboInput[],
  options: ReplayOptions,
): Promise<FeedResult> {
  const isCoarse = inputs.every(({ priceUnit }) => priceUnit === COARSE_UNIT);
  if (!isCoarse) return new MessageReplay(inputs, options, await commonTicks(inputs), false).run();
  try {
    return await new MessageReplay(inputs, options, new Map(), true).run();
  } catch (error) {
    if (!(error instanceof CoarserTickNeeded)) throw error;
    return await new MessageReplay(inputs, options, await commonTicks(inputs), false).run();
  }
}

/** Of a finer unit than this one, prices hardly ever fit the book as they are. */
const COARSE_UNIT = '0.0001';

class MessageReplay {
  readonly #inputs: readonly MboInput[];
  readonly #options: ReplayOptions;
  readonly #bytes = new ByteCount();
  readonly #progress: ReplayProgressReport;
  readonly #journal: RunJournal;
  readonly #tally: Tally;
  readonly #books: FeedBooks;
  readonly #executions: FeedExecutions;
  readonly #quarantines: Quarantine[] = [];
  readonly #facts: ExecutionFacts = { excuse: null, tsEventNs: 0, row: 0, orderIdText: '' };
  /** Symbols that the files name, whether they have orders or not. */
  readonly #named = new Set<string>();
  #quarantine: Quarantine;
  #records = 0;
  #epochNs: bigint | null = null;
  /** Valid messages, those without a record included. */
  #messages = 0;

  constructor(
    inputs: readonly MboInput[],
    options: ReplayOptions,
    ticks: ReadonlyMap<number, number>,
    isFirstPass: boolean,
  ) {
    this.#inputs = inputs;
    this.#options = options;
    this.#progress = new ReplayProgressReport(options, this.#bytes);
    this.#journal = new RunJournal(options.sink ?? null, isFirstPass);
    this.#tally = new Tally(options.differencesMax);
    this.#books = new FeedBooks(this.#journal, inputs[0]!, ticks, options);
    this.#executions = new FeedExecutions(this.#books, this.#tally, this.#journal);
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
    await this.#progress.measure(this.#inputs);
    for (const input of this.#inputs) {
      this.#quarantine = new Quarantine(this.#options.strictness, input.name);
      this.#quarantines.push(this.#quarantine);
      const feed = input.open(this.#quarantine, this.#bytes);
      try {
        if (!(await this.#replayFeed(feed))) break;
      } finally {
        await feed.close();
      }
    }
    this.#journal.flush();
    if (this.#messages === 0 && !this.#progress.isCancelled) {
      throw new TwinError('DATA_FORMAT', 'an ITCH source has valid messages', {
        files: this.#inputs.map(({ name }) => name).join(', '),
        ...this.#tally.remarks,
        ...quarantineResult(this.#quarantines).byReason,
      });
    }
    checkSymbolsFound(this.#books.missingSymbols(this.#named), this.#inputs, this.#progress.isCancelled);
    return this.#result();
  }

  async #replayFeed(feed: MboFeed): Promise<boolean> {
    const { rows } = feed;
    const batch = new MboBatch();
    const reader = new PatientReader(rows);
    for (;;) {
      if (!reader.read(batch)) {
        if (!feed.hasEnded) {
          await feed.pull();
          continue;
        }
        for (const symbol of rows.symbols.values()) this.#named.add(symbol);
        this.#books.nameFrom(rows.symbols);
        this.#tally.addRemarks(rows.remarks());
        this.#messages += feed.messages;
        return true;
      }
      this.#epochNs ??= rows.info.epochNs;
      const { venue } = batch;
      let said = 0;
      for (let r = 0; r <= batch.count; r++) {
        while (said < venue.length && venue[said]!.row === r) this.#hear(venue[said++]!, rows.symbols);
        if (r < batch.count) this.#apply(batch, r, rows.symbols);
        this.#journal.settle();
      }
      this.#records += batch.count;
      if (!this.#progress.goesOn(this.#records)) return false;
    }
  }

  #hear(message: VenueMessage, symbols: ReadonlyMap<number, string>): void {
    const number = message.instrument;
    let instrument: FeedInstrument | null = null;
    if (number !== null) {
      if (!this.#books.isWanted(number, symbols)) return;
      this.#journal.events.timeNs = message.tsEventNs;
      instrument = asksForBook(message) ? this.#books.enter(number, symbols) : this.#books.find(number);
    }
    this.#books.sessions.hear(message, message.tsEventNs, instrument, this.#quarantine);
  }

  #apply(batch: MboBatch, r: number, symbols: ReadonlyMap<number, string>): void {
    const action = batch.action[r]!;
    this.#journal.events.timeNs = batch.tsEventNs[r]!;
    if (action === MBO_CLEAR && batch.instrument[r] === 0) {
      this.#tally.byAction[action]!++;
      this.#books.clearAll();
      return;
    }
    const number = batch.instrument[r]!;
    if (!this.#books.isWanted(number, symbols)) return;
    this.#tally.byAction[action]!++;
    if (action === MBO_STATUS || action === MBO_CROSS || action === MBO_NONE) return;
    const instrument = action === MBO_CLEAR ? this.#books.find(number) : this.#books.enter(number, symbols);
    if (instrument === null) return;
    switch (action) {
      case MBO_ADD:
        this.#add(batch, r, instrument);
        return;
      case MBO_EXECUTE:
        this.#execute(batch, r, instrument);
        return;
      case MBO_REDUCE:
      case MBO_DELETE:
        this.#takeOff(batch, r, instrument);
        return;
      case MBO_REPLACE:
        this.#replace(batch, r, instrument);
        return;
      case MBO_MODIFY:
        this.#modify(batch, r, instrument);
        return;
      case MBO_HIDDEN_TRADE:
        this.#hiddenTrade(batch, r, instrument);
        return;
      case MBO_CLEAR:
        this.#books.clear(instrument);
        return;
      default:
        this.#setAside('unknown-type', batch, r, `action=${action}`);
    }
  }

  #add(batch: MboBatch, r: number, instrument: FeedInstrument): void {
    const hi = batch.orderIdHi[r]!;
    const lo = batch.orderIdLo[r]!;
    const price = this.#ticks(batch, r, instrument);
    if (this.#books.isLive(hi, lo)) {
      this.#setAside('duplicate-order', batch, r, '');
    } else if (!Number.isNaN(price) && this.#isQtyGood(batch, r)) {
      const orderId = this.#books.ids.issue(hi, lo);
      this.#books.place(instrument, orderId, batch.side[r] as Side, price, batch.qty[r]!);
    }
  }

  #execute(batch: MboBatch, r: number, instrument: FeedInstrument): void {
    const orderId = this.#books.findLive(instrument, batch.orderIdHi[r]!, batch.orderIdLo[r]!);
    const qty = batch.qty[r]!;
    this.#tally.countExecution(batch.tsEventNs[r]!);
    const facts = this.#facts;
    facts.tsEventNs = batch.tsEventNs[r]!;
    facts.row = batch.sourceIndex[r]!;
    if (orderId === 0) {
      this.#setAsideUnknown(batch, r);
      this.#countSetAside(batch, r, instrument, Number.NaN, 'unknown-order');
      return;
    }
    const { book } = instrument;
    const ownPrice = this.#books.priceOf(instrument, orderId);
    const open = openLots(book, orderId);
    if (qty > open) {
      this.#setAside('over-reduced', batch, r, `size=${qty} left=${open}`);
      this.#countSetAside(batch, r, instrument, ownPrice, 'over-filled');
      return;
    }
    if (qty < 1) {
      this.#setAside('qty-not-positive', batch, r, `size=${qty}`);
      return;
    }
    const price = batch.price[r] === UNDEF_PRICE ? ownPrice : this.#ticks(batch, r, instrument);
    if (Number.isNaN(price)) return;
    this.#tally.noteNamed(orderId);
    const outside = this.#causeOutsideTrading(batch, r, instrument, price);
    if (outside !== null) {
      if (this.#options.mode === 'match') this.#tally.excuse(outside);
    } else if (this.#options.mode === 'match') {
      facts.excuse = excuseOf(batch, r, price !== ownPrice);
      facts.orderIdText = externalIdText(batch.orderIdHi[r]!, batch.orderIdLo[r]!);
      // A hit at the order's own price would put the trade on record at a price that it did not have.
      if (this.#executions.match(instrument, orderId, qty, facts, price !== ownPrice)) return;
    }
    recordTrade(book, orderId, qty, price);
  }

  /** X and D. */
  #takeOff(batch: MboBatch, r: number, instrument: FeedInstrument): void {
    const orderId = this.#books.findLive(instrument, batch.orderIdHi[r]!, batch.orderIdLo[r]!);
    if (orderId === 0) {
      this.#setAsideUnknown(batch, r);
      return;
    }
    this.#tally.noteNamed(orderId);
    const { book } = instrument;
    if (batch.action[r] === MBO_DELETE) {
      book.cancel(orderId, 0);
      return;
    }
    const open = openLots(book, orderId);
    const qty = batch.qty[r]!;
    if (qty > open) this.#setAside('over-reduced', batch, r, `size=${qty} left=${open}`);
    else if (qty < 1) this.#setAside('qty-not-positive', batch, r, `size=${qty}`);
    else book.reduce(orderId, 0, qty);
  }

  /** U: the order is gone and another one of its side enters at the back. */
  #replace(batch: MboBatch, r: number, instrument: FeedInstrument): void {
    const orderId = this.#books.findLive(instrument, batch.orderIdHi[r]!, batch.orderIdLo[r]!);
    if (orderId === 0) {
      this.#setAsideUnknown(batch, r);
      return;
    }
    const hi = batch.newOrderIdHi[r]!;
    const lo = batch.newOrderIdLo[r]!;
    const price = this.#ticks(batch, r, instrument);
    if (Number.isNaN(price) || !this.#isQtyGood(batch, r)) return;
    const isSame = hi === batch.orderIdHi[r] && lo === batch.orderIdLo[r];
    if (!isSame && this.#books.isLive(hi, lo)) {
      this.#setAside('duplicate-order', batch, r, `newOrderId=${externalIdText(hi, lo)}`);
      return;
    }
    this.#tally.noteNamed(orderId);
    const side = this.#books.sideOf(instrument, orderId);
    instrument.book.cancel(orderId, 0);
    this.#books.place(instrument, this.#books.ids.issue(hi, lo), side, price, batch.qty[r]!);
  }

  /** The order stands at this price with this quantity; it keeps its place only there and with no more than it had. */
  #modify(batch: MboBatch, r: number, instrument: FeedInstrument): void {
    const hi = batch.orderIdHi[r]!;
    const lo = batch.orderIdLo[r]!;
    const orderId = this.#books.findLive(instrument, hi, lo);
    if (orderId === 0) {
      this.#setAsideUnknown(batch, r);
      return;
    }
    const price = this.#ticks(batch, r, instrument);
    if (Number.isNaN(price) || !this.#isQtyGood(batch, r)) return;
    this.#tally.noteNamed(orderId);
    const { book } = instrument;
    const open = openLots(book, orderId);
    const qty = batch.qty[r]!;
    if (this.#books.priceOf(instrument, orderId) === price && qty <= open) {
      if (qty < open) book.reduce(orderId, 0, open - qty);
      return;
    }
    const side = this.#books.sideOf(instrument, orderId);
    book.cancel(orderId, 0);
    this.#books.place(instrument, this.#books.ids.issue(hi, lo), side, price, qty);
  }

  #hiddenTrade(batch: MboBatch, r: number, instrument: FeedInstrument): void {
    const price = this.#ticks(batch, r, instrument);
    if (Number.isNaN(price) || !this.#isQtyGood(batch, r)) return;
    this.#causeOutsideTrading(batch, r, instrument, price);
    emitHiddenTrade(this.#journal.events, batch.side[r]!, price, batch.qty[r]!);
  }

  /** Why a trade is none of continuous trading, null if it may be; one at a time when nothing trades is counted. */
  #causeOutsideTrading(
    batch: MboBatch,
    r: number,
    instrument: FeedInstrument,
    price: number,
  ): ExecutionFacts['excuse'] {
    const flags = batch.flags[r]!;
    const isCross = (flags & MBO_FLAG_NOT_PRINTABLE) !== 0;
    const cause = this.#books.sessions.causeOutsideTrading(instrument, isCross);
    if (cause !== 'not-continuous') return cause;
    // The message that let trading go on may be among those that were lost.
    if ((flags & MBO_FLAG_MAYBE_BAD_BOOK) !== 0) return 'after-bad-record';
    const isHidden = batch.action[r] === MBO_HIDDEN_TRADE;
    this.#books.sessions.addTradeOutside(instrument, {
      row: batch.sourceIndex[r]!,
      tsEventNs: batch.tsEventNs[r]!,
      orderId: isHidden ? null : externalIdText(batch.orderIdHi[r]!, batch.orderIdLo[r]!),
      price: instrument.scale.text(price),
      qtyLots: batch.qty[r]!,
    });
    return cause;
  }

  /** Price in ticks; NaN after it was set aside. */
  #ticks(batch: MboBatch, r: number, instrument: FeedInstrument): number {
    const ticks = instrument.scale.ticks(batch.price[r]!);
    if (!Number.isNaN(ticks)) return ticks;
    if (this.#journal.mayRestart && batch.price[r] !== UNDEF_PRICE) {
      throw new CoarserTickNeeded();
    }
    this.#setAside('price-range', batch, r, `price=${batch.price[r]}`);
    return Number.NaN;
  }

  #isQtyGood(batch: MboBatch, r: number): boolean {
    const qty = batch.qty[r]!;
    if (qty >= 1 && qty <= QTY_LOTS_MAX) return true;
    this.#setAside(qty < 1 ? 'qty-not-positive' : 'field-value', batch, r, `size=${qty}`);
    return false;
  }

  #setAsideUnknown(batch: MboBatch, r: number): void {
    this.#tally.unknownOrders++;
    this.#setAside('unknown-order', batch, r, '');
  }

  /** An execution that was set aside was not matched either. */
  #countSetAside(
    batch: MboBatch,
    r: number,
    instrument: FeedInstrument,
    price: number,
    cause: 'unknown-order' | 'over-filled',
  ): void {
    if (this.#options.mode !== 'match') return;
    this.#tally.miss(cause, 0, () => {
      this.#facts.orderIdText = externalIdText(batch.orderIdHi[r]!, batch.orderIdLo[r]!);
      return this.#executions.describe(instrument, price, batch.qty[r]!, null, this.#facts);
    });
  }

  #setAside(reason: QuarantineReason, batch: MboBatch, r: number, detail: string): void {
    const orderId = externalIdText(batch.orderIdHi[r]!, batch.orderIdLo[r]!);
    this.#quarantine.add(reason, batch.sourceIndex[r]!, `orderId=${orderId} ${detail}`.trimEnd());
  }

  #result(): FeedResult {
    return {
      ...this.#tally.result(this.#options.mode, false),
      rows: this.#records,
      symbols: this.#books.symbols,
      books: this.#books.summaries(),
      quarantine: quarantineResult(this.#quarantines),
      crossed: null,
      sessions: this.#books.sessions.result(),
      epochNs: this.#epochNs?.toString() ?? null,
      digest: this.#journal.digest.hex(),
      eventRecords: this.#journal.digest.count,
      isCancelled: this.#progress.isCancelled,
    };
  }
}

function excuseOf(batch: MboBatch, r: number, isOtherPrice: boolean): ExecutionFacts['excuse'] {
  if (isOtherPrice) return 'executed-at-other-price';
  const flags = batch.flags[r]!;
  if ((flags & MBO_FLAG_NOT_PRINTABLE) !== 0) return 'auction';
  return (flags & MBO_FLAG_MAYBE_BAD_BOOK) !== 0 ? 'after-bad-record' : null;
}

/** Greatest tick of each instrument that divides its prices, in price units. */
async function commonTicks(inputs: readonly MboInput[]): Promise<Map<number, number>> {
  const ticks = new Map<number, number>();
  const batch = new MboBatch();
  for (const input of inputs) {
    const feed = input.open(new Quarantine('lenient', input.name), new ByteCount());
    try {
      for (;;) {
        while (feed.rows.read(batch) > 0 || batch.venue.length > 0) {
          for (let r = 0; r < batch.count; r++) {
            const number = batch.instrument[r]!;
            const price = batch.price[r]!;
            if (price !== UNDEF_PRICE) ticks.set(number, commonTick(ticks.get(number) ?? 0, price));
          }
          for (const message of batch.venue) {
            const number = message.instrument ?? 0;
            for (const price of venuePrices(message))
              ticks.set(number, commonTick(ticks.get(number) ?? 0, price));
          }
        }
        if (feed.hasEnded) break;
        await feed.pull();
      }
    } finally {
      await feed.close();
    }
  }
  for (const [number, tick] of ticks) ticks.set(number, Math.max(1, tick));
  return ticks;
}
