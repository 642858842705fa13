/** Presets are sound, and a broken schedule says everything that is wrong with it. */

import { describe, expect, it } from 'vitest';
import { TwinError } from '../../src/base/index.ts';
import { checkAccessFees, FeeEngine } from '../../src/market/index.ts';
import { parseFeeSchedule, parseRegulatoryFees } from '../../src/scenarios/index.ts';
import { FEE_FILES, feesOf, readFeeFile, regulatory, SHARE, schedule, VENUE_FILES } from './fee-presets.ts';

function problemsOf(read: () => unknown): string[] {
  try {
    read();
  } catch (error) {
    if (!(error instanceof TwinError)) throw error;
    expect(error.code).toBe('MKT_CONFIG');
    return error.message.split('\n  - ').slice(1);
  }
  return [];
}

const SOUND = `
venue: test
currency: USD
periods:
  - from: "2025-01-01"
    sources: [convention]
    rules: [{ perUnit: "0.0030" }]
`;

describe('presets', () => {
  it.each(VENUE_FILES)('%s parses, and names the venue of its file', (name) => {
    const parsed = parseFeeSchedule(readFeeFile(name), name);
    expect(`${parsed.venue}.yaml`).toBe(name);
    expect(parsed.periods.some(({ unknown }) => unknown === undefined)).toBe(true);
  });

  it('are those that the issue names', () => {
    const venues = ['nasdaq', 'nyse', 'edgx', 'edga', 'byx', 'bzx', 'bx', 'iex', 'coinbase', 'options'];
    const others = ['cme-emini', 'cme-micro', 'binance-spot', 'binance-usdm', 'us-regulatory'];
    expect([...FEE_FILES].sort()).toEqual([...venues, ...others].map((name) => `${name}.yaml`).sort());
  });

  it.each(VENUE_FILES)('%s stays below the access-fee cap of its days', (name) => {
    const parsed = parseFeeSchedule(readFeeFile(name), name);
    // Options and futures have no such cap, and crypto neither.
    if (parsed.regulatory === 'usEquity')
      expect(checkAccessFees(parsed, regulatory.accessFeeCap)).toEqual([]);
  });

  it('a rate above the access-fee cap of a later day is found', () => {
    const open = schedule('edga');
    const endless = { ...open, periods: open.periods.map(({ to: _, ...period }) => period) };
    const problems = checkAccessFees(endless, regulatory.accessFeeCap);
    expect(problems).toContain(
      'periods[1].rules[4]: rate 0.0030 is at most the access-fee cap 0.0010 from 2026-11-02',
    );
  });

  it('EDGA has no rates between its switch and its schedule of March 2025, and says so', () => {
    const edga = new FeeEngine(schedule('edga'), regulatory, SHARE);
    expect(() => feesOf(edga, { day: '2025-03-12' })).toThrow(/between the switch to maker-taker/);
    expect(() => feesOf(edga, { day: '2023-01-02' })).toThrow(
      /has values for the day asked for.*from=2024-11-01/,
    );
    expect(() => feesOf(edga, { session: 'close', liquidity: 'close' })).toThrow(
      /a rule for every fill.*session=close/,
    );
    expect(() => feesOf(edga, { tier: 'gold' })).toThrow(/names a tier.*found=gold/);
    expect(() => feesOf(edga, { day: '13.03.2025' })).toThrow(/YYYY-MM-DD/);
    expect(() => feesOf(edga, { tape: 'D' as 'A' })).toThrow(/a rule for every fill.*tape=D/);
    expect(() => feesOf(edga, { qtyLots: 0.5 })).toThrow('a whole number of lots above 0');
  });
});

describe('a broken schedule', () => {
  it('a sound one has no problems', () => {
    expect(problemsOf(() => parseFeeSchedule(SOUND, 'test.yaml'))).toEqual([]);
  });

  it('lists every problem at once, with its path', () => {
    const text = `
venue: Test!
currency: USD
regulatory: usEquity
colour: blue
periods:
  - from: "2025-01-01"
    to: "2025-02-01"
    sources: [convention]
    tiers:
      measure: monthlyShareOfTcvPct
      assumed: gold
      bands: [{ name: a, from: 1, to: 2 }, { name: b, from: 3, to: 5 }, { name: c, from: 4 }]
    rules:
      - { when: { liquidity: [add] }, perUnit: { a: "-0.001", b: "-0.002" } }
      - { when: { liquidity: [add], side: [buy] }, perUnit: 0 }
      - { when: { liquidity: [remove] }, perUnit: 0.003, bps: 1 }
      - { when: { liquidity: [route] }, perUnit: 0.003, minPerTrade: -1, maxPerTrade: 2 }
      - { when: { liquidity: [close] }, perUnit: "-0.001", maxPerTrade: 2 }
  - from: "2025-03-01"
    to: "2025-06-01"
    sources: []
    rules: [{ perUnit: lots }]
  - from: "2025-05-01"
    sources: [convention]
    rules: [{ perUnit: "0.001", where: everywhere }]
`;
    const problems = problemsOf(() => parseFeeSchedule(text, 'test.yaml'));
    const expected = [
      /^colour: is not a key here/,
      /^venue: 1 to 40 small letters/,
      /^periods\[1\]\.sources: /,
      /^periods\[2\]\.rules\[0\]\.where: is not a key here/,
      /^periods\[1\]\.from: gap from "2025-02-01" to "2025-03-01"/,
      /^periods\[2\]\.from: overlap, "2025-05-01" lies before the end "2025-06-01"/,
      /^periods\[0\]\.tiers\.assumed: "gold" is one of a, b, c/,
      /^periods\[0\]\.tiers\.bands\[0\]\.from: gap, the first tier begins at 0, found 1/,
      /^periods\[0\]\.tiers\.bands\[1\]\.from: gap between the tiers from 2 to 3/,
      /^periods\[0\]\.tiers\.bands\[2\]\.from: overlap, 4 lies below the end 5/,
      /^periods\[0\]\.rules\[0\]: gap in the tiers, no rate for tier "c"/,
      /^periods\[0\]\.rules\[2\]: exactly one of perUnit and bps/,
      /^periods\[0\]\.rules\[3\]\.minPerTrade: at least 0, found -1/,
      /^periods\[0\]\.rules\[4\]: minPerTrade and maxPerTrade are for charges/,
      /^periods\[0\]\.rules: gap, 256 of 1152 kinds of fill have no rule, for instance session=open side=buy liquidity=open/,
      /^periods\[0\]\.rules\[1\]\.when: no fill reaches this rule/,
    ];
    for (const pattern of expected) {
      expect(
        problems.filter((problem) => pattern.test(problem)),
        String(pattern),
      ).toHaveLength(1);
    }
    expect(problems).toHaveLength(expected.length);
  });

  it.each([
    [
      'rates that are no numbers',
      'perUnit: "0.0030"',
      'perUnit: cheap',
      'periods[0].rules[0]: a rate is a decimal number, found "cheap"',
    ],
    [
      'a day that is none',
      'from: "2025-01-01"',
      'from: "2025-02-30"',
      'periods[0].from: a day of the calendar as YYYY-MM-DD, found "2025-02-30"',
    ],
    ['a missing currency', 'currency: USD\n', '', 'currency: is missing; it is a text'],
    [
      'a negative cap',
      'perUnit: "0.0030"',
      'perUnit: 1, monthlyCap: { group: a, amount: -5 }',
      'periods[0].rules[0].monthlyCap.amount: at least 0, found -5',
    ],
    [
      'a discount above all',
      'sources:',
      'discounts: { bnb: 101 }\n    sources:',
      'periods[0].discounts.bnb: percent off from 0 to 100, found 101',
    ],
  ])('names %s', (_, sound, broken, problem) => {
    expect(problemsOf(() => parseFeeSchedule(SOUND.replace(sound, broken), 'test.yaml'))).toEqual([problem]);
  });

  it('names amounts of currency in a fee that is taken from the received asset', () => {
    const text = SOUND.replace('sources:', 'feeAsset: received\n    sources:');
    expect(problemsOf(() => parseFeeSchedule(text, 'test.yaml'))).toEqual([
      'periods[0].rules[0]: a fee taken from the received asset is in bps, without amounts of currency',
    ]);
  });

  it('names a tier gap at the end and a minimum above the maximum', () => {
    const text = SOUND.replace(
      'rules: [{ perUnit: "0.0030" }]',
      `tiers: { measure: trailing30DayNotional, assumed: a, bands: [{ name: a, from: 0, to: 10 }] }
    rules: [{ perUnit: 1, minPerTrade: 3, maxPerTrade: 2 }]`,
    );
    expect(problemsOf(() => parseFeeSchedule(text, 'test.yaml'))).toEqual([
      'periods[0].tiers.bands[0].to: gap, the last tier has no end, found 10',
      'periods[0].rules[0].minPerTrade: 3 is at most maxPerTrade 2',
    ]);
  });

  it('is no YAML at all', () => {
    expect(problemsOf(() => parseFeeSchedule('periods: [', 'test.yaml'))).not.toEqual([]);
    expect(problemsOf(() => parseFeeSchedule('just text', 'test.yaml'))).not.toEqual([]);
    expect(problemsOf(() => parseFeeSchedule('', 'test.yaml'))).not.toEqual([]);
  });

  it('regulatory tables with gaps, unknown keys and negative rates', () => {
    const text = readFeeFile('us-regulatory.yaml')
      .replace(
        '{ from: "2020-01-01", to: "2022-01-01", perShare: "0.000119"',
        '{ from: "2020-01-02", to: "2022-01-01", perShare: "-1"',
      )
      .replace('perMillion: "27.80"', 'perBillion: "27.80"');
    const problems = problemsOf(() => parseRegulatoryFees(text, 'us-regulatory.yaml'));
    expect(problems).toHaveLength(4);
    expect(problems.join('\n')).toMatch(/perBillion: is not a key here/);
    expect(problems.join('\n')).toMatch(/perMillion: is missing/);
    expect(problems.join('\n')).toMatch(/taf\[2\]\.from: gap/);
    expect(problems.join('\n')).toMatch(/taf\[2\]\.perShare: at least 0, found -1/);
  });
});
