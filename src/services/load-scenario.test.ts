import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../tests/support/temporary-folder.ts';
import { TwinError } from '../base/index.ts';
import { planRun } from '../scenarios/index.ts';
import { World } from '../world/index.ts';
import { loadScenario, ZONE_CLOCK } from './index.ts';

describe('configs/', () => {
  const folder = new URL('../../configs/', import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));

  it.each(files)('%s loads with its venue, is named after its file, and plans a world', (file) => {
    const scenario = loadScenario(fileURLToPath(new URL(file, folder)));
    expect(`${scenario.name}.yaml`).toBe(file);
    const { spec } = planRun(scenario, ZONE_CLOCK);
    const scripted = scenario.shocks.some((shock) => shock.kind === 'orders') ? 1 : 0;
    const traders = scenario.agents.reduce((sum, { count }) => sum + count, 0);
    expect(new World(spec).agentCount).toBe(traders + scripted);
  });

  it('has at least the example', () => {
    expect(files).toContain('exchange-day.yaml');
  });
});

describe('files of your own', () => {
  const folder = temporaryFolder('load-scenario');
  const AGENTS =
    'agents: [{ kind: randomFlow, name: f, count: 1, limitRates: [1], marketRate: 1, cancelRates: [1] }]';
  const OWN = `name: own
sessions: lse
auctions: lse
calendar: lse
fees: { schedule: iex, regulatory: us-regulatory }
breakers: [{ kind: lse, rules: small }]
`;

  /** Writes a scenario and the venue that it names; returns the scenario's path. */
  function files(venue: string, more = ''): string {
    writeFileSync(join(folder, 'own.yaml'), venue);
    const path = join(folder, 'scenario.yaml');
    const instruments = 'instruments: [{ symbol: ACME, referencePrice: 10 }]';
    writeFileSync(path, `name: own\nvenue: own.yaml\n${instruments}\n${AGENTS}\n${more}`);
    return path;
  }

  function faultOf(path: string): TwinError {
    try {
      loadScenario(path);
    } catch (error) {
      if (error instanceof TwinError) return error;
      throw error;
    }
    throw new Error('the scenario is sound');
  }

  it('a venue of presets for each of its parts', () => {
    const scenario = loadScenario(files(OWN));
    expect(scenario.venue).toMatchObject({
      sessions: { venue: 'lse' },
      auctions: { name: 'lse' },
      calendar: { name: 'lse' },
      fees: { schedule: { venue: 'iex' } },
      breakers: [{ rules: { dynamicPpm: 100_000 } }],
    });
  });

  it('tells unknown presets, keys of its own and what is wrong within the venue at once', () => {
    const venue = OWN.replace('rules: small', 'rules: tiny')
      .replace('schedule: iex', 'schedule: nowhere')
      .replace('calendar: lse', 'calendar: absent.yaml');
    const { code, message } = faultOf(files(venue, 'days: 0\nshocks: [{ kind: none, at: "10:00" }]'));
    expect(code).toBe('SCENARIO_CONFIG');
    const [head, ...lines] = message.split('\n  - ');
    expect(head).toMatch(/breaks 5 rules:$/);
    expect(lines.map((line) => line.slice(0, line.indexOf(':')))).toEqual([
      'venue.calendar',
      'venue.fees.schedule',
      'venue.breakers[0].rules',
      'days',
      'shocks[0].kind',
    ]);
    expect(message).toContain('is one of ftse100, ftse250, small, or the content, found "tiny"');
  });

  it('tells what is wrong within a sound venue beside other keys, with its path', () => {
    const venue = `${OWN}tickBands: [{ from: "0", tick: "-1" }]\nallocation: { code: Z }\n`;
    const { message } = faultOf(files(venue, 'days: 0'));
    const [, ...lines] = message.split('\n  - ');
    expect(lines).toEqual([
      'venue.allocation.code: must be one of F, A, C, K, O, Q, S, T, found "Z"',
      'venue.tickBands[0].tick: an increment above 0, found "-1"',
      'days: is at least 1, found 0',
    ]);
  });

  it.each(['calendar: &c { name: x, self: *c }', 'a: 1\na: 2', 'x: *nobody'])(
    'refuses a venue file that is no tree of values: %s',
    (text) => {
      const { code, message } = faultOf(files(text));
      expect(code).toBe('SCENARIO_CONFIG');
      expect(message).toContain('venue: a scenario is a YAML document');
    },
  );
});
