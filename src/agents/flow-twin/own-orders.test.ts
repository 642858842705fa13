import { describe, expect, it } from 'vitest';
import { BinaryReader, BinaryWriter, Xoshiro128 } from '../../base/index.ts';
import { BUY, SELL, type Side } from '../../domain/index.ts';
import { OwnOrders } from './own-orders.ts';

function view(orders: OwnOrders): string[][] {
  return ([BUY, SELL] as const).map((side) =>
    Array.from({ length: orders.levelCount(side) }, (_, rank) => {
      const lots = orders.slotsAt(side, rank).map((slot) => orders.lots[slot]);
      return `${orders.levelTicks(side, rank)}: ${lots.join(' ')}`;
    }),
  );
}

describe('orders of a flow twin', () => {
  it('stand by price, and at a price in the order in which they came', () => {
    const orders = new OwnOrders();
    orders.add(BUY, 100, 1, 0);
    orders.add(BUY, 102, 2, 0);
    const third = orders.add(BUY, 100, 3, 0);
    orders.add(SELL, 105, 4, 0);
    orders.add(SELL, 104, 5, 0);
    expect(view(orders)).toEqual([
      ['102: 2', '100: 1 3'],
      ['104: 5', '105: 4'],
    ]);
    orders.reduce(third, 2);
    expect(orders.rankOf(BUY, 101)).toBe(1);
    expect(orders.rankOf(SELL, 106)).toBe(2);
    expect(view(orders)[0]).toEqual(['102: 2', '100: 1 2']);
  });

  it('are the same as a list of orders that is sorted at each look, also after being written and read', () => {
    const random = new Xoshiro128(5);
    let orders = new OwnOrders();
    let model: { slot: number; side: Side; price: number; lots: number }[] = [];
    for (let step = 0; step < 3_000; step++) {
      if (model.length === 0 || random.nextDouble() < 0.55) {
        const side = random.nextBelow(2) as Side;
        const one = { side, price: 90 + random.nextBelow(20), lots: 1 + random.nextBelow(9) };
        model.push({ ...one, slot: orders.add(side, one.price, one.lots, step) });
      } else {
        const { slot } = model[random.nextBelow(model.length)]!;
        orders.remove(slot);
        model = model.filter((one) => one.slot !== slot);
      }
      if (step % 500 !== 499) continue;
      const writer = new BinaryWriter();
      orders.writeState(writer);
      orders = new OwnOrders();
      orders.readState(new BinaryReader(writer.finish()));
      const expected = ([BUY, SELL] as const).map((side) => {
        const prices = [...new Set(model.filter((one) => one.side === side).map(({ price }) => price))];
        prices.sort((a, b) => (side === BUY ? b - a : a - b));
        return prices.map((price) => {
          const lots = model.filter((one) => one.side === side && one.price === price).map((one) => one.lots);
          return `${price}: ${lots.join(' ')}`;
        });
      });
      expect(view(orders)).toEqual(expected);
      expect(orders.count).toBe(model.length);
    }
  });
});
