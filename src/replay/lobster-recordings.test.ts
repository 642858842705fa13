import { describe, expect, it } from 'vitest';
import { VolumeSink } from '../../tests/support/replay-pairs.ts';
import { sharedFile } from '../../tests/support/shared-data.ts';
import type { ReplayMode } from './contract.ts';
import { replayFiles } from './replay-files.ts';

const folder = sharedFile('data/lobster');
const day = (symbol: string, levels: number): string[] =>
  ['orderbook', 'message'].map(
    (kind) => `${folder}/${symbol}_2012-06-21_34200000_57600000_${kind}_${levels}.csv.gz`,
  );
const hour = ['message_50', 'orderbook_50.level1columns', 'orderbook_50.first672rows'].map(
  (part) => `${folder}/AAPL_2012-06-21_34200000_37800000_${part}.csv.gz`,
);
const both = ['rebuild', 'match'] as const;

interface Expected {
  readonly paths: readonly string[];
  readonly rows: number;
  readonly equal: number;
  readonly causes: Readonly<Record<string, number>>;
  readonly shares: number | null;
  readonly executions: readonly [matched: number, missed: number];
  readonly excused: Readonly<Record<string, number>>;
}

const EXPECTED: Readonly<Record<string, Expected>> = {
  'GOOG level 10': {
    paths: day('GOOG', 10),
    rows: 147_916,
    equal: 141_637,
    causes: {
      'first-seen': 2354,
      'changed-on-return': 1448,
      'gone-on-return': 1295,
      'first-seen+gone-on-return': 769,
      'changed-on-return+gone-on-return': 413,
    },
    shares: 492_509 + 213_616,
    executions: [7202, 5],
    excused: { 'entered-out-of-view': 484, 'changed-out-of-view': 62, 'before-file': 12 },
  },
  'GOOG level 5': {
    paths: day('GOOG', 5),
    rows: 112_673,
    equal: 103_954,
    causes: {
      'first-seen': 2892,
      'changed-on-return': 2087,
      'gone-on-return': 1468,
      'first-seen+gone-on-return': 1300,
      'changed-on-return+gone-on-return': 972,
    },
    shares: 492_509 + 213_616,
    executions: [6895, 5],
    excused: { 'entered-out-of-view': 758, 'changed-out-of-view': 97, 'before-file': 10 },
  },
  'GOOG level 1': {
    paths: day('GOOG', 1),
    rows: 49_482,
    equal: 43_313,
    causes: {
      'first-seen': 2321,
      'changed-on-return': 1345,
      'gone-on-return': 1077,
      'first-seen+gone-on-return': 883,
      'changed-on-return+gone-on-return': 543,
    },
    shares: 492_509 + 213_616,
    executions: [5265, 5],
    excused: { 'entered-out-of-view': 2157, 'changed-out-of-view': 334, 'before-file': 4 },
  },
  'AAPL level 1': {
    paths: day('AAPL', 1),
    rows: 118_497,
    equal: 101_246,
    causes: {
      'first-seen': 5882,
      'changed-on-return': 4672,
      'gone-on-return': 2774,
      'changed-on-return+gone-on-return': 2087,
      'first-seen+gone-on-return': 1836,
    },
    shares: 1_845_964 + 1_004_176,
    executions: [14_549, 25],
    excused: { 'entered-out-of-view': 7466, 'changed-out-of-view': 1618 },
  },
  'AAPL first hour, 50 levels of messages and rows of level 1': {
    paths: hour,
    rows: 91_997,
    equal: 91_996,
    causes: { 'gone-on-return': 1 },
    shares: null,
    executions: [4046, 9],
    excused: { 'before-file': 12 },
  },
};

describe.skipIf(folder === null)('replaying real LOBSTER pairs', () => {
  const cases = Object.keys(EXPECTED).flatMap((name) => both.map((mode) => [name, mode] as const));

  it.each(cases)('%s, %s: every row is equal or has a named cause', async (name, mode) => {
    const expected = EXPECTED[name]!;
    const volume = new VolumeSink();
    const result = await replayFiles(expected.paths, { mode, strictness: 'strict', sink: volume });
    expect(result.rows).toBe(expected.rows);
    expect(result.rowsUnexplained).toBe(0);
    expect(result.rowsEqual).toBe(expected.equal);
    expect(result.rowsExcusedByCause).toEqual(expected.causes);
    expect(result.rowsEqual! + result.rowsExcused!).toBe(expected.rows);
    expect(result.quarantine.total).toBe(0);
    if (expected.shares !== null) expect(volume.lots).toBe(expected.shares);
    expect(volume.records).toBe(result.eventRecords);
    for (const difference of result.firstDifferences) expect(difference.explanation).toMatch(/\.$/);
    checkExecutions(mode, expected, result);
  });

  it('matches or excuses at least 99.9 percent of the executions of GOOG level 10', async () => {
    const result = await replayFiles(day('GOOG', 10), { mode: 'match', strictness: 'strict' });
    const explained = result.executionsMatched! + result.executionsExcused!;
    expect(explained / result.executions).toBeGreaterThanOrEqual(0.999);
    expect(result.missedExamples.map(({ row }) => row)).toEqual([69_772, 131_724, 131_725, 131_726, 145_470]);
    expect(result.missedExamples[0]).toMatchObject({ orderId: '149725949', hitOrderId: '149725946' });
  });

  it('is the same run every time', async () => {
    const digests = [1, 2].map(async () => {
      return (await replayFiles(day('GOOG', 1), { mode: 'match', strictness: 'strict' })).digest;
    });
    expect(await digests[0]).toBe(await digests[1]);
  });

  it('opens the book with the level that the rows have, if no deeper orderbook file is given', async () => {
    const result = await replayFiles(hour.slice(0, 2), { mode: 'match', strictness: 'strict' });
    expect(result.rowsUnexplained).toBe(0);
    expect(result.rowsEqual).toBeGreaterThan(91_900);
    expect(result.executionsMissed).toBe(9);
  });

  it('builds a book from the message file alone and compares no rows', async () => {
    const result = await replayFiles([day('GOOG', 10)[1]!], { mode: 'match', strictness: 'strict' });
    expect([result.rowsEqual, result.rowsExcused, result.rowsUnexplained]).toEqual([null, null, null]);
    expect(result.unknownOrders).toBeGreaterThan(0);
    expect(result.books[0]).toMatchObject({
      bestBid: '565.12',
      bestAsk: '565.22',
      bidLots: 200,
      askLots: 42,
    });
    expect(result.executionsMatched! + result.executionsExcused!).toBe(result.executions);
  });

  it('ends with the best prices of the last row', async () => {
    const result = await replayFiles(day('GOOG', 10), { mode: 'rebuild', strictness: 'strict' });
    expect(result.books).toHaveLength(1);
    expect(result.books[0]).toMatchObject({ symbol: 'GOOG', bestBid: '565.12', bestAsk: '565.22' });
    expect(result.executionsMatched).toBeNull();
    expect(result.executionsExcused).toBeNull();
  });
});

function checkExecutions(
  mode: ReplayMode,
  expected: Expected,
  result: Awaited<ReturnType<typeof replayFiles>>,
): void {
  if (mode === 'rebuild') {
    expect(result.executionsMatched).toBeNull();
    return;
  }
  expect([result.executionsMatched, result.executionsMissed]).toEqual(expected.executions);
  expect(result.executionsExcusedByCause).toEqual(expected.excused);
  const counted = result.executionsMatched! + result.executionsExcused! + result.executionsMissed!;
  expect(counted).toBe(result.executions);
}
