import { describe, expect, it } from 'vitest';
import { corporateAction as action } from '../../../tests/support/corporate-action.ts';
import {
  adjustDelivered,
  adjustOpenOrder,
  adjustOption,
  adjustOptionOrder,
  factorsOf,
  intrinsicValue,
  type OpenOrder,
  type OptionHolding,
  RULE_5330,
  returnAcross,
  splitHolding,
  theoreticalExRights,
} from '../../actions/index.ts';
import { dayOfText } from '../schema/day.ts';
import { Adjustment } from './adjustment.ts';

const split = (newShares: number, oldShares: number, exDate = '2024-01-04') =>
  action('split', { newShares, oldShares, exDate });

describe('factors of corporate actions (market-rules §8.1)', () => {
  it('T8.1-a adjusts a series backwards for a dividend and a split', () => {
    const closes = [100, 102, 101.5, 51, 52];
    const days = ['2024-01-01', '2024-01-02', '2024-01-03', '2024-01-04', '2024-01-05'];
    const adjustment = new Adjustment([action('cashDividend', { amount: 1 }), split(2, 1)], {
      mode: 'total',
      asOfNs: null,
      closeBefore: (_symbol, exDate) => closes[days.indexOf(exDate) - 1]!,
    });
    const adjusted = closes.map(
      (close, i) => close * adjustment.factorsAt('ACME', dayOfText(days[i]!)!).price,
    );
    [49.509803922, 50.5, 50.75, 51, 52].forEach((expected, i) => {
      expect(adjusted[i]).toBeCloseTo(expected, 8);
    });
    expect(adjustment.factorsAt('ACME', dayOfText(days[0]!)!).quantity).toBe(2);
    expect(adjustment.factorsAt('OTHER', dayOfText(days[0]!)!)).toEqual({ price: 1, quantity: 1 });
  });

  it('T8.1-b rights: price after them, factor, and what a right is worth', () => {
    const rights = action('rights', { newShares: 1, oldShares: 4, subscriptionPrice: 80 });
    expect(theoreticalExRights(rights, 100)).toBe(96);
    expect(factorsOf(rights, 100)).toMatchObject({ price: 0.96 });
    expect((theoreticalExRights(rights, 100) - 80) / 4).toBe(4);
  });

  it('T8.1-c spin-off', () => {
    expect(factorsOf(action('spinOff', { amount: 20 / 4 }), 60)!.price).toBeCloseTo(0.9166666667, 10);
  });

  it('T8.1-d stock dividend', () => {
    expect(factorsOf(action('stockDividend', { newShares: 5, oldShares: 100 }), null)!.price).toBeCloseTo(
      0.9523809524,
      10,
    );
  });

  it('T8.1-e reverse split: whole shares, money for the fraction, history times ten', () => {
    const reverse = split(1, 10);
    expect(factorsOf(reverse, null)!.price).toBe(10);
    const { shares, cashInLieu } = splitHolding(1234, reverse, 0.85);
    expect(shares).toBe(123);
    expect(cashInLieu).toBeCloseTo(3.4, 10);
  });

  it('T8.1-f CRSP return across a split', () => {
    expect(returnAcross(101.5, 51, 1, 0)).toBeCloseTo(0.004926, 6);
  });

  it('T8.1-g the value of a position does not change', () => {
    const { shares } = splitHolding(300, split(2, 1), 101.5);
    expect(shares * (101.5 / 2)).toBe(300 * 101.5);
  });

  it('uses only what was known on a day', () => {
    const known = { ...split(2, 1), tsEvent: 10n };
    const closeBefore = () => null;
    const before = dayOfText('2024-01-01')!;
    expect(
      new Adjustment([known], { mode: 'splits', asOfNs: 9n, closeBefore }).factorsAt('ACME', before).price,
    ).toBe(1);
    expect(
      new Adjustment([known], { mode: 'splits', asOfNs: 10n, closeBefore }).factorsAt('ACME', before).price,
    ).toBe(0.5);
  });

  it('refuses an action that lacks what its kind needs, or takes more than there is', () => {
    expect(() => factorsOf(action('split'), 100)).toThrow(/missing=newShares/);
    expect(() => factorsOf(action('cashDividend', { amount: 1 }), null)).toThrow(/close before/);
    expect(() => factorsOf(action('cashDividend', { amount: 101 }), 100)).toThrow(/worth less/);
  });
});

const buy = (price: number, qty = 100): OpenOrder => ({ side: 'buy', type: 'limit', price, qty });

describe('open orders on the ex-date (market-rules §8.3)', () => {
  const dividend = (amount: number) => action('cashDividend', { amount });

  it('T8.3-a a buy limit is lowered by a dividend, to the next lower increment; DNR stays', () => {
    expect(adjustOpenOrder(buy(100), dividend(0.35))).toEqual({ kind: 'adjusted', price: 99.65, qty: 100 });
    expect(adjustOpenOrder(buy(100), dividend(0.125))).toMatchObject({ price: 99.87 });
    expect(adjustOpenOrder({ ...buy(100), isDnr: true }, dividend(0.35))).toEqual({ kind: 'unchanged' });
  });

  it('T8.3-b a sell limit stays', () => {
    expect(adjustOpenOrder({ side: 'sell', type: 'limit', price: 110, qty: 100 }, dividend(0.35))).toEqual({
      kind: 'unchanged',
    });
  });

  it('T8.3-c a sell stop is lowered', () => {
    expect(
      adjustOpenOrder({ side: 'sell', type: 'stop', price: 95, qty: 100 }, dividend(0.35)),
    ).toMatchObject({ price: 94.65 });
  });

  it('T8.3-d a split changes price and size', () => {
    expect(adjustOpenOrder(buy(60), split(2, 1))).toEqual({ kind: 'adjusted', price: 30, qty: 200 });
  });

  it('T8.3-e sizes go down to round lots; retail systems keep shares', () => {
    expect(adjustOpenOrder(buy(60), split(3, 2))).toEqual({ kind: 'adjusted', price: 40, qty: 100 });
    expect(adjustOpenOrder(buy(60), split(3, 2), { ...RULE_5330, sizes: 'shares' })).toMatchObject({
      qty: 150,
    });
  });

  it('T8.3-f the reduction goes up to the next increment', () => {
    expect(adjustOpenOrder(buy(61, 200), split(3, 2))).toEqual({ kind: 'adjusted', price: 40.66, qty: 300 });
  });

  it('T8.3-g a reverse split cancels every open order', () => {
    for (const order of [buy(1), { ...buy(1), side: 'sell' as const }]) {
      expect(adjustOpenOrder(order, split(1, 10))).toMatchObject({ kind: 'cancelled' });
    }
  });

  it('T8.3-h a dividend below a cent changes nothing', () => {
    expect(adjustOpenOrder(buy(100), dividend(0.009))).toEqual({ kind: 'unchanged' });
  });
});

describe('options after an action (market-rules §8.4)', () => {
  const calls = (contracts: number, strike: number): OptionHolding => ({
    contracts,
    strike,
    multiplier: 100,
    deliverable: { shares: 100, others: [], cash: 0 },
  });

  it('T8.4-a a whole split makes more contracts of a lower strike', () => {
    expect(adjustOption(calls(10, 60), split(2, 1))).toMatchObject({
      contracts: 20,
      strike: 30,
      deliverable: { shares: 100 },
    });
  });

  it('T8.4-b three for two: strike and multiplier stay and 150 are delivered; before 2007 both changed', () => {
    const current = adjustOption(calls(10, 60), split(3, 2));
    expect(current).toMatchObject({
      contracts: 10,
      strike: 60,
      multiplier: 100,
      deliverable: { shares: 150 },
    });
    expect(intrinsicValue({ ...current, contracts: 1 }, 'call', () => 44)).toBe(600);
    expect(intrinsicValue(calls(1, 60), 'call', () => 66)).toBe(600);
    expect(adjustOption(calls(10, 60), split(3, 2), 'legacy')).toMatchObject({ strike: 40, multiplier: 150 });
    expect(adjustOption(calls(1, 40), split(3, 2), 'legacy').strike).toBe(26.625);
  });

  it('T8.4-c a special dividend lowers the strike from 12.50 a contract on; an ordinary one never', () => {
    expect(adjustOption(calls(1, 60), action('specialDividend', { amount: 2 })).strike).toBe(58);
    expect(adjustOption(calls(1, 60), action('specialDividend', { amount: 0.1 })).strike).toBe(60);
    expect(adjustOption(calls(1, 60), action('cashDividend', { amount: 50 })).strike).toBe(60);
  });

  it('a reverse split delivers fewer shares for the same aggregate price', () => {
    const after = adjustOption(calls(5, 10), split(1, 10));
    expect(after).toMatchObject({ contracts: 5, strike: 10, multiplier: 100, deliverable: { shares: 10 } });
  });

  it('rounds the strike of a whole split to the cent, and multiplies contracts that deliver plain shares only', () => {
    expect(adjustOption(calls(1, 50), split(3, 1))).toMatchObject({ contracts: 3, strike: 16.67 });
    const spun = adjustOption(
      calls(1, 60),
      action('spinOff', { newShares: 1, oldShares: 4, otherSymbol: 'CHILD' }),
    );
    expect(adjustOption(spun, split(2, 1))).toMatchObject({
      contracts: 1,
      strike: 60,
      deliverable: { shares: 200, others: [{ symbol: 'CHILD', shares: 25 }] },
    });
  });

  it('pays fractions of delivered shares in cash at the price after the action', () => {
    const { deliverable } = adjustOption(calls(1, 10), split(1, 15), 'current', { share: 12, other: null });
    expect(deliverable).toEqual({ shares: 6, others: [], cash: 8 });
    const spun = adjustOption(
      calls(1, 60),
      action('spinOff', { newShares: 1, oldShares: 3, otherSymbol: 'CHILD' }),
      'current',
      { share: 50, other: 9 },
    );
    expect(spun.deliverable).toEqual({ shares: 100, others: [{ symbol: 'CHILD', shares: 33 }], cash: 3 });
  });

  it('delivers a special dividend that is worth more than the strike', () => {
    expect(adjustOption(calls(1, 5), action('specialDividend', { amount: 7 }))).toMatchObject({
      strike: 5,
      deliverable: { shares: 100, cash: 700 },
    });
  });

  it('follows what is delivered besides the underlying: its splits, and its mergers', () => {
    const spun: OptionHolding = {
      ...calls(1, 60),
      deliverable: { shares: 100, others: [{ symbol: 'CHILD', shares: 25 }], cash: 0 },
    };
    const of = (kind: 'split' | 'cashMerger' | 'stockMerger', more: object) =>
      adjustDelivered(spun, action(kind, { symbol: 'CHILD', ...more })).deliverable;
    expect(of('split', { newShares: 2, oldShares: 1 })).toEqual({
      shares: 100,
      others: [{ symbol: 'CHILD', shares: 50 }],
      cash: 0,
    });
    expect(of('cashMerger', { amount: 4 })).toEqual({ shares: 100, others: [], cash: 100 });
    expect(of('stockMerger', { newShares: 2, oldShares: 5, otherSymbol: 'BUYER' }).others).toEqual([
      { symbol: 'BUYER', shares: 10 },
    ]);
  });

  it('divides orders of a whole split: limits pay no more and take no less, triggers move away, a price below a tick is gone', () => {
    const order = (side: 'buy' | 'sell', type: 'limit' | 'stop' | 'stopLimit', price: number, stop = 0) =>
      adjustOptionOrder({ side, type, priceTicks: price, stopPriceTicks: stop }, 2);
    expect(order('buy', 'limit', 201)).toEqual({ priceTicks: 100, stopPriceTicks: 0 });
    expect(order('sell', 'limit', 1999)).toEqual({ priceTicks: 1000, stopPriceTicks: 0 });
    expect(order('sell', 'stop', 0, 301)).toEqual({ priceTicks: 0, stopPriceTicks: 150 });
    expect(order('buy', 'stopLimit', 905, 901)).toEqual({ priceTicks: 452, stopPriceTicks: 451 });
    expect(order('buy', 'limit', 1)).toBeNull();
    expect(order('sell', 'stop', 0, 1)).toBeNull();
  });
});
