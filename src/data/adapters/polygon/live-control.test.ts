import { describe, expect, it } from 'vitest';
import { LiveControl } from './live-control.ts';

const trade = (t: number, s: number, q = t) => ({ ev: 'T', sym: 'AAPL', t, s, q });
const minute = (s: number, v: number) => ({ ev: 'AM', sym: 'AAPL', s, v });

describe('losses on the sockets of Polygon', () => {
  it('the same number of the same kind and ticker is the same event', () => {
    const control = new LiveControl();
    expect([1, 2, 1, 7, 7].map((q) => control.isRepeated(trade(0, 1, q)))).toEqual([
      false,
      false,
      true,
      false,
      true,
    ]);
    expect(control.isRepeated({ ev: 'Q', sym: 'AAPL', q: 7 })).toBe(false);
    expect(control.isRepeated({ ev: 'T', sym: 'MSFT', q: 7 })).toBe(false);
    expect(control.isRepeated({ ev: 'AM', sym: 'AAPL' })).toBe(false);
  });

  it('a bar that tells of more than its trades names what is missing; of less, nothing', () => {
    const control = new LiveControl();
    control.follow(trade(59_000, 5));
    for (const at of [60_000, 90_000, 119_999]) control.follow(trade(at, 10));
    control.follow(trade(120_000, 7));
    expect(control.follow(minute(60_000, 40))).toEqual({
      ticker: 'AAPL',
      startMs: 60_000,
      came: 30,
      traded: 40,
    });
    expect(control.follow(minute(120_000, 6))).toBeNull();
    // A minute in which no trade came at all.
    expect(control.follow(minute(180_000, 3))).toMatchObject({ came: 0, traded: 3 });
  });

  it('minutes that were not heard from their begin say nothing', () => {
    const control = new LiveControl();
    control.follow(trade(90_000, 1));
    expect(control.follow(minute(60_000, 100))).toBeNull();
    control.follow(trade(130_000, 1));
    control.restart();
    control.follow(trade(150_000, 1));
    expect(control.follow(minute(120_000, 100))).toBeNull();
    expect(control.follow(minute(180_000, 1))).not.toBeNull();
  });
});
