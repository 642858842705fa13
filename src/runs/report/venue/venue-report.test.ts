/** What the page says of a venue's day: records made by hand, and the text and drawings that must come of them. */

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contrast } from '../../../../tests/support/contrast.ts';
import { TEST_INSTRUMENT } from '../../../../tests/support/journal-of-commands.ts';
import { temporaryFolder } from '../../../../tests/support/temporary-folder.ts';
import { VenueRecords } from '../../../../tests/support/venue-records.ts';
import { BUY, HEAD_FLAG_AUCTION, SELL, SESSION_STATE_NAMES } from '../../../domain/index.ts';
import {
  agentGroupsOf,
  JournalReader,
  type RunManifest,
  renderReport,
  summarizeJournal,
} from '../../index.ts';
import { STYLES } from '../styles.ts';
import { clockText, dateOfDay, runClock } from './run-clock.ts';
import { ROWS_MAX } from './session-tables.ts';
import { lookOf } from './state-looks.ts';

const root = temporaryFolder('venue-report');
let files = 0;

/** Midnight in Berlin at the start of 5 January 2026. */
const BERLIN_MIDNIGHT_NS = '1767567600000000000';
const BERLIN = { venue: { sessions: { timeZone: 'Europe/Berlin' } } };
const HOUR = 3600;

function manifestOf(change: Partial<RunManifest>): RunManifest {
  return {
    manifestVersion: 1,
    id: '20261122T103145123Z-test-0a1b2c',
    name: 'Test run',
    kind: 'simulation',
    status: 'finished',
    createdAt: '2026-11-22T10:31:45.123Z',
    endedAt: '2026-11-22T10:31:47.000Z',
    codeVersion: { package: '0.1.0', commit: null },
    config: {},
    configSha256: 'c0ffee'.padEnd(64, '0'),
    seed: 42,
    dataIds: [],
    epochNs: null,
    nodeVersion: 'v20.20.2',
    platform: 'linux-x64',
    process: { pid: 1, host: 'h', startedAt: null },
    counts: {},
    digest: null,
    timings: {},
    error: null,
    ...change,
  };
}

function pageOf(
  records: VenueRecords,
  { epochNs = null, ...change }: Partial<RunManifest> = {},
): Promise<string> {
  const path = join(root, `${++files}.bin`);
  records.write(path, [TEST_INSTRUMENT], epochNs);
  const reader = new JournalReader(path);
  try {
    const manifest = manifestOf(change);
    const summary = summarizeJournal(reader, { groups: agentGroupsOf(manifest.config) });
    return renderReport({ manifest, summary });
  } finally {
    reader.close();
  }
}

/** Cells of the table with a caption, row by row. */
function rowsOf(page: string, caption: string): string[][] {
  const start = page.indexOf(`<caption>${caption}`);
  expect(start, caption).toBeGreaterThan(0);
  const body = page.slice(page.indexOf('<tbody>', start), page.indexOf('</tbody>', start));
  return [...body.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row]) =>
    [...row!.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell]) => cell!.replace(/<[^>]+>/g, '')),
  );
}

const captionsOf = (page: string): string[] =>
  [...page.matchAll(/<caption>(.*?)<\/caption>/g)].map(([, caption]) => caption!);
const titlesOf = (page: string): string[] =>
  [...page.matchAll(/<h4>(.*?)<\/h4>/g)].map(([, title]) => title!);

/** A day with everything on it: a call that publishes, an opening, a halt by bands, a reopening, a close without a price. */
function fullDay(day = 0): VenueRecords {
  const at = (hours: number, minutes = 0, seconds = 0): number =>
    (day * 24 + hours) * HOUR + minutes * 60 + seconds;
  return new VenueRecords()
    .at(at(8))
    .session('PRE_OPEN', 'CLOSED')
    .at(at(8, 58))
    .indicative('opening', 9990, { paired: 400, imbalance: -100 }, { farTicks: 9980, referenceTicks: 10_000 })
    .at(at(8, 59))
    .indicative(
      'opening',
      10_010,
      { paired: 900, imbalance: 200 },
      { farTicks: 9985, referenceTicks: 10_000 },
    )
    .at(at(9, 0, 12.5))
    .session('OPENING_AUCTION', 'PRE_OPEN', 'frozen')
    .trade(BUY, 10_005, 1200, HEAD_FLAG_AUCTION)
    .auction('opening', 10_005, { volume: 1200, imbalance: 300, trades: 1 })
    .session('CONTINUOUS', 'OPENING_AUCTION')
    .level(BUY, 9990, 10)
    .level(SELL, 10_010, 10)
    .bands('luld', 9950, 10_060)
    .at(at(10))
    .level(BUY, 9990, 0)
    .level(BUY, 10_030, 10)
    .level(SELL, 10_010, 0)
    .level(SELL, 10_050, 10)
    .trade(BUY, 10_050, 7)
    .at(at(11))
    .limitState('luld', 'limitStateEntered', 9950, SELL)
    .at(at(11, 0, 15))
    .limitState('luld', 'limitStateLeft')
    .session('PAUSED', 'CONTINUOUS', 'interrupt', 'luld')
    .at(at(11, 5, 15))
    .session('VOLATILITY_AUCTION', 'PAUSED', 'frozen')
    .auction('reopening', 9940, { volume: 500, imbalance: -20, trades: 4 })
    .session('CONTINUOUS', 'VOLATILITY_AUCTION', 'interruptionOver')
    .limitState('regSho201', 'shortSaleRestricted')
    .at(at(17, 30))
    .auction('closing', 'nothingExecutable')
    .session('CLOSED', 'CONTINUOUS');
}

describe('the page of a day at a venue', () => {
  it('tells states, auctions, calls, halts and limit states, each with its time', async () => {
    const page = await pageOf(fullDay(), { config: BERLIN, epochNs: BERLIN_MIDNIGHT_NS });
    expect(titlesOf(page)).toEqual(
      expect.arrayContaining([
        'Sessions and auctions',
        'States of the session',
        'Opening auction, from 08:58:00',
      ]),
    );
    expect(rowsOf(page, 'Auctions')).toEqual([
      ['09:00:12.5', 'Opening', '100.05', '1,200', '300 to buy', '1'],
      ['17:30:00', 'Closing', 'buyers and sellers did not meet', '0', 'none', '0'],
    ]);
    expect(rowsOf(page, 'Reopening auctions')).toEqual([
      ['11:05:15', 'Reopening', '99.40', '500', '20 to sell', '4'],
    ]);
    expect(rowsOf(page, 'State changes')).toEqual([
      ['08:00:00', 'Pre-open call', 'schedule'],
      ['09:00:12.5', 'Opening auction', 'call over'],
      ['09:00:12.5', 'Continuous trading', 'schedule'],
      ['11:00:15', 'Paused', 'interruption: limit up, limit down'],
      ['11:05:15', 'Volatility or reopening call', 'call over'],
      ['11:05:15', 'Continuous trading', 'interruption over'],
      ['17:30:00', 'Closed', 'schedule'],
    ]);
    expect(rowsOf(page, 'Halts and interruptions')).toEqual([
      ['11:00:15', '11:05:15', '5 min', 'Paused', 'limit up, limit down'],
    ]);
    expect(rowsOf(page, 'Limit states and restrictions')).toEqual([
      ['11:00:00', 'Limit state begins', 'ask at 99.50', 'limit up, limit down'],
      ['11:00:15', 'Limit state ends', '–', 'limit up, limit down'],
      ['11:05:15', 'Short sales restricted', '–', 'Regulation SHO, rule 201'],
    ]);
    expect(page).toContain('Price 100.05 at 09:00:12.5. Published 2 times before.');
    expect(page).toContain('indicative price 100.10, 900 lots paired, imbalance 200 lots to buy.');
    expect(page).toContain('1,200 in auctions');
  });

  it('draws states by shape and letters, so that they are read without colour', async () => {
    const page = await pageOf(fullDay());
    const strip = page.slice(
      page.indexOf('class="chart wide strip"'),
      page.indexOf('class="small"', page.indexOf('class="chart wide strip"')),
    );
    const blocks = [...strip.matchAll(/<rect [^>]*height="([\d.]+)" fill="([^"]+)"><title>([^,]+),/g)];
    expect(blocks.map(([, height, fill, name]) => [name, Number(height), fill])).toEqual([
      ['Pre-open call', 14.9, 'var(--st1)'],
      ['Continuous trading', 24, 'var(--st4)'],
      // Stripes are drawn below it.
      ['Paused', 24, 'transparent'],
      ['Continuous trading', 24, 'var(--st4)'],
    ]);
    expect([...strip.matchAll(/>([A-Z]{2})<\/text>/g)].map(([, mark]) => mark)).toEqual([
      'PO',
      'CT',
      'PA',
      'CT',
    ]);
    expect(strip).toContain('Pre-open call 1 h');
    expect(strip).toContain('stroke="var(--st8)"');
    // Three auctions, two of which had a price.
    expect(strip.match(/fill="var\(--s3\)"/g)).toHaveLength(2);
    expect(
      new Set(SESSION_STATE_NAMES.map((state) => `${lookOf(state).mark} ${lookOf(state).shape}`)).size,
    ).toBe(SESSION_STATE_NAMES.length);
  });

  it('keeps the rules of every page: colours of both themes, headings in order, ids that are one', async () => {
    const page = await pageOf(fullDay().fee(1, 'taker', 5), { config: BERLIN, epochNs: BERLIN_MIDNIGHT_NS });
    const drawn = [...page.slice(page.indexOf('<body>')).matchAll(/(?:fill|stroke)="([^"]+)"/g)].map(
      ([, colour]) => colour!,
    );
    for (const colour of new Set(drawn)) {
      expect(colour).toMatch(/^(var\(--[a-z0-9]+\)|none|transparent)$/);
      if (colour.startsWith('var')) expect(page.split(`${colour.slice(4, -1)}: #`), colour).toHaveLength(3);
    }
    const levels = [...page.matchAll(/<h([1-6])\b/g)].map(([, level]) => Number(level));
    for (const [i, level] of levels.entries())
      if (i > 0) expect(level - levels[i - 1]!).toBeLessThanOrEqual(1);
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of page.matchAll(/href="#([^"]*)"/g)) expect(ids).toContain(target);
    expect([...page.matchAll(/href="(#[^"]*)"/g)].map(([, target]) => target)).toEqual(
      expect.arrayContaining(['#sessions-1', '#fees']),
    );
    expect(page).not.toMatch(/https?:|<script|url\((?!#)/i);
  });

  it('has tints on which the ink of each theme is read', () => {
    for (const [theme, ink] of [
      STYLES.split('prefers-color-scheme: dark')[0]!,
      STYLES.split('prefers-color-scheme: dark')[1]!,
    ].map((text) => [text, /--ink: (#[0-9a-f]{6})/.exec(text)![1]!] as const)) {
      const tints = [...theme.matchAll(/--st\d+: (#[0-9a-f]{6})/g)].map(([, tint]) => tint!);
      expect(tints).toHaveLength(SESSION_STATE_NAMES.length);
      for (const tint of tints) expect(contrast(tint, ink), tint).toBeGreaterThan(4.5);
    }
  });

  it('shows the first rows of long tables, and says of how many', async () => {
    const records = new VenueRecords();
    for (let day = 0; day < 70; day++) {
      records
        .at(day * 24 * HOUR)
        .session('CONTINUOUS', 'CLOSED')
        .auction('closing', 100 + day)
        .at(day * 24 * HOUR + 5)
        .session('CLOSED', 'CONTINUOUS');
    }
    const page = await pageOf(records);
    expect(captionsOf(page)).toEqual(
      expect.arrayContaining(['Auctions, the first 60 of 70', 'State changes, the first 60 of 140']),
    );
    expect(rowsOf(page, 'State changes')).toHaveLength(ROWS_MAX);
    expect(page).toContain('Drawn up to day 32 00:00:00.');
    expect(page).not.toContain('>day 32</text>');
  });

  it('says how many calls it does not draw', async () => {
    const records = new VenueRecords().at(0).session('PRE_OPEN', 'CLOSED');
    for (let call = 0; call < 6; call++)
      records
        .at(10 * call)
        .indicative('opening', 100)
        .at(10 * call + 5)
        .auction('opening', 100);
    const page = await pageOf(records);
    expect(titlesOf(page).filter((title) => title.startsWith('Opening auction'))).toHaveLength(4);
    expect(page).toContain('Not drawn here: 2.');
  });

  it('draws calls of any kind: without a price, published once, without an auction', async () => {
    const page = await pageOf(
      new VenueRecords()
        .at(0)
        .session('PRE_OPEN', 'CLOSED')
        .indicative('opening', null, { paired: 0, imbalance: 40 })
        .at(10)
        .auction('opening', 'noQuote')
        .at(20)
        .indicative('intraday', 100)
        .at(30)
        .indicative('closing', 100, {}, { referenceTicks: 90 })
        .at(31)
        .indicative('closing', null),
    );
    expect(page).toContain('No price at 00:00:10: no quote to bound it.');
    expect(page).toContain('Published once.');
    expect(page).toContain('No auction came of it. Published 2 times.');
    expect(page).not.toMatch(/NaN|Infinity/);
  });

  it('draws bands over the price where they are near, and beside it where they are not', async () => {
    const near = await pageOf(fullDay());
    expect(near).toContain('Bands: prices that may trade by limit up, limit down.');
    expect(titlesOf(near)).not.toContain('Price and bands');
    const far = await pageOf(
      new VenueRecords()
        .at(0)
        .session('CONTINUOUS', 'CLOSED')
        .level(BUY, 9999, 1)
        .level(SELL, 10_001, 1)
        .bands('cmeLimits', 5000, null)
        .at(60)
        .level(BUY, 9999, 0)
        .level(BUY, 10_000, 1)
        .at(120)
        .level(BUY, 10_000, 0),
    );
    expect(titlesOf(far)).toContain('Price and bands');
    expect(far).toContain('Bands from 50.00 to 50.00 USD, changed 1 times.');
  });

  it('leaves out what a recording does not tell of its crosses', async () => {
    const page = await pageOf(
      new VenueRecords().at(0).session('CONTINUOUS', 'UNKNOWN').auction('opening', 100, { volume: 50 }),
    );
    expect(rowsOf(page, 'Auctions')).toEqual([['00:00:00', 'Opening', '1.00', '50', '–', '–']]);
  });

  it('has no section for what did not happen', async () => {
    const plain = await pageOf(
      new VenueRecords().at(0).level(BUY, 99, 1).level(SELL, 101, 1).at(5).trade(BUY, 101, 1),
    );
    expect(plain).not.toMatch(/Sessions|Fees|Auction|Bands|Halts|class="part"/);
    const quiet = await pageOf(
      new VenueRecords().at(0).session('CONTINUOUS', 'CLOSED').at(5).session('CLOSED', 'CONTINUOUS'),
    );
    expect(captionsOf(quiet)).toContain('State changes');
    expect(captionsOf(quiet)).not.toEqual(expect.arrayContaining(['Auctions']));
    expect(quiet).not.toMatch(/Reopening auctions|Halts and|Limit states|Price and bands/);
  });
});

describe('fees and rebates on the page', () => {
  const config = {
    agents: [
      { name: 'makers', count: 2 },
      { name: 'takers', count: 1 },
    ],
  };
  const fees = (): VenueRecords =>
    new VenueRecords().at(0).fee(1, 'maker', -250_000).fee(3, 'taker', 1_504_000).fee(2, 'hiddenMaker', 0);

  it('are given by kind of fill and by group, and add up to what the venue took in', async () => {
    const page = await pageOf(fees(), { config, counts: { feeIncomeMinor: 125 } });
    expect(rowsOf(page, 'By kind of fill, USD')).toEqual([
      ['Taker', '1', '1.50', '0.00', '1.50'],
      ['Maker, displayed', '1', '0.00', '0.25', '-0.25'],
      ['Maker, hidden', '1', '0.00', '0.00', '0.00'],
    ]);
    expect(rowsOf(page, 'By group of agents, USD')).toEqual([
      ['makers', '2', '2', '0.00', '0.25', '-0.25'],
      ['takers', '1', '1', '1.50', '0.00', '1.50'],
    ]);
    expect(page).toContain('adds up');
    expect(page).toContain(
      'its account took in 1.250000 USD, which differs by -0.004000 through rounding of bills',
    );
  });

  it('do not add up when the venue took in something else than rounding explains', async () => {
    const page = await pageOf(fees(), { config, counts: { feeIncomeMinor: 150 } });
    expect(page).toContain('does not add up');
  });

  it('are checked against themselves where the run does not tell what the venue took in', async () => {
    const page = await pageOf(fees(), { config });
    expect(page).toContain(
      "All accounts together were charged 1.254000 USD, the venue's income by its fees is 1.254000 USD.",
    );
  });
});

describe('the clock of a run', () => {
  it('is the venue’s: the zone of its sessions, or of the scenario, at whose midnight the run starts', async () => {
    const page = await pageOf(fullDay(), { config: BERLIN, epochNs: BERLIN_MIDNIGHT_NS });
    expect(page).toContain('08:00:00 to 17:30:00, Europe/Berlin');
    expect(page).toContain(
      'Times are of the venue&#39;s clock, Europe/Berlin: Mon 2026-01-05. They count from the run&#39;s epoch, midnight there (2026-01-04 23:00:00 UTC).',
    );
    const plain = runClock({ timeZone: 'Europe/Berlin' }, BERLIN_MIDNIGHT_NS, 0);
    expect(plain).toMatchObject({ timeZone: 'Europe/Berlin', hasDays: false, movedMs: 0 });
  });

  it('names the day of every time where a run has several', async () => {
    const page = await pageOf(fullDay(1), { config: BERLIN, epochNs: BERLIN_MIDNIGHT_NS });
    expect(page).toContain('day 2 08:00:00 to day 2 17:30:00, Europe/Berlin');
    expect(page).toContain('day 1 is Mon 2026-01-05');
    expect(rowsOf(page, 'State changes')[0]![0]).toBe('day 2 08:00:00');
    expect(page).toContain('>day 2</text>');
    expect(page).toContain('>Tue 2026-01-06</text>');
    const clock = runClock(BERLIN, BERLIN_MIDNIGHT_NS, 86_400e9);
    expect(clockText(clock, 34_200.1234567e9)).toBe('day 1 09:30:00.123');
    expect([1, 2, 28].map((day) => dateOfDay(clock, day))).toEqual([
      'Mon 2026-01-05',
      'Tue 2026-01-06',
      'Sun 2026-02-01',
    ]);
  });

  it('is unknown without a zone, without an epoch, with a zone that is none, or at another hour than midnight', () => {
    for (const [config, epochNs] of [
      [{}, BERLIN_MIDNIGHT_NS],
      [null, BERLIN_MIDNIGHT_NS],
      [BERLIN, null],
      [{ timeZone: 'Middle/Earth' }, BERLIN_MIDNIGHT_NS],
      [{ timeZone: 'America/New_York' }, BERLIN_MIDNIGHT_NS],
    ] as const)
      expect(runClock(config, epochNs, 1)).toEqual({
        timeZone: null,
        firstDayMs: null,
        hasDays: false,
        movedMs: 0,
      });
  });

  it('says when the clocks of the place were set to another hour during the run', async () => {
    // Midnight in Berlin on 28 March 2026; clocks go forward in the night to the 29th.
    const epochNs = '1774652400000000000';
    expect(runClock(BERLIN, epochNs, 20 * 3600e9)).toMatchObject({ movedMs: 0 });
    expect(runClock(BERLIN, epochNs, 30 * 3600e9)).toMatchObject({ movedMs: 3_600_000 });
    const page = await pageOf(fullDay(1), { config: BERLIN, epochNs });
    expect(page).toContain(
      'Clocks there were set forward by 1 h during the run; the clock of this page was not.',
    );
  });
});
