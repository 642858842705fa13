import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ARBITER_DELIVER,
  ARBITER_KEEP,
  ARBITER_LATE,
  ARBITER_REPEATED,
  ARBITER_RESTART,
  KEPT_PACKETS_MAX,
  LineArbiter,
} from './line-arbiter.ts';

interface Heard {
  readonly sequence: number;
  readonly atMs: number;
}

interface Played {
  readonly delivered: number[];
  readonly gaps: { from: number; lost: number; atMs: number | null }[];
  readonly verdicts: number[];
}

/** Hears packets in the order given; times between them pass as the caller of the arbiter lets them. */
function play(windowMs: number, packets: readonly Heard[], ticksMs: readonly number[] = []): Played {
  const arbiter = new LineArbiter(windowMs);
  const played: Played = { delivered: [], gaps: [], verdicts: [] };
  const pass = (nowMs: number | null): void => {
    const from = arbiter.next;
    const lost = arbiter.passOver(nowMs);
    if (lost > 0) played.gaps.push({ from, lost, atMs: nowMs });
    for (let packet = arbiter.due(); packet !== null; packet = arbiter.due())
      played.delivered.push(packet.sequence);
  };
  const events = [
    ...packets.map((packet) => ({ atMs: packet.atMs, packet })),
    ...ticksMs.map((atMs) => ({ atMs, packet: null })),
  ].sort((a, b) => a.atMs - b.atMs);
  for (const { atMs, packet } of events) {
    pass(atMs);
    if (packet === null) continue;
    const { sequence } = packet;
    const kept = {
      sequence,
      count: 1,
      index: 0,
      bytes: new Uint8Array(0),
      sentHigh: 0,
      sentLow: sequence,
      receivedSeconds: 0,
      receivedNanos: 0,
      arrivedMs: atMs,
    };
    const verdict = arbiter.offer(sequence, 1, 0, sequence);
    if (verdict === ARBITER_KEEP) arbiter.keep(kept);
    played.verdicts.push(verdict);
    if (verdict === ARBITER_DELIVER) played.delivered.push(sequence);
    pass(atMs);
  }
  while (arbiter.keptCount > 0) pass(null);
  return played;
}

const line = (...heard: [sequence: number, atMs: number][]): Heard[] =>
  heard.map(([sequence, atMs]) => ({ sequence, atMs }));

describe('two lines of a feed', () => {
  const a = line([1, 0], [2, 1], [4, 2]);

  it('T12.8-a what one line lacks comes from the other, and what both lack is a gap after the window', () => {
    const both = play(5, [...a, ...line([1, 0.5], [2, 1.5], [3, 2.5], [4, 3])]);
    expect(both.delivered).toEqual([1, 2, 3, 4]);
    expect(both.gaps).toEqual([]);
    const without = play(5, [...a, ...line([1, 0.5], [2, 1.5], [4, 3])], [6.9, 7, 8]);
    expect(without.delivered).toEqual([1, 2, 4]);
    expect(without.gaps).toEqual([{ from: 3, lost: 1, atMs: 7 }]);
  });

  it('a second copy is repeated, one that was passed over is late, and both are not delivered', () => {
    const played = play(0, line([1, 0], [1, 1], [3, 2], [2, 3], [3, 4]));
    expect(played.delivered).toEqual([1, 3]);
    expect(played.verdicts).toEqual([
      ARBITER_DELIVER,
      ARBITER_REPEATED,
      ARBITER_KEEP,
      ARBITER_LATE,
      ARBITER_REPEATED,
    ]);
  });

  it('a copy of what is kept is repeated', () => {
    expect(play(5, line([1, 0], [3, 1], [3, 2], [2, 3])).verdicts).toEqual([
      ARBITER_DELIVER,
      ARBITER_KEEP,
      ARBITER_REPEATED,
      ARBITER_DELIVER,
    ]);
  });

  it('an old number that was sent much later is of a new session', () => {
    const arbiter = new LineArbiter(5);
    expect(arbiter.offer(900, 1, 10, 0)).toBe(ARBITER_DELIVER);
    expect(arbiter.offer(1, 1, 11, 0)).toBe(ARBITER_LATE);
    expect(arbiter.offer(1, 1, 20, 0)).toBe(ARBITER_RESTART);
    arbiter.restart();
    expect(arbiter.offer(1, 1, 20, 0)).toBe(ARBITER_DELIVER);
  });

  it('packets that wait have a limit', () => {
    const packets = Array.from({ length: KEPT_PACKETS_MAX + 2 }, (_, index) => ({
      sequence: index === 0 ? 1 : index + 2,
      atMs: 0,
    }));
    expect(() => play(1e9, packets)).toThrow(/below their limit/);
  });

  it('whatever is lost and however late the lines are, each number is delivered once, in order, or counted as lost', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.array(
          fc.record({
            drop: fc.double({ min: 0, max: 1, noNaN: true }),
            lateMs: fc.double({ min: 0, max: 12, noNaN: true }),
          }),
          {
            minLength: 80,
            maxLength: 80,
          },
        ),
        (count, chances) => {
          const heard: Heard[] = [{ sequence: 0, atMs: -1 }];
          for (let i = 0; i < 2 * count; i++) {
            const { drop, lateMs } = chances[i % chances.length]!;
            if (drop > 0.3) heard.push({ sequence: 1 + Math.floor(i / 2), atMs: Math.floor(i / 2) + lateMs });
          }
          heard.sort((x, y) => x.atMs - y.atMs);
          const { delivered, gaps } = play(5, heard);
          expect(delivered).toEqual([...new Set(delivered)].sort((x, y) => x - y));
          const lost = gaps.reduce((sum, gap) => sum + gap.lost, 0);
          expect(delivered.length + lost).toBe(delivered.at(-1)! + 1);
        },
      ),
      { seed: 1204, numRuns: 300 },
    );
  });
});
