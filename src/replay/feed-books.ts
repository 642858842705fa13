// hot: runs for every record of a replay
/** Books of a feed of many instruments: made as they appear, with one order pool, one sequence of dense ids, their sessions. */

import { invariant } from '../base/index.ts';
import { DAY, LIMIT, OrderTicket, type Side } from '../domain/index.ts';
import {
  DEFAULT_BOOK_RULES,
  FastBook,
  headOrder,
  levelOfOrder,
  levelPriceTicks,
  OrderPool,
} from '../market/index.ts';
import type { BookSummary, ReplayOptions } from './contract.ts';
import { FeedSessions } from './feed-sessions.ts';
import type { MboInput } from './mbo-input.ts';
import { OrderIds } from './order-ids.ts';
import { PriceScale } from './price-scale.ts';
import { summarizeBook } from './replay-run.ts';
import type { RunJournal } from './run-journal.ts';

/** One instrument of a feed. */
export class FeedInstrument {
  readonly book: FastBook;
  readonly index: number;
  /** The feed's number of it. */
  readonly number: number;
  /** A number with # in front as long as nothing has named it. */
  symbol: string;
  readonly scale: PriceScale;

  constructor(book: FastBook, index: number, number: number, symbol: string, scale: PriceScale) {
    this.book = book;
    this.index = index;
    this.number = number;
    this.symbol = symbol;
    this.scale = scale;
  }
}

/** What a price unit and a lot of a feed are worth. */
export type FeedUnits = Pick<MboInput, 'priceUnit' | 'lotsPerUnit'>;

export class FeedBooks {
  readonly ids = new OrderIds();
  readonly pool = new OrderPool();
  readonly instruments: FeedInstrument[] = [];
  readonly sessions: FeedSessions;
  readonly #journal: RunJournal;
  readonly #units: FeedUnits;
  /** Price units per tick by the feed's instrument number; 1 where there is none. */
  readonly #ticks: ReadonlyMap<number, number>;
  readonly #wanted: ReadonlySet<string> | null;
  /** Null for instruments that the replay leaves out. */
  readonly #byNumber = new Map<number, FeedInstrument | null>();
  readonly #ticket = new OrderTicket();

  constructor(
    journal: RunJournal,
    units: FeedUnits,
    ticks: ReadonlyMap<number, number>,
    options: ReplayOptions,
  ) {
    this.sessions = new FeedSessions(journal);
    this.#journal = journal;
    this.#units = units;
    this.#ticks = ticks;
    this.#wanted = options.symbols === undefined ? null : new Set(options.symbols);
  }

  /**
   * The instrument of a feed's number, made if need be; null if the replay leaves it out. Events are stamped with it; their
   * time must be set, since a new instrument tells the state of its session.
   */
  enter(number: number, symbols: ReadonlyMap<number, string>): FeedInstrument | null {
    const found = this.#byNumber.get(number);
    if (found === undefined) return this.#create(number, symbols);
    if (found !== null) this.#journal.events.instrument = found.index;
    return found;
  }

  /** The instrument of a feed's number if it has a book; null if it has none or the replay leaves it out. */
  find(number: number): FeedInstrument | null {
    const found = this.#byNumber.get(number) ?? null;
    if (found !== null) this.#journal.events.instrument = found.index;
    return found;
  }

  /** Whether the replay takes part in an instrument; no book is made for it. */
  isWanted(number: number, symbols: ReadonlyMap<number, string>): boolean {
    return this.#wanted === null || this.#wanted.has(symbolOf(number, symbols));
  }

  /** Puts an order at the back of its price without matching it. The dense id grows with every order. */
  place(instrument: FeedInstrument, orderId: number, side: Side, price: number, qty: number): void {
    const ticket = this.#ticket;
    ticket.orderId = orderId;
    ticket.side = side;
    ticket.type = LIMIT;
    ticket.timeInForce = DAY;
    ticket.priceTicks = price;
    ticket.qtyLots = qty;
    instrument.book.place(ticket);
    invariant(instrument.book.has(orderId), 'the book takes an order whose terms were checked');
  }

  /** Dense id of a live order of this instrument by its external id, 0 if there is none. */
  findLive(instrument: FeedInstrument, hi: number, lo: number): number {
    const orderId = this.ids.find(hi, lo);
    return orderId !== 0 && instrument.book.has(orderId) ? orderId : 0;
  }

  /** Whether an external id names a live order of any instrument. */
  isLive(hi: number, lo: number): boolean {
    const orderId = this.ids.find(hi, lo);
    return orderId !== 0 && orderId < this.pool.slotOf.length && this.pool.slotOf[orderId] !== 0;
  }

  clear(instrument: FeedInstrument): void {
    if (instrument.book.liveOrderCount > 0) instrument.book.massCancel(0);
  }

  clearAll(): void {
    for (const instrument of this.instruments) {
      this.#journal.events.instrument = instrument.index;
      this.clear(instrument);
    }
  }

  /** The first order in the way of an execution: the head of the best level. 0 on an empty side. */
  bestHead(instrument: FeedInstrument, side: Side): number {
    const ladder = side === 0 ? instrument.book.bids : instrument.book.asks;
    return ladder.best === 0 ? 0 : headOrder(instrument.book, ladder.best);
  }

  /** Price of a live order in ticks. */
  priceOf(instrument: FeedInstrument, orderId: number): number {
    return levelPriceTicks(instrument.book, levelOfOrder(instrument.book, orderId));
  }

  sideOf(instrument: FeedInstrument, orderId: number): Side {
    return instrument.book.sideOf(this.pool.slotOf[orderId]!);
  }

  get symbols(): string[] {
    return this.instruments.map(({ symbol }) => symbol);
  }

  /** Symbols that were asked for and never appeared. */
  missingSymbols(named: ReadonlySet<string>): string[] {
    return [...(this.#wanted ?? [])].filter((symbol) => !named.has(symbol) && !this.symbols.includes(symbol));
  }

  /** Names instruments that had orders before they had a name. */
  nameFrom(symbols: ReadonlyMap<number, string>): void {
    for (const instrument of this.instruments)
      instrument.symbol = symbolOf(instrument.number, symbols, instrument.symbol);
  }

  summaries(): BookSummary[] {
    return this.instruments.map(({ book, symbol, scale }) =>
      summarizeBook(book, symbol, scale, lotSizeText(this.#units.lotsPerUnit?.(symbol) ?? 1)),
    );
  }

  #create(number: number, symbols: ReadonlyMap<number, string>): FeedInstrument | null {
    const symbol = symbolOf(number, symbols);
    if (this.#wanted !== null && !this.#wanted.has(symbol)) {
      this.#byNumber.set(number, null);
      return null;
    }
    const index = this.instruments.length;
    const book = new FastBook(DEFAULT_BOOK_RULES, this.#journal.events, { pool: this.pool, index });
    const scale = new PriceScale(this.#units.priceUnit, this.#ticks.get(number) ?? 1);
    const created = new FeedInstrument(book, index, number, symbol, scale);
    this.instruments.push(created);
    this.#byNumber.set(number, created);
    this.#journal.events.instrument = index;
    this.sessions.open(created);
    return created;
  }
}

/** Whether the best bid is at or above the best ask. */
export function isCrossed(book: FastBook): boolean {
  return book.bids.best !== 0 && book.asks.best !== 0 && book.bids.bestPrice >= book.asks.bestPrice;
}

/** One lot in units of quantity, where a power of ten of lots make one unit. */
function lotSizeText(lotsPerUnit: number): string {
  return lotsPerUnit === 1 ? '1' : `0.${String(lotsPerUnit).slice(1, -1)}1`;
}

/** Symbol of an instrument; where it is used before it is named, its number stands for it. */
function symbolOf(
  number: number,
  symbols: ReadonlyMap<number, string>,
  otherwise = `#${number >>> 0}`,
): string {
  return symbols.get(number) ?? otherwise;
}
