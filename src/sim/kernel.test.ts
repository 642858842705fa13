import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BinaryReader, BinaryWriter, Xoshiro128 } from '../base/index.ts';
import { type EventHandler, Kernel, LANES_MAX, PAYLOAD_WORDS, TIME_NS_MAX } from './kernel.ts';

/** More delays than there are lanes, zero included: the last ones go through the heap. */
const LINKS = Array.from({ length: LANES_MAX + 4 }, (_, i) => ({ delayNs: (i * i) % 23, priority: i % 5 }));

/** How the scheduler under test and the reference are spoken to. */
interface Schedule {
  readonly nowNs: number;
  at(timeNs: number, priority: number, id: number): void;
  over(link: number, id: number): void;
}

/** What an event does when it happens: a function of its id alone, so that both sides do the same. */
function act(schedule: Schedule, id: number, nextId: () => number, idsMax: number): void {
  const random = new Xoshiro128(id);
  const children = random.nextBelow(4);
  for (let i = 0; i < children; i++) {
    const child = nextId();
    if (child > idsMax) return;
    if (random.nextBelow(2) === 0) schedule.over(random.nextBelow(LINKS.length), child);
    else schedule.at(schedule.nowNs + random.nextBelow(30), random.nextBelow(6), child);
  }
}

/** A sorted list: obviously right. */
class ReferenceSchedule implements Schedule {
  nowNs = 0;
  readonly #waiting: { timeNs: number; priority: number; sequence: number; id: number }[] = [];
  #sequence = 0;

  at(timeNs: number, priority: number, id: number): void {
    this.#waiting.push({ timeNs, priority, sequence: this.#sequence++, id });
    this.#waiting.sort((a, b) => a.timeNs - b.timeNs || a.priority - b.priority || a.sequence - b.sequence);
  }

  over(link: number, id: number): void {
    this.at(this.nowNs + LINKS[link]!.delayNs, LINKS[link]!.priority, id);
  }

  next(): number | null {
    const event = this.#waiting.shift();
    if (event === undefined) return null;
    this.nowNs = event.timeNs;
    return event.id;
  }
}

/** The kernel as a Schedule that notes what happens when. Payloads are filled to the brim and checked. */
class KernelSchedule implements Schedule, EventHandler {
  readonly kernel = new Kernel();
  log: string[] = [];
  ids = 0;
  readonly #idsMax: number;
  readonly #lanes: number[];

  constructor(idsMax: number) {
    this.#idsMax = idsMax;
    this.#lanes = LINKS.map((link) => this.kernel.laneFor(link.delayNs, link.priority));
  }

  get nowNs(): number {
    return this.kernel.nowNs;
  }

  at(timeNs: number, priority: number, id: number): void {
    this.#fill(this.kernel.schedule(timeNs, priority, 7, id), id);
  }

  over(link: number, id: number): void {
    const lane = this.#lanes[link]!;
    const { delayNs, priority } = LINKS[link]!;
    if (lane < 0) this.at(this.nowNs + delayNs, priority, id);
    else this.#fill(this.kernel.send(lane, 7, id), id);
  }

  handle(kind: number, target: number, words: Int32Array, payloadAt: number): void {
    expect(kind).toBe(7);
    for (let i = 0; i < PAYLOAD_WORDS; i++) expect(words[payloadAt + i]).toBe(target * 31 + i);
    this.log.push(`${this.nowNs}:${target}`);
    act(this, target, () => ++this.ids, this.#idsMax);
  }

  #fill(at: number, id: number): void {
    for (let i = 0; i < PAYLOAD_WORDS; i++) this.kernel.words[at + i] = id * 31 + i;
  }
}

function begin(schedule: Schedule, roots: number): void {
  for (let id = 1; id <= roots; id++) schedule.at((id * 37) % 11, id % 3, id);
}

function referenceLog(roots: number, idsMax: number): string[] {
  const reference = new ReferenceSchedule();
  begin(reference, roots);
  let ids = roots;
  const log: string[] = [];
  for (let id = reference.next(); id !== null; id = reference.next()) {
    log.push(`${reference.nowNs}:${id}`);
    act(reference, id, () => ++ids, idsMax);
  }
  return log;
}

function begun(roots: number, idsMax: number): KernelSchedule {
  const schedule = new KernelSchedule(idsMax);
  begin(schedule, roots);
  schedule.ids = roots;
  return schedule;
}

function restored(from: KernelSchedule, idsMax: number): KernelSchedule {
  const writer = new BinaryWriter();
  from.kernel.writeState(writer);
  const copy = new KernelSchedule(idsMax);
  copy.at(3, 3, 3);
  const reader = new BinaryReader(writer.finish());
  copy.kernel.readState(reader);
  expect(reader.isAtEnd).toBe(true);
  copy.ids = from.ids;
  copy.log = [...from.log];
  return copy;
}

describe('Kernel', () => {
  it('handles events by time, priority, sequence, as a sorted list does, over heap and lanes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 60, max: 600 }), (roots, idsMax) => {
        const schedule = begun(roots, idsMax);
        const log = referenceLog(roots, idsMax);
        expect(schedule.kernel.run(schedule, TIME_NS_MAX)).toBe(log.length);
        expect(schedule.log).toEqual(log);
        expect(schedule.kernel.handledCount).toBe(log.length);
        expect(schedule.kernel.pendingCount).toBe(0);
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it('has used every kind of link in that comparison', () => {
    const kernel = new Kernel();
    const lanes = LINKS.map((link) => kernel.laneFor(link.delayNs, link.priority));
    expect(lanes.filter((lane) => lane < 0)).not.toHaveLength(0);
    expect(new Set(lanes.filter((lane) => lane >= 0)).size).toBe(LANES_MAX);
    expect(referenceLog(40, 500).length).toBeGreaterThan(450);
  });

  it('has the same future when it is saved and restored before any of its events', () => {
    const straight = begun(30, 200);
    straight.kernel.run(straight, TIME_NS_MAX);
    for (let events = 0; events <= straight.log.length; events++) {
      const first = begun(30, 200);
      expect(first.kernel.run(first, TIME_NS_MAX, events)).toBe(events);
      const second = restored(first, 200);
      expect(second.kernel.pendingCount).toBe(first.kernel.pendingCount);
      second.kernel.run(second, TIME_NS_MAX);
      expect(second.log).toEqual(straight.log);
      expect(second.kernel.handledCount).toBe(straight.kernel.handledCount);
    }
  });

  it('holds far more events than its starting pool and rings, and saves them', () => {
    const kernel = new Kernel();
    const lane = kernel.laneFor(5, 1);
    const count = 5000;
    for (let i = 0; i < count; i++) {
      const at = kernel.schedule(5, 1, 1, i);
      kernel.words[at] = i;
      const sentAt = kernel.send(lane, 2, i);
      kernel.words[sentAt] = -i - 1;
    }
    const writer = new BinaryWriter();
    kernel.writeState(writer);
    const copy = new Kernel();
    copy.readState(new BinaryReader(writer.finish()));
    let expected = 0;
    const check: EventHandler = {
      handle: (kind, target, words, at) => {
        expect([kind, target]).toEqual([1 + (expected & 1), expected >> 1]);
        expect(words[at]).toBe(kind === 1 ? target : -target - 1);
        expected++;
      },
    };
    expect(copy.run(check, TIME_NS_MAX)).toBe(2 * count);
  });

  it('hands a payload over intact when the handler makes the pool grow', () => {
    const kernel = new Kernel();
    const first = kernel.schedule(1, 0, 1, 1);
    kernel.words[first] = 4711;
    const handler: EventHandler = {
      handle: (kind, _target, words, at) => {
        if (kind !== 1) return;
        for (let i = 0; i < 3000; i++) kernel.schedule(2, 0, 2, i);
        expect(words[at]).toBe(4711);
      },
    };
    expect(kernel.run(handler, 10)).toBe(3001);
  });

  it('stops at the asked-for time, count, or wish, and stands at the last event', () => {
    const kernel = new Kernel();
    for (const time of [1, 2, 2, 3, 9]) kernel.schedule(time, 0, time, 0);
    const seen: number[] = [];
    const handler: EventHandler = {
      handle: (kind) => {
        seen.push(kind);
        if (kind === 3) kernel.stop();
      },
    };
    expect(kernel.run(handler, 2, 2)).toBe(2);
    expect(kernel.run(handler, 2)).toBe(1);
    expect([kernel.nowNs, kernel.pendingCount]).toEqual([2, 2]);
    expect(kernel.run(handler, 100)).toBe(1);
    expect(kernel.run(handler, 8)).toBe(0);
    expect(kernel.nowNs).toBe(3);
    expect(kernel.run(handler, 9)).toBe(1);
    expect(seen).toEqual([1, 2, 2, 3, 9]);
  });

  it('refuses the past, not-a-number and times beyond 2^53 ns', () => {
    const kernel = new Kernel();
    kernel.schedule(10, 0, 1, 0);
    kernel.run({ handle: () => {} }, 10);
    for (const time of [9, -1, Number.NaN, TIME_NS_MAX + 1, Number.POSITIVE_INFINITY]) {
      expect(() => kernel.schedule(time, 0, 1, 0)).toThrow(expect.objectContaining({ code: 'SIM_TIME' }));
    }
    kernel.schedule(10, 0, 1, 0);
    kernel.schedule(TIME_NS_MAX, 0, 1, 0);
    expect(kernel.pendingCount).toBe(2);
  });
});
