import { describe, expect, it } from 'vitest';
import { BinaryReader, BinaryWriter } from '../../base/index.ts';
import { LostBest } from './lost-best.ts';

describe('the best price that a side has lost', () => {
  it('is as far away as the last step back, nearer after a step forth, and gone once it is back', () => {
    const lost = new LostBest();
    const seen = (bid: number, ask: number): number[] => {
      lost.see(bid, ask);
      return [...lost.ticks];
    };
    expect(seen(100, 110)).toEqual([0, 0]);
    expect(seen(95, 112)).toEqual([5, 2]);
    expect(seen(98, 112)).toEqual([2, 2]);
    expect(seen(97, 111)).toEqual([1, 1]);
    expect(seen(99, 105)).toEqual([0, 0]);
  });

  it('is kept in its state', () => {
    const [lost, copy] = [new LostBest(), new LostBest()];
    lost.see(100, 110);
    lost.see(97, 110);
    const writer = new BinaryWriter();
    lost.writeState(writer);
    copy.readState(new BinaryReader(writer.finish()));
    copy.see(98, 113);
    expect([...copy.ticks]).toEqual([2, 3]);
  });
});
