import { describe, expect, it } from 'vitest';
import { epochNs, isoNs, utcDayNs, Zone } from './vendor-time.ts';

const ms = (iso: string): bigint => BigInt(Date.parse(iso)) * 1_000_000n;
const iso = (ns: bigint | null): string | null =>
  ns === null ? null : new Date(Number(ns / 1_000_000n)).toISOString();

describe('times of vendors', () => {
  it.each([
    ['1651179319', 1_651_179_319_000_000_000n],
    [1_651_179_319_310, 1_651_179_319_310_000_000n],
    ['1651179319310617', 1_651_179_319_310_617_000n],
    ['1651179319310617301', 1_651_179_319_310_617_301n],
  ])('%s tells its unit by its length', (value, expected) => {
    expect(epochNs(value)).toBe(expected);
  });

  it.each(['', '12', 'soon', '16511793193', '165117931931061730123', null, Number.NaN])(
    '%s is no time since 1970',
    (value) => {
      expect(epochNs(value)).toBeNull();
    },
  );

  it.each([
    ['2022-04-28', '2022-04-28T00:00:00Z'],
    ['2022-04-28T16:48:08-04:00', '2022-04-28T20:48:08Z'],
    ['2022-04-28T17:08:00Z', '2022-04-28T17:08:00Z'],
    ['2022-04-28 17:08', '2022-04-28T17:08:00Z'],
    ['2022-11-25T14:30:00.250Z', '2022-11-25T14:30:00.250Z'],
  ])('%s is read with its offset', (written, expected) => {
    expect(isoNs(written)).toBe(ms(expected));
  });

  it('digits down to nanoseconds are kept', () => {
    expect(isoNs('2022-04-28T17:08:00.123456789Z')).toBe(ms('2022-04-28T17:08:00Z') + 123_456_789n);
  });

  it.each(['2022-02-30', '2022-04-28T25:00:00', 'yesterday', 20220428])('%s is no date', (written) => {
    expect(isoNs(written)).toBeNull();
    expect(
      utcDayNs(written === 'yesterday' || typeof written === 'number' ? written : '2022-02-30'),
    ).toBeNull();
  });
});

describe('zone of New York under the name that vendors use', () => {
  const zone = Zone.named('US/Eastern')!;

  it.each([
    ['2017-12-18 14:56:00', '2017-12-18T19:56:00.000Z'],
    ['2017-08-11 16:00:00', '2017-08-11T20:00:00.000Z'],
    ['2020-03-08', '2020-03-08T05:00:00.000Z'],
    ['2020-03-08 01:59:59', '2020-03-08T06:59:59.000Z'],
    ['2020-03-08 03:00:00', '2020-03-08T07:00:00.000Z'],
    ['2020-11-01 00:30', '2020-11-01T04:30:00.000Z'],
    ['2020-11-01 02:00', '2020-11-01T07:00:00.000Z'],
    ['2020-11-02', '2020-11-02T05:00:00.000Z'],
  ])('clocks show %s at %s', (written, expected) => {
    expect(iso(zone.instantNs(written))).toBe(expected);
  });

  it.each([
    ['2020-10-14T20:00:00Z', '2020-10-14T04:00:00.000Z'],
    ['2020-10-14T03:59:59Z', '2020-10-13T04:00:00.000Z'],
    ['2020-03-08T05:00:00Z', '2020-03-08T05:00:00.000Z'],
    ['2020-03-09T03:59:59Z', '2020-03-08T05:00:00.000Z'],
    ['2020-11-02T04:59:59Z', '2020-11-01T04:00:00.000Z'],
  ])('the day of %s began at %s', (at, expected) => {
    expect(iso(zone.dayStartNs(ms(at)))).toBe(expected);
  });

  it('a zone east of Greenwich has its days too', () => {
    const tokyo = Zone.named('Asia/Tokyo')!;
    expect(iso(tokyo.dayStartNs(ms('2020-10-14T16:00:00Z')))).toBe('2020-10-14T15:00:00.000Z');
    expect(iso(tokyo.dayStartNs(ms('2020-10-14T14:00:00Z')))).toBe('2020-10-13T15:00:00.000Z');
  });

  it('a name that is none gives no zone', () => {
    expect(Zone.named('Mars/Olympus')).toBeNull();
  });
});
