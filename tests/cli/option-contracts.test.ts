/** Vectors of market-rules §8.4 from a scenario file over `twin run` to its journal, report, metrics and exports. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { RunStore } from '../../src/index.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { jsonOf, twin } from '../support/twin.ts';

const folder = temporaryFolder('options');
const runs = join(folder, 'runs');
const SHARES = ['AAA', 'BBB', 'CCC', 'DDD', 'EEE'];
const callOn = (share: string): string => `${share}250408C00060000`;

/** Nobody trades the shares: the close before the splits is the price of reference, and exact. */
const SCENARIO = `
name: options
seed: 7
date: "2025-04-07"
days: 2
venues:
  - { name: shares, venue: nasdaq, symbols: [${SHARES.join(', ')}] }
  - { name: calls, venue: options, symbols: [${SHARES.map(callOn).join(', ')}] }
instruments:
${SHARES.map((share) => `  - { symbol: ${share}, referencePrice: 66.00 }`).join('\n')}
${SHARES.map(
  (share) =>
    `  - { symbol: ${callOn(share)}, referencePrice: 1.50, option: { underlying: ${share}, right: call, strike: 60, expiry: "2025-04-08" } }`,
).join('\n')}
agents:
  - { kind: randomFlow, name: flow, count: 10, instruments: [${SHARES.map(callOn).join(', ')}], from: "09:31", until: "09:34", limitRates: [2, 2, 1], marketRate: 0.2, cancelRates: [0.05], lots: [10] }
shocks:
  - { kind: orders, at: "09:30:20", instrument: ${callOn('EEE')}, side: buy, qtyLots: 10, price: 1.50 }
  - { kind: orders, at: "09:30:30", instrument: ${callOn('EEE')}, side: sell, qtyLots: 10, price: 1.50 }
${SHARES.map(
  (
    share,
    at,
  ) => `  - { kind: orders, at: "09:33:0${at}", instrument: ${callOn(share)}, side: buy, qtyLots: 10, price: 9.99 }
  - { kind: orders, at: "09:33:1${at}", instrument: ${callOn(share)}, side: buy, qtyLots: 7, price: 0.11 }`,
).join('\n')}
corporateActions:
  - { kind: split, instrument: AAA, day: 2, newShares: 2, withdraw: [] }
  - { kind: split, instrument: BBB, day: 2, newShares: 3, oldShares: 2, withdraw: [] }
  - { kind: split, instrument: CCC, day: 2, newShares: 3, oldShares: 2, optionMethod: legacy }
  - { kind: specialDividend, instrument: DDD, day: 2, amount: 2.00 }
  - { kind: specialDividend, instrument: EEE, day: 2, amount: 0.10 }
`;

interface Row {
  readonly kind: string;
  readonly symbol: string;
  readonly [field: string]: unknown;
}
let rows: Row[];
/** Orders by hand, which one account sends. */
let orders: Row[];
let account: unknown;

beforeAll(() => {
  const path = join(folder, 'options.yaml');
  writeFileSync(path, SCENARIO);
  const run = twin('run', path, '--runs', runs);
  expect([run.status, run.stderr]).toEqual([0, expect.stringContaining('100 %')]);
  const out = join(folder, 'records.jsonl');
  expect(twin('export', 'latest', '--to', 'jsonl', '--out', out, '--runs', runs).status).toBe(0);
  rows = readFileSync(out, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);
  orders = rows.filter(({ kind, price }) => kind === 'cmdNew' && (price === '9.99' || price === '0.11'));
  account = orders[0]!.accountId;
}, 120_000);

const of = (kind: string, share: string): Row[] =>
  rows.filter(
    (row) =>
      row.kind === kind && String(row.symbol).startsWith(share) && String(row.symbol).endsWith('@calls'),
  );
const mine = (kind: string, share: string): Row[] =>
  of(kind, share).filter(({ accountId }) => accountId === account);

describe('options of a scenario (market-rules §8.4)', () => {
  it('T8.4-a ten calls at 60 become twenty at 30 in a split of two for one', () => {
    expect(of('contract', 'AAA')).toMatchObject([
      { symbol: 'AAA250408C00030000@calls', strike: 30, multiplier: 100, perContract: 2, rootNumber: 0 },
    ]);
    expect(of('delivers', 'AAA')).toMatchObject([{ amount: 100 }]);
    expect(mine('entitlement', 'AAA')).toMatchObject([{ lots: 10, cashMinor: 0 }]);
    expect(of('contractEnd', 'AAA')).toMatchObject([
      { reason: 'exercised', worthMinor: 330_000, aggregateMinor: 300_000 },
    ]);
    expect(mine('exercise', 'AAA')).toMatchObject([{ lots: -20, cashMinor: -20 * 300_000 }]);
  });

  it('T8.4-b three for two: 150 shares for 6,000, worth 600 more at 44.00; before 2007 strike 40 and multiplier 150', () => {
    expect(of('contract', 'BBB')).toMatchObject([
      { symbol: 'BBB1250408C00060000@calls', strike: 60, multiplier: 100, perContract: 1 },
    ]);
    expect(of('delivers', 'BBB')).toMatchObject([{ amount: 150 }]);
    expect(of('contractEnd', 'BBB')).toMatchObject([{ worthMinor: 660_000, aggregateMinor: 600_000 }]);
    expect(mine('exercise', 'BBB')).toMatchObject([{ lots: -10, cashMinor: -6_000_000 }]);
    expect(
      rows.filter(
        ({ kind, symbol, accountId }) =>
          kind === 'exercise' && symbol === 'BBB@shares' && accountId === account,
      ),
    ).toMatchObject([{ lots: 1500, cashMinor: 0 }]);
    expect(of('contract', 'CCC')).toMatchObject([
      { symbol: 'CCC1250408C00040000@calls', strike: 40, multiplier: 150 },
    ]);
    expect(of('delivers', 'CCC')).toMatchObject([{ amount: 150 }]);
    expect(of('contractEnd', 'CCC')).toMatchObject([{ worthMinor: 660_000, aggregateMinor: 600_000 }]);
  });

  it('T8.4-c a special dividend of 2.00 makes strike 58, one of 10 a contract changes nothing', () => {
    expect(of('contract', 'DDD')).toMatchObject([{ symbol: 'DDD250408C00058000@calls', strike: 58 }]);
    expect(of('contractEnd', 'DDD')).toMatchObject([{ worthMinor: 640_000, aggregateMinor: 580_000 }]);
    expect(of('contract', 'EEE')).toEqual([]);
    expect(of('contractEnd', 'EEE')).toMatchObject([
      { symbol: 'EEE250408C00060000@calls', worthMinor: 659_000, aggregateMinor: 600_000 },
    ]);
  });

  it('T5.5-a premiums and fees go by the contract: OCC, TAF and Section 31 of a sale of ten', () => {
    const [trade] = of('trade', 'EEE');
    expect(trade).toMatchObject({ price: '1.50', qtyLots: 10, side: 'sell' });
    const fees = of('fee', 'EEE').filter(({ tradeId }) => tradeId === trade!.tradeId);
    // The taker sells: 0.50 a contract, OCC 0.25, TAF 0.0279, Section 31 0.0417 of a premium of 1,500; the maker gets 0.20 a contract.
    expect(fees.map(({ chargeMicro }) => chargeMicro)).toEqual([
      5_000_000 + 250_000 + 27_900 + 41_700,
      -1_750_000,
    ]);
  });

  it('says in explain what the contract was and became, and what became of the order', () => {
    const explained = (share: string): string => {
      const { orderId } = orders.find(
        ({ symbol, price }) => String(symbol).startsWith(share) && price === '0.11',
      )!;
      const result = twin('explain', 'latest', String(orderId), '--runs', runs);
      expect([result.status, result.stderr]).toEqual([0, '']);
      return result.stdout;
    };
    const kept = explained('AAA');
    expect(kept).toContain('corporate action (split): replaced to 14 lots at 0.05');
    expect(kept).toContain(
      '  AAA250408C00060000@calls, 60 call until 2025-04-08 for 100 AAA, multiplier 100',
    );
    expect(kept).toContain(
      'split: 2 for one, AAA250408C00030000@calls, 30 call until 2025-04-08 for 100 AAA',
    );
    expect(kept).toContain('expired, exercised');
    expect(kept).toContain('Cancelled when its contract expired');
    const gone = explained('BBB');
    expect(gone).toContain(
      'split: BBB1250408C00060000@calls, 60 call until 2025-04-08 for 150 BBB, multiplier 100',
    );
    expect(gone).toContain('Cancelled by a corporate action');
  });

  it('stands in report and metrics, and the journal is verified', () => {
    const run = new RunStore(runs).load('latest');
    const report = readFileSync(run.path('report.html'), 'utf8');
    for (const text of [
      'Option contracts',
      'AAA250408C00030000@calls',
      'split, 2 for one',
      'for 150 BBB',
      'expired, exercised',
    ])
      expect(report).toContain(text);
    const { optionContracts } = JSON.parse(readFileSync(run.path('metrics.json'), 'utf8'));
    expect(optionContracts['CCC250408C00060000@calls'].changes).toMatchObject([
      {
        action: 'split',
        terms: { strike: 40, multiplier: 150, deliverable: { shares: 150, others: [], cash: 0 } },
      },
    ]);
    const verified = twin('verify', 'latest', '--runs', runs, '--json');
    expect([verified.status, jsonOf(verified).isSame]).toEqual([0, true]);
  });
});

describe('options that do not fit', () => {
  it('are told about all at once, each with its path', () => {
    const path = join(folder, 'bad.yaml');
    writeFileSync(
      path,
      `
name: bad
date: "2026-01-06"
venue: nasdaq
instruments:
  - { symbol: ACME, referencePrice: 66.00 }
  - { symbol: ACME260116C00060000, referencePrice: 6, option: { underlying: ACNE, right: call, strike: 60, expiry: "2026-01-05", multiplier: 0 } }
  - { symbol: CALL, referencePrice: 6, option: { underlying: ACME, right: call, strike: 60, expiry: "2026-01-16" } }
  - { symbol: ACME260116P00060000, referencePrice: 6, lotSize: 0.5, option: { underlying: CALL, right: put, strike: -1, expiry: "2026-02-30", deliverable: { shares: 0 } } }
  - { symbol: ACME260116P00060001, referencePrice: 6, option: { underlying: ACME, right: put, strike: 60.0005, expiry: "2026-01-16", deliverable: { others: [{ symbol: GONE, shares: 1 }, { symbol: ACME, shares: 0 }] } } }
agents:
  - { kind: randomFlow, name: flow, count: 10, limitRates: [1], marketRate: 0.2, cancelRates: [0.1] }
corporateActions:
  - { kind: split, instrument: CALL, day: 1, newShares: 2 }
`,
    );
    const { status, stderr } = twin('run', path, '--runs', runs);
    expect(status).toBe(2);
    for (const problem of [
      'instruments[1].option.underlying: "ACNE" is one of ACME',
      'instruments[1].option.multiplier: 0 is a whole number from 1 to 1000000',
      'instruments[1].option.expiry: "2026-01-05" is the first day of the run, 2026-01-06, or later',
      'instruments[2].symbol: "CALL" is "ACME260116C00060000" by its option',
      'instruments[3].lotSize: "0.5" is a whole number of contracts',
      'instruments[3].option.underlying: "CALL" is one of ACME',
      'instruments[3].option.strike: -1 is above 0',
      'instruments[3].option.expiry: "2026-02-30" is a day of the calendar',
      'instruments[4].option.strike: 60.0005 is above 0 and below 100000, a multiple of 0.001',
      'instruments[4].option.deliverable.others[0].symbol: "GONE" is one of ACME',
      'instruments[4].option.deliverable.others[1].symbol: "ACME" is another share than the underlying',
      'instruments[4].option.deliverable.others[1].shares: 0 is a whole number from 1',
      'corporateActions[0].instrument: "CALL" is one of ACME',
      'venue: lists "ACME260116C00060000", an option, and charges the fees of shares',
    ])
      expect(stderr).toContain(problem);
  });
});
