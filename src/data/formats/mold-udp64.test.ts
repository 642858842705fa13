import { describe, expect, it } from 'vitest';
import { mold } from '../../../tests/support/capture-files.ts';
import { TwinError } from '../../base/index.ts';
import { Quarantine } from '../quarantine.ts';
import {
  decodeMoldHeader,
  encodeMoldHeader,
  MOLD_END_OF_SESSION,
  MOLD_SESSIONS_MAX,
  MoldSequencer,
} from './mold-udp64.ts';

const HEADER_HEX = '53455353494f4e303031000000000000002a0002';

/** A message of one byte that tells its number. */
const numbered = (number: number): Uint8Array => Uint8Array.from([number]);

function createFeed(): {
  take(packet: readonly number[]): number[];
  sequencer: MoldSequencer;
  quarantine: Quarantine;
} {
  const quarantine = new Quarantine('lenient', 'test');
  const sequencer = new MoldSequencer(quarantine);
  let index = 0;
  const take = (packet: readonly number[]): number[] => {
    const bytes = Uint8Array.from([7, 7, 7, ...packet]);
    const hasNew = sequencer.accept(bytes, 3, bytes.length, index++);
    const found: number[] = [];
    for (let at = sequencer.messagesAt; at < sequencer.messagesEnd; at += 3) found.push(bytes[at + 2]!);
    expect(found).toHaveLength(sequencer.messageCount);
    expect(hasNew).toBe(found.length > 0);
    return found;
  };
  return { take, sequencer, quarantine };
}

describe('MoldUDP64 header', () => {
  it('T12.9-i: session, number and count of the header', () => {
    const header = { session: 'SESSION001', sequence: 42n, count: 2 };
    expect(decodeMoldHeader(new Uint8Array(Buffer.from(HEADER_HEX, 'hex')))).toEqual(header);
    expect(Buffer.from(encodeMoldHeader(header)).toString('hex')).toBe(HEADER_HEX);
  });

  it('T12.9-i: after 42 and two messages comes 44', () => {
    const { take, quarantine } = createFeed();
    expect(take(mold(42n, [numbered(42), numbered(43)]))).toEqual([42, 43]);
    expect(take(mold(44n, [numbered(44)]))).toEqual([44]);
    expect(quarantine.total).toBe(0);
  });

  it('refuses a cut header and values that do not fit', () => {
    expect(() => decodeMoldHeader(new Uint8Array(19))).toThrow(TwinError);
    for (const bad of [{ session: 'SHORT' }, { sequence: 1n << 64n }, { sequence: -1n }, { count: 65_536 }]) {
      expect(() => encodeMoldHeader({ session: 'SESSION001', sequence: 1n, count: 1, ...bad })).toThrow(
        TwinError,
      );
    }
  });
});

describe('MoldSequencer', () => {
  it('reports a gap once and goes on behind it', () => {
    const { take, sequencer, quarantine } = createFeed();
    take(mold(1n, [numbered(1)]));
    expect(take(mold(5n, [numbered(5)]))).toEqual([5]);
    expect(take(mold(6n, [numbered(6)]))).toEqual([6]);
    expect(sequencer.hasGap).toBe(true);
    expect(sequencer.missingCount).toBe(3);
    expect(quarantine.counts).toEqual(new Map([['gap', 1]]));
    expect(quarantine.examples.get('gap')![0]!.sourceIndex).toBe(1);
  });

  it('drops repeats, also those that share a packet with new messages', () => {
    const { take, sequencer, quarantine } = createFeed();
    take(mold(1n, [numbered(1), numbered(2)]));
    expect(take(mold(1n, [numbered(1), numbered(2)]))).toEqual([]);
    expect(take(mold(2n, [numbered(2), numbered(3), numbered(4)]))).toEqual([3, 4]);
    expect(take(mold(5n, [numbered(5)]))).toEqual([5]);
    expect(sequencer.repeatCount).toBe(3);
    expect(quarantine.total).toBe(0);
  });

  it('numbers each session by itself', () => {
    const { take, quarantine } = createFeed();
    take(mold(10n, [numbered(10)], { session: 'SESSION00A' }));
    expect(take(mold(1n, [numbered(1)], { session: 'SESSION00B' }))).toEqual([1]);
    expect(take(mold(11n, [numbered(11)], { session: 'SESSION00A' }))).toEqual([11]);
    expect(quarantine.total).toBe(0);
  });

  it('finds in a heartbeat what was lost before it', () => {
    const { take, sequencer, quarantine } = createFeed();
    take(mold(1n, [numbered(1)]));
    expect(take(mold(2n, []))).toEqual([]);
    expect(quarantine.total).toBe(0);
    take(mold(4n, []));
    expect(take(mold(4n, [numbered(4)]))).toEqual([4]);
    expect(sequencer.heartbeatCount).toBe(2);
    expect(sequencer.missingCount).toBe(2);
    expect(quarantine.counts).toEqual(new Map([['gap', 1]]));
  });

  it('sees the end of a session', () => {
    const { take, sequencer, quarantine } = createFeed();
    take(mold(1n, [numbered(1)]));
    expect(take(mold(2n, [], { count: MOLD_END_OF_SESSION }))).toEqual([]);
    expect(sequencer.endOfSessionCount).toBe(1);
    expect(quarantine.total).toBe(0);
  });

  it('takes packets without a number as they come', () => {
    const { take, sequencer } = createFeed();
    expect(take(mold(0n, [numbered(1)]))).toEqual([1]);
    expect(take(mold(0n, [numbered(1)]))).toEqual([1]);
    expect(sequencer.repeatCount).toBe(0);
  });

  it.each<[string, number[]]>([
    ['a cut header', mold(1n, []).slice(0, 19)],
    ['a message that the packet does not hold', mold(1n, [numbered(1)]).slice(0, -1)],
    ['fewer messages than announced', mold(1n, [numbered(1)], { count: 2 })],
    ['more bytes than its messages', [...mold(1n, [numbered(1)]), 0]],
    ['an empty message', mold(1n, [new Uint8Array(0)])],
    ['messages in a heartbeat', mold(1n, [numbered(1)], { count: 0 })],
    ['a number beyond 2^53', mold(1n << 60n, [numbered(1)])],
  ])('quarantines %s', (_name, packet) => {
    const { take, quarantine } = createFeed();
    expect(take(packet)).toEqual([]);
    expect(quarantine.counts).toEqual(new Map([['packet-damaged', 1]]));
  });

  it('has a limit of sessions', () => {
    const { take } = createFeed();
    const session = (i: number) => String(i).padStart(10, '0');
    for (let i = 0; i < MOLD_SESSIONS_MAX; i++) take(mold(1n, [numbered(1)], { session: session(i) }));
    expect(() => take(mold(1n, [numbered(1)], { session: session(MOLD_SESSIONS_MAX) }))).toThrow(TwinError);
  });
});
