/**
 * Every fault of the emulators against every adapter that it can reach: what comes out is a dataset that is whole and has nothing
 * twice, or one that names and counts what is missing.
 */

import { describe, expect, it } from 'vitest';
import {
  type CanonicalRecord,
  type MemorySource,
  qualityMask,
  type SchemaName,
} from '../../src/data/index.ts';
import type { EmulatorServer } from '../../src/emulators/index.ts';
import { FAULTS_KNOWN } from '../../src/emulators/index.ts';
import {
  contractMarket,
  expectedBook,
  levelMarket,
  MARKET_START_NS,
  type MadeMarket,
  orderMarket,
  stockMarket,
} from '../support/crypto-market.ts';
import { type Asked, bookOf, ingest, ordersOf, type Received, receive } from '../support/emulated-ingest.ts';
import { openEmulator } from '../support/emulator.ts';

type Fault = keyof typeof FAULTS_KNOWN;
const faultsOn = (place: 'rest' | 'socket'): Fault[] =>
  (Object.keys(FAULTS_KNOWN) as Fault[]).filter((name) =>
    (FAULTS_KNOWN[name].on as readonly string[]).includes(place),
  );

/** Faults after which nothing may be missing. What comes too late is a gap: a feed waits for it a little only. */
const LOSSLESS: readonly Fault[] = ['slow', 'duplicate'];
/** Names under which a loss is told: reasons of quarantine, remarks, bits of quality. */
const LOSSES = ['feed-broken', 'gap', 'gapBefore', 'not-json', 'sequence-gap', 'trade-missing'];

interface Outcome {
  readonly isWhole: boolean;
  /** Keys of records that are there more than once. */
  readonly twice: readonly string[];
}

interface LiveCase {
  readonly name: string;
  readonly vendor: string;
  readonly asked: Asked;
  readonly emulated: Readonly<Record<string, string>>;
  readonly speed: number;
  /** Number of the message that a fault befalls: in the middle, and of a kind that carries data. */
  readonly at: number;
  /** Faults that the protocol gives no means to notice. */
  readonly blind?: readonly Fault[];
  readonly open: () => {
    readonly source: MemorySource;
    outcome(received: Received, server: EmulatorServer): Promise<Outcome>;
  };
}

function twiceIn(keys: readonly string[]): string[] {
  return keys.filter((key, at) => keys.indexOf(key) !== at);
}

function hasAll(keys: readonly string[], expected: readonly string[]): boolean {
  const there = new Set(keys);
  return expected.every((key) => there.has(key));
}

/** Trades and quotes of a stock or future: the first quote is told before anybody listens. */
function ticks(symbol: string, schema: 'trade' | 'bbo') {
  return () => {
    const steps = 1500;
    const source = stockMarket(symbol, steps);
    const expected = Array.from({ length: steps / 2 }, (_, i) => (schema === 'trade' ? 2 * i + 1 : 2 * i));
    return {
      source,
      async outcome(received: Received): Promise<Outcome> {
        const records = (await received.records(schema)) as CanonicalRecord<'trade' | 'bbo'>[];
        const keys = records.map((record) => String((record.tsEvent - MARKET_START_NS) / 100_000_000n));
        return { isWhole: hasAll(keys, expected.slice(1).map(String)), twice: twiceIn(keys) };
      },
    };
  };
}

/** Trades that were told, by id, against those of the market. */
async function tradesOf(received: Received, expected: readonly number[]): Promise<Outcome> {
  const trades = (await received.records('trade')).map(({ tradeId }) => tradeId!);
  return { isWhole: hasAll(trades, expected.map(String)), twice: twiceIn(trades) };
}

/** Rows of levels that came, the changes among them by key, and whether the book that they end with is the data's. */
async function levelsOf(received: Received, made: MadeMarket) {
  const rows = await received.records('mbp');
  if (rows.every(({ sequence }) => sequence !== null)) rows.sort((a, b) => a.sequence! - b.sequence!);
  const isBook = JSON.stringify(sorted(bookOf(rows))) === JSON.stringify(sorted(expectedBook(made)));
  return { keys: rows.filter(isChange).map(keyOf), isBook };
}

/** A book of levels with its trades. Changes of one window are told as one. */
function levels(symbol: string) {
  return () => {
    const made = levelMarket(symbol, 400);
    const ids = made.trades.map(({ id }) => id);
    return {
      source: made.source,
      async outcome(received: Received): Promise<Outcome> {
        const { keys, isBook } = await levelsOf(received, made);
        const trades = await tradesOf(received, ids);
        return { isWhole: isBook && trades.isWhole, twice: [...trades.twice, ...twiceIn(keys)] };
      },
    };
  };
}

/** A book that is told change by change: each of them has to be there. */
function changes(symbol: string) {
  return () => {
    const made = levelMarket(symbol, 400);
    return {
      source: made.source,
      async outcome(received: Received): Promise<Outcome> {
        const { keys, isBook } = await levelsOf(received, made);
        const told: CanonicalRecord<'mbp'>[] = [];
        for await (const batch of made.source.read({ schema: 'mbp', fromNs: MARKET_START_NS + 1n }))
          for (const row of batch.rows()) told.push({ ...row, tsEvent: row.tsEvent + BATCH_NS });
        return { isWhole: isBook && hasAll(keys, told.map(keyOf)), twice: twiceIn(keys) };
      },
    };
  };
}

function matches(symbol: string) {
  return () => {
    const made = levelMarket(symbol, 400);
    const ids = made.trades.map(({ id }) => id);
    return { source: made.source, outcome: (received: Received) => tradesOf(received, ids) };
  };
}

function isChange({ action, quality }: CanonicalRecord<'mbp'>): boolean {
  return action === 'set' && (quality! & SNAPSHOT) === 0;
}

function keyOf({ tsEvent, side, price, qty }: CanonicalRecord<'mbp'>): string {
  return `${tsEvent} ${side} ${price} ${qty}`;
}

/** Changes of Coinbase go out, and are dated, when their batch is over: here one change in each. */
const BATCH_NS = 50_000_000n;
const SNAPSHOT = qualityMask('snapshot');

function sorted(book: Record<string, number>): [string, number][] {
  return Object.entries(book).sort(([a], [b]) => (a < b ? -1 : 1));
}

function orders(symbol: string) {
  return () => {
    const source = orderMarket(symbol, 800);
    return {
      source,
      async outcome(received: Received, { playback }: EmulatorServer): Promise<Outcome> {
        const truth = [...playback.market.instruments.get(symbol)!.orders.orders]
          .map(([id, { qty }]) => `${id} ${qty}`)
          .sort();
        const rows = await received.records('mbo');
        const there = [...ordersOf(rows)].map(([id, qty]) => `${id} ${qty}`).sort();
        const trades = (await received.records('trade')).map(({ tradeId }) => tradeId!);
        const told = playback.market.instruments.get(symbol)!.trades.map(({ id }) => String(id));
        const isWhole = JSON.stringify(there) === JSON.stringify(truth) && hasAll(trades, told);
        return { isWhole, twice: twiceIn(trades) };
      },
    };
  };
}

const LIVE: readonly LiveCase[] = [
  {
    name: 'polygon trades',
    vendor: 'polygon',
    asked: { symbols: ['AAPL'], schemas: ['trade'] },
    emulated: {},
    speed: 50,
    at: 350,
    open: ticks('AAPL', 'trade'),
  },
  {
    name: 'polygon quotes',
    vendor: 'polygon',
    asked: { symbols: ['AAPL'], schemas: ['bbo'] },
    emulated: {},
    speed: 50,
    at: 350,
    // Numbers of events have holes of their own, and nothing else counts quotes.
    blind: ['gap'],
    open: ticks('AAPL', 'bbo'),
  },
  {
    name: 'cme trades',
    vendor: 'cme',
    asked: { symbols: ['ES'], schemas: ['trade'] },
    emulated: {},
    speed: 50,
    at: 350,
    open: ticks('ESZ3', 'trade'),
  },
  {
    name: 'cme quotes',
    vendor: 'cme',
    asked: { symbols: ['ES'], schemas: ['bbo'] },
    emulated: {},
    speed: 50,
    at: 350,
    open: ticks('ESZ3', 'bbo'),
  },
  {
    name: 'coinbase level 2',
    vendor: 'coinbase',
    asked: { symbols: ['BTC-USD'], schemas: ['mbp'] },
    emulated: {},
    speed: 8,
    at: 151,
    // Changes have no numbers; the vendor says that each is delivered.
    blind: ['gap'],
    open: changes('BTC-USD'),
  },
  {
    name: 'coinbase matches',
    vendor: 'coinbase',
    asked: { symbols: ['BTC-USD'], schemas: ['trade'] },
    emulated: {},
    speed: 8,
    at: 61,
    open: matches('BTC-USD'),
  },
  {
    name: 'coinbase full',
    vendor: 'coinbase',
    asked: { symbols: ['BTC-USD'], schemas: ['mbo', 'trade'] },
    emulated: {},
    speed: 8,
    at: 200,
    open: orders('BTC-USD'),
  },
  ...(['spot', 'usdm'] as const).map((market) => ({
    name: `binance ${market}`,
    vendor: 'binance',
    asked: { symbols: ['BTCUSDT'], schemas: ['mbp', 'trade'] as SchemaName[], options: { market } },
    emulated: { market },
    speed: 8,
    at: 151,
    open: levels('BTCUSDT'),
  })),
];

/** Follows a feed under a fault, and looks at what came of it. */
async function follow(
  { vendor, asked, emulated, speed, open }: LiveCase,
  fault: { readonly name: Fault; readonly spec: string },
  settleMs = 3_000,
): Promise<Outcome & { readonly told: readonly string[] }> {
  const { source, outcome } = open();
  const server = await openEmulator(vendor, source, { speed, faults: [fault], options: emulated });
  const received = await receive(vendor, server, asked, settleMs);
  expect(server.faults.list().map(({ fired }) => fired)).toEqual([1]);
  const found = await outcome(received, server);
  await server.close();
  const told = Object.keys(received.findings()).filter((name) => LOSSES.includes(name));
  received.lake.close();
  return { ...found, told };
}

describe.concurrent('live', () => {
  it.each(LIVE.flatMap((one) => faultsOn('socket').map((fault) => [one.name, fault, one] as const)))(
    '%s, %s',
    async (_name, fault, one) => {
      const onSocket = FAULTS_KNOWN[fault].on.length > 1 ? ',on:socket' : '';
      const { isWhole, twice, told } = await follow(one, { name: fault, spec: `nth:${one.at}${onSocket}` });
      expect(twice).toEqual([]);
      if (LOSSLESS.includes(fault)) expect([isWhole, told]).toEqual([true, []]);
      else if (one.blind?.includes(fault)) expect(told).toEqual([]);
      else if (!isWhole) expect(told).not.toEqual([]);
    },
    60_000,
  );

  const asking = LIVE.filter(({ name }) => ['cme trades', 'coinbase full', 'binance spot'].includes(name));
  it.each(asking.flatMap((one) => faultsOn('rest').map((fault) => [one.name, fault, one] as const)))(
    '%s, %s of the first request: a token or a snapshot',
    async (_name, fault, one) => {
      const more = { '429': ',seconds:0', '5xx': '', slow: ',ms:100,on:rest', cut: ',on:rest' };
      const spec = `nth:1${more[fault as keyof typeof more]}`;
      // A request that failed is made again after a pause.
      expect(await follow(one, { name: fault, spec }, 5_000)).toEqual({ isWhole: true, twice: [], told: [] });
    },
    60_000,
  );
});

interface RestCase {
  readonly vendor: string;
  readonly source: () => MemorySource;
  readonly asked: Asked;
}

const DAY = '2023-11-14';
const REST: readonly RestCase[] = [
  {
    vendor: 'polygon',
    source: () => stockMarket('AAPL', 400),
    asked: { symbols: ['AAPL'], schemas: ['trade', 'bbo', 'bar', 'corporate_action'], from: DAY, to: DAY },
  },
  {
    vendor: 'alphavantage',
    source: () => stockMarket('IBM', 4000),
    asked: {
      symbols: ['IBM'],
      schemas: ['bar', 'corporate_action'],
      from: DAY,
      to: DAY,
      options: { interval: '1min' },
    },
  },
  {
    vendor: 'cme',
    source: () => contractMarket('ES', 12),
    asked: { symbols: ['ES'], schemas: ['definition'], options: { size: '4' } },
  },
  {
    vendor: 'coinbase',
    source: () => levelMarket('BTC-USD', 3200).source,
    asked: { symbols: ['BTC-USD'], schemas: ['trade', 'bar'], from: DAY, to: DAY },
  },
  {
    vendor: 'binance',
    source: () => levelMarket('BTCUSDT', 3200).source,
    asked: { symbols: ['BTCUSDT'], schemas: ['trade', 'bar'], from: DAY, to: DAY },
  },
];

const REST_SPECS: Partial<Record<Fault, string>> = {
  '429': 'every:3,seconds:0',
  '5xx': 'every:3',
  slow: 'every:3,ms:30,on:rest',
  cut: 'every:3,on:rest',
};

/** Fields that tell where a record lies, and when it was received. */
const PLACES = ['source', 'sourceIndex', 'tsRecv'];

/** Records without their places, one text each. */
async function textsOf(received: Received, schemas: readonly SchemaName[]): Promise<string[]> {
  const texts: string[] = [];
  for (const schema of schemas) {
    for (const record of await received.records(schema))
      texts.push(
        JSON.stringify(record, (name, value: unknown) =>
          PLACES.includes(name) ? undefined : typeof value === 'bigint' ? String(value) : value,
        ),
      );
  }
  return texts.sort();
}

describe.concurrent('requests', () => {
  it.each(REST.flatMap((one) => faultsOn('rest').map((fault) => [one.vendor, fault, one] as const)))(
    '%s, %s',
    async (vendor, fault, { source, asked }) => {
      const texts: string[][] = [];
      for (const faults of [[], [{ name: fault, spec: REST_SPECS[fault]! }]]) {
        const server = await openEmulator(vendor, source(), { begin: 'end', faults });
        const received = await ingest(vendor, server, asked);
        for (const { fired } of server.faults.list()) expect(fired).toBeGreaterThan(0);
        texts.push(await textsOf(received, asked.schemas));
        await server.close();
        received.lake.close();
      }
      const [whole, withFault] = texts as [string[], string[]];
      expect(whole.length).toBeGreaterThan(2);
      expect(new Set(whole).size).toBe(whole.length);
      expect(withFault).toEqual(whole);
    },
    60_000,
  );
});
