/**
 * Streams of order book messages: 48 % new, 39 % cancels, 8 % replaces (always another price), 5 % market orders.
 *
 * Prices stand around a moving reference at distances of three geometric scales (means 6, 60 and 600 ticks); cancels and
 * replaces prefer recent orders and those near the reference; about 2 % of the new orders are marketable; a few messages
 * name orders that are gone. Market orders grow and shrink with the number of resting orders, which keeps it level. The
 * stream begins with the orders that build the book. A symbol's share is Zipf with exponent 0.8.
 */

import { IdMap, Xoshiro128 } from '../../src/base/index.ts';
import { BUY, EventBuffer, MARKET, OrderTicket, ReplaceTicket, type Side } from '../../src/domain/index.ts';
import { DEFAULT_BOOK_RULES, FastBook, OrderPool } from '../../src/market/index.ts';

export const FLOW_ADD = 0;
export const FLOW_CANCEL = 1;
export const FLOW_REPLACE = 2;
export const FLOW_MARKET = 3;

/** Words of a message: kind | side << 2 | symbol << 8, order id, price in ticks, quantity in lots. */
export const FLOW_WORDS = 4;

const ZIPF_EXPONENT = 0.8;
const START_TICKS = 100_000;
const SCALE_MEANS_TICKS = [6, 60, 600];
/** Shares of the three scales, cumulative. */
const SCALE_SHARES = [0.7, 0.93, 1];
const QTY_LOTS_MAX = 200;
const MARKETABLE_SHARE = 0.02;
const DEAD_SHARE = 0.003;
/** Messages at which the reference moves by a tick. */
const MOVE_SHARE = 0.003;
/** How strongly the size of market orders answers to too many or too few resting orders. */
const PRESSURE = 5;
/** Candidates of which the one nearest to the reference is cancelled. */
const CANDIDATES = 3;

export interface BookFlow {
  readonly words: Int32Array;
  readonly count: number;
  readonly symbols: number;
  /** Orders that rest at the end. */
  readonly resting: number;
  readonly workload: string;
}

export interface FlowShape {
  readonly symbols: number;
  readonly messages: number;
  /** Resting orders over all symbols. */
  readonly resting: number;
  readonly seed: number;
}

/** Live orders of one symbol in order of their arrival, with the reference price. */
class SymbolFlow {
  referenceTicks = START_TICKS;
  /** Ids in order of arrival; gone ones are dropped when they are met. */
  readonly ids: number[] = [];
}

/** Makes the stream; a book runs along so that cancels meet live orders. */
export function createBookFlow(shape: FlowShape): BookFlow {
  const writer = new FlowWriter(shape);
  writer.build();
  while (!writer.isFull) writer.next();
  return {
    words: writer.words,
    count: shape.messages,
    symbols: shape.symbols,
    resting: writer.resting,
    workload:
      `${shape.messages} messages, add 48 cancel 39 replace 8 market 5 %, ${shape.symbols} symbols, ` +
      `about ${shape.resting} resting, seed ${shape.seed}`,
  };
}

class FlowWriter {
  readonly words: Int32Array;
  readonly #shape: FlowShape;
  readonly #random: Xoshiro128;
  readonly #events = new EventBuffer();
  readonly #pool = new OrderPool();
  readonly #books: FastBook[] = [];
  readonly #symbols: SymbolFlow[] = [];
  readonly #cumulativeShares: Float64Array;
  readonly #ticket = new OrderTicket();
  readonly #change = new ReplaceTicket();
  /** Price at which an order rests, by id. */
  readonly #prices = new IdMap();
  #count = 0;
  #lastId = 0;

  constructor(shape: FlowShape) {
    this.#shape = shape;
    this.#random = new Xoshiro128(shape.seed);
    this.words = new Int32Array(shape.messages * FLOW_WORDS);
    let sum = 0;
    this.#cumulativeShares = Float64Array.from({ length: shape.symbols }, (_, rank) => {
      sum += (rank + 1) ** -ZIPF_EXPONENT;
      return sum;
    });
    for (let index = 0; index < shape.symbols; index++) {
      const rules = { ...DEFAULT_BOOK_RULES, publishLevels: false };
      this.#books.push(new FastBook(rules, this.#events, { pool: this.#pool, index }));
      this.#symbols.push(new SymbolFlow());
    }
  }

  get isFull(): boolean {
    return this.#count === this.#shape.messages;
  }

  get resting(): number {
    return this.#pool.liveCount;
  }

  /** Passive orders until every book has its share of the resting ones. */
  build(): void {
    for (let i = 0; i < this.#shape.resting && !this.isFull; i++) this.#add(i % this.#shape.symbols, false);
  }

  next(): void {
    const symbol = this.#drawSymbol();
    const flow = this.#symbols[symbol]!;
    const draw = this.#random.nextFloat();
    if (this.#random.nextFloat() < MOVE_SHARE) flow.referenceTicks += this.#random.nextUint32() & 1 ? 1 : -1;
    if (draw < 0.48) this.#add(symbol, this.#random.nextFloat() < MARKETABLE_SHARE);
    else if (draw < 0.87) this.#cancel(symbol);
    else if (draw < 0.95) this.#replace(symbol);
    else this.#market(symbol);
  }

  #add(symbol: number, isMarketable: boolean): void {
    const side = (this.#random.nextUint32() & 1) as Side;
    const price = this.#priceFor(symbol, side, isMarketable);
    const qty = 1 + this.#random.nextBelow(QTY_LOTS_MAX);
    const id = ++this.#lastId;
    this.#symbols[symbol]!.ids.push(id);
    this.#write(FLOW_ADD, symbol, side, id, price, qty);
  }

  #cancel(symbol: number): void {
    const id = this.#pick(symbol);
    if (id === 0) this.#add(symbol, false);
    else this.#write(FLOW_CANCEL, symbol, 0, id, 0, 0);
  }

  #replace(symbol: number): void {
    const id = this.#pick(symbol);
    const order = this.#books[symbol]!.order(id);
    if (order === null) {
      this.#write(FLOW_REPLACE, symbol, 0, Math.max(id, 1), this.#symbols[symbol]!.referenceTicks, 1);
      return;
    }
    let price = this.#priceFor(symbol, order.side, false);
    if (price === order.priceTicks) price += order.side === BUY ? -1 : 1;
    this.#write(FLOW_REPLACE, symbol, order.side, id, price, 1 + this.#random.nextBelow(QTY_LOTS_MAX));
  }

  /** A market order takes more when more rests than should. */
  #market(symbol: number): void {
    const excess = this.resting / this.#shape.resting - 1;
    const mean = QTY_LOTS_MAX * Math.min(Math.max(0.5 + excess * PRESSURE, 0.02), 4);
    const side = (this.#random.nextUint32() & 1) as Side;
    const qty = 1 + this.#random.nextBelow(Math.ceil(mean * 2));
    this.#write(FLOW_MARKET, symbol, side, ++this.#lastId, 0, qty);
  }

  #priceFor(symbol: number, side: Side, isMarketable: boolean): number {
    const reference = this.#symbols[symbol]!.referenceTicks;
    const distance = isMarketable ? -this.#random.nextBelow(8) : 1 + this.#drawDistance();
    const price = side === BUY ? reference - distance : reference + distance;
    return Math.max(price, 1);
  }

  #drawDistance(): number {
    const draw = this.#random.nextFloat();
    const scale = SCALE_SHARES.findIndex((share) => draw < share);
    return Math.floor(-Math.log(1 - this.#random.nextDouble()) * SCALE_MEANS_TICKS[scale]!);
  }

  #drawSymbol(): number {
    const shares = this.#cumulativeShares;
    if (shares.length === 1) return 0;
    const draw = this.#random.nextDouble() * shares[shares.length - 1]!;
    let symbol = 0;
    while (shares[symbol]! <= draw) symbol++;
    return symbol;
  }

  /** Of some live orders, recent ones preferred, the one nearest to the reference; now and then a dead one; 0 = none. */
  #pick(symbol: number): number {
    const flow = this.#symbols[symbol]!;
    const book = this.#books[symbol]!;
    if (this.#random.nextFloat() < DEAD_SHARE) return 1 + this.#random.nextBelow(Math.max(1, this.#lastId));
    let best = 0;
    let bestDistance = Number.POSITIVE_INFINITY;
    for (let candidate = 0; candidate < CANDIDATES && flow.ids.length > 0; ) {
      const back = Math.floor(this.#random.nextDouble() ** 2 * flow.ids.length);
      const place = flow.ids.length - 1 - back;
      const id = flow.ids[place]!;
      if (!book.has(id)) {
        flow.ids[place] = flow.ids[flow.ids.length - 1]!;
        flow.ids.pop();
        continue;
      }
      const distance = Math.abs(this.#prices.get(0, id) - flow.referenceTicks);
      if (distance < bestDistance) {
        best = id;
        bestDistance = distance;
      }
      candidate++;
    }
    return best;
  }

  #write(kind: number, symbol: number, side: Side, id: number, price: number, qty: number): void {
    const at = this.#count++ * FLOW_WORDS;
    this.words[at] = kind | (side << 2) | (symbol << 8);
    this.words[at + 1] = id;
    this.words[at + 2] = price;
    this.words[at + 3] = qty;
    if (kind !== FLOW_CANCEL && kind !== FLOW_MARKET) this.#prices.set(0, id, price);
    applyMessage(this.#books[symbol]!, this.words, at, this.#ticket, this.#change);
    this.#events.clear();
  }
}

/** Book that a message goes to. */
export function symbolOf(head: number): number {
  return head >>> 8;
}

/** Gives one message of a stream to a book. */
export function applyMessage(
  book: Pick<FastBook, 'submit' | 'cancel' | 'replace'>,
  words: Int32Array,
  at: number,
  ticket: OrderTicket,
  change: ReplaceTicket,
): void {
  const head = words[at]!;
  const kind = head & 3;
  if (kind === FLOW_CANCEL) {
    book.cancel(words[at + 1]!, 0);
    return;
  }
  if (kind === FLOW_REPLACE) {
    change.orderId = words[at + 1]!;
    change.priceTicks = words[at + 2]!;
    change.qtyLots = words[at + 3]!;
    book.replace(change);
    return;
  }
  ticket.orderId = words[at + 1]!;
  ticket.side = ((head >> 2) & 1) as Side;
  ticket.type = kind === FLOW_MARKET ? MARKET : 0;
  ticket.priceTicks = words[at + 2]!;
  ticket.qtyLots = words[at + 3]!;
  book.submit(ticket);
}
