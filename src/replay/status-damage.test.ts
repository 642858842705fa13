/** Status messages that are damaged: strict stops with a clear error, lenient never shows a state that was not recorded. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dbnFile, dbnStatus, dbnVenueFile } from '../../tests/support/dbn-files.ts';
import {
  add,
  at,
  type ItchBody,
  itchBytes,
  ofMsft,
  operationalHalt,
  systemEvent,
  tradingAction,
} from '../../tests/support/itch-day.ts';
import { RecordSink } from '../../tests/support/record-sink.ts';
import { temporaryFolder } from '../../tests/support/temporary-folder.ts';
import { TwinError } from '../base/index.ts';
import { MBO_FLAG_LAST } from '../data/index.ts';
import { replayFiles } from './replay-files.ts';

const folder = temporaryFolder('status-damage');

/** An order every five minutes, so that there is a record behind each message to look at. */
const DAY: readonly ItchBody[] = [
  at('03:00', systemEvent('O')),
  at('03:01', add(1, 'B', 100, 10)),
  at('03:02', ofMsft(add(2, 'B', 100, 20))),
  at('03:05', tradingAction('T')),
  at('03:06', ofMsft(tradingAction('H', 'T1'))),
  at('04:00', systemEvent('S')),
  at('09:30', systemEvent('Q')),
  at('09:40', operationalHalt('H')),
  at('09:45', operationalHalt('T')),
  at('10:00', tradingAction('P', 'LUDP')),
  at('10:02', tradingAction('Q', 'LUDP')),
  at('10:05', tradingAction('T')),
  at('11:00', { type: 'W', stockLocate: 0, breachedLevel: '1' }),
  at('11:00:01', tradingAction('H', 'MWC1')),
  at('11:15', tradingAction('T', 'MWCQ')),
  at('11:16', ofMsft(tradingAction('Q', 'T3'))),
  at('11:20', ofMsft(tradingAction('T'))),
  at('16:00', systemEvent('M')),
  at('20:00', systemEvent('E')),
  at('21:00', add(3, 'B', 100, 10)),
  at('21:00', ofMsft(add(4, 'B', 100, 20))),
];

/** Where the letter stands that says what a message tells. */
const LETTER_AT: Readonly<Record<string, number>> = { S: 11, W: 11, H: 19, h: 20 };

interface Frame {
  readonly type: string;
  /** Of the length before the message. */
  readonly at: number;
  readonly length: number;
}

function framesOf(bytes: Uint8Array): Frame[] {
  const frames: Frame[] = [];
  for (let from = 0; from < bytes.length; ) {
    const length = (bytes[from]! << 8) | bytes[from + 1]!;
    frames.push({ type: String.fromCharCode(bytes[from + 2]!), at: from, length });
    from += 2 + length;
  }
  return frames;
}

const clean = itchBytes(DAY);
const statusFrames = framesOf(clean).filter(({ type }) => LETTER_AT[type] !== undefined);

async function replayed(name: string, bytes: Uint8Array, strictness: 'strict' | 'lenient') {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  const sink = new RecordSink();
  const result = await replayFiles([path], { mode: 'match', strictness, sink, format: 'itch' });
  return { result, sink };
}

/** State of each instrument after each record of a session, as `time state`. */
function statesOf(sink: RecordSink, instrument: number): [timeNs: number, state: string][] {
  return sink.venue
    .filter((record) => record.instrument === instrument && record.text.startsWith('session'))
    .map(({ timeNs, text }) => [timeNs, text.split(' ')[3]!]);
}

const stateAt = (states: readonly [number, string][], timeNs: number): string =>
  states.filter(([at]) => at <= timeNs).at(-1)?.[1] ?? '-1';

type Damage = 'letter' | 'longer' | 'shorter' | 'time';

function damaged(frame: Frame, damage: Damage): Uint8Array {
  const from = frame.at + 2;
  const message = clean.slice(from, from + frame.length);
  if (damage === 'letter') message[LETTER_AT[frame.type]!] = 0x7e;
  if (damage === 'time') message.fill(0xff, 5, 11);
  const cut =
    damage === 'longer'
      ? [...message, 0x20]
      : damage === 'shorter'
        ? [...message.slice(0, -1)]
        : [...message];
  return Uint8Array.from([
    ...clean.slice(0, frame.at),
    0,
    cut.length,
    ...cut,
    ...clean.slice(from + frame.length),
  ]);
}

describe('damaged status messages of ITCH', () => {
  const cases = statusFrames.flatMap((frame, place) =>
    (['letter', 'longer', 'shorter', 'time'] as const).map((damage) => ({ frame, place, damage })),
  );

  it('every one of them, in every way: strict stops, lenient shows the true state or none', async () => {
    const truth = await replayed('clean.itch', clean, 'strict');
    const times = truth.sink.venue.map(({ timeNs }) => timeNs);
    expect(times.length).toBeGreaterThan(15);
    let unknown = 0;
    for (const { frame, place, damage } of cases) {
      const bytes = damaged(frame, damage);
      const name = `${place}-${damage}.itch`;
      await expect(replayed(name, bytes, 'strict'), name).rejects.toThrow(
        new RegExp(`source=${name} record=\\d+ .*reason=(?:field-value|length-mismatch|time-range)`),
      );
      const { result, sink } = await replayed(name, bytes, 'lenient');
      expect(result.quarantine.total, name).toBe(1);
      for (const instrument of [0, 1]) {
        const [found, expected] = [statesOf(sink, instrument), statesOf(truth.sink, instrument)];
        for (const time of times) {
          const state = stateAt(found, time);
          if (state === '-1') unknown++;
          else expect(state, `${name} ${instrument} at ${time}`).toBe(stateAt(expected, time));
        }
      }
    }
    expect(unknown).toBeGreaterThan(50);
  });

  it('a file that is cut within a status says so, and shows what was told before', async () => {
    const { sink: whole } = await replayed('whole.itch', clean, 'strict');
    for (const frame of statusFrames) {
      const bytes = clean.slice(0, frame.at + 2 + 5);
      await expect(replayed('cut.itch', bytes, 'strict')).rejects.toThrow('reason=truncated');
      const { result, sink } = await replayed('cut.itch', bytes, 'lenient');
      expect(result.quarantine.byReason).toEqual({ truncated: 1 });
      expect(sink.venue).toEqual(whole.venue.slice(0, sink.venue.length));
    }
  });

  it('any bytes may be wrong: a replay ends with nothing but a TwinError, seed 404', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(clean.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        fc.constantFrom('strict' as const, 'lenient' as const),
        async (flips, strictness) => {
          const bytes = Uint8Array.from(clean);
          for (const [place, value] of flips) bytes[place]! ^= value;
          try {
            await replayed('fuzz.itch', bytes, strictness);
          } catch (error) {
            if (!(error instanceof TwinError)) throw error;
          }
        },
      ),
      { seed: 404, numRuns: 200 },
    );
  });
});

describe('damaged status records of DBN', () => {
  const orders = dbnFile(
    Array.from({ length: 12 }, (_, i) => ({ id: i + 1, price: 100e9, qty: 1, flags: MBO_FLAG_LAST })),
  );
  const actions = [1, 6, 7, 8, 3, 7, 9, 7, 12];
  const statuses = actions.map((action, i) => dbnStatus({ action, atSeconds: i + 0.5 }));

  async function beside(records: readonly Uint8Array[], strictness: 'strict' | 'lenient') {
    writeFileSync(join(folder, 'orders.dbn'), orders);
    writeFileSync(join(folder, 'status.dbn'), dbnVenueFile('status', records));
    const sink = new RecordSink();
    const paths = ['orders.dbn', 'status.dbn'].map((name) => join(folder, name));
    const result = await replayFiles(paths, { mode: 'match', strictness, sink });
    return { result, sink };
  }

  it('every one of them: strict stops, lenient shows the true state or none', async () => {
    const truth = statesOf((await beside(statuses, 'strict')).sink, 0);
    expect(truth).toHaveLength(actions.length);
    for (const place of statuses.keys()) {
      const records = statuses.map((record) => Uint8Array.from(record));
      records[place]![24] = 0xee;
      await expect(beside(records, 'strict')).rejects.toThrow(
        /source=status.dbn record=\d .*reason=field-value/,
      );
      const { result, sink } = await beside(records, 'lenient');
      expect(result.quarantine.byReason).toEqual({ 'field-value': 1 });
      const found = statesOf(sink, 0);
      for (const [time, state] of truth) expect(['-1', state]).toContain(stateAt(found, time));
      expect(found.map(([, state]) => state)).toContain(place === 0 ? 'OPENING_AUCTION' : '-1');
    }
  });
});
