import { describe, expect, it } from 'vitest';
import { auctionPreset } from '../../../tests/support/auction-presets.ts';
import { BUY, SELL } from '../../domain/index.ts';
import { repriceLateOnClose, repriceLateOnOpen, validateOpening } from './opening-validation.ts';
import { resolveWidth } from './price-width.ts';

const STOCK = { symbol: 'X', tickSize: '0.01', lotSize: '1', currency: 'USD', minorUnit: '0.01' };
const { widths } = auctionPreset('nasdaq');
const width = resolveWidth(widths!.openingValidation!, STOCK);

describe('opening price of Nasdaq', () => {
  const benchmarks = {
    previousCloseTicks: 2000,
    lastTradeTicks: 2100,
    quote: { bidTicks: 2050, askTicks: 2060 },
  };

  it('lies within 10 % of the close, the last trade, and the bid when it is above the close', () => {
    const found = validateOpening(2200, width, benchmarks);
    expect(found.isValid).toBe(true);
    expect(found.checks.map(({ benchmark, range }) => [benchmark, range.lowTicks, range.highTicks])).toEqual([
      ['previousClose', 1800, 2200],
      ['lastTrade', 1890, 2310],
      ['bestBid', 1845, 2255],
    ]);
    const beyond = validateOpening(2201, width, benchmarks);
    expect(beyond.isValid).toBe(false);
    expect(beyond.checks.filter(({ isInside }) => !isInside)).toMatchObject([{ benchmark: 'previousClose' }]);
  });

  it('below the close it is compared with the offer, at the close with neither', () => {
    expect(validateOpening(1990, width, benchmarks).checks.at(-1)).toMatchObject({ benchmark: 'bestOffer' });
    expect(validateOpening(2000, width, benchmarks).checks).toHaveLength(2);
    const wideOffer = { ...benchmarks, lastTradeTicks: null, quote: { bidTicks: 1000, askTicks: 2300 } };
    expect(validateOpening(1990, width, wideOffer).isValid).toBe(false);
  });

  it('the fixed half a dollar rules below 5.00; what does not exist is not compared', () => {
    const cheap = { previousCloseTicks: 200, lastTradeTicks: null, quote: null };
    expect(validateOpening(250, width, cheap).isValid).toBe(true);
    expect(validateOpening(251, width, cheap).isValid).toBe(false);
    const unknown = { previousCloseTicks: null, lastTradeTicks: null, quote: null };
    expect(validateOpening(999, width, unknown)).toEqual({ isValid: true, checks: [] });
  });

  it('funds have half the width', () => {
    const etp = resolveWidth(widths!.etpOpeningValidation!, STOCK);
    const close = { previousCloseTicks: 2000, lastTradeTicks: null, quote: null };
    expect(validateOpening(2100, etp, close).isValid).toBe(true);
    expect(validateOpening(2101, etp, close).isValid).toBe(false);
  });
});

describe('late orders of Nasdaq', () => {
  it('on-open: only a limit beyond both references is moved, to the more aggressive of them', () => {
    expect(repriceLateOnOpen(BUY, 110, 100, 105)).toBe(105);
    expect(repriceLateOnOpen(BUY, 103, 100, 105)).toBe(103);
    expect(repriceLateOnOpen(SELL, 90, 100, 95)).toBe(95);
    expect(repriceLateOnOpen(SELL, 97, 100, 95)).toBe(97);
    expect(repriceLateOnOpen(BUY, 110, null, 105)).toBe(105);
    expect(repriceLateOnOpen(BUY, 110, null, null)).toBe(110);
  });

  it('on-close (the price of vector T2.9-c): the less aggressive of the limit and the reference price counts', () => {
    expect(repriceLateOnClose(BUY, 110, [100, 102], 'moreAggressive')).toBe(102);
    expect(repriceLateOnClose(BUY, 110, [100, 102], 'lessAggressive')).toBe(100);
    expect(repriceLateOnClose(SELL, 90, [100, 102], 'moreAggressive')).toBe(100);
    expect(repriceLateOnClose(SELL, 90, [100, 102], 'lessAggressive')).toBe(102);
    expect(repriceLateOnClose(BUY, 99, [100, 102], 'moreAggressive')).toBe(99);
    expect(repriceLateOnClose(BUY, 110, [], 'moreAggressive')).toBe(110);
  });
});
