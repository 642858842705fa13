import { describe, expect, it } from 'vitest';
import { checkBookAllocation } from '../allocation/book-allocation.ts';
import { shareByParity } from './share-by-parity.ts';

const parity = { roundLotLots: 100, setterBps: 1500, pointer: 'stays', oddRest: 'nextInLine' };
const allocation = checkBookAllocation(
  {
    parity,
    participants: [
      { kind: 'dmm', accounts: [7] },
      { kind: 'floorBroker', accounts: [5, 6] },
    ],
  },
  'nyse',
);

function sharesOf(
  rule: Parameters<typeof shareByParity>[0],
  rows: [number, number][],
  lots: number,
): number[] {
  const accounts = Int32Array.from(rows, ([account]) => account);
  const open = Float64Array.from(rows, ([, own]) => own);
  return [...shareByParity(rule)(accounts, open, lots)];
}

describe('parity at the price of an auction', () => {
  it('goes round the participants in the order of their first order, nobody being the setter', () => {
    const rows: [number, number][] = [
      [1, 500],
      [5, 600],
      [7, 200],
      [6, 400],
    ];
    expect(sharesOf(allocation, rows, 700)).toEqual([300, 200, 200, 0]);
    expect(sharesOf(allocation, rows, 1_300)).toEqual([500, 600, 200, 0]);
  });

  it('gives who displays nothing neither lots nor a turn', () => {
    const rows: [number, number][] = [
      [7, 0],
      [1, 300],
      [5, 300],
    ];
    expect(sharesOf(allocation, rows, 100)).toEqual([0, 100, 0]);
  });

  it('goes by time where all orders are the Book, and where the venue has another allocation', () => {
    const rows: [number, number][] = [
      [7, 300],
      [5, 300],
    ];
    for (const rule of [checkBookAllocation({ parity, participants: [] }, 'nyse'), 'fifo' as const])
      expect(sharesOf(rule, rows, 400)).toEqual([300, 100]);
  });
});
