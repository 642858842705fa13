import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BREAKER_PRESETS } from '../../../tests/support/breaker-presets.ts';
import { BinaryReader, BinaryWriter } from '../../base/index.ts';
import { AveragePrice } from './average-price.ts';
import { checkLotFilter, checkNotional, checkPercentPrice, checkPriceFilter } from './crypto-filters.ts';

const TEXTS = BREAKER_PRESETS.cryptoFilters.BTCUSDT.rules;
/** Prices and quantities in units of 10^-8, notionals therefore in 10^-16. */
const wire = (text: string): number => Math.round(Number(text) * 1e8);
const exact = (text: string) => ({ numerator: BigInt(wire(text)), denominator: 1n });

const PRICE_FILTER = {
  minPrice: wire(TEXTS.priceFilter.minPrice),
  maxPrice: wire(TEXTS.priceFilter.maxPrice),
  tickSize: wire(TEXTS.priceFilter.tickSize),
};
const LOT_SIZE = {
  minQty: wire(TEXTS.lotSize.minQty),
  maxQty: wire(TEXTS.lotSize.maxQty),
  stepSize: wire(TEXTS.lotSize.stepSize),
};
const MIN_NOTIONAL = {
  rule: 'MIN_NOTIONAL',
  minNotional: BigInt(TEXTS.minNotional.minNotional) * 10n ** 16n,
  maxNotional: 0n,
  applyMinToMarket: TEXTS.minNotional.applyMinToMarket,
  applyMaxToMarket: false,
} as const;
const PERCENT = {
  multiplierUpPpm: Number(TEXTS.percentPrice.multiplierUp) * 1e6,
  multiplierDownPpm: Number(TEXTS.percentPrice.multiplierDown) * 1e6,
};

describe('Binance filters', () => {
  it('T7.5-a: 0.0001 at 40,000 is below the minimum notional, 0.00013 is not', () => {
    expect(checkNotional(MIN_NOTIONAL, exact('40000'), wire('0.0001'), false)).toEqual({
      rule: 'MIN_NOTIONAL',
      text: 'Filter failure: MIN_NOTIONAL: notional=40000000000000000 minNotional=50000000000000000',
    });
    expect(checkNotional(MIN_NOTIONAL, exact('40000'), wire('0.00013'), false)).toBeNull();
  });

  it('T7.5-a: 0.000125 is not a multiple of the step', () => {
    expect(checkLotFilter(LOT_SIZE, wire('0.000125'))).toEqual({
      rule: 'LOT_SIZE',
      text: 'Filter failure: LOT_SIZE: qty=12500 stepSize=1000',
    });
    expect(checkLotFilter(LOT_SIZE, wire('0.00013'))).toBeNull();
  });

  it('T1.17-c: average 100, factor 1.3: 130.00 passes, 130.01 does not', () => {
    expect(checkPercentPrice(PERCENT, wire('130.00'), exact('100'))).toBeNull();
    expect(checkPercentPrice(PERCENT, wire('130.01'), exact('100'))?.text).toMatch(
      /^Filter failure: PERCENT_PRICE: price=13001000000 average=10000000000 multiplierUpPpm=1300000$/,
    );
    expect(checkPercentPrice(PERCENT, wire('70.00'), exact('100'))).toBeNull();
    expect(checkPercentPrice(PERCENT, wire('69.99'), exact('100'))?.rule).toBe('PERCENT_PRICE');
  });

  it.each([
    ['below the minimum', '0.001', 'minPrice'],
    ['above the maximum', '1000000.01', 'maxPrice'],
    ['off the tick', '100.005', 'tickSize'],
  ])('PRICE_FILTER refuses a price %s', (_name, price, value) => {
    expect(checkPriceFilter(PRICE_FILTER, wire(price))?.text).toContain(` ${value}=`);
    expect(checkPriceFilter(PRICE_FILTER, wire('100.01'))).toBeNull();
  });

  it('zero disables a rule', () => {
    expect(checkPriceFilter({ minPrice: 0, maxPrice: 0, tickSize: 0 }, 7)).toBeNull();
    expect(checkLotFilter({ minQty: 0, maxQty: 0, stepSize: 0 }, 7, 'MARKET_LOT_SIZE')).toBeNull();
    expect(checkNotional({ ...MIN_NOTIONAL, minNotional: 0n }, exact('1'), 1, false)).toBeNull();
    const none = { multiplierUpPpm: 0, multiplierDownPpm: 0 };
    expect(checkPercentPrice(none, 1, exact('100'))).toBeNull();
  });

  it('LOT_SIZE bounds name themselves, also for market orders', () => {
    expect(checkLotFilter(LOT_SIZE, wire('0.000001'))?.text).toContain('minQty=1000');
    expect(checkLotFilter(LOT_SIZE, wire('9001'), 'MARKET_LOT_SIZE')?.rule).toBe('MARKET_LOT_SIZE');
  });

  it('NOTIONAL has a maximum, and market orders only count when the filter says so', () => {
    const both = { ...MIN_NOTIONAL, rule: 'NOTIONAL', maxNotional: 100n * 10n ** 16n } as const;
    expect(checkNotional(both, exact('101'), wire('1'), false)?.text).toContain('maxNotional=');
    expect(checkNotional(both, exact('101'), wire('1'), true)).toBeNull();
    expect(checkNotional(both, exact('1'), wire('1'), true)?.text).toContain('minNotional=');
    const lenient = { ...both, applyMinToMarket: false };
    expect(checkNotional(lenient, exact('1'), wire('1'), true)).toBeNull();
  });
});

describe('average price', () => {
  it('is the mean of the trades of its window weighted by quantity, or the last price', () => {
    const trade = fc.record({
      gapNs: fc.integer({ min: 0, max: 40 }),
      priceTicks: fc.integer({ min: 1, max: 1_000 }),
      qtyLots: fc.integer({ min: 1, max: 1_000 }),
    });
    fc.assert(
      fc.property(
        fc.array(trade, { minLength: 1, maxLength: 300 }),
        fc.constantFrom(0, 100),
        (trades, windowNs) => {
          let average = new AveragePrice(windowNs);
          const all: { timeNs: number; priceTicks: number; qtyLots: number }[] = [];
          let timeNs = 0;
          expect(average.at(0)).toBeNull();
          for (const { gapNs, priceTicks, qtyLots } of trades) {
            timeNs += gapNs;
            average.onTrade(timeNs, priceTicks, qtyLots);
            all.push({ timeNs, priceTicks, qtyLots });
            if (gapNs === 7) average = throughSnapshot(average);
            const now = timeNs + gapNs;
            const inside = windowNs === 0 ? [] : all.filter((one) => now - one.timeNs < windowNs);
            const counted = inside.length > 0 ? inside : [{ priceTicks, qtyLots: 1 }];
            const qty = counted.reduce((sum, one) => sum + one.qtyLots, 0);
            const notional = counted.reduce((sum, one) => sum + one.qtyLots * one.priceTicks, 0);
            expect(average.at(now)).toEqual({ numerator: BigInt(notional), denominator: BigInt(qty) });
            timeNs = now;
          }
        },
      ),
      { seed: 1, numRuns: 200 },
    );
  });
});

function throughSnapshot(average: AveragePrice): AveragePrice {
  const writer = new BinaryWriter();
  average.writeState(writer);
  const copy = new AveragePrice(average.windowNs);
  copy.readState(new BinaryReader(writer.finish()));
  return copy;
}
