/** Every recording of a crypto venue that there is goes through, and what is known of it holds. */

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildBook, readFeedFile } from '../../../../tests/support/feed-files.ts';
import { sharedFile } from '../../../../tests/support/shared-data.ts';
import { sharedFacts } from '../../../../tests/support/shared-facts.ts';
import { ASK, BID, FeedBook } from '../../book/feed-book.ts';
import { openByteSource } from '../../byte-source.ts';
import { RECOGNISE_BYTES } from '../../ingest/file-ingest.ts';
import { MemorySink } from '../../ingest/memory-sink.ts';
import type { CanonicalRecord } from '../../registry.ts';
import { FILE_FORMATS } from '../index.ts';
import { BITSTAMP_LOG_FORMAT, BITSTAMP_TABLE_FORMAT } from './bitstamp-orders.ts';
import { CRYPTOFEED_FORMAT } from './cryptofeed.ts';
import { GDAX_L2_FORMAT } from './gdax-l2.ts';
import { VENUE_JSON_FORMAT, VENUE_LINES_FORMAT } from './venue-json.ts';

const ROOT = sharedFile('data/crypto');
const STEPS = 1e9;
const MAYBE_BAD_BOOK = 1 << 17;
const BITSTAMP = { symbol: 'btcusd' };

function pathOf(file: string): string {
  return join(ROOT!, file);
}

/** Beginning of a file, unpacked, and whether that is all. */
async function headOf(path: string): Promise<[Uint8Array, boolean]> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of openByteSource(path)) {
    bytes += chunk.length;
    if (bytes - chunk.length < RECOGNISE_BYTES) chunks.push(chunk);
  }
  return [Buffer.concat(chunks).subarray(0, RECOGNISE_BYTES), bytes <= RECOGNISE_BYTES];
}

describe.skipIf(ROOT === null)('recordings of crypto venues', () => {
  it('each file is recognised by one format', async () => {
    const files = readdirSync(ROOT!, { recursive: true, encoding: 'utf8' })
      .filter((file) => !file.endsWith('README.md') && statSync(pathOf(file)).isFile())
      .sort();
    expect(files.length).toBeGreaterThan(70);
    const unclear: [string, string[]][] = [];
    for (const file of files) {
      const [head, isWhole] = await headOf(pathOf(file));
      const fits = FILE_FORMATS.filter((format) => format.recognise(head, isWhole, file));
      if (fits.length !== 1) unclear.push([file, fits.map(({ name }) => name)]);
    }
    expect(unclear).toEqual([]);
  });

  it('an hour of level2 of Coinbase is never crossed and ends as counted', async () => {
    const facts = sharedFacts('crypto', 'coinbase/gdax_l2_2018');
    const folder = 'coinbase/gdax_l2_2018';
    const names = ['snapshot_bids', 'snapshot_asks', ...[1, 2, 3, 4].map((n) => `l2update_15min_${n}`)];
    const sink = new MemorySink();
    for (const name of names) {
      const options = { symbol: 'BTC-USD', time: '2018-04-24T03:52:17.000Z' };
      const reader = GDAX_L2_FORMAT.open({ fileName: name, options }, sink);
      for await (const bytes of openByteSource(pathOf(`${folder}/${name}.csv.gz`))) reader.write(bytes);
      reader.endPage();
      reader.end();
    }
    // Asks above 999,999,999 do not fit into a price; they are told apart, and stay in the count of levels.
    const beyond = sink.quarantine.counts.get('price-range') ?? 0;
    expect([...sink.quarantine.counts.keys()]).toEqual(['price-range']);
    const [bids, asks] = facts.snapshot_levels as number[];
    const levels = sink.records('mbp');
    const snapshot = levels.filter(({ flags, action }) => action === 'set' && (flags! & 2) !== 0);
    expect(snapshot.filter(({ side }) => side === 'buy')).toHaveLength(bids!);
    expect(snapshot.filter(({ side }) => side === 'sell').length + beyond).toBe(asks!);
    expect(levels.length - snapshot.length - 2).toBe(facts.updates);
    const built = buildBook(sink, 'BTC-USD');
    expect(built).toMatchObject({ crossed: 0, removals: facts.removals, removalsOfUnknown: 0 });
    const { book } = built;
    const best = [book.price(BID, 0) / STEPS, book.qty(BID, 0), book.price(ASK, 0) / STEPS, book.qty(ASK, 0)];
    expect(best).toEqual(facts.final_best);
    expect([book.levels(BID), book.levels(ASK) + beyond]).toEqual(facts.final_levels);
  });

  it('the full channel of Coinbase has a record for each numbered message', async () => {
    const facts = sharedFacts('crypto', 'coinbase/full_channel_2017-06-25.ndjson');
    const path = pathOf('coinbase/full_channel_2017-06-25.ndjson');
    const { sink, reader } = await readFeedFile(VENUE_LINES_FORMAT, path);
    expect(reader.venue).toBe('coinbase');
    expect(Object.fromEntries(sink.remarks)).toEqual({ 'coinbase-heartbeat': facts.heartbeat });
    const records = sink.records('mbo');
    const count = (action: string): number => records.filter((record) => record.action === action).length;
    expect(records).toHaveLength((facts.frames as number) - (facts.heartbeat as number));
    expect([count('delete'), count('none'), count('add')]).toEqual([facts.done, facts.received, facts.open]);
    for (const symbol of ['BTC-USD', 'ETH-USD']) {
      const numbers = records.filter((record) => record.symbol === symbol).map(({ sequence }) => sequence!);
      expect(numbers).toEqual(numbers.map((_, i) => numbers[0]! + i));
    }
  });

  it('a book of level 3 of Coinbase has every order', async () => {
    const facts = sharedFacts('crypto', 'coinbase/rest/products_BTC-USD_book_level-3.json');
    const { sink } = await readFeedFile(
      VENUE_JSON_FORMAT,
      pathOf('coinbase/rest/products_BTC-USD_book_level-3.json'),
      {
        url: 'https://api.exchange.coinbase.com/products/BTC-USD/book?level=3',
        received: '2020-02-17T07:23:16Z',
      },
    );
    const records = sink.records('mbo');
    expect(records[0]).toMatchObject({ action: 'clear', sequence: facts.sequence });
    const side = (word: string): CanonicalRecord<'mbo'>[] => records.filter((record) => record.side === word);
    expect([side('buy').length, side('sell').length]).toEqual([facts.bids, facts.asks]);
    expect([side('buy')[0]!.price, side('sell')[0]!.price]).toEqual(facts.best);
    expect(records.at(-1)!.flags! & 1).toBe(1);
    expect(new Set(records.slice(1).map(({ orderId }) => orderId)).size).toBe(records.length - 1);
  });

  it('both recordings of the orders of Bitstamp tell the same', async () => {
    const [tableFile, logFile] = ['bitstamp/orders_2015-05-01.csv.gz', 'bitstamp/stream_2015-05-01.log.gz'];
    const facts = sharedFacts('crypto', tableFile);
    const logFacts = sharedFacts('crypto', logFile);
    const table = await readFeedFile(BITSTAMP_TABLE_FORMAT, pathOf(tableFile), BITSTAMP);
    const log = await readFeedFile(BITSTAMP_LOG_FORMAT, pathOf(logFile), BITSTAMP);
    expect(table.sink.quarantine.total + log.sink.quarantine.total).toBe(0);
    const [a, b] = [table, log].map(({ sink }) => sink.records('mbo'));
    const count = (action: string): number => a!.filter((record) => record.action === action).length;
    expect([a!.length, count('add'), count('modify'), count('delete')]).toEqual([
      facts.rows,
      facts.created,
      facts.changed,
      facts.deleted,
    ]);
    expect(a![0]!.tsEvent).toBe(BigInt(facts.first_ms as number) * 1_000_000n);
    expect(a!.at(-1)!.tsEvent).toBe(BigInt(facts.last_ms as number) * 1_000_000n);
    const essence = (record: CanonicalRecord<'mbo'>): string =>
      [record.tsEvent, record.action, record.side, record.orderId, record.price].join(' ');
    expect(b!.map(essence)).toEqual(a!.map(essence));
    // The table cut quantities where the log has them rounded.
    const apart = a!.map(({ qty }, i) => Math.abs(b![i]!.qty! - qty!));
    expect(Math.max(...apart)).toBeLessThan(1.5e-8);

    const trades = log.sink.records('trade');
    const prices = trades.map(({ price }) => price);
    expect(trades).toHaveLength(logFacts.trade as number);
    expect([Math.min(...prices), Math.max(...prices)]).toEqual(logFacts.trade_price_range);
    expect(trades.reduce((sum, { qty }) => sum + qty, 0)).toBeCloseTo(logFacts.volume_btc as number, 8);
    const books = log.sink.records('mbp').filter(({ action }) => action === 'clear');
    expect(books).toHaveLength(logFacts.order_book as number);
  });

  it('every checksum of Kraken is that of the book', async () => {
    const { sink, reader } = await readFeedFile(CRYPTOFEED_FORMAT, pathOf('cryptofeed/KRAKEN.ws.50.0.gz'));
    expect(reader.venue).toBe('kraken');
    expect(sink.remarks.get('checksum-mismatch')).toBeUndefined();
    const symbols = new Set(sink.records('mbp').map(({ symbol }) => symbol));
    expect(symbols.size).toBe(10);
    for (const symbol of symbols) expect(buildBook(sink, symbol)).toMatchObject({ crossed: 0 });
  });

  it.each([
    ['BINANCE', 'binance'],
    ['BITSTAMP', 'bitstamp'],
    ['COINBASE', 'coinbase-advanced'],
    ['KRAKEN', 'kraken'],
  ])(
    '%s.jsonl: what is whole is joined to its snapshot, without a gap and never crossed',
    async (name, venue) => {
      const { sink, reader } = await readFeedFile(CRYPTOFEED_FORMAT, pathOf(`cryptofeed/${name}.jsonl.gz`));
      expect(reader.venue).toBe(venue);
      expect([...sink.quarantine.counts.keys()].filter((reason) => reason !== 'price-range')).toEqual([]);
      for (const remark of ['sequence-gap', 'trade-missing', 'checksum-mismatch', 'snapshot-too-old']) {
        expect(sink.remarks.get(remark)).toBeUndefined();
      }
      const levels = sink.records('mbp');
      for (const symbol of new Set(
        levels.filter(({ action }) => action === 'clear').map((level) => level.symbol),
      )) {
        const own = levels.filter((level) => level.symbol === symbol);
        expect(own[0]!.action).toBe('clear');
        expect(own.some(({ quality }) => (quality! & MAYBE_BAD_BOOK) !== 0)).toBe(false);
        expect(buildBook(sink, symbol).crossed).toBe(0);
      }
    },
  );

  it.each([
    ['BINANCE.ws.1.0', 'binance', { trade: 2, bbo: 84 }],
    ['BINANCE_FUTURES.ws.1.0', 'binance-usdm', { trade: 91, bbo: 613 }],
    ['BITFINEX.ws.11.0', 'bitfinex', { bbo: 21, trade: 210 }],
    ['BITSTAMP.ws.1.0', 'bitstamp', { trade: 10 }],
    ['COINBASE.ws.28.0', 'coinbase', { bbo: 107, trade: 107 }],
    ['DERIBIT.ws.1.0', 'deribit', { bbo: 89 }],
    ['GEMINI.ws.1.0', 'gemini', { trade: 516 }],
    ['KRAKEN_FUTURES.ws.1.0', 'kraken-futures', { trade: 1003, bbo: 107 }],
    ['BINANCE.http.0.0', 'binance', { mbp: 4652 }],
    ['BITSTAMP.http.0.0', 'bitstamp', {}],
    ['BINANCE_FUTURES.http.0.0', 'binance-usdm', {}],
  ])('%s goes through whole', async (name, venue, counts) => {
    const { sink, reader } = await readFeedFile(CRYPTOFEED_FORMAT, pathOf(`cryptofeed/${name}.gz`));
    expect(reader.venue).toBe(venue);
    expect(sink.counts()).toMatchObject(counts);
    expect(sink.counts().mbp).toBeGreaterThan(0);
    expect([...sink.quarantine.counts.keys()].filter((reason) => reason !== 'price-range')).toEqual([]);
    expect(sink.remarks.get('sequence-gap')).toBeUndefined();
    const snapshotted = new Set(
      sink
        .records('mbp')
        .filter(({ action }) => action === 'clear')
        .map(({ symbol }) => symbol),
    );
    for (const symbol of snapshotted) expect(buildBook(sink, symbol).crossed).toBe(0);
  });

  it('trades of Coinbase are those of the level2 book: what is bought takes the ask', async () => {
    const { sink } = await readFeedFile(CRYPTOFEED_FORMAT, pathOf('cryptofeed/COINBASE.ws.28.0.gz'));
    const rows = [
      ...sink.records('mbp').map((level) => ({ at: level.sourceIndex, level, trade: null })),
      ...sink.records('trade').map((trade) => ({ at: trade.sourceIndex, level: null, trade })),
    ].sort((a, b) => a.at - b.at);
    const books = new Map<string, FeedBook>();
    let agreeing = 0;
    let judged = 0;
    for (const { level, trade } of rows) {
      const symbol = (level ?? trade)!.symbol;
      const book = books.get(symbol) ?? new FeedBook();
      books.set(symbol, book);
      if (level !== null && level.action === 'clear') book.clear();
      else if (level !== null)
        book.set(level.side === 'buy' ? BID : ASK, Math.round(level.price! * STEPS), level.qty!);
      if (trade === null || book.levels(BID) === 0 || book.levels(ASK) === 0) continue;
      const middle = (book.price(BID, 0) + book.price(ASK, 0)) / 2 / STEPS;
      judged++;
      if (trade.price > middle === (trade.aggressor === 'buy')) agreeing++;
    }
    expect(judged).toBeGreaterThan(50);
    expect(agreeing / judged).toBeGreaterThan(0.8);
  });
});
