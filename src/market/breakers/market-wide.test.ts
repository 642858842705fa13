import { describe, expect, it } from 'vitest';
import { BREAKER_PRESETS } from '../../../tests/support/breaker-presets.ts';
import { BinaryReader, BinaryWriter } from '../../base/index.ts';
import type { BreakerAction } from './contract.ts';
import { MarketWideBreaker } from './market-wide.ts';

const MINUTE = 60_000_000_000;
const CLOSE = 16 * 60 * MINUTE;
const at = (hours: number, minutes: number, seconds = 0): number =>
  (hours * 60 + minutes) * MINUTE + seconds * 1_000_000_000;

function startedDay(): MarketWideBreaker {
  const breaker = new MarketWideBreaker(BREAKER_PRESETS.marketWide.us.rules);
  breaker.startDay({ closeNs: CLOSE, previousCloseCents: 453_212 });
  return breaker;
}

function feed(breaker: MarketWideBreaker, timeNs: number, cents: number): BreakerAction[] {
  const actions: BreakerAction[] = [];
  breaker.onIndexValue(timeNs, cents, actions);
  return actions;
}

describe('market-wide circuit breaker', () => {
  it('T4.5-a: levels are rounded half up to the cent', () => {
    expect(startedDay().levelCents).toEqual([421_487, 394_294, 362_570]);
  });

  it('T4.5-a: level 1 at 15:24:59 halts for 15 minutes, at 15:25:00 not at all', () => {
    expect(feed(startedDay(), at(15, 24, 59), 421_487)).toEqual([
      expect.objectContaining({ phase: 'halt', scope: 'market', untilNs: at(15, 39, 59) }),
    ]);
    expect(feed(startedDay(), at(15, 24, 59), 421_488)).toEqual([]);
    expect(feed(startedDay(), at(15, 25), 421_487)).toEqual([]);
    expect(feed(startedDay(), at(15, 25), 394_294)).toEqual([]);
  });

  it('T4.5-a: a level halts once a day; falling through it again does nothing until the next', () => {
    const day = startedDay();
    expect(feed(day, at(10, 0), 421_000)).toHaveLength(1);
    expect(feed(day, at(10, 15), 430_000)).toEqual([]);
    expect(feed(day, at(11, 0), 421_000)).toEqual([]);
    expect(feed(day, at(11, 1), 394_294)).toHaveLength(1);
    expect(day.triggeredLevel).toBe(2);
  });

  it('level 3 closes the market at any time', () => {
    const day = startedDay();
    expect(feed(day, at(15, 59), 362_570)).toEqual([
      expect.objectContaining({ phase: 'closed', untilNs: Number.POSITIVE_INFINITY }),
    ]);
    day.startDay({ closeNs: CLOSE + 24 * 60 * MINUTE, previousCloseCents: 362_570 });
    expect(day.triggeredLevel).toBe(0);
    expect(day.haltedUntilNs).toBe(Number.NEGATIVE_INFINITY);
  });

  it('values during a halt change nothing, and state goes through a snapshot', () => {
    const day = startedDay();
    feed(day, at(10, 0), 421_000);
    const writer = new BinaryWriter();
    day.writeState(writer);
    const copy = new MarketWideBreaker(BREAKER_PRESETS.marketWide.us.rules);
    copy.readState(new BinaryReader(writer.finish()));
    expect(feed(copy, at(10, 14), 390_000)).toEqual([]);
    expect(feed(copy, at(10, 15), 390_000)).toHaveLength(1);
    expect(copy.levelCents).toEqual(day.levelCents);
  });

  it('refuses levels that do not deepen', () => {
    const level = { fallPpm: 70_000, haltNs: 1, idleBeforeCloseNs: null };
    expect(() => new MarketWideBreaker([level, level])).toThrow(/levels\[1\]\.fallPpm=70000/);
  });
});
