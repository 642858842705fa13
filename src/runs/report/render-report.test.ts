import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeCommands } from '../../../tests/fuzz/book-commands.ts';
import { journalCommands, TEST_INSTRUMENT } from '../../../tests/support/journal-of-commands.ts';
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts';
import {
  JournalReader,
  type ReplaySection,
  type RunManifest,
  type RunSummary,
  renderReport,
  type SessionLine,
  summarizeJournal,
} from '../index.ts';
import { formatClock, formatCount, formatDuration, formatPercent, formatShort } from './format.ts';
import { escapeHtml, html } from './html.ts';
import { timeAxis } from './time-axis.ts';

const EVIL = `"'><script>alert(1)</script><img src=x onerror=alert(2)>`;
const root = temporaryFolder('report');

function manifestOf(change: Partial<RunManifest> = {}): RunManifest {
  return {
    manifestVersion: 1,
    id: '20261122T103145123Z-test-0a1b2c',
    name: 'Test run',
    kind: 'simulation',
    status: 'finished',
    createdAt: '2026-11-22T10:31:45.123Z',
    endedAt: '2026-11-22T10:31:47.000Z',
    codeVersion: { package: '0.1.0', commit: null },
    config: { agents: 3 },
    configSha256: 'c0ffee'.padEnd(64, '0'),
    seed: 42,
    dataIds: [],
    epochNs: null,
    nodeVersion: 'v20.20.2',
    platform: 'linux-x64',
    process: { pid: 1, host: 'h', startedAt: null },
    counts: { orders: 12_345 },
    digest: null,
    timings: { totalS: 1.25 },
    error: null,
    ...change,
  };
}

const REPLAY: ReplaySection = {
  format: 'lobster',
  mode: 'exact',
  rows: 1000,
  rowsEqual: 990,
  rowsExcused: { 'below the recorded depth': 10 },
  rowsUnexplained: 0,
  executions: 50,
  executionsMatched: 49,
  executionsExcused: { 'hidden order': 1 },
  executionsMissed: {},
  firstDifferences: [
    {
      row: 17,
      time: 34_200_004_241_176,
      side: 'ask',
      level: 2,
      expected: '585.94 x 100',
      found: 'no level',
      cause: 'below the recorded depth',
      explanation: 'The order was there before the recording began.',
    },
  ],
  quarantine: [{ reason: 'time-backwards', count: 2, examples: [{ sourceIndex: 5, detail: 'x' }] }],
  sessions: [],
  remarks: { 'finer-than-ns': 3 },
  digest: '0011223344556677',
  seconds: 1.5,
};

function summaryOf(name: string, commands: number, symbols = ['ACME']): RunSummary {
  const path = join(root, `${name}.bin`);
  const instruments = symbols.map((symbol) => ({ ...TEST_INSTRUMENT, symbol }));
  journalCommands(path, 8, makeCommands(8, commands), { header: { instruments } });
  const reader = new JournalReader(path);
  try {
    return summarizeJournal(reader);
  } finally {
    reader.close();
  }
}

/** Text of the page without the style sheet. */
function bodyOf(page: string): string {
  return page.slice(page.indexOf('<body>'));
}

describe('a report', () => {
  it('is one page that asks for nothing: no address, no script, and a policy that forbids both', async () => {
    const page = await renderReport({
      manifest: manifestOf(),
      summary: summaryOf('plain', 2000),
      replay: REPLAY,
    });
    expect(page).toContain(`http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;;`);
    expect(page).not.toMatch(/https?:|\/\/[a-z]|@import|url\((?!#)/i);
    expect(page).not.toMatch(/<(script|link|iframe|object|embed|img|image|base|form)\b/i);
    expect(page).not.toMatch(/\son[a-z]+=/i);
    expect(page).not.toMatch(/\b(src|xlink:href)=/i);
    for (const [, target] of page.matchAll(/href="([^"]*)"/g)) {
      expect(target).toMatch(/^#/);
      expect(page).toContain(`id="${target!.slice(1)}"`);
    }
  });

  it('escapes every text that comes from outside', async () => {
    const page = await renderReport({
      manifest: manifestOf({
        name: EVIL,
        id: EVIL,
        seed: EVIL,
        digest: EVIL,
        config: { [EVIL]: EVIL },
        dataIds: [{ path: EVIL, bytes: 1, sha256: EVIL }],
        counts: { [EVIL]: 1 },
        timings: { [EVIL]: 1 },
        status: 'failed',
        error: { code: EVIL, message: EVIL, mend: EVIL },
        nodeVersion: EVIL,
        platform: EVIL,
        codeVersion: { package: EVIL, commit: EVIL },
      }),
      summary: summaryOf('evil', 500, [EVIL, 'B']),
      replay: {
        ...REPLAY,
        format: EVIL,
        mode: EVIL,
        digest: EVIL,
        rowsExcused: { [EVIL]: 3 },
        executionsExcused: { [EVIL]: 3 },
        executionsMissed: { [EVIL]: 3 },
        firstDifferences: [
          {
            row: 1,
            time: EVIL,
            side: EVIL,
            level: 1,
            expected: EVIL,
            found: EVIL,
            cause: EVIL,
            explanation: EVIL,
          },
        ],
        quarantine: [{ reason: EVIL, count: 1, examples: [{ sourceIndex: 1, detail: EVIL }] }],
      },
    });
    expect(page).not.toContain('<script');
    expect(page).not.toContain('<img');
    expect(page.split(escapeHtml('><script>alert(1)')).length).toBeGreaterThan(25);
  });

  it('can be read without seeing it: language, headings in order, words for every chart, captions for every table', async () => {
    const page = await renderReport({
      manifest: manifestOf(),
      summary: summaryOf('words', 2000),
      replay: REPLAY,
    });
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(page).toContain('<title>Test run – simulation report</title>');
    expect(page.match(/<main /g)).toHaveLength(1);
    const levels = [...page.matchAll(/<h([1-6])\b/g)].map(([, level]) => Number(level));
    expect(levels[0]).toBe(1);
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    for (const [i, level] of levels.entries())
      if (i > 0) expect(level - levels[i - 1]!).toBeLessThanOrEqual(1);
    const charts = page.match(/<svg viewBox="[^"]+" role="img" aria-label="[^"]{8,}"/g) ?? [];
    expect(charts).toHaveLength(2 * 7);
    expect(page.match(/<svg/g)).toHaveLength(2 * 7 + 1);
    expect(page.match(/<table>/g)!.length).toBe(page.match(/<table><caption>/g)!.length);
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('draws in the colours of the reader: every colour of a chart is a variable of both themes', async () => {
    const page = await renderReport({ manifest: manifestOf(), summary: summaryOf('colours', 2000) });
    const drawn = [...bodyOf(page).matchAll(/(?:fill|stroke)="([^"]+)"/g)].map(([, colour]) => colour!);
    expect(drawn.length).toBeGreaterThan(100);
    for (const colour of new Set(drawn)) expect(colour).toMatch(/^(var\(--[a-z0-9]+\)|none|transparent)$/);
    for (const name of new Set(
      drawn.filter((colour) => colour.startsWith('var')).map((c) => c.slice(4, -1)),
    )) {
      expect(page.match(new RegExp(`${name}: #`, 'g')), name).toHaveLength(2);
    }
  });

  it('says what is not there', async () => {
    const quiet = await renderReport({ manifest: manifestOf(), summary: summaryOf('quiet', 0) });
    expect(quiet).toContain('no records');
    expect(quiet).toContain('The run reads no data files.');
    const { instruments, ...rest } = summaryOf('no-trades', 400);
    const silent = {
      ...instruments[0]!,
      trading: null,
      quotes: null,
      depth: null,
      tradeSizes: [],
      byKind: [],
    };
    const page = await renderReport({ manifest: manifestOf(), summary: { ...rest, instruments: [silent] } });
    expect(page).toContain('no trades');
    expect(page).toContain('No trades, and no moment at which both sides were quoted.');
    expect(page).toContain('No quotes.');
    const none = await renderReport({ manifest: manifestOf(), summary: { ...rest, instruments: [] } });
    expect(none).toContain('The run has no instruments.');
  });

  it('tells an unfinished run, a damaged journal and a digest that does not fit', async () => {
    const summary = summaryOf('warnings', 200);
    const tail = { wholeRecords: 77, tornBytes: 13, reason: 'the last record is not whole' };
    const cut = await renderReport({
      manifest: manifestOf({ status: 'interrupted' }),
      summary: { ...summary, tail },
    });
    expect(cut).toContain('The run did not reach its end');
    expect(cut).toContain('damaged behind record 77: the last record is not whole');
    expect(cut).toContain('of the records so far');
    const other = await renderReport({ manifest: manifestOf({ digest: 'ffffffffffffffff' }), summary });
    expect(other).toContain(`the journal has ${summary.digest}`);
    const same = await renderReport({ manifest: manifestOf({ digest: summary.digest }), summary });
    expect(same).toContain('agrees with the journal');
  });
});

describe('the exactness section of a replay', () => {
  const summary = summaryOf('exactness', 100);
  const pageOf = (change: Partial<ReplaySection>): Promise<string> =>
    renderReport({ manifest: manifestOf({ kind: 'replay' }), summary, replay: { ...REPLAY, ...change } });

  it('gives the verdict that the figures allow', async () => {
    expect(await pageOf({ rowsEqual: 1000, rowsExcused: {} })).toContain(
      'Every recorded book row was reproduced exactly',
    );
    expect(await pageOf({})).toContain('Every row is equal, or differs for a known cause');
    expect(await pageOf({ rowsUnexplained: 10, rowsExcused: {} })).toContain(
      'There are rows that differ without explanation',
    );
    expect(await pageOf({ executionsMissed: { 'out-of-priority': 1 } })).toContain('1.96 % missed');
    expect(await pageOf({ rowsEqual: null, rowsUnexplained: null })).toContain('no recorded book to compare');
    expect(await pageOf({ executionsMatched: null })).toContain('applied as recorded');
    expect(await pageOf({ rows: 0, rowsEqual: 0, rowsExcused: {} })).toContain('Nothing to compare');
  });

  it('explains the first differences and counts what was set aside', async () => {
    const page = await pageOf({});
    expect(page).toContain('Row 17, ask level 2');
    expect(page).toContain('09:30:00.004241176');
    expect(page).toContain('The order was there before the recording began.');
    expect(page).toContain('time-backwards');
    expect(await pageOf({ firstDifferences: [], quarantine: [] })).toContain(
      'every record of the recording keeps the rules',
    );
  });

  it('tells the sessions of the recording, those with trades outside of trading first', async () => {
    expect(await pageOf({})).not.toContain('Sessions of the recording');
    const quiet: SessionLine = {
      symbol: 'CALM',
      state: 'CONTINUOUS',
      changes: [{ time: 34_200e9, from: 'UNKNOWN', to: 'CONTINUOUS', why: 'schedule' }],
      changeCount: 1,
      crosses: [{ time: 34_200e9, auction: 'opening', price: '10.25', lots: 12_345 }],
      crossCount: 1,
      imbalanceCount: 3,
      tradesOutside: 0,
    };
    const page = await pageOf({ sessions: [quiet] });
    expect(page).toContain('No trade contradicts them.');
    expect(page).toContain('09:30:00 UNKNOWN → CONTINUOUS (schedule)');
    expect(page).toContain('09:30:00 opening: 12,345 at 10.25');
    const loud = {
      ...quiet,
      symbol: EVIL,
      tradesOutside: 7,
      changes: Array.from({ length: 20 }, () => quiet.changes[0]!),
      changeCount: 400,
      crosses: [{ time: 0, auction: 'closing', price: null, lots: 0 }],
    };
    const both = await pageOf({ sessions: [quiet, loud] });
    expect(both).toContain('Trades at times when nothing trades, of no auction: 7.');
    expect(both.indexOf(escapeHtml(EVIL))).toBeLessThan(both.indexOf('CALM'));
    expect(both).toContain('and 388 more');
    expect(both).toContain('00:00:00 closing: no price');
    const many = await pageOf({ sessions: Array.from({ length: 50 }, () => quiet) });
    expect(many).toContain('10 more instruments are in replay.json.');
  });

  it('never rounds a share up to all or down to nothing', () => {
    expect(formatPercent(999_999 / 1_000_000)).toBe('> 99.99 %');
    expect(formatPercent(1 / 1_000_000)).toBe('< 0.01 %');
    expect([0, 1, 0.5].map(formatPercent)).toEqual(['0 %', '100 %', '50.00 %']);
  });
});

describe('numbers and times in a report', () => {
  it('look the same everywhere', () => {
    expect([0, 12, 1234, 1_234_567].map(formatCount)).toEqual(['0', '12', '1,234', '1,234,567']);
    expect([0, 0.01234, 1.2345, 12.3, 123.4, -1234.5].map(formatShort)).toEqual([
      '0',
      '0.0123',
      '1.23',
      '12.3',
      '123',
      '-1,234',
    ]);
    expect([0, 999, 1_500_000, 1e9, 61e9, 23_400e9, 86_400e9 * 3].map(formatDuration)).toEqual([
      '0 s',
      '999 ns',
      '1.5 ms',
      '1 s',
      '1 min 1 s',
      '6 h 30 min',
      '3 d',
    ]);
    expect([0, 34_200_004_241_176, 90_000e9].map(formatClock)).toEqual([
      '00:00:00',
      '09:30:00.004241176',
      'day 2 01:00:00',
    ]);
    expect(html`<p>${'<&>"'}${null}${[1, html`<b>${"'"}</b>`]}</p>`.text).toBe(
      '<p>&lt;&amp;&gt;&quot;1<b>&#39;</b></p>',
    );
  });

  it('have round labels on the time axis, whatever the span', () => {
    expect(timeAxis(34_200, 57_600, 8).values).toEqual([
      36_000, 39_600, 43_200, 46_800, 50_400, 54_000, 57_600,
    ]);
    const labels = (from: number, to: number, ticks: number): readonly string[] =>
      timeAxis(from, to, ticks).labels;
    expect(labels(34_200, 45_000, 4)).toEqual(['10:00', '11:00', '12:00']);
    expect(labels(120_600, 120_660, 4)).toEqual(['09:30:00', '09:30:15', '09:30:30', '09:30:45', '09:31:00']);
    expect(labels(34_200.25, 34_201, 3)).toEqual(['09:30:00.5', '09:30:01.0']);
    expect(labels(0, 1, 4)).toEqual(['0 s', '0.5 s', '1 s']);
    // The day is named where it begins, and only on an axis that knows several.
    expect(labels(57_600, 147_600, 6)).toEqual(['18:00', 'day 2', '06:00', '12:00']);
    expect(labels(0, 86_400, 4)).toEqual(['00:00', '06:00', '12:00', '18:00', '24:00']);
    expect(labels(86_400, 90_000, 2)).toEqual(['00:00', '00:30', '01:00']);
    expect(labels(0, 5 * 86_400, 5)).toEqual(['day 1', 'day 2', 'day 3', 'day 4', 'day 5', 'day 6']);
    for (const span of [1e-6, 0.02, 1, 7, 100, 5000, 86_400, 9e6]) {
      const { values } = timeAxis(0, span, 6);
      expect(values.length).toBeGreaterThan(0);
      expect(values.length).toBeLessThanOrEqual(8);
    }
  });
});
