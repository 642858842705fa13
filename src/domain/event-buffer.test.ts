import { describe, expect, it } from 'vitest';
import { EventBuffer } from './event-buffer.ts';
import { EV_LEVEL, EV_TRADE, EVENT_LAYOUTS, RECORD_WORDS, readFloat64, writeFloat64 } from './events.ts';

describe('EventBuffer', () => {
  it('keeps all words of all records while it grows', () => {
    const buffer = new EventBuffer(4);
    for (let i = 0; i < 1000; i++) {
      buffer.timeNs = 2 ** 52 + i;
      buffer.instrument = i & 7;
      buffer.emit(EV_TRADE | (1 << 8), i, ~i, i + 1, i + 2, i + 3, i + 4, i + 5);
    }
    expect(buffer.count).toBe(1000);
    expect(buffer.doubles.buffer).toBe(buffer.words.buffer);
    for (let i = 0; i < 1000; i++) {
      const at = i * RECORD_WORDS;
      expect(readFloat64(buffer.words, at + 2)).toBe(2 ** 52 + i);
      expect([...buffer.words.subarray(at + 4, at + 12)]).toEqual([
        i,
        ~i,
        i + 1,
        i + 2,
        i + 3,
        i + 4,
        i + 5,
        0,
      ]);
      expect([buffer.words[at], buffer.words[at + 1]]).toEqual([EV_TRADE | 256, i & 7]);
    }
  });

  it('writes over what was there before a clear, the check word included', () => {
    const buffer = new EventBuffer(2);
    buffer.emit(EV_TRADE, 1, 2, 3, 4, 5, 6, 7);
    buffer.words[11] = 99;
    buffer.clear();
    buffer.emit(EV_LEVEL, 0, 0, 0, 0, 0, 0, 0);
    expect(buffer.count).toBe(1);
    expect([...buffer.words.subarray(4, 12)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('holds the total of a level beyond 32 bits, in the place where readers look for it', () => {
    const buffer = new EventBuffer(1);
    for (const lots of [0, 1, 2 ** 31, 5 * 2 ** 31 + 7, 2 ** 52 + 1]) {
      buffer.clear();
      buffer.emitLevel(EV_LEVEL, -5, lots, 3);
      expect(readFloat64(buffer.words, 6)).toBe(lots);
      expect([buffer.words[5], buffer.words[8], buffer.words[9]]).toEqual([-5, 3, 0]);
    }
  });
});

describe('float64 in two words', () => {
  it('comes back as it went in at any word', () => {
    const words = new Int32Array(8);
    for (const value of [0, -1.5, Math.PI, 2 ** 53 - 1, Number.POSITIVE_INFINITY, Number.MIN_VALUE]) {
      for (const at of [0, 1, 3]) {
        writeFloat64(words, at, value);
        expect(readFloat64(words, at)).toBe(value);
      }
    }
  });
});

describe('EVENT_LAYOUTS', () => {
  it('names each kind once and keeps to seven words', () => {
    const names = Object.values(EVENT_LAYOUTS).map((layout) => layout.name);
    expect(new Set(names).size).toBe(names.length);
    for (const { fields } of Object.values(EVENT_LAYOUTS)) expect(fields).toHaveLength(7);
  });
});
