import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
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
    expect(new World(spec).agentCount).toBe(scenario.agents.reduce((sum, { count }) => sum + count, 0));
  });

  it('has at least the example', () => {
    expect(files).toContain('exchange-day.yaml');
  });
});
