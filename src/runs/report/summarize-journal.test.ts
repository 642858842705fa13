import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeCommands } from '../../../tests/fuzz/book-commands.ts';
import { journalCommands, TEST_INSTRUMENT } from '../../../tests/support/journal-of-commands.ts';
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts';
import { BUY, EV_LEVEL, EV_TRADE, RECORD_WORDS, SELL } from '../../domain/index.ts';
import { RunDigest } from '../../sim/index.ts';
import {
  JournalReader,
  JournalWriter,
  type RunSummary,
  type SummaryOptions,
  summarizeJournal,
} from '../index.ts';
import { TimeBuckets } from './time-buckets.ts';

const root = temporaryFolder('summary');
let files = 0;

function summaryOf(path: string, options: SummaryOptions = {}): RunSummary {
  const reader = new JournalReader(path);
  try {
    return summarizeJournal(reader, options);
  } finally {
    reader.close();
  }
}

type Step = { readonly atS: number } & (
  | { readonly level: typeof BUY | typeof SELL; readonly ticks: number; readonly lots: number }
  | { readonly trade: typeof BUY | typeof SELL; readonly ticks: number; readonly lots: number }
);

function journalOf(steps: readonly Step[]): string {
  const words = new Int32Array(steps.length * RECORD_WORDS);
  const doubles = new Float64Array(words.buffer);
  for (const [i, step] of steps.entries()) {
    const at = i * RECORD_WORDS;
    doubles[at / 2 + 1] = step.atS * 1e9;
    words[at + 5] = step.ticks;
    if ('level' in step) {
      words[at] = EV_LEVEL | (step.level << 8);
      doubles[at / 2 + 3] = step.lots;
      words[at + 8] = step.lots > 0 ? 1 : 0;
    } else {
      words[at] = EV_TRADE | (step.trade << 8);
      words[at + 6] = step.lots;
    }
  }
  new RunDigest().seal(words, 0, steps.length, RECORD_WORDS);
  const path = join(root, `${++files}.bin`);
  const writer = new JournalWriter(path, {
    runId: 'x',
    epochNs: null,
    instruments: [TEST_INSTRUMENT],
    createdBy: 'test',
  });
  writer.write(words, steps.length);
  writer.close();
  return path;
}

describe('the summary of a journal', () => {
  it('weighs spread, mid and depth by time', () => {
    const summary = summaryOf(
      journalOf([
        { atS: 0, level: BUY, ticks: 100, lots: 10 },
        { atS: 1, level: SELL, ticks: 102, lots: 20 },
        { atS: 1, level: SELL, ticks: 103, lots: 5 },
        { atS: 4, level: BUY, ticks: 101, lots: 30 },
        { atS: 5, level: BUY, ticks: 102, lots: 1 },
        { atS: 6, level: BUY, ticks: 102, lots: 0 },
        { atS: 7, level: SELL, ticks: 102, lots: 0 },
        { atS: 9, level: SELL, ticks: 103, lots: 0 },
        { atS: 10, level: SELL, ticks: 103, lots: 0 },
      ]),
      { depthIntervalNs: 1e9, depthTicks: 3 },
    );
    const { quotes, depth, trading, series } = summary.instruments[0]!;
    // Two ticks wide for 3 s, one for 1 s, locked for 1 s, one for 1 s, two for 2 s, then one-sided.
    expect(quotes).toMatchObject({ twoSidedNs: 7e9, crossedNs: 1e9, spreadMedianTicks: 2 });
    expect(quotes!.spreadMeanTicks).toBeCloseTo((2 * 5 + 1 * 2) / 7, 12);
    expect(quotes!.spreadShares).toEqual([
      { ticks: 1, share: 2 / 7, isOpen: false },
      { ticks: 2, share: 5 / 7, isOpen: false },
    ]);
    // Sampled at 0, 1, ..., 9 s; a sample at the time of a change sees the book after it.
    expect(depth!.samples).toBe(10);
    expect(depth!.bidLots[0]).toBeCloseTo((10 * 4 + 30 + 1 + 30 * 4) / 10, 12);
    expect(depth!.askLots[1]).toBeCloseTo((5 * 6) / 10, 12);
    expect(trading).toBeNull();
    const mid = series.rows.filter((row) => row.midTicks !== null).map((row) => row.midTicks);
    expect(Math.min(...(mid as number[]))).toBe(101);
    expect(summary).toMatchObject({ records: 9, firstNs: 0, lastNs: 10e9, tail: null });
  });

  it('adds up trades exactly, by side and size', () => {
    const huge = 2_147_483_646;
    const { trading, tradeSizes, series } = summaryOf(
      journalOf([
        { atS: 0, trade: BUY, ticks: 100, lots: 1 },
        { atS: 1, trade: SELL, ticks: 98, lots: 6 },
        { atS: 2, trade: BUY, ticks: huge, lots: huge },
        { atS: 3, trade: BUY, ticks: 101, lots: 3 },
      ]),
    ).instruments[0]!;
    expect(trading).toMatchObject({
      trades: 4,
      lots: huge + 10,
      tickLots: String(BigInt(huge) ** 2n + 100n + 588n + 303n),
      openTicks: 100,
      highTicks: huge,
      lowTicks: 98,
      closeTicks: 101,
    });
    expect(tradeSizes.slice(0, 3)).toEqual([
      { fromLots: 1, toLots: 1, count: 1 },
      { fromLots: 2, toLots: 3, count: 1 },
      { fromLots: 4, toLots: 7, count: 1 },
    ]);
    expect(tradeSizes.at(-1)).toMatchObject({ fromLots: 2 ** 30, count: 1 });
    expect(series.rows.reduce((sum, row) => sum + row.sellLots, 0)).toBe(6);
  });

  it('keeps every count when the time series is short and the run long', () => {
    const path = join(root, 'seed.bin');
    const { records, digest } = journalCommands(path, 8, makeCommands(8, 3000));
    const fine = summaryOf(path, { buckets: 4096 });
    const coarse = summaryOf(path, { buckets: 7 });
    expect(coarse).toMatchObject({ records, digest });
    expect(coarse.instruments[0]!.series.rows.length).toBeLessThanOrEqual(7);
    for (const field of [
      'newOrders',
      'cancels',
      'changes',
      'trades',
      'rejects',
      'buyLots',
      'sellLots',
    ] as const) {
      const sum = (summary: RunSummary): number =>
        summary.instruments[0]!.series.rows.reduce((total, row) => total + row[field], 0);
      expect(sum(coarse)).toBe(sum(fine));
      expect(sum(fine)).toBeGreaterThan(0);
    }
    expect(coarse.instruments[0]!.byKind.reduce((sum, { count }) => sum + count, 0)).toBe(records);
    expect(coarse.instruments[0]!.quotes).toEqual(fine.instruments[0]!.quotes);
  });

  it('of an empty journal has nothing to say, and says so', () => {
    const summary = summaryOf(journalOf([]));
    expect(summary).toMatchObject({ records: 0, firstNs: 0, lastNs: 0 });
    expect(summary.instruments[0]).toMatchObject({ records: 0, trading: null, quotes: null, depth: null });
    expect(summary.instruments[0]!.series.rows).toEqual([]);
  });
});

describe('time buckets', () => {
  it('keep sums and borders however often they are merged', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 40 }),
        fc.array(fc.double({ min: 0, max: 9e15, noNaN: true }), { minLength: 1, maxLength: 60 }),
        (capacity, times) => {
          const buckets = new TimeBuckets(['sum', 'min', 'max'], capacity);
          const sorted = times.map(Math.floor).sort((a, b) => a - b);
          for (const time of sorted) {
            const bucket = buckets.reach(time);
            buckets.columns[0]![bucket]!++;
            buckets.columns[1]![bucket] = Math.min(buckets.columns[1]![bucket]!, time);
            buckets.columns[2]![bucket] = Math.max(buckets.columns[2]![bucket]!, time);
          }
          expect(buckets.count).toBeLessThanOrEqual(capacity);
          for (let b = 0; b < buckets.count; b++) {
            const inside = sorted.filter(
              (time) => time >= buckets.startNs(b) && time < buckets.startNs(b + 1),
            );
            expect(buckets.columns[0]![b]).toBe(inside.length);
            if (inside.length === 0) continue;
            expect(buckets.columns[1]![b]).toBe(inside[0]);
            expect(buckets.columns[2]![b]).toBe(inside.at(-1));
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('split an interval at their borders', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e12 }), fc.integer({ min: 0, max: 1e12 }), (from, length) => {
        const buckets = new TimeBuckets(['sum'], 50);
        buckets.reach(from);
        buckets.spread(from, from + length, (bucket, ns) => {
          expect(ns).toBeGreaterThan(0);
          expect(ns).toBeLessThanOrEqual(buckets.widthNs);
          buckets.columns[0]![bucket]! += ns;
        });
        expect(buckets.columns[0]!.reduce((sum, ns) => sum + ns, 0)).toBe(length);
      }),
    );
  });
});
