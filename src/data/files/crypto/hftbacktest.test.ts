import { describe, expect, it } from 'vitest';
import { buildBook, readFeedFile } from '../../../../tests/support/feed-files.ts';
import { sharedFile } from '../../../../tests/support/shared-data.ts';
import { sharedFacts } from '../../../../tests/support/shared-facts.ts';
import { ASK, BID, type FeedBook } from '../../book/feed-book.ts';
import { MemorySink } from '../../ingest/memory-sink.ts';
import { HFTBACKTEST_FORMAT } from './hftbacktest.ts';

const STEPS = 1e9;

function best(book: FeedBook): number[] {
  return [book.price(BID, 0) / STEPS, book.price(ASK, 0) / STEPS];
}

function fileOf(name: string): string | null {
  return sharedFile(`data/crypto/binance_hftbacktest/${name}.gz`);
}

describe('recordings of hftbacktest', () => {
  for (const [name, venue] of [
    ['spot_btcusdt_20240808', 'binance'],
    ['usdm_btcusdt_20240808', 'binance-usdm'],
  ] as const) {
    it.skipIf(fileOf(name) === null)(`${name}: the rebuilt book ends as bookTicker says`, async () => {
      const facts = sharedFacts('crypto', `binance_hftbacktest/${name}.gz`);
      const { sink, reader } = await readFeedFile(HFTBACKTEST_FORMAT, fileOf(name)!);
      expect(reader.venue).toBe(venue);
      expect(sink.quarantine.total).toBe(0);
      expect(sink.counts()).toMatchObject({ trade: facts.trade, bbo: facts.bookTicker });
      expect(Object.fromEntries(sink.remarks)).toEqual({ 'change-already-known': facts.diffs_discarded });

      const levels = sink.records('mbp');
      expect(levels[0]).toMatchObject({ action: 'clear', sequence: facts.snapshot_id });
      const changes = levels.filter(({ sequence }) => sequence !== facts.snapshot_id);
      expect(new Set(changes.map(({ sequence }) => sequence)).size).toBe(facts.diffs_applied);
      expect(levels.every(({ quality }) => (quality! & ~(1 << 18) & ~(1 << 19)) === 0)).toBe(true);

      const built = buildBook(sink, 'BTCUSDT');
      expect(built.crossed).toBe(0);
      expect(best(built.book)).toEqual(facts.final_best);
      const quote = sink.records('bbo').at(-1)!;
      expect([quote.bidPrice, quote.askPrice]).toEqual(facts.final_bookTicker);

      const trades = sink.records('trade');
      expect(trades.reduce((sum, trade) => sum + trade.qty, 0)).toBeCloseTo(facts.trade_qty as number, 6);
      if (facts.buyer_initiated_share !== undefined) {
        const bought = trades.filter(({ aggressor }) => aggressor === 'buy').length;
        expect(bought / trades.length).toBeCloseTo(facts.buyer_initiated_share as number, 4);
      }
    });
  }

  it.skipIf(fileOf('spot_btcusdt_20240809') === null)(
    'a file without a snapshot goes through without a gap, and every level says that the book may be wrong',
    async () => {
      const facts = sharedFacts('crypto', 'binance_hftbacktest/spot_btcusdt_20240809.gz');
      const { sink } = await readFeedFile(HFTBACKTEST_FORMAT, fileOf('spot_btcusdt_20240809')!);
      expect(sink.remarks.size + sink.quarantine.total).toBe(0);
      expect(sink.counts()).toMatchObject({ trade: facts.trade, bbo: facts.bookTicker });
      const levels = sink.records('mbp');
      expect(new Set(levels.map(({ sequence }) => sequence)).size).toBeLessThanOrEqual(
        facts.depthUpdate as number,
      );
      expect(levels.every(({ quality }) => quality === 1 << 17)).toBe(true);
    },
  );

  it.skipIf(fileOf('spot_btcusdt_20240808') === null)(
    'the cut of the bytes makes no difference',
    async () => {
      const whole = await readFeedFile(HFTBACKTEST_FORMAT, fileOf('spot_btcusdt_20240808')!);
      const cut = await readFeedFile(HFTBACKTEST_FORMAT, fileOf('spot_btcusdt_20240808')!, {}, 997);
      expect(cut.sink.counts()).toEqual(whole.sink.counts());
      for (const schema of ['mbp', 'trade', 'bbo'] as const) {
        const [a, b] = [whole.sink, cut.sink].map((sink) => sink.batches(schema));
        a!.forEach((batch, i) => {
          expect(
            Buffer.from(b![i]!.columns.sourceIndex.values.buffer).equals(
              Buffer.from(batch.columns.sourceIndex.values.buffer),
            ),
          ).toBe(true);
          expect(
            Buffer.from(b![i]!.columns.tsEvent.values.buffer).equals(
              Buffer.from(batch.columns.tsEvent.values.buffer),
            ),
          ).toBe(true);
        });
      }
    },
  );

  it('counts a hole, marks what follows it, and a later snapshot ends the doubt', () => {
    const sink = new MemorySink();
    const reader = HFTBACKTEST_FORMAT.open({ fileName: 'x', options: {} }, sink);
    const depth = (U: number, u: number): string =>
      `1723161254206652067 {"stream":"s","data":{"e":"depthUpdate","E":1723161255208,"s":"BTCUSDT","U":${U},"u":${u},"b":[["10","1"]],"a":[]}}`;
    const snapshot = (id: number): string =>
      `1723161254206652068 {"lastUpdateId":${id},"bids":[["9","1"]],"asks":[["11","1"]]}`;
    const lines = [
      depth(1, 5),
      snapshot(5),
      depth(6, 8),
      depth(11, 12),
      depth(13, 13),
      snapshot(14),
      depth(15, 15),
      'no frame',
    ];
    reader.write(Buffer.from(lines.join('\n')));
    reader.endPage();
    reader.end();
    const rows = sink.records('mbp').filter(({ quality }) => (quality! & (1 << 18)) === 0);
    const doubt = rows.map(({ sequence, quality }) => [
      sequence,
      (quality! & 4) !== 0,
      (quality! & (1 << 17)) !== 0,
    ]);
    expect(doubt).toEqual([
      [5, false, false],
      [8, false, false],
      [12, true, true],
      [13, false, true],
      [14, false, false],
      [15, false, false],
    ]);
    expect(Object.fromEntries(sink.remarks)).toEqual({
      'change-already-known': 1,
      'sequence-gap': 1,
      'sequence-missing': 2,
      resync: 1,
    });
    expect(Object.fromEntries(sink.quarantine.counts)).toEqual({ 'not-json': 1 });
  });

  it('refuses a venue that is no market of Binance', () => {
    expect(() =>
      HFTBACKTEST_FORMAT.open({ fileName: 'x', options: { venue: 'kraken' } }, new MemorySink()),
    ).toThrow(/venue.*kraken.*binance-usdm/);
  });
});
