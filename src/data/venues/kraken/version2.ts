/** The socket of Kraken, version 2: {channel, type, data}. */

import {
  BUY,
  type FeedWriter,
  FLAG_LAST,
  type Level,
  type MboAction,
  type MessageHead,
  orderIdOfText,
  quality,
  SELL,
  sideOf,
} from '../feed-writer.ts';
import { type Instant, instantOfIso } from '../instant.ts';
import { type Message, messagesOf, numberOf, priceOf, textOf, wholeOf } from '../messages.ts';
import type { OpenCandles } from '../open-candles.ts';

const ESTIMATED_TIME = quality('estimatedTime');
const SNAPSHOT_BITS = quality('snapshot');
const ORDER_ACTIONS: Readonly<Record<string, MboAction>> = { add: 'add', modify: 'modify', delete: 'delete' };

export class KrakenVersion2 {
  readonly #writer: FeedWriter;
  readonly #candles: OpenCandles;

  constructor(writer: FeedWriter, candles: OpenCandles) {
    this.#writer = writer;
    this.#candles = candles;
  }

  frame(message: Message, tsRecv: Instant | null): void {
    const channel = textOf(message.channel);
    const list = messagesOf(message.data) ?? [];
    if (channel === null) {
      if (message.success === false) this.#writer.reject('vendor-error', String(message.error));
      else if ('method' in message) this.#writer.skip('kraken-answer');
      else this.#writer.reject('unknown-type', JSON.stringify(message).slice(0, 200));
      return;
    }
    const isSnapshot = message.type === 'snapshot';
    for (const item of list) this.#item(channel, item, isSnapshot, tsRecv);
    if (list.length === 0) this.#writer.skip(`kraken-${channel}`);
  }

  #item(channel: string, item: Message, isSnapshot: boolean, tsRecv: Instant | null): void {
    const symbol = textOf(item.symbol);
    const told = instantOfIso(item.timestamp ?? item.interval_begin);
    const tsEvent = told ?? tsRecv;
    if (symbol === null || tsEvent === null) {
      if (channel === 'status') this.#writer.skip('kraken-status');
      else
        this.#writer.reject(
          'missing-value',
          `${channel}: symbol=${String(item.symbol)} timestamp=${String(item.timestamp)}`,
        );
      return;
    }
    const head: MessageHead = {
      symbol,
      tsEvent,
      tsRecv,
      sequence: null,
      quality: told === null ? ESTIMATED_TIME : 0,
    };
    switch (channel) {
      case 'book': {
        const [bids, asks] = [levelsOf(item.bids), levelsOf(item.asks)];
        if (isSnapshot) this.#writer.snapshot(head, bids, asks);
        else this.#writer.levels(head, bids, asks);
        break;
      }
      case 'level3':
        this.#orders(head, item, isSnapshot);
        break;
      case 'trade': {
        const id = wholeOf(item.trade_id);
        const { price, qty } = item;
        const print = { price, qty, aggressor: sideOf(item.side), tradeId: id === null ? null : String(id) };
        this.#writer.trade({ ...head, sequence: id }, { ...print, conditions: textOf(item.ord_type) });
        break;
      }
      case 'ticker':
        this.#ticker(head, item);
        break;
      case 'ohlc':
        this.#candle(head, item);
        break;
      default:
        this.#writer.skip(`kraken-${channel}`);
    }
  }

  #orders(head: MessageHead, item: Message, isSnapshot: boolean): void {
    const orders = [
      ...(messagesOf(item.bids) ?? []).map((order) => ({ order, side: BUY }) as const),
      ...(messagesOf(item.asks) ?? []).map((order) => ({ order, side: SELL }) as const),
    ];
    const flags = isSnapshot ? 2 : 0;
    if (isSnapshot) {
      const nothing = { side: null, orderId: null, price: null, qty: null };
      this.#writer.order(head, {
        ...nothing,
        action: 'clear',
        flags: orders.length === 0 ? flags | FLAG_LAST : flags,
      });
    }
    orders.forEach(({ order, side }, i) => {
      const action = isSnapshot ? 'add' : ORDER_ACTIONS[String(order.event)];
      const orderId = orderIdOfText(textOf(order.order_id));
      if (action === undefined || orderId === null) {
        this.#writer.reject(
          'unknown-word',
          `level3: event=${String(order.event)} order_id=${String(order.order_id)}`,
        );
        return;
      }
      const marked = isSnapshot ? { ...head, quality: head.quality | SNAPSHOT_BITS } : head;
      const own = { ...marked, tsEvent: instantOfIso(order.timestamp) ?? head.tsEvent };
      const isLast = i === orders.length - 1;
      this.#writer.order(own, {
        action,
        side,
        orderId,
        price: order.limit_price,
        qty: order.order_qty,
        flags: isLast ? flags | FLAG_LAST : flags,
      });
    });
  }

  #ticker(head: MessageHead, item: Message): void {
    this.#writer.quote(head, [item.bid, item.bid_qty], [item.ask, item.ask_qty]);
    const common = { detail: '24h', isFinal: false } as const;
    for (const kind of ['last', 'high', 'low'] as const) {
      this.#writer.record('statistics', head, { ...common, kind, price: priceOf(item[kind]) });
    }
    for (const kind of ['volume', 'vwap', 'change'] as const) {
      this.#writer.record('statistics', head, { ...common, kind, value: numberOf(item[kind]) });
    }
  }

  #candle(head: MessageHead, item: Message): void {
    const begin = instantOfIso(item.interval_begin);
    const minutes = wholeOf(item.interval);
    if (begin === null || minutes === null) {
      this.#writer.reject('missing-value', `ohlc: interval=${String(item.interval)}`);
      return;
    }
    const [open, high, low, close] = [item.open, item.high, item.low, item.close].map(priceOf);
    if (open == null || high == null || low == null || close == null) {
      this.#writer.reject('missing-value', 'ohlc: open, high, low and close');
      return;
    }
    const prices = { open, high, low, close, volume: numberOf(item.volume), vwap: numberOf(item.vwap) };
    const fields = { ...prices, intervalS: minutes * 60, trades: wholeOf(item.trades) };
    const own = { ...head, tsEvent: begin, quality: 0 };
    this.#candles.take(`${head.symbol} ${minutes}`, begin.seconds, () =>
      this.#writer.record('bar', own, { ...fields, basis: 'trade', adjusted: 'raw' }),
    );
  }
}

function levelsOf(value: unknown): Level[] {
  return (messagesOf(value) ?? []).map(({ price, qty }) => [price, qty]);
}
