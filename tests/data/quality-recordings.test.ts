/** Real recordings through the checks: what is known to be whole is not doubted, and what is taken out is found. */

import { describe, expect, it } from 'vitest';
import { FILE_FORMATS, type RecordBatch, type SchemaName } from '../../src/data/index.ts';
import { createQualityStage } from '../../src/data/quality/stage.ts';
import { readFeedFile } from '../support/feed-files.ts';
import { sharedFile } from '../support/shared-data.ts';

const HFT = sharedFile('data/crypto/binance_hftbacktest/usdm_btcusdt_20240808.gz');
const LOBSTER = sharedFile('data/lobster/AAPL_2012-06-21_34200000_57600000_message_1.csv.gz');
/** Share of records that scores may doubt in a market without an accident. */
const DOUBTED_MAX = 0.005;

async function recordsOf(format: string, path: string) {
  return (await readFeedFile(FILE_FORMATS.find(({ name }) => name === format)!, path)).sink;
}

function countsOf(batches: readonly unknown[]) {
  const stage = createQualityStage();
  let records = 0;
  for (const batch of batches as RecordBatch[]) {
    stage.check(batch, ({ detail }) => expect.fail(detail));
    records += batch.count;
  }
  return { records, counts: stage.counts(), gaps: stage.gaps.counts() };
}

const SCORES = ['outlier', 'jump', 'unusualSpread', 'unusualVolume'];

describe('recordings through the checks', () => {
  it.skipIf(HFT === null)(
    'Binance futures: never crossed, nothing twice, nothing lost, little unusual',
    async () => {
      const sink = await recordsOf('hftbacktest', HFT!);
      for (const schema of ['mbp', 'bbo', 'trade'] as SchemaName[]) {
        const { records, counts, gaps } = countsOf(sink.batches(schema));
        expect(records).toBeGreaterThan(20_000);
        expect(gaps).toEqual({});
        for (const bit of ['crossed', 'locked', 'duplicate', 'timeBackwards'])
          expect(counts[bit] ?? 0).toBe(0);
        for (const bit of SCORES) expect((counts[bit] ?? 0) / records).toBeLessThan(DOUBTED_MAX);
      }
    },
  );

  it.skipIf(LOBSTER === null)(
    'LOBSTER: a day of orders and trades is in order, and little of it unusual',
    async () => {
      const sink = await recordsOf('lobster', LOBSTER!);
      const orders = countsOf(sink.batches('mbo'));
      expect(orders.records).toBeGreaterThan(100_000);
      expect(orders.counts).toEqual({});
      const trades = countsOf(sink.batches('trade'));
      expect(trades.counts.timeBackwards ?? 0).toBe(0);
      for (const bit of SCORES) expect((trades.counts[bit] ?? 0) / trades.records).toBeLessThan(DOUBTED_MAX);
    },
  );

  it.skipIf(LOBSTER === null)(
    'LOBSTER: orders that are taken out of the numbers leave their gap',
    async () => {
      const sink = await recordsOf('lobster', LOBSTER!);
      const [batch] = sink.batches('mbo') as unknown as RecordBatch[];
      const marks = new Uint8Array(batch!.capacity).fill(1, 4000, 4010);
      const sequences = batch!.column('sequence') as unknown as {
        setNumber(row: number, value: number): void;
      };
      for (let row = 0; row < batch!.count; row++) sequences.setNumber(row, row + 1);
      batch!.removeRows(marks);
      const { counts, gaps } = countsOf([batch]);
      expect(counts).toEqual({ gapBefore: 1 });
      expect(gaps).toEqual({ sequence: { gaps: 1, missing: 10 } });
    },
  );
});
