import { describe, expect, it } from 'vitest';
import { auctionPreset } from '../../../tests/support/auction-presets.ts';
import { BinaryReader, BinaryWriter } from '../../base/index.ts';
import type { CallResult } from './call-result.ts';
import { AuctionExtensions, checkExtensionRule, endInterruption, minVolumeOf } from './extensions.ts';

const { extensions } = auctionPreset('lse');
const closing = extensions!.closing!;
const interruption = auctionPreset('xetra').interruption!;

function result(priceTicks: number | null, volumeLots: number, leftMarketBuyLots = 0): CallResult {
  return { priceTicks, volumeLots, leftMarketBuyLots, leftMarketSellLots: 0 };
}

describe('extensions of LSE auctions', () => {
  // Prices in tenths of a penny.
  it('T4.7-b: two price monitoring extensions, then the price stands if the volume check passes', () => {
    const enough = new AuctionExtensions(closing);
    expect(enough.endCall(result(2580, 2500), 2500)).toBe('priceMonitoring');
    expect(enough.endCall(result(2580, 2500), 2500)).toBe('priceMonitoring');
    expect(enough.endCall(result(2580, 2500), 2500)).toBe('uncross');
    expect(enough.priceMonitoringCount).toBe(2);
    const few = new AuctionExtensions(closing);
    for (let call = 0; call < 2; call++) few.endCall(result(2580, 2499), 2500);
    expect(few.endCall(result(2580, 2499), 2500)).toBe('noPrice');
  });

  it('a price exactly at the tolerance is inside it, whatever the volume; without reference every price is', () => {
    const one = new AuctionExtensions(closing);
    expect(one.endCall(result(2575, 1), 2500)).toBe('uncross');
    expect(one.endCall(result(2425, 1), 2500)).toBe('uncross');
    expect(one.endCall(result(9999, 1), null)).toBe('uncross');
    expect(one.endCall(result(2424, 1), 2500)).toBe('priceMonitoring');
  });

  it('market orders left over extend once; in total there are three extensions', () => {
    const decide = (first: 'priceMonitoring' | 'marketOrders'): string[] => {
      const one = new AuctionExtensions({ ...closing, first });
      return Array.from({ length: 4 }, () => one.endCall(result(2580, 5000, 7), 2500));
    };
    expect(decide('priceMonitoring')).toEqual([
      'priceMonitoring',
      'priceMonitoring',
      'marketOrders',
      'uncross',
    ]);
    expect(decide('marketOrders')).toEqual(['marketOrders', 'priceMonitoring', 'priceMonitoring', 'uncross']);
  });

  it('market orders alone wait once and then have no price', () => {
    const one = new AuctionExtensions(closing);
    expect(one.endCall(result(null, 0, 7), 2500)).toBe('marketOrders');
    expect(one.endCall(result(null, 0, 7), 2500)).toBe('noPrice');
  });

  it('an extension ends five minutes and a random part later', () => {
    const one = new AuctionExtensions(closing);
    expect(one.endNs(1_000, 'priceMonitoring', 12_000_000_000)).toBe(312_000_001_000);
    expect(() => one.endNs(0, 'marketOrders', 30_000_000_001)).toThrow('within its bound');
  });

  it('continues from a snapshot where it was', () => {
    const one = new AuctionExtensions(closing);
    one.endCall(result(2580, 1), 2500);
    one.endCall(result(2500, 1, 7), 2500);
    const writer = new BinaryWriter();
    one.writeState(writer);
    const other = new AuctionExtensions(closing);
    other.readState(new BinaryReader(writer.finish()));
    expect(other).toMatchObject({ priceMonitoringCount: 1, marketOrderCount: 1 });
    expect(other.endCall(result(2580, 1, 7), 2500)).toBe('priceMonitoring');
    expect(other.endCall(result(2580, 1, 7), 2500)).toBe('noPrice');
  });

  it('the volume check asks for half the normal market size, at least the floor', () => {
    expect(minVolumeOf(10_001, 2500)).toBe(5001);
    expect(minVolumeOf(3000, 2500)).toBe(2500);
  });

  it('names every problem of a rule', () => {
    const check = (): unknown =>
      checkExtensionRule({ ...closing, first: 'both', toleranceBps: 1.5, more: 1 }, 'x');
    for (const path of ['x.first', 'x.toleranceBps', 'x.more']) expect(check).toThrow(path);
  });
});

describe('extended volatility interruption of Xetra', () => {
  const call = { referenceTicks: 5000, isExtended: false, isEndedByHand: false };

  it('a price within twice the dynamic range ends the call, one beyond extends it', () => {
    expect(endInterruption(interruption, { ...call, priceTicks: 5200 })).toBe('uncross');
    expect(endInterruption(interruption, { ...call, priceTicks: 4800 })).toBe('uncross');
    expect(endInterruption(interruption, { ...call, priceTicks: 5201 })).toBe('extend');
    expect(endInterruption(interruption, { ...call, priceTicks: 4799 })).toBe('extend');
  });

  it('an extended one ends by hand, or when nothing is executable any more', () => {
    const extended = { ...call, isExtended: true };
    expect(endInterruption(interruption, { ...extended, priceTicks: 5000 })).toBe('extend');
    expect(endInterruption(interruption, { ...extended, priceTicks: 6000, isEndedByHand: true })).toBe(
      'uncross',
    );
    expect(endInterruption(interruption, { ...extended, priceTicks: null })).toBe('resumeWithoutPrice');
    expect(endInterruption(interruption, { ...call, priceTicks: null, isEndedByHand: true })).toBe(
      'resumeWithoutPrice',
    );
  });
});
