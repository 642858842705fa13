import { describe, expect, it } from 'vitest';
import { BinaryReader, BinaryWriter } from '../../base/index.ts';
import { BUY, SELL } from '../../domain/index.ts';
import { checkBookAllocation, isByTime, isParity, SharingState } from './book-allocation.ts';
import { NO_SETTER_ID, PARTICIPANT_BOOK } from './parity-wheel.ts';

const parity = { roundLotLots: 100, setterBps: 1500, pointer: 'stays', oddRest: 'nextInLine' };
const participants = [
  { kind: 'floorBroker', accounts: [5, 6] },
  { kind: 'dmm', accounts: [7] },
];

function stateOf(): SharingState {
  const allocation = checkBookAllocation({ parity, participants }, 'nyse');
  if (!isParity(allocation)) throw new Error('the rule is parity');
  return new SharingState(allocation);
}

describe('allocation by parity', () => {
  it('names every problem at once, with its path', () => {
    const wrong = {
      parity: { ...parity, roundLotLots: 0 },
      participants: [
        { kind: 'dmm', accounts: [] },
        { kind: 'dmm', accounts: [3, 3] },
        { kind: 'broker', accounts: [0] },
        7,
      ],
      price: 1,
    };
    const text = new RegExp(
      [
        'x.price',
        'x.parity.roundLotLots',
        'participants\\[0\\].accounts',
        'participants\\[1\\].accounts\\[1\\]: is named once, found 3',
        'participants\\[2\\].kind',
        'participants\\[2\\].accounts\\[0\\]',
        'participants\\[3\\]: is a participant',
        'has one dmm at most, found 2',
      ].join('[^]*'),
    );
    expect(() => checkBookAllocation(wrong, 'x')).toThrow(text);
    expect(() => checkBookAllocation({ parity }, 'x')).toThrow(/x.participants: is a list/);
  });

  it('is time priority without participants', () => {
    expect(isByTime(checkBookAllocation({ parity, participants: [] }, 'nyse'))).toBe(true);
    expect(isByTime(checkBookAllocation({ parity, participants }, 'nyse'))).toBe(false);
    expect(isByTime('fifo')).toBe(true);
  });

  it('keeps a wheel for each price that has orders, and forgets it with the last one', () => {
    const state = stateOf().parity!;
    expect([1, 5, 6, 7].map((account) => state.participantOf(account))).toEqual([PARTICIPANT_BOOK, 1, 1, 2]);
    state.rested(BUY, 100, 6);
    state.rested(BUY, 100, 1);
    state.rested(BUY, 100, 5);
    const wheel = state.wheelAt(BUY, 100);
    expect([...wheel.participants.subarray(0, wheel.count)]).toEqual([1, PARTICIPANT_BOOK]);
    state.left(BUY, 100, 1, 6);
    expect(wheel.count).toBe(2);
    state.left(BUY, 100, 3, 5);
    expect([...wheel.participants.subarray(0, wheel.count)]).toEqual([PARTICIPANT_BOOK]);
    state.left(BUY, 100, 2, 1);
    expect(() => state.wheelAt(BUY, 100)).toThrow(/a price with orders has a wheel/);
  });

  it('says the same after a snapshot', () => {
    const state = stateOf();
    for (const account of [7, 1, 6]) state.parity!.rested(SELL, 101, account);
    state.parity!.rested(BUY, 99, 1);
    state.parity!.sawBest(SELL, 101, 1, 41, 100);
    state.parity!.wheelAt(SELL, 101).pointer = 2;
    const writer = new BinaryWriter();
    state.writeState(writer);
    const restored = stateOf();
    restored.parity!.rested(BUY, 5, 5);
    restored.readState(new BinaryReader(writer.finish()));
    expect(restored.parity!.setterAt(SELL, 101)).toBe(41);
    expect(restored.parity!.setterAt(BUY, 99)).toBe(NO_SETTER_ID);
    expect(restored.parity!.wheelAt(SELL, 101).pointer).toBe(2);
    expect(() => restored.parity!.wheelAt(BUY, 5)).toThrow();
    const again = new BinaryWriter();
    restored.writeState(again);
    expect(again.finish()).toEqual(writer.finish());
  });
});
