import { describe, expect, it } from 'vitest';
import { BinaryReader, BinaryWriter, Xoshiro128 } from '../../base/index.ts';
import { BUY } from '../../domain/index.ts';
import { likeCancelled } from './cancel-like.ts';
import type { FlowHistory } from './history.ts';
import { OwnOrders } from './own-orders.ts';
import { Thread } from './thread.ts';

describe('a stretch of the record that is followed', () => {
  it('knows which orders stand for those that came in it, until they are gone', () => {
    const thread = new Thread();
    expect(thread.entry).toBe(-1);
    thread.begin(7);
    thread.note(8, 3);
    thread.note(9, 5);
    expect([thread.slotOf(8), thread.slotOf(9), thread.slotOf(10)]).toEqual([3, 5, -1]);
    thread.forget(3);
    thread.forget(4);
    expect([thread.slotOf(8), thread.hasSlot(3), thread.hasSlot(5)]).toEqual([-1, false, true]);
    thread.begin(100);
    expect([thread.entry, thread.hasSlot(5)]).toEqual([100, false]);
  });

  it('is kept in its state', () => {
    const [thread, copy] = [new Thread(), new Thread()];
    thread.begin(7);
    thread.note(8, 3);
    const writer = new BinaryWriter();
    thread.writeState(writer);
    copy.note(1, 1);
    copy.readState(new BinaryReader(writer.finish()));
    expect([copy.entry, copy.slotOf(8), copy.slotOf(1)]).toEqual([7, 3, -1]);
  });
});

describe('an order that stands in for a cancelled one', () => {
  const history = {
    rank: Int32Array.of(1),
    lots: Int32Array.of(100),
    ageNs: Float64Array.of(1e9),
  } as unknown as FlowHistory;
  const place = { history, entry: 0, side: BUY, fromRank: 0, toRank: 2, nowNs: 5e9 } as const;

  it('is the one most like it in level, size and age whose end is not known', () => {
    const orders = new OwnOrders();
    const best = orders.add(BUY, 100, 100, 4e9);
    const old = orders.add(BUY, 99, 100, 1e9);
    const alike = orders.add(BUY, 99, 100, 4e9);
    const large = orders.add(BUY, 99, 900, 4e9);
    orders.add(BUY, 90, 100, 4e9);
    const thread = new Thread();
    expect(likeCancelled(place, orders, thread)).toBe(alike);
    thread.note(5, alike);
    expect(likeCancelled(place, orders, thread)).toBe(best);
    expect(likeCancelled({ ...place, fromRank: 1 }, orders, thread)).toBe(old);
    thread.note(6, old);
    expect(likeCancelled({ ...place, fromRank: 1 }, orders, thread)).toBe(large);
    expect(likeCancelled({ ...place, toRank: 0 }, orders, thread)).toBe(-1);
  });

  it('is never one whose end is known, whatever the book', () => {
    const random = new Xoshiro128(3);
    for (let round = 0; round < 200; round++) {
      const orders = new OwnOrders();
      const thread = new Thread();
      for (let i = 0; i < 12; i++) {
        const slot = orders.add(
          BUY,
          100 - random.nextBelow(4),
          1 + random.nextBelow(300),
          random.nextBelow(5e8),
        );
        if (random.nextBelow(2) === 0) thread.note(10 + i, slot);
      }
      const found = likeCancelled(place, orders, thread);
      if (found >= 0) expect(thread.hasSlot(found)).toBe(false);
    }
  });
});
