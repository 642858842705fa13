import { describe, expect, it } from 'vitest';
import { auctionOrders, priceContext } from '../../../tests/support/auction-books.ts';
import { auctionPreset } from '../../../tests/support/auction-presets.ts';
import { BinaryReader, BinaryWriter, TwinError } from '../../base/index.ts';
import { findClearingPrice } from './clearing-price.ts';
import { type CallResult, callResultOf, ReopeningCollar, resolveReopeningCollar } from './collars.ts';
import { buildInterest } from './interest.ts';

const STOCK = { symbol: 'X', tickSize: '0.01', lotSize: '1', currency: 'USD', minorUnit: '0.01' };
const { reopeningCollar, price } = auctionPreset('nasdaq');
const rule = resolveReopeningCollar(reopeningCollar, STOCK, 'reopeningCollar');

function result(priceTicks: number | null, more: Partial<CallResult> = {}): CallResult {
  return { priceTicks, volumeLots: 100, leftMarketBuyLots: 0, leftMarketSellLots: 0, ...more };
}

describe('reopening collars', () => {
  it('T4.4-h: paused limit-up at 105.00, the upper collar widens by 5 % of 105.00 with each extension', () => {
    const collar = new ReopeningCollar(rule, 'upper', { lowTicks: 9500, highTicks: 10_500 });
    expect(collar.referenceTicks).toBe(10_500);
    expect(collar.range).toEqual({ lowTicks: 9500, highTicks: 11_025 });
    expect(collar.endCall(result(11_026), false)).toBe('extend');
    expect(collar.range).toEqual({ lowTicks: 9500, highTicks: 11_550 });
    expect(collar.endCall(result(11_551), false)).toBe('extend');
    expect(collar.range).toEqual({ lowTicks: 9500, highTicks: 12_075 });
    expect(collar.extensionCount).toBe(2);
    expect(collar.endCall(result(12_075), false)).toBe('open');
  });

  it('T4.4-h: paused limit-down at 2.40, the lower collar is 2.25 and then 2.10', () => {
    const collar = new ReopeningCollar(rule, 'lower', { lowTicks: 240, highTicks: 360 });
    expect(collar.range).toEqual({ lowTicks: 225, highTicks: 360 });
    expect(collar.endCall(result(224), false)).toBe('extend');
    expect(collar.range).toEqual({ lowTicks: 210, highTicks: 360 });
  });

  it('steps are fixed up to 3.00 included, a part of the price above', () => {
    const at = (ticks: number): number =>
      new ReopeningCollar(rule, 'upper', { lowTicks: 100, highTicks: ticks }).range.highTicks;
    expect(at(300)).toBe(315);
    // 5 % of 3.01 is 0.1505, rounded half up.
    expect(at(301)).toBe(316);
    expect(at(310)).toBe(326);
    const other = { ...rule, lowPriceStepTicks: 7 };
    const bands = { lowTicks: 100, highTicks: 300 };
    expect(new ReopeningCollar(other, 'upper', bands).range.highTicks).toBe(307);
  });

  it('market orders left over extend on their side, and a price on the other side widens that one', () => {
    const collar = new ReopeningCollar(rule, 'upper', { lowTicks: 9500, highTicks: 10_500 });
    expect(collar.endCall(result(10_500, { leftMarketSellLots: 5 }), false)).toBe('extend');
    expect(collar.range).toEqual({ lowTicks: 8975, highTicks: 11_025 });
    expect(collar.endCall(result(10_500, { leftMarketBuyLots: 5 }), false)).toBe('extend');
    expect(collar.range).toEqual({ lowTicks: 8975, highTicks: 11_550 });
    expect(collar.endCall(result(8974, { leftMarketBuyLots: 5 }), false)).toBe('extend');
    expect(collar.range).toEqual({ lowTicks: 8450, highTicks: 11_550 });
  });

  it('opens on quotes when nothing is executable, and never reopens from the cutoff on', () => {
    const collar = new ReopeningCollar(rule, 'upper', { lowTicks: 9500, highTicks: 10_500 });
    expect(collar.endCall(result(null), false)).toBe('open');
    expect(collar.endCall(result(10_000), true)).toBe('closingAuction');
    expect(collar.extensionCount).toBe(0);
  });

  it('sums up what a call would end with', () => {
    const orders = auctionOrders(
      [
        ['MKT', 500],
        [100, 10],
      ],
      [[99, 200]],
    );
    const interest = buildInterest(orders);
    const found = findClearingPrice(interest, price.halt!, priceContext({ referenceTicks: 100 }));
    expect(callResultOf(interest, found)).toEqual({
      priceTicks: 100,
      volumeLots: 200,
      leftMarketBuyLots: 300,
      leftMarketSellLots: 0,
    });
  });

  it('continues from a snapshot where it was', () => {
    const collar = new ReopeningCollar(rule, 'lower', { lowTicks: 9500, highTicks: 10_500 });
    collar.endCall(result(9000), false);
    const writer = new BinaryWriter();
    collar.writeState(writer);
    const other = new ReopeningCollar(rule, 'upper', { lowTicks: 1, highTicks: 2 });
    other.readState(new BinaryReader(writer.finish()));
    expect(other.range).toEqual(collar.range);
    expect(other).toMatchObject({ referenceTicks: 9500, extensionCount: 1 });
    expect(other.endCall(result(8000), false)).toBe('extend');
    expect(other.range).toEqual({ lowTicks: 9500 - 1425, highTicks: 10_500 });
  });

  it('names every problem of a rule', () => {
    const resolve = (): unknown =>
      resolveReopeningCollar({ stepBps: 0, lowPriceMax: 3, lowPriceStep: '-1', x: 1 }, STOCK, 'collar');
    expect(resolve).toThrow(TwinError);
    for (const path of ['collar.x', 'collar.stepBps', 'collar.lowPriceMax', 'collar.lowPriceStep']) {
      expect(resolve).toThrow(path);
    }
  });
});
