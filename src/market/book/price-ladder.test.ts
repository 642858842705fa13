import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Xoshiro128 } from '../../base/index.ts';
import { PRICE_TICKS_MAX, PRICE_TICKS_MIN } from '../../domain/index.ts';
import { PriceLadder, WINDOW_TICKS_MAX, WINDOW_TICKS_MIN } from './price-ladder.ts';

type Direction = 1 | -1;

/** Handles by price, and the occupied prices from best to worst. */
class Model {
  readonly handles = new Map<number, number>();
  readonly #direction: Direction;

  constructor(direction: Direction) {
    this.#direction = direction;
  }

  prices(): number[] {
    return [...this.handles.keys()].sort((a, b) => (b - a) * this.#direction);
  }

  bestPrice(): number | null {
    let best: number | null = null;
    for (const price of this.handles.keys())
      if (best === null || (price - best) * this.#direction > 0) best = price;
    return best;
  }

  worseThan(price: number): number | null {
    let found: number | null = null;
    for (const candidate of this.handles.keys()) {
      const isWorse = (candidate - price) * this.#direction < 0;
      if (isWorse && (found === null || (candidate - found) * this.#direction > 0)) found = candidate;
    }
    return found;
  }
}

/** Both, changed together and compared. */
class Pair {
  readonly ladder: PriceLadder;
  readonly model: Model;
  #handle = 0;

  constructor(direction: Direction) {
    this.ladder = new PriceLadder(direction);
    this.model = new Model(direction);
  }

  /** Inserts the price, or removes it if it is there. */
  toggle(price: number): void {
    const { ladder, model } = this;
    if (model.handles.has(price)) {
      ladder.remove(price);
      model.handles.delete(price);
    } else {
      ladder.insert(price, ++this.#handle);
      model.handles.set(price, this.#handle);
    }
    this.checkBest();
    expect(ladder.find(price)).toBe(model.handles.get(price) ?? 0);
  }

  checkBest(): void {
    const best = this.model.bestPrice();
    expect(this.ladder.levelCount).toBe(this.model.handles.size);
    expect(this.ladder.best).toBe(best === null ? 0 : this.model.handles.get(best));
    if (best !== null) expect(this.ladder.bestPrice).toBe(best);
  }

  /** Asks for the level behind any price, occupied or not. */
  checkWorseThan(price: number): void {
    const expected = this.model.worseThan(price);
    expect(this.ladder.worseThan(price)).toBe(expected === null ? 0 : this.model.handles.get(expected));
    if (expected !== null) expect(this.ladder.foundPrice).toBe(expected);
  }

  checkWalk(): void {
    const { ladder, model } = this;
    const walked: number[] = [];
    for (let handle = ladder.best, price = ladder.bestPrice; handle !== 0; price = ladder.foundPrice) {
      expect(handle).toBe(model.handles.get(price));
      walked.push(price);
      handle = ladder.worseThan(price);
    }
    expect(walked).toEqual(model.prices());
  }
}

const anyPrice = fc.oneof(
  fc.integer({ min: PRICE_TICKS_MIN, max: PRICE_TICKS_MAX }),
  fc.constantFrom(PRICE_TICKS_MIN, PRICE_TICKS_MAX, PRICE_TICKS_MIN + 1, PRICE_TICKS_MAX - 1, 0, -1),
);
/** Prices around a few centres, so that they meet, within and beyond one window of each other. */
const clustered = fc
  .tuple(
    fc.constantFrom(
      0,
      600,
      5000,
      -70_000,
      250_000,
      300_000,
      2_000_000_000,
      PRICE_TICKS_MAX - 40,
      PRICE_TICKS_MIN + 40,
    ),
    fc.integer({ min: -40, max: 40 }),
  )
  .map(([centre, offset]) => centre + offset);
const direction = fc.constantFrom<Direction>(1, -1);

describe('PriceLadder', () => {
  it.each([
    ['over the whole range', anyPrice],
    ['around centres that meet', clustered],
    ['mixed', fc.oneof(clustered, anyPrice)],
  ])('finds best, next and any price as a sorted list does: prices %s', (_, price) => {
    fc.assert(
      fc.property(direction, fc.array(fc.tuple(price, price), { maxLength: 150 }), (side, steps) => {
        const pair = new Pair(side);
        for (const [toggled, asked] of steps) {
          pair.toggle(toggled);
          pair.checkWorseThan(asked);
        }
        pair.checkWalk();
        pair.ladder.clear();
        pair.model.handles.clear();
        pair.checkBest();
        for (const [toggled] of steps.slice(0, 20)) pair.toggle(toggled);
        pair.checkWalk();
      }),
      { seed: 1, numRuns: 250 },
    );
  });

  it.each<Direction>([1, -1])('follows a market that drifts and jumps, direction %i', (side) => {
    const random = new Xoshiro128(7);
    const pair = new Pair(side);
    let centre = 10_000;
    let windowMax = 0;
    let overflowMax = 0;
    for (let step = 0; step < 12_000; step++) {
      const kind = random.nextBelow(400);
      if (kind === 0) centre += random.nextBelow(2_000_000) - 1_000_000;
      else if (kind < 40) centre += random.nextBelow(201) - 100;
      pair.toggle(centre + random.nextBelow(120) - 60);
      if (step % 10 === 0) pair.checkWorseThan(centre + random.nextBelow(400_000) - 200_000);
      windowMax = Math.max(windowMax, pair.ladder.windowTicks);
      overflowMax = Math.max(overflowMax, pair.ladder.overflowCount);
    }
    pair.checkWalk();
    expect(windowMax, 'the window grew').toBeGreaterThan(WINDOW_TICKS_MIN);
    expect(overflowMax, 'levels stood outside the window').toBeGreaterThan(0);
    expect(windowMax).toBeLessThanOrEqual(WINDOW_TICKS_MAX);
    for (const price of pair.model.prices()) pair.toggle(price);
    expect(pair.ladder.levelCount).toBe(0);
  });

  it('grows to its limit when the levels need it, and finds across all three tiers', () => {
    const pair = new Pair(1);
    for (const price of [0, 31, 32, 1023, 1024, 32_767, 32_768, 100_000, 262_142, 262_143])
      pair.toggle(price);
    expect(pair.ladder.windowTicks).toBe(WINDOW_TICKS_MAX);
    expect(pair.ladder.overflowCount).toBe(0);
    pair.checkWalk();
    pair.toggle(262_144);
    pair.checkWalk();
  });

  it('takes 200,000 wild prices in less than 8 MB', () => {
    const ladder = new PriceLadder(1);
    const random = new Xoshiro128(3);
    for (let i = 1; i <= 200_000; i++) {
      const price = (random.nextUint32() | 0) >> 1;
      if (ladder.find(price) === 0) ladder.insert(price, i);
    }
    expect(ladder.levelCount).toBeGreaterThan(199_000);
    expect(ladder.byteLength).toBeGreaterThan(199_000 * 8);
    expect(ladder.byteLength).toBeLessThan(8 * 2 ** 20);
    expect(ladder.windowTicks).toBeLessThanOrEqual(WINDOW_TICKS_MAX);
  });
});
