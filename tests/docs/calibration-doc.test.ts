import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { problemSchema } from '../../src/scenarios/index.ts';
import { loadProblem } from '../../src/services/calibrate-agents/load-problem.ts';
import { expectGoldenSection } from '../support/golden-file.ts';
import { problemTable } from './scenario-table.ts';

const PAGE = 'docs/calibration.md';

describe(PAGE, () => {
  it('has the keys, ranges and defaults of a problem', () => {
    const table = problemTable();
    expectGoldenSection(PAGE, 'keys', `${table}\n`);
    expect(table.split('\n').length).toBeGreaterThan(30);
  });

  it('has a problem for a recording that the schema takes', () => {
    const page = readFileSync(join(import.meta.dirname, '../..', PAGE), 'utf8');
    const blocks = [...page.matchAll(/```yaml\n(.*?)```/gs)].map((match) => match[1]!);
    const problems = blocks.filter((block) => block.includes('parameters:'));
    expect(problems).toHaveLength(1);
    expect(problemSchema.safeParse(parse(problems[0]!))).toMatchObject({ success: true });
  });

  it('the problem of the package is found from any folder, and is right', async () => {
    const { problem, parameters } = await loadProblem('random-flow.yaml', 'no-lake', {
      method: null,
      budget: null,
    });
    expect(problem.data.truth).toBeDefined();
    expect(parameters.length).toBeGreaterThanOrEqual(3);
  });
});
