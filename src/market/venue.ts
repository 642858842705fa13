// hot: bench/simulation.ts
/**
 * The venue as one state machine: a command and the time go in, events come out into a shared buffer. It issues order
 * ids, routes commands to the book of their instrument, and expires orders. It has no clock: whoever drives it says when.
 */

import { type BinaryReader, type BinaryWriter, TimedHeap, TwinError } from '../base/index.ts';
import {
  EV_CANCEL_REJECTED,
  EV_REJECTED,
  EV_REPLACE_REJECTED,
  type EventBuffer,
  GTD,
  HEAD_CODE_SHIFT,
  HEAD_SIDE_SHIFT,
  type Instrument,
  type OrderTicket,
  REJECT_EXPIRE_TIME_PAST,
  REJECT_TOO_LATE,
  REJECT_UNKNOWN_INSTRUMENT,
  REJECT_UNKNOWN_ORDER,
  type ReplaceTicket,
} from '../domain/index.ts';
import { checkAllocationAlgorithm } from './allocation/algorithm.ts';
import { type BookRules, DEFAULT_BOOK_RULES } from './book/contract.ts';
import { FastBook } from './book/fast-book.ts';
import { O_BOOK, ORDER_WORDS, OrderPool } from './book/order-pool.ts';

export class Venue {
  readonly instruments: readonly Instrument[];
  readonly events: EventBuffer;
  readonly books: readonly FastBook[];
  readonly #pool = new OrderPool();
  /** Order ids by expiry time, of orders with time in force GTD; ids whose order is gone are skipped. */
  readonly #expiries = new TimedHeap();
  #lastOrderId = 0;

  /** `rulesOf` gives the rules of one instrument where they differ from `rules`. Raises MKT_CONFIG. */
  constructor(
    instruments: readonly Instrument[],
    events: EventBuffer,
    rules: Partial<BookRules> = {},
    rulesOf: Readonly<Record<string, Partial<BookRules>>> = {},
  ) {
    if (instruments.length === 0) throw new TwinError('MKT_CONFIG', 'a venue lists at least one instrument');
    requireSymbols(instruments, rulesOf);
    for (const some of [rules, ...Object.values(rulesOf)]) requireRules(some);
    this.instruments = instruments;
    this.events = events;
    this.books = instruments.map(
      (instrument, index) =>
        new FastBook({ ...DEFAULT_BOOK_RULES, ...rules, ...rulesOf[instrument.symbol] }, events, {
          pool: this.#pool,
          index,
        }),
    );
  }

  get lastOrderId(): number {
    return this.#lastOrderId;
  }

  get liveOrderCount(): number {
    return this.#pool.liveCount;
  }

  /** Time of the first expiry that waits; Infinity if there is none. */
  get nextExpiryNs(): number {
    return this.#expiries.topTime;
  }

  /** The id that the next `submit` will issue. */
  get nextOrderId(): number {
    return this.#lastOrderId + 1;
  }

  /** Enters a new order under the next id, which it returns. `expireTimeNs` matters for GTD only. */
  submit(nowNs: number, instrument: number, ticket: OrderTicket, expireTimeNs = 0): number {
    const orderId = ++this.#lastOrderId;
    ticket.orderId = orderId;
    this.#stamp(nowNs, instrument);
    const book = this.books[instrument];
    const isGtd = ticket.timeInForce === GTD;
    const code =
      book === undefined
        ? REJECT_UNKNOWN_INSTRUMENT
        : isGtd && !(expireTimeNs > nowNs)
          ? REJECT_EXPIRE_TIME_PAST
          : 0;
    if (code !== 0) {
      this.events.emit(
        EV_REJECTED | ((ticket.side & 1) << HEAD_SIDE_SHIFT) | (code << HEAD_CODE_SHIFT),
        orderId,
        ticket.priceTicks,
        ticket.qtyLots,
        0,
        ticket.accountId,
        0,
        0,
      );
      return orderId;
    }
    book!.submit(ticket);
    if (isGtd && book!.has(orderId)) this.#expiries.push(expireTimeNs, orderId, orderId);
    return orderId;
  }

  cancel(nowNs: number, orderId: number, accountId: number): void {
    const book = this.#bookOf(nowNs, orderId, accountId, EV_CANCEL_REJECTED);
    if (book !== null) book.cancel(orderId, accountId);
  }

  reduce(nowNs: number, orderId: number, accountId: number, qtyLots: number): void {
    const book = this.#bookOf(nowNs, orderId, accountId, EV_CANCEL_REJECTED);
    if (book !== null) book.reduce(orderId, accountId, qtyLots);
  }

  replace(nowNs: number, ticket: ReplaceTicket): void {
    const book = this.#bookOf(nowNs, ticket.orderId, ticket.accountId, EV_REPLACE_REJECTED);
    if (book !== null) book.replace(ticket);
  }

  /** Cancels an account's orders (0 = everybody's) in one instrument, or in all for `instrument` -1. */
  massCancel(nowNs: number, instrument: number, accountId: number): void {
    this.books.forEach((book, index) => {
      if (instrument >= 0 && index !== instrument) return;
      this.#stamp(nowNs, index);
      book.massCancel(accountId);
    });
  }

  /** Expires GTD orders due at or before `nowNs`. */
  expireDue(nowNs: number): void {
    while (this.#expiries.topTime <= nowNs) {
      const orderId = this.#expiries.pop();
      const index = this.instrumentOf(orderId);
      if (index < 0) continue;
      this.#stamp(nowNs, index);
      this.books[index]!.expire(orderId);
    }
  }

  /** Ends the day: DAY orders expire in every book. */
  endDay(nowNs: number): void {
    this.books.forEach((book, index) => {
      this.#stamp(nowNs, index);
      book.expireDay();
    });
  }

  /** Index of the instrument of a live order, -1 if it is not live. */
  instrumentOf(orderId: number): number {
    const slot = orderId > 0 && orderId < this.#pool.slotOf.length ? this.#pool.slotOf[orderId]! : 0;
    return slot === 0 ? -1 : this.#pool.words[slot * ORDER_WORDS + O_BOOK]!;
  }

  writeState(writer: BinaryWriter): void {
    writer.section('venue');
    writer.int32(this.#lastOrderId);
    this.#pool.writeState(writer);
    this.#expiries.writeState(writer);
    for (const book of this.books) book.writeState(writer);
  }

  readState(reader: BinaryReader): void {
    reader.section('venue');
    this.#lastOrderId = reader.int32();
    this.#pool.readState(reader);
    this.#expiries.readState(reader);
    for (const book of this.books) book.readState(reader);
  }

  #stamp(nowNs: number, instrument: number): void {
    this.events.timeNs = nowNs;
    this.events.instrument = instrument;
  }

  /** Book of a live order; else null, and the refusal is said. */
  #bookOf(nowNs: number, orderId: number, accountId: number, rejectKind: number): FastBook | null {
    const index = this.instrumentOf(orderId);
    this.#stamp(nowNs, Math.max(index, 0));
    if (index >= 0) return this.books[index]!;
    const code = orderId > 0 && orderId <= this.#lastOrderId ? REJECT_TOO_LATE : REJECT_UNKNOWN_ORDER;
    this.events.emit(rejectKind | (code << HEAD_CODE_SHIFT), orderId, 0, 0, 0, accountId, 0, 0);
    return null;
  }
}

/** Symbols name one instrument each, and rules are given for symbols that there are. */
function requireSymbols(
  instruments: readonly Instrument[],
  rulesOf: Readonly<Record<string, unknown>>,
): void {
  const symbols = new Set<string>();
  for (const { symbol } of instruments) {
    if (symbols.has(symbol)) throw new TwinError('MKT_CONFIG', 'a symbol is listed once', { symbol });
    symbols.add(symbol);
  }
  for (const symbol of Object.keys(rulesOf)) {
    if (!symbols.has(symbol))
      throw new TwinError('MKT_CONFIG', 'rules are given for listed symbols', {
        symbol,
        listed: [...symbols].join(','),
      });
  }
}

/** Allowed values of each rule; `allocation` may also be an algorithm. */
const RULE_CHOICES: Readonly<Record<keyof BookRules, readonly unknown[]>> = {
  icebergRefresh: ['roundRobin', 'displayThenHiddenTime'],
  allocation: ['fifo'],
  replaceLosesPriority: ['standard', 'always'],
  replaceQty: ['total', 'open'],
  stopAlreadyTriggered: ['reject', 'enter'],
  stopLimitBeyondStop: ['reject', 'allow'],
  publishLevels: [true, false],
};

function requireRules(rules: Partial<BookRules>): void {
  for (const [name, value] of Object.entries(rules)) {
    const choices = (RULE_CHOICES as Readonly<Record<string, readonly unknown[]>>)[name];
    if (choices === undefined)
      throw new TwinError('MKT_CONFIG', `a rule is one of ${Object.keys(RULE_CHOICES).join(', ')}`, {
        rule: name,
      });
    if (name === 'allocation' && value !== undefined && value !== 'fifo') {
      checkAllocationAlgorithm(value, name);
      continue;
    }
    if (value !== undefined && !choices.includes(value))
      throw new TwinError('MKT_CONFIG', `${name} is one of ${choices.join(', ')}`, { [name]: value });
  }
}
