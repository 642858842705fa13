import { describe, expect, it } from 'vitest';
import { BREAKER_PRESETS } from '../../../tests/support/breaker-presets.ts';
import { TwinError } from '../../base/index.ts';
import { BUY, PRICE_TICKS_MAX, PRICE_TICKS_MIN, SELL, UNDEF_INT32 } from '../../domain/index.ts';
import { BreakerSet } from './breaker-set.ts';
import type { BreakerAction } from './contract.ts';
import { LuldBreaker } from './luld.ts';
import type { LuldRules } from './luld-bands.ts';

const A18 = BREAKER_PRESETS.luld['amendment-18'].rules;
const SECOND = 1_000_000_000;

/** Time of day as ns from midnight. */
function at(text: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = text.split(':').map(Number);
  return hours * 3600 * SECOND + minutes * 60 * SECOND + Math.round(seconds * 1000) * 1_000_000;
}

class Day {
  readonly luld: LuldBreaker;
  readonly set: BreakerSet;
  actions: BreakerAction[] = [];

  constructor(rules: LuldRules = A18, tier: 1 | 2 = 1, previousCloseTicks = 9_900) {
    this.luld = new LuldBreaker(rules, { tier, leveragePercent: 100, ticksPerCent: 1 });
    this.set = new BreakerSet([this.luld]);
    this.luld.startDay({ openNs: at('9:30'), closeNs: at('16:00'), previousCloseTicks });
    this.set.refresh();
  }

  trade(time: string, priceTicks: number): this {
    this.set.onTrade(at(time), priceTicks, 100, this.actions);
    return this;
  }
  quote(time: string, bid: number, ask: number): this {
    this.set.onQuote(at(time), bid, ask, this.actions);
    return this;
  }
  time(time: string): this {
    this.set.onTime(at(time), this.actions);
    return this;
  }
  uncross(time: string, priceTicks: number, kind: 'opening' | 'reopening' = 'reopening'): this {
    this.set.onUncross(at(time), priceTicks, kind, this.actions);
    return this;
  }
  callEnd(time: string, potentialTicks: number, unmatchedMarketSide: 0 | 1 | null = null): boolean {
    const outlook = { kind: 'reopening', potentialTicks, unmatchedMarketSide } as const;
    return this.set.onCallEnd(at(time), outlook, this.actions);
  }
  get bands(): [number, number] {
    return [this.set.lowTicks, this.set.highTicks];
  }
  /** Kinds of the actions since the last call. */
  kinds(): string[] {
    const kinds = this.actions.map(({ kind }) => kind);
    this.actions = [];
    return kinds;
  }
}

const opened = (rules?: LuldRules, tier?: 1 | 2): Day =>
  new Day(rules, tier).uncross('9:30', 10_000, 'opening');
const NO_BANDS = [PRICE_TICKS_MIN, PRICE_TICKS_MAX];

describe('LULD reference price', () => {
  it('T4.4-f: a mean of trades 1 % away becomes the reference after 30 s', () => {
    const day = opened();
    // Trades of the opening are out of the window by then; the old reference is in force 40 s after a reopening.
    day.quote('10:00', 10_500, 10_501).time('10:00:15');
    day.uncross('10:05:15', 10_000);
    // The reopening trade is the first of the five.
    for (const [second, price] of [
      [20, 10_040],
      [30, 10_080],
      [40, 10_130],
    ] as const) {
      day.trade(`10:05:${second}`, price);
      expect(day.bands).toEqual([9_500, 10_500]);
    }
    day.trade('10:05:55', 10_250);
    expect(day.luld.referenceTicks).toBe(10_100);
    expect(day.bands).toEqual([9_595, 10_605]);
  });

  it('T4.4-f: the same trades 20 s after the reference change nothing', () => {
    const day = opened();
    day.quote('10:00', 10_500, 10_501).time('10:00:15');
    day.uncross('10:05:15', 10_000);
    day.trade('10:05:20', 10_040).trade('10:05:25', 10_080).trade('10:05:30', 10_130);
    day.trade('10:05:35', 10_250);
    expect(day.bands).toEqual([9_500, 10_500]);
  });

  it('is the opening price within 5 minutes of the open', () => {
    expect(new Day().bands).toEqual(NO_BANDS);
    expect(opened().bands).toEqual([9_500, 10_500]);
    expect(new Day().uncross('9:34:59', 20_000, 'opening').bands).toEqual([19_000, 21_000]);
  });

  it('is the mean of trades from 9:35 on when there was no opening price', () => {
    const day = new Day().trade('9:31', 10_000).trade('9:32', 10_100);
    expect(day.bands).toEqual(NO_BANDS);
    day.time('9:35');
    expect(day.luld.referenceTicks).toBe(10_050);
    expect(new Day().time('9:35').trade('9:40', 5_000).bands).toEqual([4_750, 5_250]);
  });

  it.each([
    ['previousClose', [9_405, 10_395]],
    ['midpoint', [9_500, 10_501]],
    ['wait', NO_BANDS],
  ] as const)('after an opening on quotes is: %s', (openedOnQuotes, expected) => {
    const day = new Day({ ...A18, openedOnQuotes }).quote('9:30', 9_995, 10_006);
    expect(day.uncross('9:30', UNDEF_INT32, 'opening').bands).toEqual(expected);
  });

  it('stays when nothing traded for 5 minutes, and ignores trades that are too small', () => {
    const day = opened({ ...A18, eligibleQtyLotsMin: 101 });
    day.trade('10:00', 10_400).time('11:00');
    expect(day.bands).toEqual([9_500, 10_500]);
  });
});

describe('LULD bands in the course of a day', () => {
  it('double at 15:35 and go at the close', () => {
    const day = opened().time('15:34:59');
    expect(day.bands).toEqual([9_500, 10_500]);
    expect(day.set.nextTimeNs).toBe(at('15:35'));
    expect(day.time('15:35').bands).toEqual([9_000, 11_000]);
    expect(day.time('16:00').bands).toEqual(NO_BANDS);
    expect(day.luld.phase).toBe('closed');
    expect(day.set.nextTimeNs).toBe(Number.POSITIVE_INFINITY);
  });

  it('are doubled from 9:30 to 9:45 before Amendment 18', () => {
    const day = opened(BREAKER_PRESETS.luld.pilot.rules);
    expect(day.bands).toEqual([9_000, 11_000]);
    expect(day.time('9:44:59').bands).toEqual([9_000, 11_000]);
    expect(day.time('9:45').bands).toEqual([9_500, 10_500]);
  });

  it('forget the day before', () => {
    const day = opened();
    day.luld.startDay({ openNs: at('33:30'), closeNs: at('40:00'), previousCloseTicks: 240 });
    day.set.refresh();
    expect(day.bands).toEqual(NO_BANDS);
    expect(day.uncross('33:30', 250, 'opening').bands).toEqual([200, 300]);
  });
});

describe('LULD limit state', () => {
  it('T4.4-g: is left when the whole bid at the band trades at 14.9 s', () => {
    const day = opened();
    day.kinds();
    day.quote('10:00', 10_500, 10_510);
    expect(day.actions[0]).toMatchObject({ kind: 'limitStateEntered', side: BUY, limitTicks: 10_500 });
    day.kinds();
    day.trade('10:00:14.900', 10_500).quote('10:00:14.900', 10_498, 10_510);
    // The mean of the last 5 minutes is the new reference at once: the trade at 105.00 alone.
    expect(day.kinds()).toEqual(['limitStateLeft', 'bandsChanged']);
    expect(day.luld.phase).toBe('normal');
    expect(day.bands).toEqual([9_975, 11_025]);
    expect(day.time('10:00:15').kinds()).toEqual([]);
  });

  it('T4.4-g: otherwise pauses at 15 s and reopens 5 minutes later', () => {
    const day = opened().quote('10:00', 10_500, 10_510);
    day.kinds();
    expect(day.set.nextTimeNs).toBe(at('10:00:15'));
    // Told late: the pause counts from its nominal time.
    day.time('10:00:17');
    expect(day.actions[1]).toEqual({
      kind: 'interrupt',
      rule: 'luld',
      timeNs: at('10:00:15'),
      phase: 'pause',
      scope: 'instrument',
      untilNs: at('10:05:15'),
      randomNsMax: 0,
      lowTicks: 9_500,
      highTicks: 11_025,
    });
    expect(day.callEnd('10:05:15', 10_700)).toBe(true);
    day.uncross('10:05:15', 10_700);
    expect(day.luld.phase).toBe('normal');
    expect(day.luld.referenceTicks).toBe(10_700);
    expect(day.bands).toEqual([10_165, 11_235]);
  });

  it('T4.4-h: a price beyond the collar, or market orders left over, widen the collar on their side', () => {
    const day = opened().quote('10:00', 10_500, 10_510).time('10:00:15');
    const extended = (): unknown => day.actions.at(-1);
    expect(day.callEnd('10:05:15', 11_026)).toBe(false);
    expect(extended()).toMatchObject({ kind: 'callExtended', untilNs: at('10:10:15'), highTicks: 11_550 });
    expect(day.callEnd('10:10:15', 11_100, BUY)).toBe(false);
    expect(extended()).toMatchObject({ lowTicks: 9_500, highTicks: 12_075 });
    expect(day.callEnd('10:15:15', 10_600, SELL)).toBe(false);
    expect(extended()).toMatchObject({ lowTicks: 8_975, highTicks: 12_075 });
    expect(day.callEnd('10:20:15', 12_075)).toBe(true);
  });

  it('freezes the reference', () => {
    const day = opened().quote('10:00', 10_500, 10_510);
    day.trade('10:00:05', 10_500);
    expect(day.bands).toEqual([9_500, 10_500]);
  });

  it('is not entered by a crossed quote, and has a mirror at the lower band', () => {
    expect(opened().quote('10:00', 10_500, 10_490).luld.phase).toBe('normal');
    const day = opened().quote('10:00', 9_490, 9_500).time('10:00:15');
    expect(day.actions.at(-1)).toMatchObject({ kind: 'interrupt', lowTicks: 9_025, highTicks: 10_500 });
  });

  it('with rule quotationsGone lasts until the venue says so', () => {
    const day = opened({ ...A18, limitStateExit: 'quotationsGone' }).quote('10:00', 10_500, 10_510);
    day.quote('10:00:05', 10_490, 10_510);
    expect(day.luld.phase).toBe('limit');
    day.luld.onLimitQuotationsGone(at('10:00:06'), day.actions);
    expect(day.luld.phase).toBe('normal');
  });

  it('says when a straddle begins and ends, in which the primary market may pause', () => {
    const day = opened();
    day.kinds();
    expect(day.quote('10:00', 9_400, 9_600).kinds()).toEqual(['straddleEntered']);
    expect(day.quote('10:01', 9_500, 9_600).kinds()).toEqual(['straddleLeft']);
    day.quote('10:02', 10_400, 10_600);
    day.luld.declarePause(at('10:03'), day.actions);
    expect(day.kinds()).toEqual(['straddleEntered', 'straddleLeft', 'interrupt']);
    expect(day.luld.collars).toEqual({ lowTicks: 9_500, highTicks: 11_025 });
  });
});

describe('LULD and other halts', () => {
  it('a regulatory halt ends a limit state; its reopening price is the new reference', () => {
    const day = opened().quote('10:00', 10_500, 10_510);
    day.kinds();
    day.set.onSuspend(at('10:00:05'), day.actions);
    expect(day.kinds()).toEqual(['limitStateLeft']);
    expect(day.time('10:30').kinds()).toEqual([]);
    day.uncross('11:00', 9_000);
    expect(day.luld.phase).toBe('normal');
    expect(day.bands).toEqual([8_550, 9_450]);
  });

  it('a reopening without a trade keeps the reference', () => {
    const day = opened();
    day.set.onSuspend(at('10:00'), day.actions);
    expect(day.uncross('11:00', UNDEF_INT32).bands).toEqual([9_500, 10_500]);
    expect(day.luld.phase).toBe('normal');
  });
});

describe('LULD pauses near the close', () => {
  it('at or after 15:50 have no reopening', () => {
    const day = opened().time('15:40').quote('15:49:50', 11_000, 11_010).time('15:50:05');
    expect(day.kinds().slice(-2)).toEqual(['interrupt', 'noReopening']);
    expect(day.callEnd('15:55:05', 11_000)).toBe(false);
    expect(day.actions.at(-1)).toMatchObject({ kind: 'callExtended', untilNs: at('16:00') });
  });

  it('that reach 15:50 have none either', () => {
    const day = opened().time('15:40').quote('15:46', 11_000, 11_010).time('15:46:15');
    expect(day.kinds().at(-1)).toBe('interrupt');
    expect(day.set.nextTimeNs).toBe(at('15:50'));
    expect(day.time('15:50').kinds()).toEqual(['noReopening']);
    day.time('16:00');
    expect(day.luld.phase).toBe('closed');
  });
});

describe('LULD configuration', () => {
  it('tells every value that is out of range at once', () => {
    const make = (): LuldBreaker =>
      new LuldBreaker(
        { ...A18, pauseNs: -1, collarPpm: 0.5 },
        { tier: 1, leveragePercent: 50, ticksPerCent: 1 },
      );
    expect(make).toThrow(TwinError);
    expect(make).toThrow(/pauseNs=-1.*collarPpm=0\.5.*leveragePercent=50/);
  });
});
