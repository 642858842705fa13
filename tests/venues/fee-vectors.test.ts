/** The vectors of market-rules §5, with the presets of configs/venues/fees. Amounts are 1e-6 currency units. */

import { describe, expect, it } from 'vitest';
import { SELL } from '../../src/domain/index.ts';
import { type FeeAmounts, FeeEngine, roundToMinor } from '../../src/market/index.ts';
import { COIN, engineOf, FUTURE, feesOf, OPTION, regulatory, SHARE, schedule } from './fee-presets.ts';

const CENT_MICRO = 10_000;

describe('exchange fees', () => {
  it('T5.1-a: EDGA 2025 pays 27.00 for adding, charges 30.00 for removing, and 0.15 % below one dollar', () => {
    const edga = engineOf('edga', SHARE);
    const twenty = { day: '2025-04-01', priceTicks: 200_000, qtyLots: 10_000 };
    expect(feesOf(edga, { ...twenty, liquidity: 'add' }).exchangeFeeMicro).toBe(-27_000_000);
    expect(feesOf(edga, { ...twenty, liquidity: 'remove' }).exchangeFeeMicro).toBe(30_000_000);
    const eighty = { ...twenty, priceTicks: 8000 };
    expect(feesOf(edga, { ...eighty, liquidity: 'add' }).exchangeFeeMicro).toBe(-12_000_000);
    expect(feesOf(edga, { ...eighty, liquidity: 'remove' }).exchangeFeeMicro).toBe(12_000_000);
  });

  it('T5.1-b: a maker-taker round trip of -0.0020 and +0.0030 on 10,000 costs 10.00 plus regulatory fees', () => {
    const bzx = engineOf('bzx', SHARE);
    const passive = feesOf(bzx, { day: '2025-01-06', liquidity: 'add', qtyLots: 10_000 });
    const aggressive = feesOf(bzx, { day: '2025-01-06', liquidity: 'remove', side: SELL, qtyLots: 10_000 });
    expect(passive.exchangeFeeMicro + aggressive.exchangeFeeMicro).toBe(10_000_000);
    expect([passive.section31Micro, passive.tafMicro]).toEqual([0, 0]);
    // 200,000 dollars at 27.80 per million, and 10,000 shares at 0.000166.
    expect([aggressive.section31Micro, aggressive.tafMicro]).toEqual([5_560_000, 1_660_000]);
    expect(passive.totalMicro + aggressive.totalMicro).toBe(17_220_000);
  });

  it('T5.1-c: NYSE charges 25.00 for market-on-close of 25,000, on each side', () => {
    const nyse = engineOf('nyse', SHARE);
    const close = {
      day: '2022-06-01',
      session: 'close',
      liquidity: 'close',
      auctionOrder: 'market',
      qtyLots: 25_000,
    } as const;
    expect(feesOf(nyse, close).exchangeFeeMicro).toBe(25_000_000);
    // Section 31 of that day is not in the rules, so the sale is looked at in 2025, where the rate is the same.
    expect(feesOf(nyse, { ...close, day: '2025-06-02', side: SELL }).exchangeFeeMicro).toBe(25_000_000);
    expect(feesOf(nyse, { ...close, auctionOrder: 'limit' }).exchangeFeeMicro).toBe(27_500_000);
  });

  it('T5.3-a: ten ES contracts round turn cost 28.00, ten MES 7.40', () => {
    const roundTurn = (venue: string): number => {
      const engine = engineOf(venue, FUTURE);
      const buy = feesOf(engine, { day: '2025-01-06', liquidity: 'add', priceTicks: 18_000, qtyLots: 10 });
      const sell = feesOf(engine, { day: '2025-01-06', liquidity: 'remove', side: SELL, qtyLots: 10 });
      return buy.totalMicro + sell.totalMicro;
    };
    expect(roundTurn('cme-emini')).toBe(28_000_000);
    expect(roundTurn('cme-micro')).toBe(7_400_000);
  });

  it('T5.4-a: 2 BTC at 30,000 cost 0.002 BTC at Binance spot, 45 USDT with BNB, 12 and 30 in the perpetual', () => {
    const order = { day: '2024-01-02', priceTicks: 3_000_000, qtyLots: 200_000_000 };
    const spot = engineOf('binance-spot', COIN);
    const taker = feesOf(spot, { ...order, liquidity: 'remove' });
    expect([taker.takenBaseUnits, taker.exchangeFeeMicro, taker.totalMicro]).toEqual([
      200_000, 60_000_000, 0,
    ]);
    const withBnb = feesOf(spot, { ...order, liquidity: 'remove', discount: 'bnb' });
    expect([withBnb.takenBaseUnits, withBnb.exchangeFeeMicro]).toEqual([0, 45_000_000]);
    // A seller receives the quote currency.
    const seller = feesOf(spot, { ...order, liquidity: 'remove', side: SELL });
    expect([seller.takenBaseUnits, seller.totalMicro]).toEqual([0, 60_000_000]);
    const perpetual = engineOf('binance-usdm', COIN);
    expect(feesOf(perpetual, { ...order, liquidity: 'add' }).exchangeFeeMicro).toBe(12_000_000);
    expect(feesOf(perpetual, { ...order, liquidity: 'remove' }).exchangeFeeMicro).toBe(30_000_000);
  });

  it('T5.4-b: the tier of the trailing volume holds for the whole order: 120K pays 50.00 on 25,000', () => {
    const coinbase = engineOf('coinbase', COIN);
    const card = coinbase.cardOn('2023-01-01');
    const tier = card.tierNames[card.tierIndexOf('120000')]!;
    const order = {
      day: '2023-01-01',
      liquidity: 'remove',
      priceTicks: 2_500_000,
      qtyLots: 100_000_000,
    } as const;
    expect(feesOf(coinbase, { ...order, tier }).exchangeFeeMicro).toBe(50_000_000);
    // Bands are half-open: exactly 100,000 is in the upper one.
    expect(card.tierNames[card.tierIndexOf('100000')]).toBe('from100K');
    expect(card.tierNames[card.tierIndexOf('99999.99')]).toBe('from50K');
  });

  it('T5.6-a: EDGA branches at exactly 1.00: -2.70 there, -1.49985 at 0.9999', () => {
    const edga = engineOf('edga', SHARE);
    const fees = (priceTicks: number): number =>
      feesOf(edga, { day: '2025-03-13', priceTicks, qtyLots: 1000 }).exchangeFeeMicro;
    expect(fees(10_000)).toBe(-2_700_000);
    expect(fees(9999)).toBe(-1_499_850);
  });
});

describe('regulatory fees', () => {
  const bzx = engineOf('bzx', SHARE);
  const sell = (day: string, qtyLots: number, priceTicks = 502_500): FeeAmounts =>
    feesOf(bzx, { day, side: SELL, qtyLots, priceTicks });

  it('T5.2-a: a sale of 10,000 at 50.25 pays 13.97; 10.36 rounded up or 10.35 half up; TAF 1.66', () => {
    const before = sell('2025-05-13', 10_000);
    expect(before.section31Micro).toBe(13_969_500);
    expect(roundToMinor(before.section31Micro, CENT_MICRO, 'halfUp')).toBe(1397);
    expect(before.tafMicro).toBe(1_660_000);
    const later = sell('2026-04-06', 10_000);
    expect(later.section31Micro).toBe(10_351_500);
    expect(roundToMinor(later.section31Micro, CENT_MICRO, 'ceil')).toBe(1036);
    expect(roundToMinor(later.section31Micro, CENT_MICRO, 'halfUp')).toBe(1035);
  });

  it('T5.2-b: the cap of the TAF binds from 50,000 shares', () => {
    expect(sell('2025-02-03', 49_999).tafMicro).toBe(8_299_834);
    expect(sell('2025-02-03', 50_000).tafMicro).toBe(8_300_000);
    expect(sell('2025-02-03', 60_000).tafMicro).toBe(8_300_000);
  });

  it('T5.5-a: selling 10 options at 1.50 pays 0.25 to OCC, TAF 0.03 and Section 31 0.04', () => {
    const fees = feesOf(engineOf('options', OPTION), {
      day: '2025-02-03',
      side: SELL,
      liquidity: 'remove',
      priceTicks: 150,
      qtyLots: 10,
    });
    expect(fees.clearingMicro).toBe(250_000);
    expect(fees.tafMicro).toBe(27_900);
    expect(fees.section31Micro).toBe(41_700);
    expect(roundToMinor(fees.tafMicro, CENT_MICRO, 'halfUp')).toBe(3);
    expect(roundToMinor(fees.section31Micro, CENT_MICRO, 'halfUp')).toBe(4);
  });

  it('index options pay no TAF, and OCC takes at most 55 a trade', () => {
    const index = new FeeEngine(schedule('options'), regulatory, { ...OPTION, isTafExempt: true });
    const fees = feesOf(index, { day: '2025-02-03', side: SELL, priceTicks: 150, qtyLots: 3000 });
    expect(fees.tafMicro).toBe(0);
    expect(fees.clearingMicro).toBe(55_000_000);
  });

  it('rates change on their day: a period ends before its end day', () => {
    expect(sell('2025-05-13', 10_000).section31Micro).toBeGreaterThan(0);
    expect(sell('2025-05-14', 10_000).section31Micro).toBe(0);
    expect(sell('2026-04-03', 10_000).section31Micro).toBe(0);
    expect(sell('2026-04-04', 10_000).section31Micro).toBe(10_351_500);
  });

  it('refuses a sale on a day whose rate nobody knows, and says why; the buy of that day is fine', () => {
    expect(() => sell('2022-06-01', 100)).toThrow(/fiscal year 2022 is not in market-rules.*day=2022-06-01/);
    expect(() => sell('2027-01-01', 100)).toThrow(/access|day=2027-01-01/);
    expect(feesOf(bzx, { day: '2022-06-01' }).exchangeFeeMicro).toBe(-2_000_000);
  });
});
