import { describe, expect, it } from 'vitest';
import { dbnImbalance, dbnVenueFile } from '../../../../tests/support/dbn-files.ts';
import { textOfRows } from '../../../../tests/support/mbo-rows.ts';
import { readBytes, readFile, sinkText } from '../../../../tests/support/read-file.ts';
import { filesBelow, sharedFile } from '../../../../tests/support/shared-data.ts';
import { readAllBytes } from '../../byte-source.ts';
import { DbnDecoder } from '../../formats/dbn-decoder.ts';
import { encodeDbnMetadata } from '../../formats/dbn-writer.ts';
import { MboFromRecords } from '../../lake/mbo-from-records.ts';
import { MboBatch } from '../../mbo-batch.ts';
import { Quarantine } from '../../quarantine.ts';
import { DBN_FILE } from './dbn-file.ts';

const ROOT = sharedFile('data/dbn');
const DAY_1225 = 'data/dbn/nautilus/esh4-glbx-mdp3-20231225.mbo.dbn.zst';
const DAY_1224 = 'data/dbn/nautilus/esh4-glbx-mdp3-20231224.mbo.dbn.zst';
const DELTAS =
  'data/dbn/nautilus/order_book_deltas_catalog/orderbooks_mbo_2024-05-08T00-00-00_2024-05-08T00-00-02.dbn.zst';
const LIVE = 'data/dbn/databento-python/LIVE/test_data.live.dbn.zst';

describe('DBN files', () => {
  it.skipIf(ROOT === null)(
    'every recording but the forerunner DBZ goes through without a bad record',
    async () => {
      const schemas = new Map<string, number>();
      let files = 0;
      for (const path of filesBelow(ROOT!)) {
        if (/README|\.jsonl$/.test(path)) continue;
        if (path.endsWith('.dbz')) {
          await expect(readAllBytes(path)).rejects.toThrow(/DBZ/);
          continue;
        }
        const bytes = await readAllBytes(path);
        expect(DBN_FILE.recognise(bytes.subarray(0, 65_536), bytes.length <= 65_536, 'x'), path).toBe(true);
        const sink = readBytes(DBN_FILE, bytes, { mode: 'strict' });
        for (const [schema, count] of Object.entries(sink.counts()))
          schemas.set(schema, (schemas.get(schema) ?? 0) + count);
        files++;
        if (bytes.length < 20_000) {
          const again = readBytes(DBN_FILE, bytes, { mode: 'strict', chunkBytes: 7 });
          expect(sinkText(again), path).toBe(sinkText(sink));
        }
      }
      expect(files).toBe(172);
      expect([...schemas.keys()].sort()).toEqual(
        ['bar', 'bbo', 'definition', 'imbalance', 'mbo', 'mbp', 'statistics', 'status', 'trade'].sort(),
      );
    },
  );

  for (const [file, records, trades] of [
    [DAY_1224, 8725, 0],
    [DAY_1225, 68_792, 1430 + 1542 + 1],
    [DELTAS, 13_796, 5],
  ] as const) {
    const path = sharedFile(file);
    it.skipIf(path === null)(
      `orders as records and back are what the decoder reads: ${file.split('/').at(-1)}`,
      async () => {
        const bytes = await readAllBytes(path!);
        const sink = readBytes(DBN_FILE, bytes, { mode: 'strict' });
        expect([sink.counts().mbo, sink.counts().trade ?? 0]).toEqual([records, trades]);
        const decoder = new DbnDecoder(new Quarantine('strict', file));
        const batch = new MboBatch(1000);
        const expected: string[] = [];
        decoder.write(bytes);
        decoder.end();
        while (decoder.read(batch) > 0) expected.push(...textOfRows(batch, ['instrument']));
        const way = new MboFromRecords({ epochNs: decoder.info.epochNs!, priceSteps: 1 });
        const found: string[] = [];
        for (const recordsBatch of sink.batches('mbo')) {
          for (let from = 0; from < recordsBatch.count; ) {
            from += way.fill(recordsBatch, from, batch);
            found.push(...textOfRows(batch, ['instrument']));
          }
        }
        expect(found).toEqual(expected);
        expect([...way.symbols.values()]).toEqual([...new Set(decoder.symbols.values())]);
      },
    );
  }

  const day = sharedFile(DAY_1225);
  it.skipIf(day === null)('lots that were traded, and the last price, are those of the day', async () => {
    const trades = (await readFile(DBN_FILE, day!)).records('trade');
    expect(trades.reduce((sum, { qty }) => sum + qty, 0)).toBe(9892);
    expect(trades.at(-1)).toMatchObject({ symbol: 'ESH4', price: 4810 });
    expect(trades.filter(({ aggressor }) => aggressor === null)).toHaveLength(1);
  });

  const live = sharedFile(LIVE);
  it.skipIf(live === null)(
    'a live stream of many schemas names its instruments by its mappings',
    async () => {
      const sink = await readFile(DBN_FILE, live!, { mode: 'strict' });
      expect(sink.counts()).toMatchObject({
        definition: 2,
        mbo: 5,
        mbp: 9,
        bbo: 2,
        statistics: 9,
        bar: 4,
        trade: 4,
      });
      expect(sink.remarks.get('symbol-mapping')).toBe(20);
      expect(sink.remarks.has('symbol-unknown')).toBe(false);
      expect(sink.records('statistics').find(({ kind }) => kind === 'settlement')).toMatchObject({
        symbol: 'ESZ4',
        price: 4753.75,
      });
    },
  );

  const imbalances = sharedFile('data/dbn/databento-python/XNAS.ITCH/test_data.imbalance.dbn.zst');
  it.skipIf(imbalances === null)(
    'imbalances of Nasdaq have its letter of variation, and nothing of what Nasdaq does not tell',
    async () => {
      const records = (await readFile(DBN_FILE, imbalances!, { mode: 'strict' })).records('imbalance');
      expect(records.length).toBeGreaterThan(1);
      for (const record of records) {
        expect(record).toMatchObject({
          variation: 'L',
          matchPrice: null,
          collarLow: null,
          unpairedQty: null,
          unpairedSide: null,
          auctionStatus: null,
          isFrozen: null,
        });
      }
    },
  );

  it('imbalances have what NYSE tells beyond reference, near and far price', () => {
    const given = Buffer.from(dbnImbalance({ ref: 50, paired: 6000, total: 1000, side: 'B', auction: 'M' }));
    given.writeBigInt64LE(49_500_000_000n, 56);
    given.writeBigInt64LE(50_250_000_000n, 64);
    given.writeBigInt64LE(55_000_000_000n, 72);
    given.writeBigInt64LE(45_000_000_000n, 80);
    given.writeUInt32LE(700, 96);
    given.writeUInt32LE(300, 100);
    given.set([2, 1, 3], 106);
    given.write('AY', 109);
    const bare = Buffer.from(dbnImbalance({ ref: 50, side: 'N' }));
    bare.write('~~', 109);
    const damaged = Buffer.from(bare);
    damaged.write('X', 109);
    const sink = readBytes(DBN_FILE, Buffer.from(dbnVenueFile('imbalance', [given, bare, damaged])));
    const [all, none] = sink.records('imbalance');
    expect(all).toMatchObject({
      shortSalePrice: 49.5,
      matchPrice: 50.25,
      collarHigh: 55,
      collarLow: 45,
      marketImbalanceQty: 700,
      unpairedQty: 300,
      unpairedSide: 'sell',
      auctionStatus: 2,
      isFrozen: true,
      extensions: 3,
      variation: 'Y',
    });
    expect(none).toMatchObject({ matchPrice: null, unpairedQty: null, unpairedSide: null, variation: null });
    expect(Object.fromEntries(sink.quarantine.counts)).toEqual({ 'field-value': 1 });
  });

  it('an instrument has the name of the day of its record, and its number where it has none', () => {
    const header = encodeDbnMetadata({
      version: 3,
      dataset: 'XNAS.ITCH',
      schemaId: 4,
      startNs: 0n,
      endNs: 2n ** 64n - 1n,
      limit: 0n,
      recordCount: null,
      stypeInId: 1,
      stypeOutId: 0,
      hasTsOut: false,
      symbolBytes: 71,
      symbols: ['FB', 'META'],
      partial: [],
      notFound: [],
      mappings: [
        { rawSymbol: 'FB', intervals: [{ startDate: 20220601, endDate: 20220609, symbol: '5' }] },
        { rawSymbol: 'META', intervals: [{ startDate: 20220609, endDate: 20220701, symbol: '5' }] },
      ],
    });
    const at = (text: string) => BigInt(Date.parse(text)) * 1_000_000n;
    const trades = ['2022-06-08T15:00Z', '2022-06-09T00:00Z', '2022-07-01T00:00Z'].map((text, index) =>
      tradeRecord(5, at(text), 100n * 10n ** 9n + BigInt(index)),
    );
    const sink = readBytes(DBN_FILE, Buffer.concat([header, ...trades]), { mode: 'strict' });
    expect(sink.records('trade').map(({ symbol }) => symbol)).toEqual(['FB', 'META', '#5']);
    expect(sink.remarks.get('symbol-unknown')).toBe(1);
    const bytes = Buffer.concat([header, ...trades]);
    const picked = readBytes(DBN_FILE, bytes, { options: { symbols: 'META', records: 'trade' } });
    expect(picked.records('trade').map(({ symbol }) => symbol)).toEqual(['META']);
    expect(picked.remarks.get('other-symbol')).toBe(2);
  });

  it('bad records are set aside by their reason and the others are read', () => {
    const good = tradeRecord(5, 1_700_000_000_000_000_000n, 10n ** 9n);
    const badSide = Buffer.from(good);
    badSide[29] = 0x58;
    const noPrice = tradeRecord(5, 1_700_000_000_000_000_000n, 2n ** 63n - 1n);
    const odd = Buffer.from(good.subarray(0, 44));
    odd[0] = 11;
    const sink = readBytes(
      DBN_FILE,
      Buffer.concat([good, badSide, noPrice, odd, good, good.subarray(0, 20)]),
    );
    expect(sink.counts()).toEqual({ trade: 2 });
    expect(Object.fromEntries(sink.quarantine.counts)).toEqual({
      'unknown-side': 1,
      'missing-value': 1,
      'length-mismatch': 1,
      truncated: 1,
    });
  });

  it('levels of mbp-10 are told as changes, and a level that left the view is told as gone', () => {
    const first = levelsRecord(
      [
        [100, 5],
        [99, 4],
      ],
      [[101, 3]],
    );
    const second = levelsRecord(
      [
        [100, 7],
        [98, 1],
      ],
      [[101, 3]],
    );
    const sink = readBytes(DBN_FILE, Buffer.concat([first, second, second]), { mode: 'strict' });
    expect(
      sink.records('mbp').map(({ side, price, qty, level, flags }) => [side, price, qty, level, flags]),
    ).toEqual([
      ['buy', 100, 5, 1, 0],
      ['buy', 99, 4, 2, 0],
      ['sell', 101, 3, 1, 1],
      ['buy', 99, 0, null, 0],
      ['buy', 100, 7, 1, 0],
      ['buy', 98, 1, 2, 1],
    ]);
    expect(sink.remarks.get('levels-unchanged')).toBe(1);
  });
});

function tradeRecord(instrument: number, tsNs: bigint, price: bigint): Buffer {
  const record = Buffer.alloc(48);
  record[0] = 12;
  record.writeUInt32LE(instrument, 4);
  record.writeBigUInt64LE(tsNs, 8);
  record.writeBigInt64LE(price, 16);
  record.writeUInt32LE(7, 24);
  record.write('TB', 28, 'latin1');
  record.writeBigUInt64LE(tsNs, 32);
  return record;
}

type Level = readonly [price: number, qty: number];

function levelsRecord(bids: readonly Level[], asks: readonly Level[]): Buffer {
  const record = Buffer.alloc(368);
  record[0] = 92;
  record[1] = 10;
  record.writeBigUInt64LE(1_700_000_000_000_000_000n, 8);
  record.write('AB', 28, 'latin1');
  record[30] = 128;
  record.writeBigUInt64LE(1_700_000_000_000_000_000n, 32);
  for (let level = 0; level < 10; level++) {
    const at = 48 + 32 * level;
    for (const [offset, side] of [
      [0, bids],
      [8, asks],
    ] as const) {
      const found = side[level];
      record.writeBigInt64LE(
        found === undefined ? 2n ** 63n - 1n : BigInt(found[0]) * 10n ** 9n,
        at + offset,
      );
      record.writeUInt32LE(found?.[1] ?? 0, at + 16 + offset / 2);
    }
  }
  return record;
}
