/** A recorded chain through a split in a world, against the chain that was recorded after it: AAPL, seven for one on 2014-06-09. */

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { BUY, type InstrumentSpec, type OptionTerms, SELL } from '../../src/domain/index.ts';
import { World } from '../../src/world/index.ts';
import { contractsTold } from '../support/contract-stories.ts';
import { corporateAction } from '../support/corporate-action.ts';
import { sharedFile } from '../support/shared-data.ts';
import { type Act, limit, RecordLog, ScriptedGroup, scripted } from '../support/test-agents.ts';

const BEFORE = sharedFile('data/options/chain_with_greeks/aapl_20140605.csv.gz');
const AFTER = sharedFile('data/options/chain_with_greeks/aapl_20140609.csv.gz');
const EX_NS = 1000;
const CENTS = { tickSize: '0.01', lotSize: '1', currency: 'USD', minorUnit: '0.01' };
const AT_ONCE = { orderDelayNs: 0, answerDelayNs: 0, feedDelayNs: 0 };

interface Recorded {
  readonly symbol: string;
  readonly terms: OptionTerms;
  readonly openInterest: number;
}

/** Rows as the file has them, symbols made of their cells by hand. */
function chain(path: string): Recorded[] {
  const [head = '', ...rows] = gunzipSync(readFileSync(path)).toString().trim().split('\n');
  const at = head.slice(1).split(',').indexOf('open_interest');
  return rows.flatMap((row) => {
    const cells = row.split(',');
    const [expiry = '', strike = '', letter = ''] = cells;
    if (expiry === '') return [];
    const units = String(Math.round(Number(strike) * 1000)).padStart(8, '0');
    return {
      symbol: `AAPL${expiry.slice(2)}${letter}${units}`,
      openInterest: Number(cells[at]),
      terms: {
        underlying: 'AAPL',
        right: letter === 'C' ? 'call' : 'put',
        style: 'american',
        strike: Number(strike),
        expiry: `${expiry.slice(0, 4)}-${expiry.slice(4, 6)}-${expiry.slice(6)}`,
        multiplier: 100,
        deliverable: { shares: 100, others: [], cash: 0 },
      },
    };
  });
}

it.skipIf(BEFORE === null || AFTER === null)(
  'every contract of a recorded chain becomes the one that was listed after the split, with seven times its open interest',
  { timeout: 120_000 },
  () => {
    const before = chain(BEFORE!).filter(({ terms }) => terms.expiry >= '2014-06-09');
    const after = new Map(chain(AFTER!).map((one) => [one.symbol, one]));
    expect(before.length).toBeGreaterThan(2000);
    const instruments: InstrumentSpec[] = [
      { ...CENTS, symbol: 'AAPL' },
      ...before.map(({ symbol, terms }) => ({ ...CENTS, symbol, option: terms })),
    ];
    const held = before.flatMap(({ openInterest }, index) =>
      openInterest > 0 ? [[index + 1, openInterest]] : [],
    );
    const trade =
      (side: typeof BUY | typeof SELL): Act =>
      (port, agent) => {
        port.submit(agent, 0, 0, limit(side, 64_557, 1));
        for (const [instrument, lots] of held)
          port.submit(agent, instrument!, instrument!, limit(side, 1, lots!));
      };
    const log = new RecordLog();
    const world = new World(
      {
        seed: 1,
        instruments,
        groups: [BUY, SELL].map((side) =>
          scripted(() => new ScriptedGroup(`side${side}`, [[side + 1, trade(side as typeof BUY)]]), AT_ONCE),
        ),
        actions: [
          {
            atNs: EX_NS,
            action: corporateAction('split', { symbol: 'AAPL', newShares: 7, oldShares: 1 }),
            instruments: [0],
            other: null,
            roundLot: 100,
            sizes: 'roundLots',
            withdrawn: [],
          },
        ],
        dayEndNs: null,
      },
      log,
    );
    world.run(2 * EX_NS);
    world.finish();
    const told = contractsTold(instruments, log);
    const unlisted: string[] = [];
    let unchanged = 0;
    before.forEach(({ openInterest }, index) => {
      const [change] = told.storyOf(index + 1)!.changes;
      const listed = after.get(told.symbolOf(index + 1));
      if (listed === undefined || listed.terms.strike !== change!.terms.strike) {
        unlisted.push(told.symbolOf(index + 1));
        return;
      }
      const lots = world.accounts.positionLots(0, index + 1);
      expect(lots).toBe(7 * openInterest);
      if (openInterest > 0 && lots === listed.openInterest) unchanged++;
    });
    expect(unlisted).toEqual([]);
    // Two days of trading lie between the chains: where nobody traded, open interest is the position of the world.
    expect(unchanged).toBeGreaterThan(held.length / 5);
    expect(world.venue.lastPriceTicks(0)).toBe(9222);
  },
);
