import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BinaryReader, BinaryWriter } from '../../base/index.ts';
import { LevelOrders } from './level-orders.ts';
import {
  allocateParity,
  checkParityRule,
  NO_SETTER,
  NO_SETTER_ID,
  PARTICIPANT_BOOK,
  type ParityRule,
  ParityWheel,
} from './parity-wheel.ts';

const RULE: ParityRule = { roundLotLots: 100, setterBps: 1500, pointer: 'stays', oddRest: 'nextInLine' };
const FB1 = 1;
const FB2 = 2;
const DMM = 3;

interface Order {
  readonly participant: number;
  readonly lots: number;
}

function levelOf(orders: readonly Order[], wheel: ParityWheel): LevelOrders {
  const level = new LevelOrders();
  for (const { participant, lots } of orders) {
    level.add(lots, 0, participant);
    wheel.enter(participant);
  }
  return level;
}

function fillsOf(level: LevelOrders): number[] {
  return [...level.fillLots.subarray(0, level.count)];
}

const THREE: readonly Order[] = [
  { participant: PARTICIPANT_BOOK, lots: 500 },
  { participant: FB1, lots: 1000 },
  { participant: DMM, lots: 200 },
];

describe('parity (market-rules §1.7)', () => {
  it('T1.7-a: round lots go round the wheel, and the pointer stays behind the last one', () => {
    const wheel = new ParityWheel();
    const level = levelOf(THREE, wheel);
    expect(allocateParity(RULE, wheel, level, NO_SETTER, 700)).toBe(700);
    expect(fillsOf(level)).toEqual([300, 200, 200]);
    expect(wheel.participants[wheel.pointer]).toBe(FB1);
  });

  it('T1.7-b: the next in line gets the odd rest', () => {
    const wheel = new ParityWheel();
    // The quantities of T1.7-a as they stood before it, as the vector says "same".
    const level = levelOf(THREE, wheel);
    wheel.pointer = 1;
    allocateParity(RULE, wheel, level, NO_SETTER, 250);
    expect(fillsOf(level)).toEqual([50, 100, 100]);
    expect(wheel.participants[wheel.pointer]).toBe(FB1);
  });

  it('T1.7-c: the setter is served first, then parity over what is left', () => {
    const wheel = new ParityWheel();
    const level = levelOf(THREE, wheel);
    wheel.becameBest(RULE, 1, 41, 500);
    expect(wheel.setterOrderId).toBe(41);
    allocateParity(RULE, wheel, level, 0, 1000);
    expect(fillsOf(level)).toEqual([500, 300, 200]);
  });

  it('gives the setter a round lot at least, and no more than it has or than comes in', () => {
    const setterFill = (qty: number, own: number): number => {
      const wheel = new ParityWheel();
      const level = levelOf(
        [
          { participant: FB1, lots: 1000 },
          { participant: FB2, lots: own },
        ],
        wheel,
      );
      allocateParity({ ...RULE, roundLotLots: 100 }, wheel, level, 1, qty);
      return fillsOf(level)[1]!;
    };
    expect(setterFill(80, 500)).toBe(80);
    expect(setterFill(100, 500)).toBe(100);
    // One lot as setter, then FB1 first.
    expect(setterFill(200, 500)).toBe(100);
    expect(setterFill(100, 30)).toBe(30);
  });

  it('serves orders of the Book among themselves by time', () => {
    const wheel = new ParityWheel();
    const orders = [
      { participant: PARTICIPANT_BOOK, lots: 120 },
      { participant: FB1, lots: 400 },
      { participant: PARTICIPANT_BOOK, lots: 300 },
    ];
    const level = levelOf(orders, wheel);
    allocateParity(RULE, wheel, level, NO_SETTER, 500);
    expect(fillsOf(level)).toEqual([120, 200, 180]);
  });

  it('names a setter only if the one order at the new best price is a round lot', () => {
    const wheel = new ParityWheel();
    wheel.becameBest(RULE, 1, 5, 99);
    expect(wheel.setterOrderId).toBe(NO_SETTER_ID);
    wheel.becameBest(RULE, 2, 5, 100);
    expect(wheel.setterOrderId).toBe(NO_SETTER_ID);
    wheel.becameBest(RULE, 1, 5, 100);
    wheel.gone(6);
    expect(wheel.setterOrderId).toBe(5);
    wheel.gone(5);
    expect(wheel.setterOrderId).toBe(NO_SETTER_ID);
  });

  it('keeps the turn when a participant leaves, and puts one who returns at the end', () => {
    const wheel = new ParityWheel();
    for (const participant of [PARTICIPANT_BOOK, FB1, FB2, DMM]) wheel.enter(participant);
    wheel.pointer = 2;
    wheel.leave(PARTICIPANT_BOOK);
    expect(wheel.participants[wheel.pointer]).toBe(FB2);
    wheel.leave(FB2);
    expect(wheel.participants[wheel.pointer]).toBe(DMM);
    wheel.enter(PARTICIPANT_BOOK);
    expect([...wheel.participants.subarray(0, wheel.count)]).toEqual([FB1, DMM, PARTICIPANT_BOOK]);
    wheel.pointer = 2;
    wheel.leave(PARTICIPANT_BOOK);
    expect(wheel.participants[wheel.pointer]).toBe(FB1);
    wheel.leave(99);
    expect(wheel.count).toBe(2);
  });

  it('starts at the first entry, and gives the odd rest to the Book, where these are the rules', () => {
    const wheel = new ParityWheel();
    const level = levelOf(THREE, wheel);
    wheel.pointer = 1;
    allocateParity({ ...RULE, pointer: 'restarts' }, wheel, level, NO_SETTER, 250);
    expect(fillsOf(level)).toEqual([100, 100, 50]);
    wheel.pointer = 1;
    allocateParity({ ...RULE, oddRest: 'book' }, wheel, level, NO_SETTER, 150);
    expect(fillsOf(level)).toEqual([50, 100, 0]);
  });

  it('shares non-displayed interest by the same wheel in a second call', () => {
    const wheel = new ParityWheel();
    const displayed = levelOf(THREE, wheel);
    expect(allocateParity(RULE, wheel, displayed, NO_SETTER, 2_000)).toBe(1_700);
    const hidden = levelOf(
      [
        { participant: DMM, lots: 200 },
        { participant: FB1, lots: 200 },
      ],
      wheel,
    );
    expect(allocateParity(RULE, wheel, hidden, NO_SETTER, 300)).toBe(300);
    expect(total(fillsOf(hidden))).toBe(300);
  });

  it('says the same after a snapshot', () => {
    const wheel = new ParityWheel();
    for (const participant of [DMM, FB1, FB2, 4, 5, 6]) wheel.enter(participant);
    wheel.pointer = 4;
    wheel.setterOrderId = 77;
    const writer = new BinaryWriter();
    wheel.writeState(writer);
    const restored = new ParityWheel();
    restored.enter(9);
    restored.readState(new BinaryReader(writer.finish()));
    expect([...restored.participants.subarray(0, restored.count)]).toEqual([DMM, FB1, FB2, 4, 5, 6]);
    expect([restored.pointer, restored.setterOrderId]).toEqual([4, 77]);
  });

  it('names every problem of its rule at once', () => {
    expect(() => checkParityRule({ roundLotLots: 0, setterBps: -1, pointer: 'x' }, 'nyse')).toThrow(
      /roundLotLots: must[\s\S]*setterBps: must[\s\S]*pointer: must[\s\S]*oddRest: must/,
    );
  });
});

function total(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

/** The wheel as the rule says it: one lot after another. Gives lots by participant and the position that is next. */
function plainWheel(left: number[], pointer: number, lot: number, pool: number): [number[], number] {
  const got = left.map(() => 0);
  let next = pointer;
  for (let rest = pool; rest > 0; next = (next + 1) % left.length) {
    const given = Math.min(lot, left[next]! - got[next]!, rest);
    got[next]! += given;
    rest -= given;
  }
  return [got, next];
}

describe('the wheel against one lot after another', () => {
  const cases = fc.record({
    lots: fc.array(fc.integer({ min: 1, max: 3_000 }), { minLength: 1, maxLength: 6 }),
    lot: fc.constantFrom(1, 10, 100),
    pointer: fc.nat(),
    qty: fc.integer({ min: 1, max: 9_000 }),
  });

  function run({ lots, lot, pointer, qty }: { lots: number[]; lot: number; pointer: number; qty: number }) {
    const wheel = new ParityWheel();
    const level = levelOf(
      lots.map((own, participant) => ({ participant, lots: own })),
      wheel,
    );
    wheel.pointer = pointer % lots.length;
    const start = wheel.pointer;
    const sum = allocateParity({ ...RULE, roundLotLots: lot }, wheel, level, NO_SETTER, qty);
    return { fills: fillsOf(level), next: wheel.pointer, start, sum };
  }

  it('gives the same and ends at the same place', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const { fills, next, start, sum } = run(one);
        const pool = Math.min(one.qty, total(one.lots));
        expect([fills, next]).toEqual(plainWheel(one.lots, start, one.lot, pool));
        expect(sum).toBe(pool);
      }),
      { numRuns: 2_000, seed: 3 },
    );
  });

  it('gives nobody less of a larger aggressor', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const { fills } = run(one);
        const more = run({ ...one, qty: one.qty + 1 }).fills;
        fills.forEach((fill, i) => {
          expect(more[i]).toBeGreaterThanOrEqual(fill);
        });
      }),
      { numRuns: 2_000, seed: 4 },
    );
  });
});
