import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  findLobsterPair,
  formatLobsterFileName,
  lobsterEpochNs,
  lobsterKindOfContent,
  parseLobsterFileName,
} from './lobster-file-name.ts';

const MESSAGE = 'GOOG_2012-06-21_34200000_57600000_message_10.csv.gz';
const ORDERBOOK = 'GOOG_2012-06-21_34200000_57600000_orderbook_10.csv.gz';
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const noHead = (): Uint8Array => {
  throw new Error('names decide');
};

describe('LOBSTER file names', () => {
  it('a name says symbol, day, window, kind, depth and packing', () => {
    expect(parseLobsterFileName(`/data/${MESSAGE}`)).toEqual({
      symbol: 'GOOG',
      date: '2012-06-21',
      startMs: 34_200_000,
      endMs: 57_600_000,
      kind: 'message',
      levels: 10,
      compression: '.gz',
    });
  });

  it.each([
    'notes.csv',
    'GOOG_2012-13-21_34200000_57600000_message_10.csv',
    'GOOG_2012-02-30_34200000_57600000_message_10.csv',
    'GOOG_2012-06-21_57600000_34200000_message_10.csv',
    'GOOG_2012-06-21_34200000_57600000_message_0.csv',
    'GOOG_2012-06-21_34200000_57600000_trades_10.csv',
    'GOOG_2012-06-21_34200000_57600000_message_10.first999rows.csv',
  ])('%s does not follow the pattern', (name) => {
    expect(parseLobsterFileName(name)).toBeNull();
  });

  it('every name that can be formatted is parsed alike', () => {
    const name = fc.record({
      symbol: fc.stringMatching(/^[A-Z][A-Z.\-_]{0,6}$/),
      date: fc
        .date({ min: new Date('1990-01-01'), max: new Date('2090-01-01'), noInvalidDate: true })
        .map((d) => d.toISOString().slice(0, 10)),
      startMs: fc.integer({ min: 0, max: 40_000_000 }),
      endMs: fc.integer({ min: 40_000_000, max: 86_400_000 }),
      kind: fc.constantFrom('message' as const, 'orderbook' as const),
      levels: fc.integer({ min: 1, max: 9999 }),
      compression: fc.constantFrom('' as const, '.gz' as const),
    });
    fc.assert(
      fc.property(name, (parts) => {
        expect(parseLobsterFileName(formatLobsterFileName(parts))).toEqual(parts);
      }),
    );
  });

  it('midnight in New York follows daylight saving', () => {
    expect(lobsterEpochNs('2012-06-21')).toBe(BigInt(Date.parse('2012-06-21T04:00:00Z')) * 1_000_000n);
    expect(lobsterEpochNs('2012-01-03')).toBe(BigInt(Date.parse('2012-01-03T05:00:00Z')) * 1_000_000n);
    expect(lobsterEpochNs('2012-03-11')).toBe(BigInt(Date.parse('2012-03-11T05:00:00Z')) * 1_000_000n);
    expect(lobsterEpochNs('2012-11-04')).toBe(BigInt(Date.parse('2012-11-04T04:00:00Z')) * 1_000_000n);
    expect(() => lobsterEpochNs('2012-02-30')).toThrow(/calendar/);
  });
});

describe('LOBSTER pairs', () => {
  it('two files make a pair in either order', () => {
    const wanted = { messagePath: MESSAGE, orderbookPath: ORDERBOOK, name: parseLobsterFileName(MESSAGE) };
    expect(findLobsterPair([MESSAGE, ORDERBOOK], noHead)).toEqual(wanted);
    expect(findLobsterPair([ORDERBOOK, MESSAGE], noHead)).toEqual(wanted);
  });

  it.each([
    ['symbol', 'AAPL_2012-06-21_34200000_57600000_orderbook_10.csv.gz'],
    ['date', 'GOOG_2012-06-22_34200000_57600000_orderbook_10.csv.gz'],
    ['endMs', 'GOOG_2012-06-21_34200000_37800000_orderbook_10.csv.gz'],
    ['levels', 'GOOG_2012-06-21_34200000_57600000_orderbook_5.csv.gz'],
    ['one orderbook file', MESSAGE],
  ])('files that differ in %s are refused and both are named', (part, other) => {
    expect.assertions(4);
    try {
      findLobsterPair([MESSAGE, other], noHead);
    } catch (error) {
      expect(error).toMatchObject({ code: 'DATA_PAIR' });
      expect((error as Error).message).toContain(part);
      expect((error as Error).message).toContain(MESSAGE);
      expect((error as Error).message).toContain(other);
    }
  });

  it('files of other names are told apart by their columns', () => {
    const heads: Record<string, string> = {
      'a.csv': '34200.1,1,16113575,18,5853300,1\r\n',
      'b.csv': '5859400,200,5853300,18\n',
      'c.csv': 'date,open,close,volume\n',
      'd.csv': '34200.1,1,16113575,18,5853300,1,null\n',
    };
    const readHead = (path: string): Uint8Array => bytesOf(heads[path]!);
    expect(findLobsterPair(['b.csv', 'a.csv'], readHead)).toEqual({
      messagePath: 'a.csv',
      orderbookPath: 'b.csv',
      name: null,
    });
    expect(findLobsterPair(['b.csv', MESSAGE], readHead).messagePath).toBe(MESSAGE);
    expect(() => findLobsterPair(['a.csv', 'c.csv'], readHead)).toThrow(/file=c\.csv/);
    expect(() => findLobsterPair(['a.csv', 'd.csv'], readHead)).toThrow(
      /one message file and one orderbook file/,
    );
    expect(lobsterKindOfContent(bytesOf(''))).toBeNull();
  });
});
