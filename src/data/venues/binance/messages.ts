/**
 * What Binance says on its market streams and in its depth snapshots, spot and USD-M futures, as canonical records.
 *
 *   depthUpdate + depth snapshot  mbp: levels with the quantity that stands from now on; `sequence` is u
 *   trade, aggTrade               trade: m (buyer is maker) means that the seller took
 *   bookTicker                    bbo; spot tells no time: that of receipt, marked estimatedTime
 *   kline                         bar, once it is closed
 *   24hrTicker                    statistics and bbo
 *   markPriceUpdate               statistics: mark and index price, funding rate
 *
 * Source: market-rules §12.5; binance-spot-api-docs and the USD-M futures pages on market streams.
 */

import type { RecordSink } from '../../ingest/adapter.ts';
import type { SchemaName } from '../../registry.ts';
import {
  BUY,
  FeedWriter,
  type Level,
  type MessageHead,
  quality,
  SELL,
  type TradePrint,
} from '../feed-writer.ts';
import { type Instant, instantOfMs } from '../instant.ts';
import { type FeedMode, JoinedFeed } from '../joined-feed.ts';
import { clockMs, isMessage, type Message, rowsOf, textOf, wholeOf } from '../messages.ts';
import { OrderedTrades } from '../ordered-trades.ts';
import type { VenueMessages } from '../venue-messages.ts';
import { writeBinanceAnswer } from './answers.ts';
import { writeKline, writeMarkPrice, writeStreamTicker } from './figures.ts';

interface DepthChange {
  readonly head: MessageHead;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  readonly index: number;
}

interface HeldTrade {
  readonly head: MessageHead;
  readonly print: TradePrint;
  readonly index: number;
}

const ESTIMATED_TIME = quality('estimatedTime');

export class BinanceMessages implements VenueMessages {
  readonly writer: FeedWriter;
  readonly #mode: FeedMode;
  readonly #books = new Map<string, JoinedFeed<DepthChange>>();
  readonly #trades: OrderedTrades<HeldTrade>;
  /** Symbol of the depth change before a snapshot that does not name its own. */
  #lastDepthSymbol: string | null = null;

  constructor(sink: RecordSink, mode: FeedMode = 'recorded', wanted: ReadonlySet<SchemaName> | null = null) {
    this.writer = new FeedWriter(sink, wanted);
    this.#mode = mode;
    this.#trades = new OrderedTrades(mode, sink, (trade, bits) =>
      this.writer.writeAt(trade.index, () => this.writer.trade(withQuality(trade.head, bits), trade.print)),
    );
  }

  /** Symbols whose book is not whole: their snapshots have to be fetched. */
  get booksToFetch(): readonly string[] {
    return [...this.#books].filter(([, book]) => book.needsSnapshot).map(([symbol]) => symbol);
  }

  book(symbol: string): JoinedFeed<DepthChange> {
    let book = this.#books.get(symbol);
    if (book === undefined) {
      const { writer } = this;
      book = new JoinedFeed(this.#mode, writer.sink, ({ head, bids, asks, index }, bits) =>
        writer.writeAt(index, () => writer.levels(withQuality(head, bits), bids, asks)),
      );
      this.#books.set(symbol, book);
    }
    return book;
  }

  /** A frame of a stream, with or without the wrapping of combined streams; depth snapshots may stand between. */
  frame(frame: unknown, tsRecv: Instant | null): void {
    const data = isMessage(frame) && isMessage(frame.data) && 'stream' in frame ? frame.data : frame;
    if (!isMessage(data)) {
      this.writer.reject('not-json', 'a frame of Binance is an object');
      return;
    }
    if ('lastUpdateId' in data) {
      this.depthSnapshot(textOf(data.s) ?? this.#lastDepthSymbol, data, tsRecv);
      return;
    }
    switch (data.e) {
      case 'depthUpdate':
        this.#depth(data, tsRecv);
        break;
      case 'trade':
        this.#trade(data, tsRecv, 't', null);
        break;
      case 'aggTrade':
        this.#trade(data, tsRecv, 'a', 'aggregate');
        break;
      case 'bookTicker':
        this.#quote(data, tsRecv);
        break;
      case 'kline':
        writeKline(this.writer, data, tsRecv);
        break;
      case '24hrTicker':
        writeStreamTicker(this.writer, data, tsRecv);
        break;
      case 'markPriceUpdate':
        writeMarkPrice(this.writer, data, tsRecv);
        break;
      case undefined:
        if ('u' in data && 'b' in data && 'a' in data) this.#quote(data, tsRecv);
        else this.#answer(data);
        break;
      default:
        this.writer.skip(`binance-${String(data.e)}`);
    }
  }

  answer(url: string, body: unknown, tsRecv: Instant | null): void {
    writeBinanceAnswer(this, url, body, tsRecv);
  }

  /** A depth snapshot; without a time of its own it has the one of receipt, or `otherwise`. */
  depthSnapshot(
    symbol: string | null,
    data: Message,
    tsRecv: Instant | null,
    otherwise: Instant | null = null,
  ): void {
    const lastId = wholeOf(data.lastUpdateId);
    const bids = rowsOf(data.bids);
    const asks = rowsOf(data.asks);
    const told = instantOfMs(data.T) ?? instantOfMs(data.E);
    const tsEvent = told ?? tsRecv ?? otherwise;
    if (symbol === null || lastId === null || bids === null || asks === null || tsEvent === null) {
      this.writer.reject(
        'missing-value',
        `depth snapshot: symbol=${symbol} lastUpdateId=${String(data.lastUpdateId)}`,
      );
      return;
    }
    const bits = told === null ? ESTIMATED_TIME : 0;
    const head: MessageHead = { symbol, tsEvent, tsRecv, sequence: lastId, quality: bits };
    const index = this.writer.reserve(1 + bids.length + asks.length);
    const write = (): void => this.writer.writeAt(index, () => this.writer.snapshot(head, bids, asks));
    this.book(symbol).snapshot(lastId, write, clockMs(tsRecv, tsEvent));
  }

  /** Time has come to `atMs`, for what waits for messages out of order. */
  tick(atMs: number): void {
    for (const book of this.#books.values()) book.tick(atMs);
    this.#trades.tick(atMs);
  }

  /** The connection was lost. */
  interrupt(atMs: number): void {
    for (const book of this.#books.values()) book.interrupt(atMs);
  }

  end(): void {
    for (const book of this.#books.values()) book.end();
    this.#trades.end();
  }

  #depth(data: Message, tsRecv: Instant | null): void {
    const symbol = textOf(data.s);
    const first = wholeOf(data.U);
    const last = wholeOf(data.u);
    const bids = rowsOf(data.b);
    const asks = rowsOf(data.a);
    const tsEvent = instantOfMs(data.T) ?? instantOfMs(data.E);
    if (
      symbol === null ||
      first === null ||
      last === null ||
      bids === null ||
      asks === null ||
      tsEvent === null
    ) {
      this.writer.reject(
        'missing-value',
        `depthUpdate: s=${String(data.s)} U=${String(data.U)} u=${String(data.u)}`,
      );
      return;
    }
    this.#lastDepthSymbol = symbol;
    const head: MessageHead = { symbol, tsEvent, tsRecv, sequence: last, quality: 0 };
    const index = this.writer.reserve(bids.length + asks.length);
    const change = { head, bids, asks, index };
    this.book(symbol).change(first, last, wholeOf(data.pu), change, clockMs(tsRecv, tsEvent));
  }

  /** `idKey`: the field with the id, which tells trades from aggregates of them. */
  #trade(data: Message, tsRecv: Instant | null, idKey: 't' | 'a', conditions: string | null): void {
    if (data.X === 'NA') {
      this.writer.skip('binance-empty-trade');
      return;
    }
    const symbol = textOf(data.s);
    const id = wholeOf(data[idKey]);
    const tsEvent = instantOfMs(data.T) ?? instantOfMs(data.E);
    if (symbol === null || id === null || tsEvent === null || typeof data.m !== 'boolean') {
      this.writer.reject('missing-value', `${String(data.e)}: s=${String(data.s)} id=${String(data[idKey])}`);
      return;
    }
    const kind = textOf(data.X) === 'MARKET' ? null : textOf(data.X);
    const print: TradePrint = {
      price: data.p,
      qty: data.q,
      aggressor: data.m ? SELL : BUY,
      tradeId: String(id),
      conditions: conditions ?? kind,
    };
    const head: MessageHead = { symbol, tsEvent, tsRecv, sequence: id, quality: 0 };
    const index = this.writer.reserve(1);
    this.#trades.take(`${idKey} ${symbol}`, id, { head, print, index }, clockMs(tsRecv, tsEvent));
  }

  #quote(data: Message, tsRecv: Instant | null): void {
    const symbol = textOf(data.s);
    const told = instantOfMs(data.T) ?? instantOfMs(data.E);
    const tsEvent = told ?? tsRecv;
    if (symbol === null || tsEvent === null) {
      this.writer.reject(
        'missing-value',
        `bookTicker: s=${String(data.s)} and a time of the venue or of receipt`,
      );
      return;
    }
    const bits = told === null ? ESTIMATED_TIME : 0;
    const head: MessageHead = { symbol, tsEvent, tsRecv, sequence: wholeOf(data.u), quality: bits };
    this.writer.quote(head, [data.b, data.B], [data.a, data.A]);
  }

  #answer(data: Message): void {
    if ('error' in data || 'code' in data) {
      this.writer.reject('vendor-error', JSON.stringify(data).slice(0, 200));
    } else if ('result' in data || 'id' in data) {
      this.writer.skip('binance-answer');
    } else {
      this.writer.reject('unknown-type', JSON.stringify(data).slice(0, 200));
    }
  }
}

function withQuality(head: MessageHead, bits: number): MessageHead {
  return bits === 0 ? head : { ...head, quality: head.quality | bits };
}
