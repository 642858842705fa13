import { describe, expect, it } from 'vitest';
import { MarketTape } from '../../tests/support/market-tape.ts';
import { BUY, CANCEL_LINKED_ORDER, CANCEL_NO_LIQUIDITY, CANCEL_REQUESTED, SELL } from '../domain/index.ts';
import { type Links, World, type WorldSpec } from '../world/index.ts';
import { type OrderBurst, OrderScript, SCRIPT_ORDERS_MAX } from './order-script.ts';

const INSTRUMENT = { symbol: 'ACME', tickSize: '1', lotSize: '1', currency: 'USD', minorUnit: '1' };
const AT_ONCE: Links = { orderDelayNs: 0, answerDelayNs: 0, feedDelayNs: 0 };
const ONE: OrderBurst = {
  atNs: 0,
  everyNs: 10,
  count: 1,
  instrument: 0,
  side: BUY,
  qtyLots: 1,
  priceTicks: null,
  ticksThrough: null,
  lifeNs: null,
  terms: null,
  stopTicks: null,
  linked: null,
};
/** A bid at 90 and an ask at 110, for good. */
const QUOTES: OrderBurst[] = [
  { ...ONE, side: BUY, priceTicks: 90, qtyLots: 1_000 },
  { ...ONE, side: SELL, priceTicks: 110, qtyLots: 1_000 },
];

const specOf = (bursts: readonly OrderBurst[]): WorldSpec => ({
  seed: 1,
  instruments: [INSTRUMENT],
  groups: [{ create: () => new OrderScript('script', bursts), links: () => AT_ONCE }],
  dayEndNs: null,
});

function run(bursts: readonly OrderBurst[], untilNs = 1_000): MarketTape {
  const tape = new MarketTape();
  const world = new World(specOf([...QUOTES, ...bursts]), tape);
  world.run(untilNs);
  world.finish();
  return tape;
}

/** Side and price of what was sent from 100 ns on. */
const sent = (tape: MarketTape): [number, number][] =>
  tape.commands
    .filter(({ timeNs, kind }) => timeNs >= 100 && kind === 'new')
    .map(({ side, priceTicks }) => [side, priceTicks]);

describe('OrderScript', () => {
  it('sends its orders at equal distances, to both sides in turn', () => {
    const tape = run([{ ...ONE, atNs: 100, everyNs: 7, count: 4, side: 'both', priceTicks: 100 }]);
    expect(tape.commands.slice(2).map(({ timeNs }) => timeNs)).toEqual([100, 107, 114, 121]);
    expect(sent(tape)).toEqual([
      [BUY, 100],
      [SELL, 100],
      [BUY, 100],
      [SELL, 100],
    ]);
    expect(tape.trades).toHaveLength(2);
  });

  it.each([
    { side: BUY, ticksThrough: 3, priceTicks: null, price: 113 },
    { side: BUY, ticksThrough: 3, priceTicks: 112, price: 112 },
    { side: BUY, ticksThrough: 3, priceTicks: 120, price: 113 },
    { side: BUY, ticksThrough: -4, priceTicks: null, price: 106 },
    { side: SELL, ticksThrough: 3, priceTicks: null, price: 87 },
    { side: SELL, ticksThrough: 3, priceTicks: 88, price: 88 },
    { side: SELL, ticksThrough: -4, priceTicks: 80, price: 94 },
  ] as const)('goes $ticksThrough ticks through the opposite best, not beyond $priceTicks', (one) => {
    const { side, ticksThrough, priceTicks, price } = one;
    expect(sent(run([{ ...ONE, atNs: 100, side, ticksThrough, priceTicks }]))).toEqual([[side, price]]);
  });

  it('sends nothing where there is no best to go through, and what is left of a market order is cancelled', () => {
    const tape = run([
      { ...ONE, atNs: 100, side: SELL, qtyLots: 1_500 },
      { ...ONE, atNs: 200, side: SELL, ticksThrough: 1 },
    ]);
    expect(sent(tape)).toEqual([[SELL, 0]]);
    expect(tape.cancels).toMatchObject([{ timeNs: 100, code: CANCEL_NO_LIQUIDITY }]);
  });

  it('cancels what is still open after its life, and nothing else', () => {
    const life = { ...ONE, count: 2, everyNs: 50, lifeNs: 30, ticksThrough: -1 };
    const tape = run([
      { ...life, atNs: 100 },
      { ...ONE, atNs: 160, side: SELL, priceTicks: 109 },
    ]);
    expect(tape.cancels.map(({ timeNs }) => timeNs)).toEqual([130]);
    expect(tape.trades.map(({ timeNs }) => timeNs)).toEqual([160]);
    expect(tape.refusals).toEqual([]);
  });

  it('sends groups and brackets, and nothing of them where one has nothing to go beyond', () => {
    const terms = { qtyLots: 1, priceTicks: null, stopTicks: null, ticksThrough: null, terms: null };
    const stop = { ...terms, side: 'same', stopTicks: 80 } as const;
    const take = { ...terms, side: 'opposite', ticksThrough: -3 } as const;
    const bracket = { kind: 'bracket', onFill: 'reduce', orders: [take] } as const;
    const tape = run([
      {
        ...ONE,
        atNs: 100,
        side: SELL,
        ticksThrough: -5,
        linked: { kind: 'group', onFill: 'cancel', orders: [stop] },
      },
      { ...ONE, atNs: 200, side: BUY, ticksThrough: 0, lifeNs: 20, linked: bracket },
      // Takes all asks: the other order of the next one has none to stay short of.
      { ...ONE, atNs: 300, side: BUY, priceTicks: 110, qtyLots: 2_000 },
      { ...ONE, atNs: 400, side: SELL, priceTicks: 120, linked: { ...bracket, orders: [take] } },
    ]);
    // The bid is at 90: the sell goes to 95; its stop has no price. The exit stays 3 above the bid.
    expect(sent(tape)).toEqual([
      [SELL, 95],
      [SELL, 0],
      [BUY, 95],
      [SELL, 93],
      [BUY, 110],
    ]);
    // At 220 the exit is cancelled; its entry was filled at once, by the order of the group, and took the stop down.
    expect(tape.cancels.map(({ timeNs, code }) => [timeNs, code])).toEqual([
      [200, CANCEL_LINKED_ORDER],
      [220, CANCEL_REQUESTED],
    ]);
  });

  it('goes on from a snapshot with orders still to send and to cancel', () => {
    const spec = specOf([
      ...QUOTES,
      { ...ONE, atNs: 100, count: 9, side: 'both', ticksThrough: -2, lifeNs: 25 },
    ]);
    const straight = new World(spec);
    straight.run(1_000);
    const cut = new World(spec);
    cut.run(134);
    const resumed = World.resume(spec, cut.snapshot());
    resumed.run(1_000);
    expect(resumed.finish()).toBe(straight.finish());
  });

  it('stops the run when too many of its orders are open', () => {
    const many = { ...ONE, atNs: 100, everyNs: 1, count: SCRIPT_ORDERS_MAX, priceTicks: 50 };
    expect(() => run([many], 1e6)).toThrow(
      expect.objectContaining({ code: 'BASE_LIMIT', message: expect.stringContaining('SCRIPT_ORDERS_MAX') }),
    );
  });
});
