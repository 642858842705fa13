/** Fees of option contracts, by the multiplier that they have then: before and after an odd split by the method before 2007. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { EV_FEE, readFloat64, SELL } from '../../src/domain/index.ts';
import { planRun } from '../../src/scenarios/index.ts';
import { loadScenario, ZONE_CLOCK } from '../../src/services/index.ts';
import { World } from '../../src/world/index.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { RecordLog } from '../support/test-agents.ts';

const folder = temporaryFolder('option-fees');
const CALL = 'ACME250411C00060000';
const DAY_NS = 86_400e9;

/** Ten contracts change hands at 1.00 on each day. */
const trade = (day: number, at: string): string =>
  ['buy', 'sell']
    .map(
      (side, second) =>
        `  - { kind: orders, at: "${at}:0${second}", day: ${day}, instrument: ${CALL}, side: ${side}, qtyLots: 10, price: 1.00 }`,
    )
    .join('\n');

const SCENARIO = `
name: fees
date: "2025-04-07"
days: 2
venues:
  - { name: shares, venue: nasdaq, symbols: [ACME] }
  - { name: calls, venue: options, symbols: [${CALL}] }
instruments:
  - { symbol: ACME, referencePrice: 66.00 }
  - { symbol: ${CALL}, referencePrice: 1.00, option: { underlying: ACME, right: call, strike: 60, expiry: "2025-04-11" } }
agents:
  - { kind: randomFlow, name: none, count: 2, from: "15:58", until: "15:59", limitRates: [0.000001], marketRate: 0, cancelRates: [0] }
shocks:
${trade(1, '10:00')}
${trade(2, '10:00')}
corporateActions:
  - { kind: split, instrument: ACME, day: 2, newShares: 3, oldShares: 2, optionMethod: legacy }
`;

it('Section 31 is charged on premium times multiplier: 100, then 150, also in a world that was resumed', () => {
  const path = join(folder, 'fees.yaml');
  writeFileSync(path, SCENARIO);
  const plan = planRun(loadScenario(path), ZONE_CLOCK);
  const [whole, rest] = [new RecordLog(), new RecordLog()];
  const world = new World(plan.spec, whole);
  world.run(DAY_NS + 9 * 3600e9);
  const resumed = World.resume(plan.spec, world.snapshot(), rest);
  for (const one of [world, resumed]) one.run(plan.endNs);
  expect(resumed.finish()).toBe(world.finish());
  /** Of the seller, 1e-6 dollars. */
  const charged = ({ records }: RecordLog): number[] =>
    records
      .filter(([head]) => (head! & 255) === EV_FEE && ((head! >> 8) & 1) === SELL)
      .map((record) => readFloat64(Int32Array.from(record), 6));
  // 0.50 and 0.025 a contract, TAF 0.00279 a contract; Section 31 is 27.80 for a million.
  const fixed = 10 * (500_000 + 25_000 + 2790);
  expect(charged(whole)).toEqual([fixed + 27_800, fixed + 41_700]);
  expect(charged(rest)).toEqual([fixed + 41_700]);
  expect(world.accounts.cashMinor(0)).toBe(0);
});
