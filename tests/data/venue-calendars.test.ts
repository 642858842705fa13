/** Calendars of venues against another project's list of holidays, and recorded bars of two decades: what is there, was expected, and nothing else. */

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { TwinError } from '../../src/base/index.ts';
import { FILE_FORMATS, type MemorySink, QUALITY_DEFAULTS, qualityMask } from '../../src/data/index.ts';
import { CheckStage } from '../../src/data/quality/stage.ts';
import { dayKindOf, plusDays, weekdayOfDate } from '../../src/market/index.ts';
import { calendarNamed, venueCalendar, zonedEpochNs } from '../../src/services/index.ts';
import { readFeedFile } from '../support/feed-files.ts';
import { CALENDARS } from '../support/session-presets.ts';
import { sharedFile } from '../support/shared-data.ts';

const HOURS = sharedFile('data/reference/market-hours-database.json.gz');
const DAILY = sharedFile('data/daily/equity_raw_ohlcv/spy.csv.gz');
const HOURLY = sharedFile('data/equities-intraday/hour/spy.csv.gz');
const MINUTES = sharedFile('data/equities-intraday/minute/spy/20131004_trade.csv.gz');
const TICKS = sharedFile('data/equities-intraday/tick/ibm/20131007_trade.csv.gz');
const OUT_OF_SESSION = qualityMask('outOfSession');

/** '12/24/2003' as '2003-12-24'. */
function isoDay(text: string): string {
  const [month, day, year] = text.split('/');
  return `${year}-${month!.padStart(2, '0')}-${day!.padStart(2, '0')}`;
}

async function barsOf(path: string, symbol: string): Promise<MemorySink> {
  const format = FILE_FORMATS.find(({ name }) => name === 'lean')!;
  return (await readFeedFile(format, path, { symbol })).sink;
}

/** Gaps that a calendar finds; bars from a day on, in New York. */
function gapsOf(sink: MemorySink, calendar: string, without: (ns: bigint) => boolean = () => false) {
  const stage = new CheckStage({ ...QUALITY_DEFAULTS, calendar: calendarNamed(calendar) });
  for (const batch of sink.batches('bar')) {
    const times = batch.columns.tsEvent.values;
    const marks = new Uint8Array(batch.capacity);
    for (let row = 0; row < batch.count; row++) if (without(times[row]!)) marks[row] = 1;
    batch.removeRows(marks);
    stage.mark(batch as never);
  }
  return stage.gaps;
}

const newYork = (date: string, clock: string): bigint => zonedEpochNs(date, clock, 'America/New_York');

describe('calendars of venues', () => {
  it.skipIf(HOURS === null)(
    'US equities close and end early on the days that LEAN lists, 2000 to 2027',
    () => {
      const { entries } = JSON.parse(gunzipSync(readFileSync(HOURS!)).toString()) as {
        entries: Record<string, { holidays: string[]; earlyCloses: Record<string, string> }>;
      };
      const listed = entries['Equity-usa-[*]']!;
      const closed = new Set(listed.holidays.map(isoDay));
      const early = new Set(Object.keys(listed.earlyCloses).map(isoDay));
      const calendar = CALENDARS['us-equities']!;
      let compared = 0;
      for (let date = '1998-01-01'; date <= '2027-12-31'; date = plusDays(date, 1)) {
        if (weekdayOfDate(date) % 6 === 0) continue;
        const kind = dayKindOf(calendar, date);
        // The list has no short days before the autumn of 1999.
        const expected = closed.has(date) ? 'closed' : early.has(date) ? 'half' : 'regular';
        if (kind !== expected && !(date < '1999-11-01' && kind === 'half'))
          expect.fail(`${date}: ${kind}, listed ${expected}`);
        compared++;
      }
      expect(compared).toBe(7827);
    },
  );

  it.skipIf(DAILY === null)(
    'daily bars of 23 years have no gap, and a day that is taken out is one',
    async () => {
      const sink = await barsOf(DAILY!, 'SPY');
      const whole = gapsOf(await barsOf(DAILY!, 'SPY'), 'nasdaq');
      expect(whole.kept).toEqual([]);
      // The Monday after clocks changed, and two days around Thanksgiving.
      const out = ['2013-03-11', '2014-11-03', '2018-11-21', '2018-11-23'].map((day) =>
        newYork(day, '00:00'),
      );
      const gaps = gapsOf(sink, 'nasdaq', (ns) => out.includes(ns));
      expect(gaps.kept.map(({ from, to, missing }) => [from, to, missing])).toEqual([
        [out[0], out[0], 1],
        [out[1], out[1], 1],
        [out[2], out[3], 2],
      ]);
    },
  );

  it.skipIf(HOURLY === null)(
    'hourly bars of 23 years lack only what was not traded, through every short day and change of clocks',
    async () => {
      const gaps = gapsOf(await barsOf(HOURLY!, 'SPY'), 'nasdaq');
      // The last session of 1999 was short, which no rule says; on the first anniversary of the attacks trading began late.
      expect(gaps.kept.map(({ from, missing }) => [from, missing])).toEqual([
        [newYork('1999-12-31', '14:00'), 2],
        [newYork('2002-09-11', '09:00'), 2],
      ]);
    },
  );

  it.skipIf(MINUTES === null)(
    'minutes are expected in the main session, not before and after it, and one that is taken out is found',
    async () => {
      const gapsWithout = async (clock: string, calendar: string) => {
        const minute = newYork('2013-10-04', clock);
        return gapsOf(await barsOf(MINUTES!, 'SPY'), calendar, (ns) => ns === minute).kept;
      };
      expect(await gapsWithout('03:00', 'nasdaq')).toEqual([]);
      expect((await gapsWithout('03:00', 'always')).length).toBeGreaterThan(50);
      for (const clock of ['09:30', '15:59']) {
        const from = newYork('2013-10-04', clock);
        expect(await gapsWithout(clock, 'nasdaq')).toMatchObject([{ from, to: from, missing: 1 }]);
      }
      for (const clock of ['09:29', '16:00']) expect(await gapsWithout(clock, 'nasdaq')).toEqual([]);
    },
  );

  it.skipIf(TICKS === null)('a day of trades is in session from the early to the late one', async () => {
    const format = FILE_FORMATS.find(({ name }) => name === 'lean')!;
    const { sink } = await readFeedFile(format, TICKS!, { symbol: 'IBM' });
    const out = (calendar: string): number => {
      const stage = new CheckStage({ ...QUALITY_DEFAULTS, calendar: calendarNamed(calendar) });
      let count = 0;
      for (const batch of sink.batches('trade')) {
        const { quality } = batch.columns;
        quality.fill(0, 0, batch.count);
        stage.mark(batch as never);
        for (let row = 0; row < batch.count; row++) if ((quality[row]! & OUT_OF_SESSION) !== 0) count++;
      }
      return count;
    };
    expect(sink.counts().trade).toBeGreaterThan(20_000);
    expect(out('nasdaq')).toBe(0);
    // Frankfurt has closed long before.
    expect(() => out('xetra')).toThrow(TwinError);
  });

  it('days at CME begin on the evening before, through changes of clocks, and end early on holidays', () => {
    const calendar = venueCalendar('cme');
    const at = (text: string): bigint => BigInt(Date.parse(text)) * 1_000_000n;
    const isTraded = (text: string): boolean => calendar.isTraded(at(text), at(text) + 60_000_000_000n);
    // Friday before and Sunday of the change to summer time: 16:00 is 22:00 UTC, 17:00 the same hour two days later.
    const minutes = [
      '2025-03-07T21:59:00Z',
      '2025-03-07T22:00:00Z',
      '2025-03-09T21:59:00Z',
      '2025-03-09T22:00:00Z',
    ];
    expect(minutes.map(isTraded)).toEqual([true, false, false, true]);
    // Thanksgiving ends at 12:00 Chicago; Christmas is closed, and the evening before it too.
    const holidays = [
      '2025-11-27T17:59:00Z',
      '2025-11-27T18:00:00Z',
      '2025-11-27T23:00:00Z',
      '2025-12-25T02:00:00Z',
    ];
    expect(holidays.map(isTraded)).toEqual([true, false, true, false]);
    // The pre-open has quotes, but no bars.
    expect(calendar.isOpen(at('2025-03-10T21:50:00Z'))).toBe(true);
    expect(isTraded('2025-03-10T21:50:00Z')).toBe(false);
    // Daily bars that begin with the session.
    const days = [...calendar.dailyStarts(at('2025-03-06T23:00:00Z'), at('2025-03-12T22:00:00Z'))];
    expect(days).toEqual([
      at('2025-03-09T22:00:00Z'),
      at('2025-03-10T22:00:00Z'),
      at('2025-03-11T22:00:00Z'),
    ]);
  });

  it('names what it does not know', () => {
    expect(() => calendarNamed('tokyo')).toThrow(/calendar=tokyo.*nasdaq/);
    expect(() => calendarNamed('nyse:tapeD')).toThrow(/tapeA, tapesBC|tapeA.*tapesBC/);
    expect(() => venueCalendar('lse').isOpen(0n)).toThrow(/years that it is known for/);
    expect(calendarNamed('day')).toBeNull();
  });
});
