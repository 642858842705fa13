// hot: bench/book.ts
/** The books that take part in bench/book.ts, all fed with the same stream and summed up in the same way. */

import { createRequire } from 'node:module';
import { EV_TRADE, EventBuffer, OrderTicket, RECORD_WORDS, ReplaceTicket } from '../../src/domain/index.ts';
import {
  type BookRules,
  DEFAULT_BOOK_RULES,
  FastBook,
  OrderPool,
  ReferenceBook,
} from '../../src/market/index.ts';
import {
  applyMessage,
  type BookFlow,
  FLOW_CANCEL,
  FLOW_MARKET,
  FLOW_REPLACE,
  FLOW_WORDS,
} from './book-flow.ts';

/** Events wait in the buffer until there are this many: few enough to stay in the first-level cache. */
const EVENTS_PER_TALLY = 256;

/** What traded: equal for all books that are right. */
export class TradeTally {
  trades = 0;
  notional = 0;
  /** Order-sensitive, over maker, taker, price and quantity of every trade. */
  hash = 0x811c9dc5;

  get hex(): string {
    return (this.hash >>> 0).toString(16).padStart(8, '0');
  }

  /** Adds the trades among the events. */
  take(events: EventBuffer): void {
    const words = events.words;
    const end = events.count * RECORD_WORDS;
    let hash = this.hash;
    for (let at = 0; at < end; at += RECORD_WORDS) {
      if ((words[at]! & 255) !== EV_TRADE) continue;
      const price = words[at + 5]!;
      const qty = words[at + 6]!;
      hash = Math.imul(hash ^ words[at + 8]!, 0x01000193);
      hash = Math.imul(hash ^ words[at + 4]!, 0x01000193);
      hash = Math.imul(hash ^ price, 0x01000193);
      hash = Math.imul(hash ^ qty, 0x01000193);
      this.trades++;
      this.notional += price * qty;
    }
    this.hash = hash;
    events.clear();
  }
}

/** Books of every symbol of a stream, empty at first, and what they traded so far. */
export class FastVenue {
  readonly events = new EventBuffer(EVENTS_PER_TALLY * 4);
  readonly pool = new OrderPool();
  readonly books: FastBook[] = [];
  readonly tally = new TradeTally();
  readonly #ticket = new OrderTicket();
  readonly #change = new ReplaceTicket();

  constructor(symbols: number, publishLevels: boolean) {
    const rules = rulesWith(publishLevels);
    for (let index = 0; index < symbols; index++) {
      this.books.push(new FastBook(rules, this.events, { pool: this.pool, index }));
    }
  }

  /** Feeds the messages `from` to `to`. */
  run(flow: BookFlow, from: number, to: number): void {
    const { words } = flow;
    const { books, events, tally } = this;
    const end = to * FLOW_WORDS;
    for (let at = from * FLOW_WORDS; at < end; at += FLOW_WORDS) {
      applyMessage(books[words[at]! >>> 8]!, words, at, this.#ticket, this.#change);
      if (events.count >= EVENTS_PER_TALLY) tally.take(events);
    }
    tally.take(events);
  }
}

/** The reference books on the first `to` messages. */
export function runReference(flow: BookFlow, to: number): TradeTally {
  const events = new EventBuffer(EVENTS_PER_TALLY * 4);
  const rules = rulesWith(false);
  const books = Array.from({ length: flow.symbols }, () => new ReferenceBook(rules, events));
  const tally = new TradeTally();
  const ticket = new OrderTicket();
  const change = new ReplaceTicket();
  for (let at = 0; at < to * FLOW_WORDS; at += FLOW_WORDS) {
    applyMessage(books[flow.words[at]! >>> 8]!, flow.words, at, ticket, change);
    if (events.count >= EVENTS_PER_TALLY) tally.take(events);
  }
  tally.take(events);
  return tally;
}

function rulesWith(publishLevels: boolean): BookRules {
  return { ...DEFAULT_BOOK_RULES, replaceQty: 'open', publishLevels };
}

interface PeerOrder {
  id: string;
  price: number;
  size: number;
}

interface PeerAnswer {
  done: PeerOrder[];
  partial: PeerOrder | null;
  partialQuantityProcessed: number;
}

/** What is used of the npm package `nodejs-order-book`, whose own type declarations cannot be resolved. */
interface PeerBook {
  limit(order: { id: string; side: string; size: number; price: number }): PeerAnswer;
  market(order: { side: string; size: number }): PeerAnswer;
  modify(id: string, change: { size: number; price: number }): PeerAnswer;
  cancel(id: string): unknown;
}

const PEER_SIDES = ['buy', 'sell'] as const;

/** Ids of the first `to` messages as the text that the npm package wants: its user has them anyway. */
export function peerIds(flow: BookFlow, to: number): string[] {
  return Array.from({ length: to }, (_, message) => String(flow.words[message * FLOW_WORDS + 1]!));
}

/** The npm package on the first `to` messages; it reports fills by maker only, so there is no hash. */
export function runPeer(flow: BookFlow, to: number, ids: readonly string[]): TradeTally {
  const { OrderBook } = createRequire(import.meta.url)('nodejs-order-book') as {
    OrderBook: new () => PeerBook;
  };
  const books = Array.from({ length: flow.symbols }, () => new OrderBook());
  const tally = new TradeTally();
  for (let message = 0; message < to; message++) {
    const at = message * FLOW_WORDS;
    const head = flow.words[at]!;
    const book = books[head >>> 8]!;
    const id = ids[message]!;
    const kind = head & 3;
    const side = PEER_SIDES[(head >> 2) & 1]!;
    const price = flow.words[at + 2]!;
    const size = flow.words[at + 3]!;
    if (kind === FLOW_CANCEL) book.cancel(id);
    else if (kind === FLOW_MARKET) takeAnswer(tally, book.market({ side, size }), id);
    else if (kind === FLOW_REPLACE) takeAnswer(tally, book.modify(id, { size, price }), id);
    else takeAnswer(tally, book.limit({ id, side, size, price }), id);
  }
  return tally;
}

function takeAnswer(tally: TradeTally, answer: PeerAnswer, takerId: string): void {
  for (const order of answer.done) {
    if (order.id === takerId) continue;
    tally.trades++;
    tally.notional += order.price * order.size;
  }
  const partial = answer.partial;
  if (partial === null || partial.id === takerId || answer.partialQuantityProcessed === 0) return;
  tally.trades++;
  tally.notional += partial.price * answer.partialQuantityProcessed;
}
