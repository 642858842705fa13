/** docs/own-venue.md: its venue runs as it stands, and the words that it lists are those of the code. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ANSWER_NAMES, INSTRUCTION_NAMES, SESSION_STATE_NAMES } from '../../src/market/index.ts';
import { checkScenario, planRun } from '../../src/scenarios/index.ts';
import { resolveVenue, ZONE_CLOCK } from '../../src/services/index.ts';
import { World } from '../../src/world/index.ts';
import { expectGoldenSection } from '../support/golden-file.ts';
import { RecordSink } from '../support/record-sink.ts';

const PAGE = 'docs/own-venue.md';

function venueOfPage(): unknown {
  const page = readFileSync(new URL(`../../${PAGE}`, import.meta.url), 'utf8');
  const [, block] = /```yaml\n([\s\S]*?)```/.exec(page)!;
  return resolveVenue(parse(block!), '.');
}

function scenarioOn(date: string): ReturnType<typeof checkScenario> {
  const flow = {
    kind: 'randomFlow',
    count: 20,
    limitRates: [0.3, 0.3, 0.2],
    marketRate: 0.2,
    cancelRates: [0.1],
  };
  const hours = [
    ['08:50', '09:20'],
    ['17:15', '17:29'],
  ];
  return checkScenario(
    {
      name: 'own',
      date,
      venue: venueOfPage(),
      instruments: [{ symbol: 'BERG', referencePrice: '60', tickSize: '0.05', currency: 'CHF' }],
      agents: hours.map(([from, until]) => ({ ...flow, name: `from-${from}`, from, until })),
      // A buyer meets an old offer more than 1.5 % above the last price: trading is interrupted.
      shocks: [
        { kind: 'orders', at: '09:09', instrument: 'BERG', side: 'sell', qtyLots: 10, price: '61.50' },
        { kind: 'orders', at: '09:10', instrument: 'BERG', side: 'buy', qtyLots: 10_000, price: '61.50' },
      ],
    },
    PAGE,
  );
}

describe('docs/own-venue.md', () => {
  it('has a venue that runs: two auctions, an interruption, fees', () => {
    const plan = planRun(scenarioOn('2026-03-27'), ZONE_CLOCK);
    const sink = new RecordSink();
    const world = new World(plan.spec, sink);
    world.run(plan.endNs);
    world.finish();
    const said = sink.venue.map(({ text }) => text).join('\n');
    expect(said).toMatch(/VOLATILITY_AUCTION/);
    for (const auction of ['opening', 'reopening', 'closing']) expect(said).toContain(`auction ${auction}`);
    expect(world.accounts.cashMinor(world.agentCount)).not.toBe(0);
    expect(world.tradeCount).toBeGreaterThan(50);
  });

  it('lists the states, instructions and answers of the code', () => {
    const list = (head: string, names: readonly string[]): string =>
      `${head}: ${names.map((name) => `\`${name}\``).join(', ')}.\n`;
    expectGoldenSection(
      PAGE,
      'words',
      [
        list('States', SESSION_STATE_NAMES),
        list('Instructions', INSTRUCTION_NAMES),
        list('Answers', ANSWER_NAMES),
      ].join('\n'),
    );
  });
});
