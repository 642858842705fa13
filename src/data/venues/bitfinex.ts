/**
 * The sockets of Bitfinex, version 2: [channel id, payload, …]. What a channel is of stands in the answer to its subscription.
 * Nothing but trades tells a time: the rest has that of receipt. Numbers of messages, where they are asked for, run over all
 * channels of a connection.
 */

import type { RecordSink } from '../ingest/adapter.ts';
import {
  BUY,
  FeedWriter,
  FLAG_LAST,
  type Level,
  type MessageHead,
  orderIdOfNumber,
  quality,
  SELL,
} from './feed-writer.ts';
import { type Instant, instantOfMs } from './instant.ts';
import { isMessage, type Message, numberOf, rowsOf, textOf, wholeOf } from './messages.ts';
import type { VenueMessages } from './venue-messages.ts';

const ESTIMATED_TIME = quality('estimatedTime');
const MAYBE_BAD_BOOK = quality('maybeBadBook');
const GAP_BEFORE = quality('gapBefore');
/** Flag of `conf`: messages are numbered. */
const NUMBERED = 65_536;

interface Channel {
  readonly name: string;
  readonly symbol: string;
  /** 'R0' has orders, others join them by price. */
  readonly precision: string;
  isDoubtful: boolean;
}

export class BitfinexMessages implements VenueMessages {
  readonly writer: FeedWriter;
  readonly #channels = new Map<number, Channel>();
  #isNumbered = false;
  #lastNumber: number | null = null;

  constructor(sink: RecordSink) {
    this.writer = new FeedWriter(sink);
  }

  frame(message: unknown, tsRecv: Instant | null): void {
    if (isMessage(message)) this.#event(message);
    else if (Array.isArray(message)) this.#payload(message, tsRecv);
    else this.writer.reject('not-json', 'a message of Bitfinex is an array or an object');
  }

  answer(url: string, _body: unknown, _tsRecv: Instant | null): void {
    this.writer.skip(`bitfinex-answer ${new URL(url).pathname}`);
  }

  /** Every connection subscribes anew, to channels with other ids and from whole books on. */
  interrupt(_atMs: number): void {
    this.#channels.clear();
    this.#lastNumber = null;
  }

  end(): void {}

  #event(message: Message): void {
    const event = textOf(message.event) ?? 'unknown';
    const id = wholeOf(message.chanId);
    if (event === 'error') {
      this.writer.reject('vendor-error', String(message.msg));
      return;
    }
    if (event === 'conf' && message.status === 'OK')
      this.#isNumbered = ((wholeOf(message.flags) ?? 0) & NUMBERED) !== 0;
    if (event === 'subscribed' && id !== null) {
      this.#channels.set(id, {
        name: String(message.channel),
        symbol: String(message.symbol),
        precision: String(message.prec ?? ''),
        isDoubtful: false,
      });
    }
    this.writer.skip(`bitfinex-${event}`);
  }

  #payload(message: readonly unknown[], tsRecv: Instant | null): void {
    const bits = this.#checkNumber(message);
    const channel = this.#channels.get(Number(message[0]));
    const payload = message[1];
    if (payload === 'hb') {
      this.writer.skip('bitfinex-heartbeat');
    } else if (channel === undefined) {
      this.writer.reject('unknown-type', `channel ${String(message[0])} was not subscribed`);
    } else if (!channel.symbol.startsWith('t')) {
      this.writer.skip('bitfinex-funding');
    } else if (channel.name === 'trades') {
      this.#trades(channel, payload, message[2], tsRecv, bits);
    } else if (tsRecv === null || !Array.isArray(payload)) {
      this.writer.reject('missing-value', `${channel.name}: a time of receipt and a list`);
    } else {
      const sequence = this.#isNumbered ? wholeOf(message.at(-1)) : null;
      const head: MessageHead = {
        symbol: channel.symbol,
        tsEvent: tsRecv,
        tsRecv,
        sequence,
        quality: ESTIMATED_TIME | bits,
      };
      if (channel.name === 'ticker') this.#ticker(head, payload);
      else if (channel.name === 'book') this.#book(channel, head, payload);
      else this.writer.skip(`bitfinex-${channel.name}`);
    }
  }

  /** Bits for a message after lost ones; books are in doubt until their next snapshot. */
  #checkNumber(message: readonly unknown[]): number {
    const number = this.#isNumbered ? wholeOf(message.at(-1)) : null;
    if (number === null) return 0;
    const lost = this.#lastNumber === null ? 0 : number - this.#lastNumber - 1;
    this.#lastNumber = number;
    if (lost <= 0) return 0;
    this.writer.sink.remark('sequence-gap');
    this.writer.sink.remark('sequence-missing', lost);
    for (const channel of this.#channels.values()) channel.isDoubtful = true;
    return GAP_BEFORE;
  }

  /** [id, ms, amount, price], of which amount is negative when the taker sold; 'te' is the trade, 'tu' says it again. */
  #trades(channel: Channel, payload: unknown, row: unknown, tsRecv: Instant | null, bits: number): void {
    if (payload === 'tu') {
      this.writer.skip('bitfinex-trade-again');
      return;
    }
    // A snapshot has the newest first.
    const rows = payload === 'te' ? rowsOf([row]) : (rowsOf(payload)?.toReversed() ?? null);
    if (rows === null) this.writer.reject('unknown-type', `trades: ${String(payload)}`);
    for (const [id, ms, amount, price] of rows ?? []) {
      const tsEvent = instantOfMs(ms);
      const qty = numberOf(amount);
      if (tsEvent === null || qty === null) {
        this.writer.reject(
          'missing-value',
          `trade: id=${String(id)} ms=${String(ms)} amount=${String(amount)}`,
        );
        continue;
      }
      const head: MessageHead = { symbol: channel.symbol, tsEvent, tsRecv, sequence: null, quality: bits };
      const aggressor = qty > 0 ? BUY : SELL;
      this.writer.trade(head, { price, qty: Math.abs(qty), aggressor, tradeId: String(id) });
    }
  }

  /** Bid, its quantity, ask, its quantity, change, relative change, last, volume, high, low. */
  #ticker(head: MessageHead, row: readonly unknown[]): void {
    const [bid, bidQty, ask, askQty, change, , last, volume, high, low] = row;
    this.writer.quote(head, [bid, bidQty], [ask, askQty]);
    const common = { detail: '24h', isFinal: false } as const;
    for (const [kind, price] of [
      ['last', last],
      ['high', high],
      ['low', low],
    ] as const) {
      this.writer.record('statistics', head, { ...common, kind, price: numberOf(price) });
    }
    this.writer.record('statistics', head, { ...common, kind: 'volume', value: numberOf(volume) });
    this.writer.record('statistics', head, { ...common, kind: 'change', value: numberOf(change) });
  }

  #book(channel: Channel, head: MessageHead, payload: readonly unknown[]): void {
    const rows = rowsOf(payload);
    const marked = channel.isDoubtful ? { ...head, quality: head.quality | MAYBE_BAD_BOOK } : head;
    if (channel.precision.startsWith('R')) {
      if (rows !== null) channel.isDoubtful = false;
      this.#orders(rows === null ? marked : head, rows, payload);
      return;
    }
    if (rows === null) {
      this.#level(marked, payload, FLAG_LAST);
      return;
    }
    channel.isDoubtful = false;
    const level = ([price, , amount]: Level): Level => [price, Math.abs(numberOf(amount) ?? Number.NaN)];
    const isBid = ([, , amount]: Level): boolean => (numberOf(amount) ?? 0) > 0;
    this.writer.snapshot(head, rows.filter(isBid).map(level), rows.filter((row) => !isBid(row)).map(level));
  }

  /** [price, number of orders, amount]: a number of 0 removes the level; asks have negative amounts. */
  #level(head: MessageHead, [price, count, amount]: readonly unknown[], flags: number): void {
    const qty = numberOf(amount);
    const orders = wholeOf(count);
    if (qty === null || orders === null) {
      this.writer.reject('missing-value', `level: price=${String(price)} count=${String(count)}`);
      return;
    }
    this.writer.level(head, qty > 0 ? BUY : SELL, price, orders === 0 ? 0 : Math.abs(qty), flags, orders);
  }

  /** [order id, price, amount]: the price 0 removes the order. */
  #orders(head: MessageHead, rows: readonly Level[] | null, payload: readonly unknown[]): void {
    const all = rows ?? [payload];
    if (rows !== null) {
      this.writer.order(head, {
        action: 'clear',
        side: null,
        orderId: null,
        price: null,
        qty: null,
        flags: 2,
      });
    }
    all.forEach(([id, price, amount], i) => {
      const qty = numberOf(amount) ?? Number.NaN;
      const isGone = price === 0;
      this.writer.order(head, {
        // A known id with another price or amount is a change; the feed does not tell it from a new order.
        action: isGone ? 'delete' : rows === null ? 'modify' : 'add',
        side: qty > 0 ? BUY : SELL,
        orderId: orderIdOfNumber(id),
        price: isGone ? null : price,
        qty: isGone ? null : Math.abs(qty),
        flags: (rows === null ? 0 : 2) | (i === all.length - 1 ? FLAG_LAST : 0),
      });
    });
  }
}
