import { describe, expect, it } from 'vitest';
import { buildBook, readFeedFile } from '../../../../tests/support/feed-files.ts';
import { sharedFile } from '../../../../tests/support/shared-data.ts';
import { ASK, BID, type FeedBook } from '../../book/feed-book.ts';
import { HFTBACKTEST_FORMAT } from './hftbacktest.ts';

const STEPS = 1e9;

function best(book: FeedBook): number[] {
  return [book.price(BID, 0) / STEPS, book.price(ASK, 0) / STEPS];
}

describe('recordings of hftbacktest', () => {
  for (const [name, venue, facts] of [
    [
      'spot_btcusdt_20240808',
      'binance',
      {
        trades: 9757,
        quotes: 28040,
        qty: 212.03315,
        buyShare: 0.4205,
        best: [61685.99, 61686],
        snapshot: 50093239218,
        known: 2,
      },
    ],
    [
      'usdm_btcusdt_20240808',
      'binance-usdm',
      {
        trades: 21313,
        quotes: 66089,
        qty: 2429.366,
        buyShare: null,
        best: [61659.7, 61659.8],
        snapshot: 5123107852948,
        known: 4,
      },
    ],
  ] as const) {
    const path = sharedFile(`data/crypto/binance_hftbacktest/${name}.gz`);
    it.skipIf(path === null)(`${name}: the rebuilt book ends as bookTicker says`, async () => {
      const { sink, reader } = await readFeedFile(HFTBACKTEST_FORMAT, path!);
      expect(reader.venue).toBe(venue);
      expect(sink.quarantine.total).toBe(0);
      expect(sink.counts()).toMatchObject({ trade: facts.trades, bbo: facts.quotes });
      expect(Object.fromEntries(sink.remarks)).toEqual({ 'change-already-known': facts.known });
      const first = sink.records('mbp')[0]!;
      expect(first).toMatchObject({ action: 'clear', sequence: facts.snapshot });
      const built = buildBook(sink, 'BTCUSDT');
      expect(built.crossed).toBe(0);
      expect(best(built.book)).toEqual(facts.best);
      const quote = sink.records('bbo').at(-1)!;
      expect([quote.bidPrice, quote.askPrice]).toEqual(facts.best);
      const trades = sink.records('trade');
      const qty = trades.reduce((sum, trade) => sum + trade.qty, 0);
      expect(qty).toBeCloseTo(facts.qty, 6);
      const bought = trades
        .filter(({ aggressor }) => aggressor === 'buy')
        .reduce((sum, trade) => sum + trade.qty, 0);
      if (facts.buyShare !== null) expect(bought / qty).toBeCloseTo(facts.buyShare, 4);
    });
  }
});
