/**
 * The sockets and answers of Coinbase Advanced Trade: {channel, sequence_num, events}. Numbers run over all channels of a
 * connection; after a hole every book is in doubt until its next snapshot. Sides of trades are the maker's.
 */

import type { RecordSink } from '../../ingest/adapter.ts';
import {
  FeedWriter,
  FLAG_LAST,
  FLAG_SNAPSHOT,
  type Level,
  type MessageHead,
  quality,
  sideOf,
} from '../feed-writer.ts';
import { type Instant, instantOf, instantOfIso } from '../instant.ts';
import { isMessage, type Message, messagesOf, numberOf, priceOf, textOf, wholeOf } from '../messages.ts';
import { OpenCandles } from '../open-candles.ts';
import type { VenueMessages } from '../venue-messages.ts';
import { writeProduct } from './figures.ts';
import { takerSide } from './full-book.ts';

const GAP_BEFORE = quality('gapBefore');
const MAYBE_BAD_BOOK = quality('maybeBadBook');
const SNAPSHOT_BITS = quality('snapshot');
const ESTIMATED_TIME = quality('estimatedTime');
/** The candles channel has five-minute candles only. */
const CANDLE_S = 300;

export class AdvancedTradeMessages implements VenueMessages {
  readonly writer: FeedWriter;
  readonly #openCandles: OpenCandles;
  readonly #doubtful = new Set<string>();
  readonly #books = new Set<string>();
  /** Ids of the trades of each product so far: updates repeat what the snapshot had. */
  readonly #lastTrade = new Map<string, number>();
  #lastNumber: number | null = null;

  constructor(sink: RecordSink) {
    this.writer = new FeedWriter(sink);
    this.#openCandles = new OpenCandles(this.writer);
  }

  frame(message: unknown, tsRecv: Instant | null): void {
    if (!isMessage(message)) {
      this.writer.reject('not-json', 'a message of Coinbase is an object');
      return;
    }
    const channel = textOf(message.channel);
    if (channel === null || !Array.isArray(message.events)) {
      if (message.type === 'error') this.writer.reject('vendor-error', String(message.message));
      else if (message.type === 'subscribe') this.writer.skip('coinbase-subscribe');
      else this.writer.reject('unknown-type', JSON.stringify(message).slice(0, 200));
      return;
    }
    const sequence = wholeOf(message.sequence_num);
    const bits = this.#checkNumber(sequence);
    const tsMessage = instantOfIso(message.timestamp) ?? tsRecv;
    for (const event of messagesOf(message.events) ?? []) {
      this.#event(channel, event, { tsMessage, tsRecv, sequence, bits });
    }
  }

  answer(url: string, body: unknown, tsRecv: Instant | null): void {
    if (!isMessage(body)) {
      this.writer.reject('not-json', `answer of Coinbase: ${url}`);
      return;
    }
    const at = { tsEvent: tsRecv, tsRecv, sequence: null, quality: ESTIMATED_TIME };
    const { tsEvent } = at;
    const products = messagesOf(body.products) ?? (textOf(body.product_id) === null ? null : [body]);
    if (isMessage(body.pricebook)) this.#priceBook(body.pricebook, tsRecv);
    else if (messagesOf(body.trades) !== null) this.#trades(messagesOf(body.trades)!, tsRecv, null, 0);
    else if (products !== null && tsEvent !== null) {
      for (const product of products) writeProduct(this.writer, { ...at, tsEvent }, product);
    } else if (products !== null) this.writer.reject('missing-value', 'products: a time of receipt');
    else if (messagesOf(body.candles) !== null)
      this.writer.reject('missing-value', 'candles: the product they are of');
    else this.writer.reject('unknown-type', `answer of Coinbase: ${Object.keys(body).join(', ')}`);
  }

  /** Every connection begins with whole books. */
  interrupt(_atMs: number): void {
    this.#lastNumber = null;
    for (const product of this.#books) this.#doubtful.add(product);
  }

  end(): void {
    this.#openCandles.end();
  }

  #checkNumber(number: number | null): number {
    if (number === null) return 0;
    const lost = this.#lastNumber === null ? 0 : number - this.#lastNumber - 1;
    this.#lastNumber = number;
    if (lost <= 0) return 0;
    this.writer.sink.remark('sequence-gap');
    this.writer.sink.remark('sequence-missing', lost);
    for (const product of this.#books) this.#doubtful.add(product);
    return GAP_BEFORE;
  }

  #event(channel: string, event: Message, at: MessageTimes): void {
    switch (channel) {
      case 'l2_data':
        this.#levels(event, at);
        break;
      case 'market_trades':
        this.#trades(messagesOf(event.trades) ?? [], at.tsRecv, at.sequence, at.bits);
        break;
      case 'ticker':
      case 'ticker_batch':
        for (const ticker of messagesOf(event.tickers) ?? []) this.#ticker(ticker, at);
        break;
      case 'candles':
        this.#candles(event, at);
        break;
      default:
        this.writer.skip(`coinbase-${channel}`);
    }
  }

  #levels(event: Message, { tsMessage, tsRecv, sequence, bits }: MessageTimes): void {
    const symbol = textOf(event.product_id);
    const updates = messagesOf(event.updates);
    if (symbol === null || updates === null || tsMessage === null) {
      this.writer.reject(
        'missing-value',
        `l2_data: product_id=${String(event.product_id)}, updates, timestamp`,
      );
      return;
    }
    const isSnapshot = event.type === 'snapshot';
    this.#books.add(symbol);
    if (isSnapshot) this.#doubtful.delete(symbol);
    const doubt = this.#doubtful.has(symbol) ? MAYBE_BAD_BOOK : 0;
    const head: MessageHead = { symbol, tsEvent: tsMessage, tsRecv, sequence, quality: bits | doubt };
    const flags = isSnapshot ? FLAG_SNAPSHOT : 0;
    if (isSnapshot) this.writer.clearLevels(head, updates.length === 0 ? flags | FLAG_LAST : flags);
    const marked = isSnapshot ? { ...head, quality: head.quality | SNAPSHOT_BITS } : head;
    updates.forEach((update, i) => {
      const side = sideOf(update.side);
      if (side === null) {
        this.writer.reject('unknown-side', `l2_data: ${String(update.side)}`);
        return;
      }
      // Levels of a snapshot tell when they last changed, some of them years ago: the book stands now.
      const tsEvent = isSnapshot ? head.tsEvent : (instantOfIso(update.event_time) ?? head.tsEvent);
      const isLast = i === updates.length - 1;
      const { price_level: price, new_quantity: qty } = update;
      this.writer.level({ ...marked, tsEvent }, side, price, qty, isLast ? flags | FLAG_LAST : flags);
    });
  }

  #trades(trades: readonly Message[], tsRecv: Instant | null, sequence: number | null, bits: number): void {
    // Most messages have the newest first.
    const idOf = (trade: Message): number => wholeOf(trade.trade_id) ?? 0;
    for (const trade of trades.toSorted((a, b) => idOf(a) - idOf(b))) {
      const symbol = textOf(trade.product_id);
      const tsEvent = instantOfIso(trade.time);
      const id = wholeOf(trade.trade_id);
      if (symbol === null || tsEvent === null || id === null) {
        this.writer.reject(
          'missing-value',
          `trade: product_id=${String(trade.product_id)} trade_id=${String(trade.trade_id)}`,
        );
        continue;
      }
      const last = this.#lastTrade.get(symbol) ?? id - 1;
      if (id <= last) {
        this.writer.skip('trade-already-known');
        continue;
      }
      if (id > last + 1) this.writer.sink.remark('trade-missing', id - last - 1);
      this.#lastTrade.set(symbol, id);
      const head: MessageHead = { symbol, tsEvent, tsRecv, sequence, quality: bits };
      const aggressor = takerSide(sideOf(trade.side));
      this.writer.trade(head, { price: trade.price, qty: trade.size, aggressor, tradeId: String(id) });
    }
  }

  #ticker(data: Message, { tsMessage, tsRecv, sequence, bits }: MessageTimes): void {
    const symbol = textOf(data.product_id);
    if (symbol === null || tsMessage === null) {
      this.writer.reject('missing-value', `ticker: product_id=${String(data.product_id)}, timestamp`);
      return;
    }
    const head: MessageHead = { symbol, tsEvent: tsMessage, tsRecv, sequence, quality: bits };
    if (data.best_bid !== undefined) {
      this.writer.quote(
        head,
        [data.best_bid, data.best_bid_quantity],
        [data.best_ask, data.best_ask_quantity],
      );
    }
    const common = { detail: '24h', isFinal: false } as const;
    for (const [kind, price] of [
      ['last', data.price],
      ['high', data.high_24_h],
      ['low', data.low_24_h],
    ] as const) {
      if (priceOf(price) !== null)
        this.writer.record('statistics', head, { ...common, kind, price: priceOf(price) });
    }
    const volume = numberOf(data.volume_24_h);
    if (volume !== null) this.writer.record('statistics', head, { ...common, kind: 'volume', value: volume });
  }

  /** Each as far as it has come. */
  #candles(event: Message, { tsRecv, bits }: MessageTimes): void {
    const candles = messagesOf(event.candles) ?? [];
    for (const candle of candles.toSorted((a, b) => Number(a.start) - Number(b.start))) {
      const symbol = textOf(candle.product_id);
      const seconds = wholeOf(candle.start);
      const tsEvent = seconds === null ? null : instantOf(seconds, 0);
      const [open, high, low, close] = [candle.open, candle.high, candle.low, candle.close].map(priceOf);
      if (
        symbol === null ||
        tsEvent === null ||
        open == null ||
        high == null ||
        low == null ||
        close == null
      ) {
        this.writer.reject(
          'missing-value',
          `candle: product_id=${String(candle.product_id)} start=${String(candle.start)}`,
        );
        continue;
      }
      const head: MessageHead = { symbol, tsEvent, tsRecv, sequence: null, quality: bits };
      const prices = { open, high, low, close, volume: numberOf(candle.volume) };
      this.#openCandles.take(symbol, tsEvent.seconds, () =>
        this.writer.record('bar', head, { ...prices, intervalS: CANDLE_S, basis: 'trade', adjusted: 'raw' }),
      );
    }
  }

  #priceBook(book: Message, tsRecv: Instant | null): void {
    const symbol = textOf(book.product_id);
    const tsEvent = instantOfIso(book.time) ?? tsRecv;
    if (symbol === null || tsEvent === null) {
      this.writer.reject('missing-value', 'pricebook: product_id and time');
      return;
    }
    const [bids, asks] = [book.bids, book.asks].map((side) =>
      (messagesOf(side) ?? []).map(({ price, size }): Level => [price, size]),
    );
    this.writer.snapshot({ symbol, tsEvent, tsRecv, sequence: null, quality: 0 }, bids!, asks!);
  }
}

interface MessageTimes {
  readonly tsMessage: Instant | null;
  readonly tsRecv: Instant | null;
  readonly sequence: number | null;
  /** Bits for its records. */
  readonly bits: number;
}
