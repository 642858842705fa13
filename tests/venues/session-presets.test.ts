/** Presets of configs/venues/sessions: what they do through a day, and what a wrong file is told. */

import { describe, expect, it } from 'vitest';
import {
  ANSWER_NAMES,
  buildSessionDays,
  dayEndNs,
  dayStartNs,
  INSTRUCTION_NAMES,
  type InterruptRequest,
  instructionOf,
  SESSION_STATE_NAMES,
  tradingDays,
} from '../../src/market/index.ts';
import { parseCalendar, parseSessions } from '../../src/scenarios/index.ts';
import { localClock } from '../../src/services/index.ts';
import {
  CALENDARS,
  PresetSession,
  SESSION_CONTEXT,
  SESSION_NAMES,
  sessionPreset,
  sessionText,
} from '../support/session-presets.ts';

const DAY = '2026-03-10';
const stateName = (session: PresetSession): string => SESSION_STATE_NAMES[session.machine.state]!;

/** Auctions of a day with their local times. */
function uncrosses(session: PresetSession, date: string): string[] {
  session.to(date, '23:59');
  return session.of('uncross').map(({ auction, timeNs }) => {
    const minutes = (timeNs - session.at(date, '00:00')) / 60e9;
    return `${auction} ${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
  });
}

describe('presets of sessions', () => {
  it('are those the product names', () => {
    expect(SESSION_NAMES).toEqual([
      'cme',
      'crypto-perp',
      'crypto-spot',
      'fx',
      'lse',
      'nasdaq',
      'nyse',
      'options',
      'xetra',
    ]);
  });

  it.each(SESSION_NAMES)('%s has sessions for every trading day of 2024 to 2027', (name) => {
    const spec = sessionPreset(name);
    expect(spec.validFrom < '2026-03-01').toBe(true);
    for (const { name: group } of spec.groups) {
      const span = { fromDay: '2024-01-02', toDay: '2027-12-30' };
      const days = buildSessionDays(spec, group, span, localClock(spec.timeZone, 0n));
      expect(days.map(({ tradingDay }) => tradingDay)).toEqual(
        tradingDays(spec.calendar, span.fromDay, span.toDay).map(({ date }) => date),
      );
      days.forEach((day, index) => {
        if (index > 0) expect(dayStartNs(day)).toBeGreaterThanOrEqual(dayEndNs(days[index - 1]!));
      });
    }
  });

  it.each([
    ['nasdaq', ['opening 9:30', 'closing 16:00']],
    ['nyse', ['opening 9:30', 'closing 16:00']],
    ['lse', ['opening 8:00', 'intraday 12:02', 'closing 16:35']],
    ['xetra', ['opening 9:00', 'closing 17:35']],
    ['crypto-spot', []],
    ['fx', []],
  ] as const)('%s uncrosses at its times', (venue, expected) => {
    expect(uncrosses(new PresetSession(venue, DAY), DAY)).toEqual(expected);
  });

  it.each([
    ['nasdaq', '2026-11-27', ['opening 9:30', 'closing 13:00']],
    ['nyse', '2026-11-27', ['opening 9:30', 'closing 13:00']],
    ['lse', '2026-12-24', ['opening 8:00', 'closing 12:35']],
    ['xetra', '2026-12-30', ['opening 9:00', 'closing 14:05']],
  ] as const)('%s closes early on %s', (venue, date, expected) => {
    expect(uncrosses(new PresetSession(venue, date), date)).toEqual(expected);
  });

  it('Xetra has a midday auction in its segment, NYSE an early session for tapes B and C', () => {
    expect(uncrosses(new PresetSession('xetra', DAY, DAY, 'withMidday'), DAY)[1]).toBe('intraday 13:02');
    expect(uncrosses(new PresetSession('nyse', DAY, DAY, 'tapesBC'), DAY)).toHaveLength(3);
    const early = new PresetSession('nyse', DAY, DAY, 'tapesBC').to(DAY, '08:00');
    expect(ANSWER_NAMES[early.answerTo(instructionOf('moo'))]).toBe('hold');
  });

  it('Nasdaq publishes imbalances every 10 s from 09:25 and every second from 09:28, likewise before the close', () => {
    const session = new PresetSession('nasdaq', DAY);
    session.to(DAY, '20:00');
    const published = session.of('publishImbalance');
    const between = (from: string, until: string) =>
      published.filter(({ timeNs }) => timeNs >= session.at(DAY, from) && timeNs < session.at(DAY, until));
    expect(between('09:25', '09:28').map(({ isEarly }) => isEarly)).toEqual(Array(18).fill(true));
    expect(between('09:28', '09:30').map(({ isEarly }) => isEarly)).toEqual(Array(120).fill(false));
    expect(between('15:50', '15:55')).toHaveLength(30);
    expect(between('15:55', '16:00')).toHaveLength(300);
    expect(published).toHaveLength(18 + 120 + 30 + 300);
    expect(new Set(between('09:00', '10:00').map(({ auction }) => auction))).toEqual(new Set(['opening']));
    expect(new Set(between('15:00', '17:00').map(({ auction }) => auction))).toEqual(new Set(['closing']));
    expect(between('09:28', '09:29').map(({ timeNs }) => timeNs)[1]).toBe(session.at(DAY, '09:28:01'));
  });

  it('LSE ends a call at random within 30 s and says indications until then', () => {
    const session = new PresetSession('lse', DAY);
    session.to(DAY, '08:00:40', 0.999999);
    const [opening] = session.of('uncross');
    expect(opening!.timeNs).toBeGreaterThan(session.at(DAY, '08:00:29'));
    expect(opening!.timeNs).toBeLessThanOrEqual(session.at(DAY, '08:00:30'));
    expect(session.of('publishImbalance').at(-1)!.timeNs).toBe(session.at(DAY, '08:00:29'));
  });

  it('a scheduled auction takes over a volatility interruption of Xetra, which then does not reopen by itself', () => {
    const session = new PresetSession('xetra', DAY);
    session.to(DAY, '17:28');
    const request: InterruptRequest = {
      rule: 'xetra',
      phase: 'auctionCall',
      scope: 'instrument',
      untilNs: session.at(DAY, '17:32'),
      randomNsMax: 0,
    };
    expect(session.machine.interrupt(session.at(DAY, '17:28'), request, session.actions)).toBe(true);
    expect(stateName(session)).toBe('VOLATILITY_AUCTION');
    session.to(DAY, '17:30');
    expect(stateName(session)).toBe('CLOSING_CALL');
    expect(session.of('phaseChanged').at(-1)!.cause).toBe('preempted');
    session.to(DAY, '17:40');
    expect(session.of('uncross').map(({ auction }) => auction)).toEqual(['opening', 'closing']);
  });

  it('an extended closing call of LSE moves the closing price crossing and keeps its length', () => {
    const session = new PresetSession('lse', DAY);
    const { machine, actions } = session;
    session.to(DAY, '16:34');
    for (const end of ['16:35', '16:40', '16:45']) {
      session.advance(session.at(DAY, end), { stopAtUncross: true });
      expect(machine.pendingAuction).toBe('closing');
      const now = session.at(DAY, end);
      if (end !== '16:45') machine.extendCall(now, now + 300e9, 0, actions);
      else machine.completeCall(now, actions);
    }
    expect(stateName(session)).toBe('CLOSE_CROSSING');
    expect(ANSWER_NAMES[machine.answerTo(instructionOf('closingPrice'))]).toBe('enter');
    session.to(DAY, '16:49:29');
    expect(stateName(session)).toBe('CLOSE_CROSSING');
    session.to(DAY, '16:49:30');
    expect(stateName(session)).toBe('POST_TRADE');
    session.to(DAY, '17:15');
    expect(session.of('dayExpired').map(({ timeNs }) => timeNs)).toEqual([session.at(DAY, '16:49:30')]);
  });

  it('what a venue does not offer is refused in all states', () => {
    const session = new PresetSession('cme', DAY);
    session.to(DAY, '10:00');
    expect(ANSWER_NAMES[session.machine.answerTo(instructionOf('moo'))]).toBe('unsupported');
    expect(INSTRUCTION_NAMES).toContain('closingPrice');
  });
});

describe('wrong files of sessions', () => {
  const parse = (text: string): string => {
    try {
      parseSessions(text, 'own.yaml', SESSION_CONTEXT);
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };
  const lse = sessionText('lse');
  const changed = (from: string | RegExp, to: string): string => {
    const text = lse.replace(from, to);
    expect(text).not.toBe(lse);
    return parse(text);
  };

  it.each([
    [
      'a phase that overlaps',
      /from: '12:00'/,
      "from: '07:55'",
      'groups[0].schedules[0].phases[2].from: overlap, later than 08:00, found 07:55',
    ],
    [
      'an end before the last phase',
      /end: '17:15'/,
      "end: '16:40'",
      'groups[0].schedules[0].end: overlap, later than 16:40',
    ],
    [
      'a random end longer than the phase that follows',
      'randomEnd: 30s',
      'randomEnd: 20h',
      'groups[0].schedules[0].phases[0].randomEnd: ends before the phase that follows does, at 12:00, found 04:00+1d',
    ],
    [
      'a state without exit',
      /uncross: intraday/,
      '',
      'phases[2].uncross: state without exit, INTRADAY_AUCTION collects orders and CONTINUOUS follows; opening, intraday, closing or reopening',
    ],
    [
      'an interruption without exit',
      'auctionCall: { state: VOLATILITY_AUCTION, uncross: true',
      'auctionCall: { state: VOLATILITY_AUCTION, uncross: false',
      'interruptions.auctionCall.uncross: state without exit',
    ],
    ['a halt without exit', /reopening: .*/, 'reopening: null', 'reopening: state without exit'],
    [
      'an unknown zone',
      'Europe/London',
      'Europe/Londn',
      'timeZone: is a name of the IANA data base, like America/New_York, or UTC, found "Europe/Londn"',
    ],
    [
      'an unknown calendar',
      'calendar: lse',
      'calendar: lsx',
      'calendar: one of always, cme-equity-index, fx, lse, us-equities, xetra, found "lsx"',
    ],
    [
      'publications outside of their phase',
      "{ from: '16:30', until: '16:35', every: 1s }",
      "{ from: '16:20', until: '16:36', every: 1s }",
      'phases[4].imbalances[0].from: within its phase, from 16:30 to 16:35, found 16:20',
    ],
    [
      'a day without a schedule',
      'dayKinds: [half]',
      'dayKinds: [regular]',
      'groups[0].schedules: gap, no schedule for mon half',
    ],
    [
      'two schedules for a day',
      'dayKinds: [half]',
      'dayKinds: [half, regular]',
      'groups[0].schedules: overlap, mon regular is in schedules 0 and 1',
    ],
    [
      'a kind of day that the calendar does not know',
      'dayKinds: [half]',
      'dayKinds: [half, noon]',
      'groups[0].schedules[1].dayKinds: a kind of day of calendar lse (regular, half), found noon',
    ],
    [
      'an unknown state',
      'state: INTRADAY_AUCTION',
      'state: INTRADAY',
      'groups[0].schedules[0].phases[2].state',
    ],
    [
      'a time that is none',
      "from: '12:02'",
      "from: '12:62'",
      'groups[0].schedules[0].phases[3].from: a time as HH:MM',
    ],
    [
      'DAY orders after their expiry',
      'state: POST_TRADE',
      'state: CONTINUOUS',
      'phases[6].state: takes no DAY orders after they have expired, found CONTINUOUS; POST_TRADE or CLOSED',
    ],
    ['an unknown key', 'venue: lse', 'venue: lse\nvenu: lse', 'venu: is not a key here'],
    [
      'a day that lasts into the next one',
      "end: '17:15'",
      "end: '08:00+1d'",
      'groups[0].schedules[0].end: overlap, it lasts into the day',
    ],
  ])('%s is told', (_, from, to, message) => {
    expect(changed(from, to)).toContain(message);
  });

  it.each([
    [
      'before its phase',
      "from: '09:28', instructions: [moo]",
      "from: '03:59', instructions: [moo]",
      'windows[1].from: within its phase, from 04:00 to 09:30, found 03:59',
    ],
    [
      'after its phase',
      "until: '09:29:30', instructions: [loo]",
      "until: '09:31', instructions: [loo]",
      'windows[2].until: within its phase, from 04:00 to 09:30, found 09:31',
    ],
    [
      'before it starts',
      "from: '09:28', until: '09:29:30'",
      "from: '09:28', until: '09:27'",
      'windows[2].until: later than its start 09:28, found 09:27',
    ],
  ])('a cutoff %s is told', (_, from, to, message) => {
    const nasdaq = sessionText('nasdaq');
    const text = nasdaq.replace(from, to);
    expect(text).not.toBe(nasdaq);
    expect(parse(text)).toContain(message);
  });

  it('a cancel is not answered as an order is', () => {
    const text = sessionText('nasdaq').replace('answer: cancelTooLate', 'answer: reprice');
    expect(parse(text)).toContain(
      'cancelOnOpen is answered by one of enter, errorOnly, noCancel, cancelTooLate, cancelNotNow, found reprice',
    );
  });

  it('everything is told at once', () => {
    const text = lse
      .replace('Europe/London', 'Nowhere')
      .replace("from: '12:00'", "from: '07:55'")
      .replace("end: '13:15'", "end: '12:00'")
      .replace('calendar: lse', 'calendar: none');
    const message = parse(text);
    for (const part of [
      'timeZone:',
      'phases[2].from: overlap',
      'schedules[1].end: overlap',
      'calendar: one of',
    ]) {
      expect(message).toContain(part);
    }
    const broken = parse(`${text}\nother: 1\n`.replace('state: CONTINUOUS', 'state: OPEN'));
    for (const part of ['timeZone:', 'calendar: one of', 'phases[1].state', 'other: is not a key here']) {
      expect(broken).toContain(part);
    }
  });

  it('a calendar is held to its shape', () => {
    const text = `name: own
years: { from: 2027, to: 2024 }
sources: [memory]
weekdays: [mon, funday]
rules:
  - { name: a, kind: closed, on: fixed, month: 2, day: 30, shift: none }
  - { name: b, kind: closed, on: weekday, month: 13, weekday: mon, nth: 0 }
`;
    expect(() => parseCalendar(text, 'own.yaml')).toThrow(/weekdays\[1\][\s\S]*month[\s\S]*nth/);
    const shaped = text.replace(', funday', '').replace('month: 13', 'month: 1').replace('nth: 0', 'nth: 1');
    expect(() => parseCalendar(shaped, 'own.yaml')).toThrow(/years\.to[\s\S]*rules\[0\]\.day/);
    expect(Object.keys(CALENDARS)).toHaveLength(6);
  });
});
