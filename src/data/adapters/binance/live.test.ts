import { afterEach, describe, expect, it } from 'vitest';
import { FakeVenue, FeedDriver, numbersFrom, pause, until } from '../../../../tests/support/feed-driver.ts';
import { buildBook } from '../../../../tests/support/feed-files.ts';
import { ASK, BID, type BookSide, FeedBook } from '../../book/feed-book.ts';
import type { IngestRequest } from '../../ingest/adapter.ts';
import { MemorySink } from '../../ingest/memory-sink.ts';
import { HttpClient } from '../../transport/http-client.ts';
import { BINANCE } from './index.ts';

const STEPS = 1e9;
const MESSAGES = 240;
/** Messages 100, 140 and 180 are faulty. */
const FAULTY = 3;

const FAULTS = ['none', 'gap', 'duplicate', 'reorder', 'cut', 'badFrame'] as const;
type Fault = (typeof FAULTS)[number];

/** A market that trades or changes its book with every message, and tells it. */
class Market {
  readonly book = new FeedBook();
  trades = 0;
  updateId = 1000;
  readonly #random: () => number;
  readonly #isFutures: boolean;

  constructor(seed: number, isFutures: boolean) {
    this.#random = numbersFrom(seed);
    this.#isFutures = isFutures;
    for (let i = 1; i <= 20; i++) {
      this.book.set(BID, (100 - i / 10) * STEPS, i);
      this.book.set(ASK, (100 + i / 10) * STEPS, i);
    }
  }

  snapshot(): unknown {
    const side = (word: BookSide): string[][] =>
      levelsOf(this.book, word).map(([price, qty]) => [(price! / STEPS).toFixed(2), qty!.toFixed(3)]);
    return { lastUpdateId: this.updateId, bids: side(BID), asks: side(ASK) };
  }

  next(): { readonly isTrade: boolean; readonly frame: unknown } {
    const E = Date.now();
    if (this.#random() < 0.3) {
      const t = 5000 + this.trades++;
      const data = { e: 'trade', E, T: E, s: 'BTCUSDT', t, p: '100.00', q: '0.5', m: true, X: 'MARKET' };
      return { isTrade: true, frame: { stream: 'btcusdt@trade', data } };
    }
    const previous = this.updateId;
    const first = previous + 1 + (this.#isFutures ? Math.floor(this.#random() * 50) : 0);
    this.updateId = first + Math.floor(this.#random() * 3);
    const chain = this.#isFutures ? { pu: previous, T: E } : {};
    const ids = { U: first, u: this.updateId, ...chain };
    const data = { e: 'depthUpdate', E, s: 'BTCUSDT', ...ids, b: this.#change(BID), a: this.#change(ASK) };
    return { isTrade: false, frame: { stream: 'btcusdt@depth@100ms', data } };
  }

  #change(side: BookSide): string[][] {
    const ticks = Math.floor(this.#random() * 40) + 1;
    const price = 100 + (side === BID ? -ticks : ticks) / 100;
    const qty = this.#random() < 0.4 ? 0 : Math.ceil(this.#random() * 9);
    this.book.set(side, Math.round(price * 100) * 1e7, qty);
    return [[price.toFixed(2), String(qty)]];
  }
}

function levelsOf(book: FeedBook, side: BookSide): number[][] {
  return Array.from({ length: book.levels(side) }, (_, rank) => [
    book.price(side, rank),
    book.qty(side, rank),
  ]);
}

let closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing) await close();
  closing = [];
});

function requestOf(venue: FakeVenue, isFutures: boolean): IngestRequest {
  return {
    symbols: ['BTCUSDT'],
    schemas: ['mbp', 'trade'],
    from: null,
    to: null,
    options: {
      market: isFutures ? 'usdm' : 'spot',
      interval: '1m',
      depth: '1000',
      trades: 'trade',
      restUrl: venue.httpUrl,
      socketUrl: venue.socketUrl,
    },
  };
}

interface Played {
  readonly sink: MemorySink;
  readonly driver: FeedDriver;
  /** Trades that were never sent to a connection. */
  readonly lostTrades: number;
}

async function play(fault: Fault, market: Market, isFutures: boolean): Promise<Played> {
  const venue = new FakeVenue(
    (path) =>
      path.includes('/depth?symbol=BTCUSDT') ? { body: market.snapshot() } : { status: 404, body: {} },
    (message, reply) => reply({ result: null, id: (message as { id: number }).id }),
  );
  await venue.listen();
  const http = new HttpClient({ limits: { requests: 1000, perMs: 1000, concurrent: 4 } });
  const sink = new MemorySink();
  const driver = new FeedDriver(BINANCE.live(requestOf(venue, isFutures), {})!, http, sink);
  const running = driver.run();
  closing = [() => venue.close(), () => http.close()];
  await until(() => driver.opened === 1);
  const lostTrades = await sendWithFaults(fault, market, venue, driver);
  driver.stop();
  await running;
  return { sink, driver, lostTrades };
}

async function sendWithFaults(
  fault: Fault,
  market: Market,
  venue: FakeVenue,
  driver: FeedDriver,
): Promise<number> {
  let lostTrades = 0;
  let held: unknown = null;
  for (let i = 0; i < MESSAGES; i++) {
    const { isTrade, frame } = market.next();
    const isFaulty = i > 60 && i < 200 && i % 40 === 20;
    if (isFaulty && fault === 'reorder') held = frame;
    else if (isFaulty && fault === 'gap') lostTrades += isTrade ? 1 : 0;
    else {
      venue.send(frame);
      if (held !== null) venue.send(held);
      held = null;
    }
    if (isFaulty && fault === 'duplicate') venue.send(frame);
    if (isFaulty && fault === 'badFrame') venue.send('{"stream":"btcusdt@depth');
    if (isFaulty && fault === 'cut') {
      await pause(5);
      const before = driver.opened;
      venue.cut();
      // The market goes on while nobody listens.
      for (let missed = 0; missed < 5; missed++) lostTrades += market.next().isTrade ? 1 : 0;
      await until(() => driver.opened > before);
    }
    if (i % 2 === 0) await pause(1);
  }
  // Long enough for windows of waiting to end, and frames that show that they did.
  await pause(40);
  for (let i = 0; i < 6; i++) {
    venue.send(market.next().frame);
    await pause(10);
  }
  await until(() => driver.waiting === 0);
  return lostTrades;
}

describe('the streams of Binance', () => {
  for (const isFutures of [false, true]) {
    for (const fault of FAULTS) {
      it(`${isFutures ? 'futures' : 'spot'}, ${fault}: book as the venue's, trades once, losses counted (seed 3)`, async () => {
        const market = new Market(3, isFutures);
        const { sink, driver, lostTrades } = await play(fault, market, isFutures);
        const { book, crossed } = buildBook(sink, 'BTCUSDT');
        expect(levelsOf(book, BID)).toEqual(levelsOf(market.book, BID));
        expect(levelsOf(book, ASK)).toEqual(levelsOf(market.book, ASK));
        expect(crossed).toBe(0);

        const ids = sink.records('trade').map(({ tradeId }) => Number(tradeId));
        expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
        expect(ids.length + lostTrades).toBe(market.trades);
        expect(sink.remarks.get('trade-missing') ?? 0).toBe(lostTrades);

        const told = (remark: string): number => sink.remarks.get(remark) ?? 0;
        const snapshots = sink.records('mbp').filter(({ action }) => action === 'clear').length;
        expect(told('sequence-gap') > 0).toBe(fault === 'gap');
        expect(sink.quarantine.counts.get('not-json') ?? 0).toBe(fault === 'badFrame' ? FAULTY : 0);
        expect(driver.reconnects).toBe(fault === 'cut' ? FAULTY : 0);
        expect(snapshots).toBe(1 + (fault === 'cut' ? FAULTY : told('sequence-gap')));
        expect(told('resync')).toBe(snapshots - 1);
        const known = told('change-already-known') + told('trade-already-known');
        if (fault === 'duplicate') expect(known).toBeGreaterThanOrEqual(FAULTY);
      });
    }
  }

  it('says that a subscription was refused', async () => {
    const venue = new FakeVenue(
      () => ({ body: {} }),
      (message, reply) =>
        reply({ error: { code: 2, msg: 'Invalid request' }, id: (message as { id: number }).id }),
    );
    await venue.listen();
    const http = new HttpClient({ limits: { requests: 10, perMs: 1000, concurrent: 1 } });
    closing = [() => venue.close(), () => http.close()];
    const driver = new FeedDriver(BINANCE.live(requestOf(venue, false), {})!, http, new MemorySink());
    await expect(driver.run()).rejects.toThrow(/grants a subscription.*Invalid request/);
  });

  it('refuses what has no stream, with every problem at once', () => {
    const options = {
      market: 'coinm',
      interval: '1y',
      depth: '0',
      trades: 'all',
      restUrl: 'ftp://x',
      socketUrl: '',
    };
    const request: IngestRequest = {
      symbols: ['btc-usdt'],
      schemas: ['definition'],
      from: null,
      to: null,
      options,
    };
    const problems = [
      'market=coinm (allowed: spot, usdm)',
      'interval=1y',
      'restUrl=ftp://x',
      'depth=0 (a whole number from 1 to 5000)',
      'trades=all (allowed: aggTrade, trade)',
      'symbol=btc-usdt (written as BTCUSDT)',
      'schema=definition (none of them has a stream)',
    ];
    let text = '';
    try {
      BINANCE.live(request, {});
    } catch (error) {
      text = String(error);
    }
    for (const problem of problems) expect(text).toContain(problem);
  });
});
