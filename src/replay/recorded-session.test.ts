import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SessionRuleName, StatusMessage, SystemEventName, VenueStatus } from '../data/index.ts';
import { RecordedSession, sessionStateName } from './recorded-session.ts';

type Step =
  | readonly ['event', SystemEventName]
  | readonly ['breach']
  | readonly ['status', VenueStatus, SessionRuleName?]
  | readonly ['service', VenueStatus];

function status(name: VenueStatus, layer: 'trading' | 'service', rule: SessionRuleName = ''): StatusMessage {
  return {
    kind: 'status',
    row: 0,
    sourceIndex: 0,
    tsEventNs: 0,
    instrument: 1,
    status: name,
    layer,
    rule,
    reason: '',
    group: '',
  };
}

/** Takes a step; returns what changed as `from > to cause rule`, '' for nothing. */
function take(session: RecordedSession, step: Step): string {
  const change =
    step[0] === 'event'
      ? session.hearSystemEvent(step[1])
      : step[0] === 'breach'
        ? session.hearMarketBreach()
        : session.hearStatus(status(step[1], step[0] === 'service' ? 'service' : 'trading', step[2]), 0);
  if (change === null) return '';
  const names = `${sessionStateName(change.stateBefore)} > ${sessionStateName(change.state)}`;
  return `${names} ${change.cause} ${change.rule}`.trimEnd();
}

const DAY: readonly (readonly [name: string, steps: readonly (readonly [Step, string])[]])[] = [
  [
    'a day of Nasdaq without a halt: trading from 04:00 to 20:00',
    [
      [['event', 'startOfMessages'], 'UNKNOWN > CLOSED schedule'],
      [['status', 'trading'], ''],
      [['event', 'startOfSystemHours'], 'CLOSED > CONTINUOUS schedule'],
      [['event', 'startOfMarketHours'], ''],
      [['event', 'endOfMarketHours'], ''],
      [['event', 'endOfSystemHours'], 'CONTINUOUS > CLOSED schedule'],
      [['event', 'endOfMessages'], ''],
    ],
  ],
  [
    'a pause of LULD: halted, quoted for the reopening, trading',
    [
      [['event', 'startOfSystemHours'], 'UNKNOWN > CONTINUOUS schedule'],
      [['status', 'halted', 'luld'], 'CONTINUOUS > HALTED halt luld'],
      [['status', 'quoting', 'luld'], 'HALTED > VOLATILITY_AUCTION resume luld'],
      [['status', 'trading'], 'VOLATILITY_AUCTION > CONTINUOUS interruptionOver'],
    ],
  ],
  [
    'a halt before the venue is open shows when it opens, and not once it is closed',
    [
      [['event', 'startOfMessages'], 'UNKNOWN > CLOSED schedule'],
      [['status', 'halted', 'news'], ''],
      [['event', 'startOfSystemHours'], 'CLOSED > HALTED halt news'],
      [['event', 'endOfSystemHours'], 'HALTED > CLOSED schedule'],
    ],
  ],
  [
    'a market-wide halt ends for an instrument when that is released',
    [
      [['event', 'startOfMarketHours'], 'UNKNOWN > CONTINUOUS schedule'],
      [['breach'], 'CONTINUOUS > HALTED halt marketWide'],
      [['status', 'halted', 'marketWide'], ''],
      [['status', 'quoting', 'marketWide'], 'HALTED > VOLATILITY_AUCTION resume marketWide'],
      [['status', 'trading', 'marketWide'], 'VOLATILITY_AUCTION > CONTINUOUS interruptionOver marketWide'],
    ],
  ],
  [
    'a market-wide halt over another one shows its rule',
    [
      [['status', 'halted', 'news'], 'UNKNOWN > HALTED halt news'],
      [['breach'], 'HALTED > HALTED halt marketWide'],
      [['status', 'trading'], 'HALTED > CONTINUOUS resume'],
    ],
  ],
  [
    'an outage lies over a halt, and the halt is left when it is over',
    [
      [['event', 'startOfMarketHours'], 'UNKNOWN > CONTINUOUS schedule'],
      [['service', 'halted'], 'CONTINUOUS > HALTED halt outage'],
      [['status', 'halted', 'news'], ''],
      [['service', 'trading'], 'HALTED > HALTED halt news'],
      [['status', 'trading'], 'HALTED > CONTINUOUS resume'],
    ],
  ],
  [
    'T2.9-a: CME from pre-open over no-cancel and opening to open, with a pause and the close',
    [
      [['status', 'closed'], 'UNKNOWN > CLOSED schedule'],
      [['status', 'preOpen'], 'CLOSED > PRE_OPEN schedule'],
      [['status', 'noCancel'], 'PRE_OPEN > NO_CANCEL schedule'],
      [['status', 'opening'], 'NO_CANCEL > OPENING_AUCTION frozen'],
      [['status', 'trading'], 'OPENING_AUCTION > CONTINUOUS schedule'],
      [['status', 'paused', 'other'], 'CONTINUOUS > PAUSED halt other'],
      [['status', 'preOpen'], 'PAUSED > PRE_OPEN resume'],
      [['status', 'trading'], 'PRE_OPEN > CONTINUOUS schedule'],
      [['status', 'preClose'], 'CONTINUOUS > CLOSING_CALL schedule'],
      [['status', 'closed'], 'CLOSING_CALL > CLOSED schedule'],
      [['status', 'postClose'], 'CLOSED > POST_TRADE schedule'],
    ],
  ],
  [
    'what was set aside leaves a state that is not known until the next one is told',
    [
      [['event', 'startOfMarketHours'], 'UNKNOWN > CONTINUOUS schedule'],
      [['status', 'unknown'], 'CONTINUOUS > UNKNOWN lost'],
      [['status', 'trading'], 'UNKNOWN > CONTINUOUS schedule'],
      [['status', 'halted', 'news'], 'CONTINUOUS > HALTED halt news'],
      [['event', 'unknown'], 'HALTED > UNKNOWN lost'],
      [['status', 'trading'], ''],
      [['event', 'endOfSystemHours'], 'UNKNOWN > CLOSED schedule'],
    ],
  ],
  [
    'a new day forgets the halts of the day before',
    [
      [['event', 'startOfSystemHours'], 'UNKNOWN > CONTINUOUS schedule'],
      [['breach'], 'CONTINUOUS > HALTED halt marketWide'],
      [['event', 'startOfMessages'], 'HALTED > CLOSED schedule'],
      [['event', 'startOfSystemHours'], 'CLOSED > CONTINUOUS schedule'],
    ],
  ],
];

describe('a recorded session', () => {
  it.each(DAY)('%s', (_, steps) => {
    const session = new RecordedSession(null);
    for (const [step, expected] of steps) expect(take(session, step), step.join(' ')).toBe(expected);
  });

  it('begins as the market is, and introduces itself', () => {
    const market = new RecordedSession(null);
    expect(new RecordedSession(market).introduction()).toBeNull();
    market.hearSystemEvent('startOfMarketHours');
    market.hearMarketBreach();
    const session = new RecordedSession(market);
    expect(session.introduction()).toMatchObject({ cause: 'halt', rule: 'marketWide' });
    // The market tells the day, so a status alone does not open what is closed.
    market.hearSystemEvent('startOfMessages');
    const closed = new RecordedSession(market);
    closed.hearStatus(status('trading', 'trading'), 0);
    expect(sessionStateName(closed.state)).toBe('CLOSED');
  });

  it('matches where nothing is known, and only where the state matches', () => {
    const session = new RecordedSession(null);
    expect([session.isMatching, session.isUncrossing]).toEqual([true, false]);
    for (const [name, isMatching, isUncrossing] of [
      ['halted', false, false],
      ['quoting', false, false],
      ['preOpen', false, false],
      ['opening', false, true],
      ['auction', false, true],
      ['trading', true, false],
    ] as const) {
      session.hearStatus(status(name, 'trading'), 0);
      expect([name, session.isMatching, session.isUncrossing]).toEqual([name, isMatching, isUncrossing]);
    }
  });

  it('after any messages it is as the last of each source says, seed 5', () => {
    const step: fc.Arbitrary<Step> = fc.oneof(
      fc.constantFrom<Step>(
        ['event', 'startOfMessages'],
        ['event', 'startOfSystemHours'],
        ['event', 'endOfSystemHours'],
      ),
      fc.constantFrom<Step>(['breach'], ['service', 'halted'], ['service', 'trading']),
      fc.constantFrom<Step>(['status', 'halted', 'news'], ['status', 'quoting'], ['status', 'trading']),
    );
    let halted = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
        const session = new RecordedSession(null);
        let told = 'UNKNOWN';
        let [day, own, isOut, isBreached] = ['', '', false, false];
        for (const one of steps) {
          const change = take(session, one);
          if (change !== '') {
            expect(change.startsWith(`${told} > `)).toBe(true);
            told = change.split(' ')[2]!;
          }
          if (one[0] === 'event') {
            day = one[1] === 'startOfSystemHours' ? 'CONTINUOUS' : 'CLOSED';
            if (one[1] === 'startOfMessages') [own, isOut, isBreached] = ['', false, false];
          } else if (one[0] === 'breach') isBreached = true;
          else if (one[0] === 'service') isOut = one[1] === 'halted';
          else {
            own = one[1] === 'halted' ? 'HALTED' : one[1] === 'quoting' ? 'VOLATILITY_AUCTION' : '';
            if (own !== 'HALTED') isBreached = false;
            if (one[1] === 'trading' && day === '') day = 'TOLD';
          }
          const open =
            isBreached || isOut ? 'HALTED' : own !== '' ? own : day === '' ? 'UNKNOWN' : 'CONTINUOUS';
          const expected = day === 'CLOSED' ? 'CLOSED' : open;
          expect(sessionStateName(session.state)).toBe(expected);
          expect(told).toBe(expected);
          if (expected === 'HALTED') halted++;
        }
      }),
      { seed: 5, numRuns: 1000 },
    );
    expect(halted).toBeGreaterThan(1000);
  });
});
