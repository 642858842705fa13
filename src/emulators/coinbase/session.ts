/** One connection to the sockets of Coinbase Exchange: level2, level2_batch, full, matches, ticker, heartbeat. */

import type { Line, Session, Stage } from '../contract.ts';
import { ASK, BID } from '../market/events.ts';
import type { MarketChange } from '../market/market.ts';
import { isoMicros, secondsOf } from '../words.ts';
import { type CoinbaseProduct, type Message, matchOf, priceOf, sizeOf, wordOf } from './product.ts';

const CHANNELS = ['level2', 'level2_batch', 'full', 'matches', 'ticker', 'heartbeat'] as const;
type Channel = (typeof CHANNELS)[number];

const LEVELS_MAX = 1_000_000;
const SECOND_NS = 1_000_000_000n;
const BATCH_NS = 50_000_000n;
const DAY_S = 86_400;

/** Changes of levels that level2_batch gathers. */
interface Batch {
  readonly openedNs: bigint;
  readonly changes: Map<string, readonly [string, string, string]>;
}

export class CoinbaseSession implements Session {
  readonly #stage: Stage;
  readonly #products: ReadonlyMap<string, CoinbaseProduct>;
  readonly #line: Line;
  readonly #subscribed = new Map<Channel, Set<CoinbaseProduct>>();
  readonly #batches = new Map<CoinbaseProduct, Batch>();
  #heartbeatNs: bigint | null = null;

  constructor(stage: Stage, products: ReadonlyMap<string, CoinbaseProduct>, line: Line) {
    this.#stage = stage;
    this.#products = products;
    this.#line = line;
  }

  onMessage(text: string): void {
    let asked: unknown;
    try {
      asked = JSON.parse(text);
    } catch {
      asked = null;
    }
    const type = typeof asked === 'object' && asked !== null ? (asked as { type?: unknown }).type : null;
    if (type !== 'subscribe' && type !== 'unsubscribe') {
      this.#refuse('Malformed JSON', `type=${String(type)} is neither subscribe nor unsubscribe`);
      return;
    }
    const wanted = this.#wanted(asked as Message);
    if (wanted === null) return;
    if (type === 'unsubscribe') {
      for (const [channel, product] of wanted) this.#subscribed.get(channel)?.delete(product);
      this.#confirm();
      return;
    }
    for (const [channel, product] of wanted) {
      const there = this.#subscribed.get(channel) ?? new Set();
      this.#subscribed.set(channel, there.add(product));
    }
    this.#confirm();
    for (const [channel, product] of wanted) this.#begin(channel, product);
    if (wanted.length > 0) this.#stage.subscribed();
  }

  onChange(change: MarketChange): void {
    for (const [channel, products] of this.#subscribed) {
      for (const product of products)
        if (product.instrument === change.instrument) this.#tell(channel, product, change);
    }
  }

  onTime(nowNs: bigint): void {
    for (const [product, { openedNs, changes }] of this.#batches) {
      if (nowNs < openedNs + BATCH_NS) continue;
      this.#batches.delete(product);
      const time = isoMicros(openedNs + BATCH_NS);
      this.#line.send({ type: 'l2update', product_id: product.id, changes: [...changes.values()], time });
    }
    const beating = this.#subscribed.get('heartbeat');
    if (beating === undefined || beating.size === 0) return;
    this.#heartbeatNs ??= nowNs;
    if (nowNs < this.#heartbeatNs) return;
    this.#heartbeatNs = nowNs + SECOND_NS;
    for (const { id, sequence, instrument } of beating) {
      const last_trade_id = instrument.trades.at(-1)?.id ?? 0;
      this.#line.send({ type: 'heartbeat', sequence, last_trade_id, product_id: id, time: isoMicros(nowNs) });
    }
  }

  /** Channels and products that a message names; null, and it was refused, when one of them is unknown. */
  #wanted(asked: Message): (readonly [Channel, CoinbaseProduct])[] | null {
    const shared = listOf(asked.product_ids);
    const wanted: (readonly [Channel, CoinbaseProduct])[] = [];
    for (const entry of listOf(asked.channels)) {
      const isObject = typeof entry === 'object' && entry !== null;
      const name = isObject ? (entry as Message).name : entry;
      const channel = CHANNELS.find((one) => one === name);
      if (channel === undefined || (channel === 'full' && !this.#stage.market.hasOrders)) {
        const why =
          channel === undefined
            ? 'is not a valid channel'
            : 'needs orders, and the data that is played has none';
        this.#refuse('Failed to subscribe', `${String(name)} ${why}`);
        return null;
      }
      const own = isObject ? listOf((entry as Message).product_ids) : [];
      for (const id of [...shared, ...own]) {
        const product = this.#products.get(String(id));
        if (product === undefined) {
          this.#refuse('Failed to subscribe', `${String(id)} is not a valid product`);
          return null;
        }
        wanted.push([channel, product]);
      }
    }
    if (wanted.length === 0)
      this.#refuse('Failed to subscribe', 'channels and product_ids name at least one each');
    return wanted.length === 0 ? null : wanted;
  }

  #confirm(): void {
    const channels = [...this.#subscribed]
      .filter(([, products]) => products.size > 0)
      .map(([name, products]) => ({
        name,
        product_ids: [...products].map(({ id }) => id),
        account_ids: null,
      }));
    this.#line.answer({ type: 'subscriptions', channels });
  }

  /** What a channel says first. */
  #begin(channel: Channel, product: CoinbaseProduct): void {
    const { instrument, id } = product;
    const time = isoMicros(this.#stage.nowNs());
    if (channel === 'level2' || channel === 'level2_batch') {
      const [bids, asks] = ([BID, ASK] as const).map((side) =>
        instrument.levels(side, LEVELS_MAX).map(({ priceSteps, qty }) => [priceOf(priceSteps), sizeOf(qty)]),
      );
      this.#line.answer({ type: 'snapshot', product_id: id, asks, bids, time });
    }
    const last = instrument.trades.at(-1);
    if (channel === 'matches' && last !== undefined) {
      const message = { ...matchOf(last), type: 'last_match', product_id: id };
      this.#line.answer({ ...message, sequence: product.sequence, time: isoMicros(last.tsNs) });
    }
    if (channel === 'ticker' && last !== undefined) this.#line.answer(tickerOf(product, last.tsNs));
  }

  #tell(channel: Channel, product: CoinbaseProduct, change: MarketChange): void {
    switch (channel) {
      case 'full':
        for (const message of product.full) this.#line.send(message);
        return;
      case 'matches':
        // The full channel has told it already.
        if (product.match !== null && this.#subscribed.get('full')?.has(product) !== true)
          this.#line.send(product.match);
        return;
      case 'ticker':
        if (change.print !== null) this.#line.send(tickerOf(product, change.tsNs));
        return;
      case 'level2':
        if (change.levels.length > 0) {
          const changes = change.levels.map(({ side, priceSteps, qty }) => [
            wordOf(side),
            priceOf(priceSteps),
            sizeOf(qty),
          ]);
          this.#line.send({
            type: 'l2update',
            product_id: product.id,
            changes,
            time: isoMicros(change.tsNs),
          });
        }
        return;
      case 'level2_batch': {
        if (change.levels.length === 0) return;
        const batch = this.#batches.get(product) ?? { openedNs: change.tsNs, changes: new Map() };
        this.#batches.set(product, batch);
        for (const { side, priceSteps, qty } of change.levels)
          batch.changes.set(`${side} ${priceSteps}`, [wordOf(side), priceOf(priceSteps), sizeOf(qty)]);
        return;
      }
      case 'heartbeat':
    }
  }

  #refuse(message: string, reason: string): void {
    this.#line.answer({ type: 'error', message, reason });
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function tickerOf({ id, sequence, instrument }: CoinbaseProduct, tsNs: bigint): Message {
  const last = instrument.trades.at(-1)!;
  const [bid, ask] = instrument.best;
  const day = instrument.candles.rolling(secondsOf(tsNs), DAY_S);
  const match = matchOf(last);
  return {
    type: 'ticker',
    sequence,
    product_id: id,
    price: match.price,
    open_24h: priceOf(day?.openSteps ?? 0),
    volume_24h: sizeOf(day?.volume ?? 0),
    low_24h: priceOf(day?.lowSteps ?? 0),
    high_24h: priceOf(day?.highSteps ?? 0),
    best_bid: priceOf(bid?.priceSteps ?? 0),
    best_bid_size: sizeOf(bid?.qty ?? 0),
    best_ask: priceOf(ask?.priceSteps ?? 0),
    best_ask_size: sizeOf(ask?.qty ?? 0),
    side: wordOf(last.aggressor),
    time: isoMicros(tsNs),
    trade_id: last.id,
    last_size: match.size,
  };
}
