/** Calendars of configs/venues/sessions/calendars against dates published by the exchanges, and sessions across changes of clocks. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TwinError } from '../../src/base/index.ts';
import {
  type Calendar,
  dayEndNs,
  dayKindOf,
  dayStartNs,
  easterSunday,
  plusDays,
  tradingDays,
  weekdayOfDate,
} from '../../src/market/index.ts';
import { CALENDARS, PresetSession } from '../support/session-presets.ts';

/** Weekdays of a year that are closed, and the days of each other kind. */
function specialDays(calendar: Calendar, year: number): Record<string, string[]> {
  const special: Record<string, string[]> = {};
  for (let date = `${year}-01-01`; date <= `${year}-12-31`; date = plusDays(date, 1)) {
    const kind = dayKindOf(calendar, date);
    const isWeekend = [0, 6].includes(weekdayOfDate(date));
    if (kind === 'regular' || isWeekend) continue;
    special[kind] ??= [];
    special[kind].push(date.slice(5));
  }
  return special;
}

const US: Readonly<Record<number, readonly [closed: string, half: string]>> = {
  2024: ['01-01 01-15 02-19 03-29 05-27 06-19 07-04 09-02 11-28 12-25', '07-03 11-29 12-24'],
  2025: ['01-01 01-09 01-20 02-17 04-18 05-26 06-19 07-04 09-01 11-27 12-25', '07-03 11-28 12-24'],
  2026: ['01-01 01-19 02-16 04-03 05-25 06-19 07-03 09-07 11-26 12-25', '11-27 12-24'],
  2027: ['01-01 01-18 02-15 03-26 05-31 06-18 07-05 09-06 11-25 12-24', '11-26'],
};
const LSE: typeof US = {
  2024: ['01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26', '12-24 12-31'],
  2025: ['01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26', '12-24 12-31'],
  2026: ['01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28', '12-24 12-31'],
  2027: ['01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28', '12-24 12-31'],
};
const XETRA: typeof US = {
  2024: ['01-01 03-29 04-01 05-01 12-24 12-25 12-26 12-31', '12-30'],
  2025: ['01-01 04-18 04-21 05-01 12-24 12-25 12-26 12-31', '12-30'],
  2026: ['01-01 04-03 04-06 05-01 12-24 12-25 12-31', '12-30'],
  2027: ['01-01 03-26 03-29 12-24 12-31', '12-30'],
};
const CME: Readonly<Record<number, readonly [closed: string, half: string, early: string]>> = {
  2024: ['01-01 03-29 12-25', '01-15 02-19 05-27 06-19 07-04 09-02 11-28', '07-03 11-29 12-24'],
  2025: ['01-01 04-18 12-25', '01-20 02-17 05-26 06-19 07-04 09-01 11-27', '07-03 11-28 12-24'],
  2026: ['01-01 04-03 12-25', '01-19 02-16 05-25 06-19 07-03 09-07 11-26', '11-27 12-24'],
  2027: ['01-01 03-26 12-24', '01-18 02-15 05-31 06-18 07-05 09-06 11-25', '11-26'],
};

describe('calendars', () => {
  it.each([
    ['us-equities', US],
    ['lse', LSE],
    ['xetra', XETRA],
  ] as const)('%s has the published holidays and short days of 2024 to 2027', (name, published) => {
    for (const [year, [closed, half]] of Object.entries(published)) {
      const found = specialDays(CALENDARS[name]!, Number(year));
      expect(found.closed?.join(' '), year).toBe(closed);
      expect(found.half?.join(' '), year).toBe(half);
      expect(Object.keys(found).sort()).toEqual(['closed', 'half']);
    }
  });

  it('cme-equity-index has its closed, short and early days of 2024 to 2027', () => {
    for (const [year, [closed, half, early]] of Object.entries(CME)) {
      const found = specialDays(CALENDARS['cme-equity-index']!, Number(year));
      expect([found.closed, found.half, found.early].map((days) => days?.join(' '))).toEqual([
        closed,
        half,
        early,
      ]);
      expect(found.morning ?? []).toEqual(year === '2025' ? ['01-09'] : []);
    }
  });

  it('a New Year on a Saturday is not observed in New York', () => {
    expect(weekdayOfDate('2028-01-01')).toBe(6);
    expect(dayKindOf(CALENDARS['us-equities']!, '2027-12-31')).toBe('regular');
  });

  it('knows Easter of published years', () => {
    const known = '1961-04-02 2000-04-23 2008-03-23 2024-03-31 2025-04-20 2026-04-05 2027-03-28 2038-04-25';
    for (const date of known.split(' ')) expect(easterSunday(Number(date.slice(0, 4)))).toBe(date);
  });

  it('Easter is a Sunday from March 22 to April 25', () => {
    for (let year = 1583; year <= 4099; year++) {
      const date = easterSunday(year);
      expect(weekdayOfDate(date)).toBe(0);
      expect(date.slice(5) >= '03-22' && date.slice(5) <= '04-25').toBe(true);
    }
  });

  it('days are counted as the calendar of the platform counts them', () => {
    const dayMs = 86_400_000;
    fc.assert(
      fc.property(
        fc.integer({ min: -200_000, max: 200_000 }),
        fc.integer({ min: -800, max: 800 }),
        (day, count) => {
          const text = (at: number): string => new Date(at * dayMs).toISOString().slice(0, 10);
          const clamped = Math.max(day, -140_000);
          expect(plusDays(text(clamped), count)).toBe(text(clamped + count));
          expect(weekdayOfDate(text(clamped))).toBe(new Date(clamped * dayMs).getUTCDay());
        },
      ),
    );
  });

  it('counts the trading days of a year, and a span may cross a new year', () => {
    const count = (year: number): number =>
      tradingDays(CALENDARS['us-equities']!, `${year}-01-01`, `${year}-12-31`).length;
    expect([2024, 2025, 2026, 2027].map(count)).toEqual([252, 250, 251, 251]);
    const span = tradingDays(CALENDARS['us-equities']!, '2024-12-30', '2025-01-03').map(({ date }) => date);
    expect(span).toEqual(['2024-12-30', '2024-12-31', '2025-01-02', '2025-01-03']);
  });

  it('says nothing about years it does not know', () => {
    expect(() => dayKindOf(CALENDARS.lse!, '2023-12-29')).toThrow(TwinError);
    expect(() => tradingDays(CALENDARS.lse!, '2027-12-30', '2028-01-03')).toThrow(/known for/);
  });
});

describe('sessions across changes of clocks', () => {
  const HOUR_NS = 3600e9;

  it('New York opens an hour earlier in UTC from the second Sunday of March on', () => {
    const { machine } = new PresetSession('nyse', '2026-03-06', '2026-03-09');
    const opens = machine.days.map(({ phases }) => phases[1]!.fromNs);
    expect(opens[0]).toBe(14.5 * HOUR_NS);
    expect(opens[1]! - opens[0]!).toBe(71 * HOUR_NS);
  });

  it('New York opens an hour later in UTC from the first Sunday of November on', () => {
    const { machine } = new PresetSession('nyse', '2026-10-30', '2026-11-02');
    const opens = machine.days.map(({ phases }) => phases[1]!.fromNs);
    expect(opens[0]).toBe(13.5 * HOUR_NS);
    expect(opens[1]! - opens[0]!).toBe(73 * HOUR_NS);
  });

  it('London and New York change on different Sundays', () => {
    const opens = (venue: string, phase: number): number[] =>
      new PresetSession(venue, '2026-03-20', '2026-03-30').machine.days.map(
        (day) => (day.phases[phase]!.fromNs / HOUR_NS) % 24,
      );
    expect(opens('lse', 1)).toEqual([8, 8, 8, 8, 8, 8, 7]);
    expect(opens('nyse', 1)).toEqual([13.5, 13.5, 13.5, 13.5, 13.5, 13.5, 13.5]);
  });

  it('the CME week starts on Sunday evening and is cut by maintenance', () => {
    const session = new PresetSession('cme', '2026-03-09', '2026-03-13');
    const { days } = session.machine;
    expect(dayStartNs(days[0]!)).toBe(session.at('2026-03-08', '16:00'));
    expect(days.map((day) => (dayEndNs(day) - dayStartNs(day)) / HOUR_NS)).toEqual([24.75, 24, 24, 24, 24]);
    session.to('2026-03-13', '16:45');
    const states = session
      .of('phaseChanged')
      .filter(
        ({ timeNs }) =>
          timeNs >= session.at('2026-03-12', '15:59') && timeNs <= session.at('2026-03-12', '17:00'),
      );
    expect(states.map(({ phase }) => phase)).toEqual([
      'postClose',
      'preOpen',
      'noCancel',
      'noCancel',
      'open',
    ]);
    expect(session.machine.phase).toBe(null);
  });

  it('crypto has no end: the day after starts in the same state, and DAY orders expire each midnight', () => {
    const session = new PresetSession('crypto-perp', '2026-03-27', '2026-03-30');
    session.advance(session.at('2026-03-31', '12:00'));
    expect(session.of('dayExpired').map(({ timeNs }) => timeNs / HOUR_NS)).toEqual([24, 48, 72, 96]);
    const marks = session.of('mark').map(({ timeNs }) => timeNs / HOUR_NS);
    expect(marks).toEqual([0, 8, 16, 24, 32, 40, 48, 56, 64, 72, 80, 88]);
    expect(session.of('phaseChanged').filter(({ state }) => state === 0)).toHaveLength(1);
  });

  it('FX trades from Sunday to Friday 17:00 New York, also when clocks change on that Sunday', () => {
    const session = new PresetSession('fx', '2026-03-09', '2026-03-13');
    const { days } = session.machine;
    expect(dayStartNs(days[0]!)).toBe(session.at('2026-03-08', '17:00'));
    expect(dayEndNs(days[4]!) - dayStartNs(days[0]!)).toBe(120 * HOUR_NS);
  });
});
