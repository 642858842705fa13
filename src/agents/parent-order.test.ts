import { describe, expect, it } from 'vitest';
import { MarketTape } from '../../tests/support/market-tape.ts';
import { BUY, SELL } from '../domain/index.ts';
import { type Links, World, type WorldSpec } from '../world/index.ts';
import { type OrderBurst, OrderScript } from './order-script.ts';
import { type ParentLeg, ParentOrder, type ParentOrderParameters } from './parent-order.ts';

const INSTRUMENT = { symbol: 'ACME', tickSize: '1', lotSize: '1', currency: 'USD', minorUnit: '1' };
const AT_ONCE: Links = { orderDelayNs: 0, answerDelayNs: 0, feedDelayNs: 0 };
const ONE: OrderBurst = {
  ...{ atNs: 0, everyNs: 10, count: 1, instrument: 0, side: BUY, qtyLots: 1, priceTicks: null },
  ...{ ticksThrough: null, lifeNs: null, terms: null, stopTicks: null, linked: null },
};
const LEG: ParentLeg = { side: BUY, qtyLots: 100, fromNs: 0, untilNs: 1_000, volumeShare: null };
/** Bids at 90, and an ask of so many lots at 110 with more behind it. */
const quotes = (askLots: number): OrderBurst[] => [
  { ...ONE, priceTicks: 90, qtyLots: 10_000 },
  { ...ONE, side: SELL, priceTicks: 110, qtyLots: askLots },
  { ...ONE, side: SELL, priceTicks: 111, qtyLots: 10_000 },
];

function specOf(bursts: readonly OrderBurst[], parent: () => ParentOrder): WorldSpec {
  const groups = [() => new OrderScript('script', bursts), parent].map((create) => ({
    create,
    links: () => AT_ONCE,
  }));
  return { seed: 1, instruments: [INSTRUMENT], groups, dayEndNs: null };
}

const parameters = (legs: readonly ParentLeg[]): ParentOrderParameters => ({
  ...{ name: 'parent', instrument: 0, legs, childLots: 20, everyNs: 50 },
});

function work(legs: readonly ParentLeg[], bursts: readonly OrderBurst[] = quotes(1_000)): ParentOrder {
  const parent = new ParentOrder(parameters(legs));
  const world = new World(
    specOf(bursts, () => parent),
    new MarketTape(),
  );
  world.run(5_000);
  world.finish();
  return parent;
}

const lotsOf = ({ fills }: ParentOrder, leg = 0): number =>
  fills.reduce((sum, fill) => sum + (fill.leg === leg ? fill.lots : 0), 0);

describe('ParentOrder', () => {
  it('is worked in equal shares of its time, a child when so many lots are due', () => {
    const { fills } = work([LEG]);
    expect(fills.map(({ timeNs, lots }) => [timeNs, lots])).toEqual(
      [200, 400, 600, 800, 1_000].map((at) => [at, 20]),
    );
    expect(new Set(fills.map(({ priceTicks }) => priceTicks))).toEqual(new Set([110]));
  });

  it('takes no more than the best shows, and makes up for it later', () => {
    const parent = work([LEG], quotes(30));
    expect(parent.fills.map(({ priceTicks, lots }) => [priceTicks, lots])).toEqual([
      [110, 20],
      [110, 10],
      // 50 are due at 500 ns.
      [111, 20],
      [111, 20],
      [111, 20],
      [111, 10],
    ]);
    expect(lotsOf(parent)).toBe(100);
  });

  it('is a share of what the others trade', () => {
    const traffic: OrderBurst = { ...ONE, atNs: 30, everyNs: 50, count: 10, qtyLots: 30 };
    const parent = work([{ ...LEG, qtyLots: 1_000, volumeShare: 0.25 }], [...quotes(5_000), traffic]);
    // 300 lots of others, of which all trade with the book: a third of them is a quarter of the sum.
    expect(lotsOf(parent)).toBe(100);
    expect(parent.fills.at(-1)!.timeNs).toBeLessThanOrEqual(600);
    expect(lotsOf(work([{ ...LEG, volumeShare: 0.25 }]))).toBe(0);
  });

  it('gives back what it got on the way there', () => {
    const back: ParentLeg = { side: SELL, qtyLots: null, fromNs: 1_500, untilNs: 2_500, volumeShare: null };
    const parent = work([{ ...LEG, qtyLots: 73 }, back]);
    expect([lotsOf(parent, 0), lotsOf(parent, 1)]).toEqual([73, 73]);
    expect(parent.fills.filter(({ leg }) => leg === 1).every(({ timeNs }) => timeNs > 1_500)).toBe(true);
    const price = parent.fills.map((fill) => fill.lots * fill.priceTicks * (fill.leg === 0 ? 1 : -1));
    expect(price.reduce((sum, part) => sum + part)).toBe(73 * 20);
  });

  it('goes on from a snapshot as if nothing had been', () => {
    const make = (): ParentOrder => new ParentOrder(parameters([LEG]));
    const straight = new World(specOf(quotes(30), make), new MarketTape());
    straight.run(5_000);
    const halfway = new World(specOf(quotes(30), make), new MarketTape());
    halfway.run(420);
    const resumed = World.resume(specOf(quotes(30), make), halfway.snapshot(), new MarketTape());
    resumed.run(5_000);
    expect(resumed.finish()).toBe(straight.finish());
    expect((resumed.groups[1] as ParentOrder).fills).toEqual((straight.groups[1] as ParentOrder).fills);
  });

  it('tells everything that is wrong with it', () => {
    const legs = [
      { ...LEG, qtyLots: null, volumeShare: 1 },
      { ...LEG, untilNs: -5 },
    ];
    const made = (): ParentOrder => new ParentOrder({ ...parameters(legs), childLots: 0, everyNs: 0 });
    expect(made).toThrow(
      /childLots .* not 0; everyNs .* not 0; legs\[0\]\.qtyLots .* not null; legs\[0\]\.volumeShare .* not 1; legs\[1\] ends after it begins; legs\[1\] begins when/,
    );
  });
});
