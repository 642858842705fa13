/** A scenario that names datasets is run on their values; its manifest has their ids and hashes, and verify looks at them. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contentHash, Lake } from '../../src/data/index.ts';
import { RunStore } from '../../src/runs/index.ts';
import type { Scenario } from '../../src/scenarios/index.ts';
import { ingestFiles, loadScenarioWithData, simulate, verifyRun } from '../../src/services/index.ts';
import { faultOf } from '../support/replay-pairs.ts';
import { sharedFile } from '../support/shared-data.ts';

const LOBSTER = sharedFile('data/lobster/AAPL_2012-06-21_34200000_37800000_message_50.csv.gz');
const ES = sharedFile('data/dbn/nautilus/esh4-glbx-mdp3-20231225.mbo.dbn.zst');
const CHAIN = sharedFile('data/options/chain_with_greeks/aapl_20140605.csv.gz');
const FACTORS = sharedFile('data/corporate-actions/lean/factor_files/aapl.csv');

let folder: string;
let lake: Lake;
let store: RunStore;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'twin-scenario-data-'));
  lake = new Lake(join(folder, 'lake'));
  store = new RunStore(join(folder, 'runs'));
});

afterEach(() => {
  lake.close();
  rmSync(folder, { recursive: true, force: true });
});

async function ingest(path: string, name: string): Promise<void> {
  await ingestFiles(
    { paths: [path], format: null, options: {}, name },
    { mode: 'lenient', isChecked: false },
    {
      lake,
      store,
      environment: {},
    },
  );
}

function load(text: string) {
  const path = join(folder, 'scenario.yaml');
  writeFileSync(path, text);
  return loadScenarioWithData(path, lake.layout.folder);
}

const scenario = (instrument: string, links: string, actions: string): string => `
name: named
date: "2026-01-05"
days: 2
venue: nasdaq
instruments: [${instrument}]
agents:
  - { kind: randomFlow, name: flow, count: 8, from: "09:31", until: "09:33", limitRates: [0.6, 0.4], marketRate: 0.3, cancelRates: [0.1]${links} }
shocks:
  - { kind: orders, at: "09:32", instrument: AAPL, side: buy, qtyLots: 100, price: 500 }
${actions}`;

describe('datasets that a scenario names', () => {
  it.skipIf(LOBSTER === null || ES === null || FACTORS === null)(
    'become prices, delays and actions; a run tells which they were, and verify sees when one is another',
    { timeout: 120_000 },
    async () => {
      await ingest(LOBSTER!, 'lobster');
      await ingest(ES!, 'es');
      await ingest(FACTORS!, 'factors');
      const loaded = await load(
        scenario(
          '{ symbol: AAPL, data: { dataset: lobster, at: "2012-06-21T14:00:00Z" } }',
          ', links: { orderUs: { kind: empirical, dataset: es, schema: mbo } }',
          'corporateActions: [{ dataset: factors, instrument: AAPL, exDate: "2014-06-09", day: 2 }]',
        ),
      );
      const { instruments, corporateActions, agents } = loaded.scenario;
      expect(instruments[0]).toMatchObject({ symbol: 'AAPL', referencePrice: '586.03' });
      expect(corporateActions).toMatchObject([{ kind: 'split', newShares: 7, oldShares: 1, day: 2 }]);
      const { links } = agents[0] as Extract<Scenario['agents'][number], { kind: 'randomFlow' }>;
      const { quantiles } = links.orderUs as { quantiles: { p: number; us: number }[] };
      expect([quantiles[0]!.p, quantiles.at(-1)!.p, quantiles.length]).toEqual([0, 1, 101]);
      expect(quantiles[50]!.us).toBeGreaterThan(50);
      expect(loaded.dataIds.map(({ path, sha256 }) => [path, sha256])).toEqual(
        ['es', 'factors', 'lobster'].map((id) => [`dataset:${id}`, contentHash(lake.dataset(id).parts)]),
      );

      const { run, digest } = await simulate(loaded.scenario, store, {}, loaded.dataIds);
      const stored = store.load(run.id);
      expect(stored.manifest.dataIds).toEqual(loaded.dataIds);
      expect(await verifyRun(stored)).toMatchObject({ isSame: true, found: digest, hints: [] });

      lake.remove('lobster');
      const gone = await verifyRun(store.load(run.id));
      expect([gone.isSame, gone.hints.join()]).toEqual([
        true,
        expect.stringContaining('dataset:lobster is not in'),
      ]);
      await ingest(ES!, 'lobster');
      expect((await faultOf(verifyRun(store.load(run.id)))).code).toBe('RUNS_DIFFER');
    },
  );

  it.skipIf(CHAIN === null)(
    'give an option its terms, of which the scenario may say some itself',
    async () => {
      const rows = gunzipSync(readFileSync(CHAIN!)).toString().trim().split('\n');
      const path = join(folder, 'aapl_20140605.csv');
      writeFileSync(
        path,
        `${rows.filter((row, index) => index < 2 || row.startsWith('20140613,650,')).join('\n')}\n`,
      );
      await ingest(path, 'chain');
      const { scenario: loaded } = await load(
        scenario(
          [
            '{ symbol: AAPL, referencePrice: 650 }',
            '{ data: { dataset: chain, symbol: "AAPL  140613C00650000" } }',
            '{ symbol: AAPL260116P00650000, data: { dataset: chain, symbol: "AAPL  140613P00650000" }, option: { expiry: "2026-01-16" } }',
          ].join(', '),
          '',
          '',
        )
          .replace('2026-01-05', '2014-06-05')
          .replace('venue: nasdaq', 'venue: fx'),
      );
      expect(loaded.instruments.slice(1)).toMatchObject([
        {
          symbol: 'AAPL140613C00650000',
          option: { underlying: 'AAPL', right: 'call', strike: 650, expiry: '2014-06-13', multiplier: 100 },
        },
        { symbol: 'AAPL260116P00650000', option: { underlying: 'AAPL', right: 'put', expiry: '2026-01-16' } },
      ]);
      expect(Number(loaded.instruments[1]!.referencePrice)).toBeGreaterThan(1);
    },
  );

  it.skipIf(LOBSTER === null)('tells everything that is wrong with them at once', async () => {
    await ingest(LOBSTER!, 'lobster');
    const fault = await faultOf(
      load(
        scenario(
          '{ symbol: AAPL, data: { dataset: lobster, symbol: MSFT, day: 2 } }',
          ', links: { orderUs: { kind: empirical, dataset: nothing } }',
          'corporateActions: [{ dataset: lobster, instrument: AAPL }]',
        ),
      ),
    );
    expect(fault.code).toBe('SCENARIO_CONFIG');
    for (const part of [
      'instruments[0].data.day: is not a key',
      'instruments[0].data: dataset "lobster" has no price of "MSFT"',
      'agents[0].links.orderUs.dataset: "nothing" is a dataset of the lake',
      'corporateActions[0]: dataset "lobster" has no corporate actions of "AAPL"',
    ])
      expect(fault.message).toContain(part);
  });

  it('leaves a scenario without them alone', async () => {
    const { dataIds, scenario: plain } = await load(
      scenario('{ symbol: AAPL, referencePrice: 100 }', '', ''),
    );
    expect([dataIds, plain.corporateActions]).toEqual([[], []]);
  });
});
