import { afterEach, describe, expect, it } from 'vitest';
import { FakeVenue, FeedDriver, numbersFrom, pause, until } from '../../../../tests/support/feed-driver.ts';
import type { IngestRequest } from '../../ingest/adapter.ts';
import { MemorySink } from '../../ingest/memory-sink.ts';
import { HttpClient } from '../../transport/http-client.ts';
import { COINBASE } from './index.ts';
import { signCoinbase } from './sign.ts';

const MESSAGES = 240;
/** Messages 100, 140 and 180 are faulty. */
const FAULTY = 3;
const PRODUCT = 'BTC-USD';
const FAULTS = ['none', 'gap', 'duplicate', 'reorder', 'cut', 'badFrame'] as const;
type Fault = (typeof FAULTS)[number];

interface Order {
  readonly side: 'buy' | 'sell';
  readonly price: string;
  size: number;
}

/** The full channel of a small market: orders come, rest, trade, change and go. */
class Market {
  readonly orders = new Map<string, Order>();
  sequence = 9000;
  trades = 0;
  #made = 0;
  readonly #random = numbersFrom(7);

  snapshot(): unknown {
    const rows = (side: string): string[][] =>
      [...this.orders]
        .filter(([, order]) => order.side === side)
        .map(([id, { price, size }]) => [price, size.toFixed(2), id]);
    return { sequence: this.sequence, bids: rows('buy'), asks: rows('sell'), time: new Date().toISOString() };
  }

  /** The messages of one event. */
  next(): Record<string, unknown>[] {
    const [id, order] = this.#pick();
    const choice = this.#random();
    if (order === null || choice < 0.5) return this.#newOrder();
    if (choice < 0.65) return this.#trade(id, order);
    if (choice < 0.8) {
      order.size = Math.max(0.01, order.size / 2);
      return [
        this.#tell('change', {
          order_id: id,
          side: order.side,
          price: order.price,
          new_size: order.size.toFixed(2),
        }),
      ];
    }
    this.orders.delete(id);
    const left = { remaining_size: order.size.toFixed(2) };
    return [
      this.#tell('done', { order_id: id, side: order.side, price: order.price, reason: 'canceled', ...left }),
    ];
  }

  #newOrder(): Record<string, unknown>[] {
    const id = `${(++this.#made).toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;
    const side = this.#random() < 0.5 ? 'buy' : 'sell';
    const cents = Math.ceil(this.#random() * 100);
    const price = (100 + (side === 'buy' ? -cents : cents) / 100).toFixed(2);
    const received = this.#tell('received', { order_id: id, side, price, size: '1.00', order_type: 'limit' });
    if (this.#random() < 0.1) {
      return [
        received,
        this.#tell('done', { order_id: id, side, price, reason: 'canceled', remaining_size: '1.00' }),
      ];
    }
    this.orders.set(id, { side, price, size: 1 });
    return [received, this.#tell('open', { order_id: id, side, price, remaining_size: '1.00' })];
  }

  #trade(id: string, order: Order): Record<string, unknown>[] {
    this.trades++;
    this.orders.delete(id);
    const { side, price, size } = order;
    const taker = 'ffffffff-0000-4000-8000-000000000000';
    const match = {
      maker_order_id: id,
      taker_order_id: taker,
      side,
      price,
      size: size.toFixed(2),
      trade_id: this.trades,
    };
    return [
      this.#tell('match', match),
      this.#tell('done', { order_id: id, side, price, reason: 'filled', remaining_size: '0.00' }),
    ];
  }

  #pick(): [string, Order | null] {
    const ids = [...this.orders.keys()];
    const id = ids[Math.floor(this.#random() * ids.length)] ?? '';
    return [id, this.orders.get(id) ?? null];
  }

  #tell(type: string, fields: Record<string, unknown>): Record<string, unknown> {
    return {
      type,
      product_id: PRODUCT,
      sequence: ++this.sequence,
      time: new Date().toISOString(),
      ...fields,
    };
  }
}

let closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing) await close();
  closing = [];
});

function requestOf(venue: FakeVenue, schemas: IngestRequest['schemas'] = ['mbo', 'trade']): IngestRequest {
  const options = { granularity: '60', level2: 'level2', restUrl: venue.httpUrl, socketUrl: venue.socketUrl };
  return { symbols: [PRODUCT], schemas, from: null, to: null, options };
}

async function play(
  fault: Fault,
  market: Market,
): Promise<{ sink: MemorySink; driver: FeedDriver; subscribed: unknown[] }> {
  const subscribed: unknown[] = [];
  const venue = new FakeVenue(
    (path) =>
      path === `/products/${PRODUCT}/book?level=3` ? { body: market.snapshot() } : { status: 404, body: {} },
    (message, reply) => {
      subscribed.push(message);
      reply({ type: 'subscriptions', channels: [] });
    },
  );
  await venue.listen();
  const http = new HttpClient({ limits: { requests: 1000, perMs: 1000, concurrent: 4 } });
  const sink = new MemorySink();
  const driver = new FeedDriver(COINBASE.live(requestOf(venue), {})!, http, sink);
  const running = driver.run();
  closing = [() => venue.close(), () => http.close()];
  await until(() => driver.opened === 1);

  let held: unknown = null;
  const messages = (): Record<string, unknown>[] => market.next();
  let sent = 0;
  while (sent < MESSAGES) {
    for (const message of messages()) {
      const isFaulty = sent > 60 && sent < 200 && sent % 40 === 20;
      sent++;
      if (isFaulty && fault === 'reorder') held = message;
      else if (!isFaulty || fault !== 'gap') {
        venue.send(message);
        if (held !== null) venue.send(held);
        held = null;
      }
      if (isFaulty && fault === 'duplicate') venue.send(message);
      if (isFaulty && fault === 'badFrame') venue.send('{"type":"op');
      if (isFaulty && fault === 'cut') {
        await pause(5);
        const before = driver.opened;
        venue.cut();
        for (let missed = 0; missed < 5; missed++) market.next();
        await until(() => driver.opened > before);
      }
    }
    await pause(1);
  }
  await pause(40);
  for (let i = 0; i < 5; i++) {
    venue.send({
      type: 'heartbeat',
      product_id: PRODUCT,
      sequence: market.sequence,
      time: new Date().toISOString(),
    });
    for (const message of market.next()) venue.send(message);
    await pause(10);
  }
  await until(() => driver.waiting === 0);
  driver.stop();
  await running;
  return { sink, driver, subscribed };
}

/** Orders that rest after the records: id, price, size. */
function restingOf(sink: MemorySink): string[] {
  const orders = new Map<bigint, { price: number; qty: number }>();
  for (const { action, orderId, price, qty } of sink.records('mbo')) {
    const order = orders.get(orderId!);
    if (action === 'clear') orders.clear();
    else if (action === 'add') orders.set(orderId!, { price: price!, qty: qty! });
    else if (action === 'modify') orders.set(orderId!, { price: price!, qty: qty! });
    else if (action === 'delete') orders.delete(orderId!);
    else if (action === 'execute') {
      expect(order).toBeDefined();
      if (order!.qty - qty! < 1e-9) orders.delete(orderId!);
      else order!.qty -= qty!;
    }
  }
  return [...orders].map(([id, { price, qty }]) => `${id} ${price.toFixed(2)} ${qty.toFixed(2)}`).sort();
}

describe('the full channel of Coinbase', () => {
  for (const fault of FAULTS) {
    it(`${fault}: the orders that rest are the venue's, numbers have no hole but after a snapshot (seed 7)`, async () => {
      const market = new Market();
      const { sink, driver, subscribed } = await play(fault, market);
      const expected = [...market.orders].map(
        ([id, { price, size }]) =>
          `${BigInt(`0x${id.replaceAll('-', '').slice(0, 16)}`)} ${price} ${size.toFixed(2)}`,
      );
      expect(restingOf(sink)).toEqual(expected.sort());
      expect(subscribed[0]).toMatchObject({
        type: 'subscribe',
        channels: ['full', 'heartbeat'],
        product_ids: [PRODUCT],
      });

      const told = (remark: string): number => sink.remarks.get(remark) ?? 0;
      let last = 0;
      let snapshots = 0;
      for (const { action, sequence, flags } of sink.records('mbo')) {
        if (action === 'clear') snapshots++;
        else if ((flags! & 2) === 0) expect(sequence).toBe(last + 1);
        last = sequence!;
      }
      expect(snapshots).toBe(1 + told('resync'));
      expect(told('resync')).toBe(fault === 'cut' ? FAULTY : told('sequence-gap'));
      expect(told('sequence-gap')).toBe(fault === 'gap' ? FAULTY : 0);
      expect(told('change-already-known')).toBeGreaterThanOrEqual(fault === 'duplicate' ? FAULTY : 0);
      expect(driver.reconnects).toBe(fault === 'cut' ? FAULTY : 0);
      expect(sink.quarantine.counts.get('not-json') ?? 0).toBe(fault === 'badFrame' ? FAULTY : 0);

      const ids = sink.records('trade').map(({ tradeId }) => Number(tradeId));
      expect(new Set(ids).size).toBe(ids.length);
      if (fault !== 'gap' && fault !== 'cut') expect(ids.length).toBe(market.trades);
    });
  }

  it('says what it subscribed to was refused', async () => {
    const venue = new FakeVenue(
      () => ({ body: {} }),
      (_message, reply) =>
        reply({
          type: 'error',
          message: 'Failed to subscribe',
          reason: 'full channel requires authentication',
        }),
    );
    await venue.listen();
    const http = new HttpClient({ limits: { requests: 10, perMs: 1000, concurrent: 1 } });
    closing = [() => venue.close(), () => http.close()];
    const driver = new FeedDriver(COINBASE.live(requestOf(venue), {})!, http, new MemorySink());
    await expect(driver.run()).rejects.toThrow(/grants a subscription.*requires authentication/);
  });

  it('signs its subscription with the secret of a key, which itself is never sent', () => {
    const secret = Buffer.from('secret of the key').toString('base64');
    const secrets = { COINBASE_API_KEY: 'k', COINBASE_API_SECRET: secret, COINBASE_API_PASSPHRASE: 'p' };
    const signature = signCoinbase(secrets, '/users/self/verify', 1_700_000_000);
    expect(signature).toEqual({
      key: 'k',
      passphrase: 'p',
      timestamp: '1700000000',
      signature: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
    });
    expect(signCoinbase(secrets, '/users/self/verify', 1_700_000_001)!.signature).not.toBe(
      signature!.signature,
    );
    expect(JSON.stringify(signature)).not.toContain(secret);
    expect(signCoinbase({ COINBASE_API_KEY: 'k' }, '/', 1)).toBeNull();
  });
});
