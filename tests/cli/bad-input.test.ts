import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { jsonOf, twin } from '../support/twin.ts';

const folder = mkdtempSync(join(tmpdir(), 'twin-bad-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** Exit code 2, a code, the rule and a mend; never a stack trace. */
function expectRefusal(
  result: { status: number | null; stderr: string },
  code: string,
  ...parts: string[]
): void {
  expect(result.stderr).toContain(`error ${code}: `);
  expect(result.stderr).toContain('mend: ');
  expect(result.stderr).not.toMatch(/\n\s+at /);
  for (const part of parts) expect(result.stderr).toContain(part);
  expect(result.status).toBe(2);
}

describe('bad input on the command line', () => {
  it('names every problem of a scenario at once, with path, value and what is allowed', () => {
    const path = file(
      'wrong.yaml',
      'name: Wrong Name\nsead: 5\ninstruments: []\nagents:\n  - kind: randomFlow\n    name: x\n    count: 0\n    limitRates: [-1]\n    marketRate: 1\n    cancelRates: [0.5]\n',
    );
    const result = twin('run', path, '--runs', folder);
    expectRefusal(
      result,
      'SCENARIO_CONFIG',
      'name:',
      'did you mean "seed"?',
      'instruments:',
      'agents[0].count:',
      'agents[0].limitRates[0]:',
    );
  });

  it.each([
    ['YAML that is none', 'name: [', 'SCENARIO_CONFIG'],
    ['an empty file', '', 'SCENARIO_CONFIG'],
  ])('refuses %s', (_, content, code) => {
    expectRefusal(twin('run', file('broken.yaml', content), '--runs', folder), code);
  });

  it('refuses a scenario file that is not there, and says which come with the package', () => {
    for (const args of [[join(folder, 'missing.yaml')], ['--scenario', 'halt-luld']]) {
      expectRefusal(
        twin('run', ...args),
        'BASE_INPUT_FILE',
        args.at(-1)!,
        'exchange-day.yaml, ',
        ', templates/cme-limit-lock.yaml, ',
        'templates/halt-luld.yaml',
      );
    }
  });

  it('takes exactly one scenario, or the list', () => {
    for (const args of [[], ['a.yaml', '--scenario', 'b.yaml'], ['a.yaml', '--list']])
      expectRefusal(
        twin('run', ...args),
        'CLI_USAGE',
        'run takes one scenario, as its argument or as --scenario',
      );
  });

  it('names every problem of shocks at once, before anything runs', () => {
    const path = file(
      'shocks.yaml',
      `name: shocks
venue: nasdaq
instruments: [{ symbol: A, referencePrice: 1 }]
agents: [{ kind: randomFlow, name: x, count: 1, limitRates: [1], marketRate: 1, cancelRates: [1] }]
shocks:
  - { kind: halt, at: "21:00", instruments: [B], for: 60 }
  - { kind: withdraw, at: "10:00", day: 3, groups: [y] }
  - { kind: orders, at: "10:00", instrument: A, side: buy, qtyLots: 1, price: 1.001 }
  - { kind: marketWide, at: "15:30", level: 1 }
`,
    );
    const runs = join(folder, 'shock-runs');
    const result = twin('run', path, '--runs', runs);
    expectRefusal(
      result,
      'SCENARIO_CONFIG',
      'shocks[0].instruments[0]: "B" is one of A',
      'shocks[0].at: "21:00" lies within the trading day, from 04:00 to before 20:00',
      'shocks[1].groups[0]: "y" is one of x',
      'shocks[1].day: 3 is at most 1',
      'shocks[2].price: "1.001" is a multiple of tickSize 0.01',
      'shocks[3].level: 1 stops the market, but only before 15:25',
    );
    expect(existsSync(runs)).toBe(false);
  });

  it('refuses an unknown time zone', () => {
    const path = file(
      'zone.yaml',
      'name: zone\ntimeZone: Mars/Olympus\ninstruments: [{ symbol: A, referencePrice: 1 }]\nagents: [{ kind: randomFlow, name: x, count: 1, limitRates: [1], marketRate: 1, cancelRates: [1] }]\n',
    );
    expectRefusal(twin('run', path, '--runs', folder), 'SCENARIO_CONFIG', 'timeZone=Mars/Olympus');
  });

  it.each([
    ['a file that is no recording', 'hello\nworld\n', 'DATA_FORMAT'],
    ['an empty file', '', 'DATA_FORMAT'],
  ])('replay refuses %s', (_, content, code) => {
    expectRefusal(twin('replay', file('no-recording.csv', content), '--no-save'), code, 'no-recording.csv');
  });

  it('replay refuses a missing file, an orderbook of another length, and strict with lenient', () => {
    expectRefusal(
      twin('replay', join(folder, 'nothing.dbn'), '--runs', folder),
      'BASE_INPUT_FILE',
      'nothing.dbn',
    );
    const messages = file('m.csv', '34200.1,1,11,10,1000000,1\n34200.2,1,12,10,1010000,-1\n');
    const books = file('b.csv', '9999999999,0,1000000,10\n');
    expectRefusal(twin('replay', messages, books, '--no-save'), 'DATA_PAIR');
    expectRefusal(twin('replay', messages, '--strict', '--lenient'), 'CLI_USAGE');
  });

  it('replay stops at a bad record in strict mode and counts it in lenient mode', () => {
    const messages = file(
      'bad.csv',
      '34200.1,1,11,10,1000000,1\n34200.2,1,12,-5,1010000,-1\n34200.3,1,13,7,1020000,-1\n',
    );
    expectRefusal(twin('replay', messages, '--no-save'), 'DATA_RECORD', 'record=1', 'qty-not-positive');
    const lenient = twin('replay', messages, '--no-save', '--lenient', '--json');
    expect(lenient.status).toBe(0);
    expect(jsonOf(lenient)).toMatchObject({ quarantine: { total: 1, byReason: { 'qty-not-positive': 1 } } });
  });

  it('a replay that stops at a bad record keeps what it had accepted, readable', () => {
    const messages = file(
      'late.csv',
      '34200.1,1,11,10,1000000,1\n34200.2,1,12,5,1010000,-1\n34200.3,9,13,7,1020000,-1\n',
    );
    const runs = join(folder, 'late-runs');
    expectRefusal(twin('replay', messages, '--runs', runs), 'DATA_RECORD', 'record=2');
    expect(jsonOf(twin('runs', 'show', 'latest', '--runs', runs, '--json'))).toMatchObject({
      status: 'failed',
      error: { code: 'DATA_RECORD' },
    });
    const exported = twin(
      'export',
      'latest',
      '--to',
      'csv',
      '--runs',
      runs,
      '--out',
      join(folder, 'late-events.csv'),
    );
    expect(exported.status).toBe(0);
    const rows = readFileSync(join(folder, 'late-events.csv'), 'utf8').split('\n');
    expect(rows.filter((row) => row.includes(',rested,'))).toHaveLength(2);
    expect(twin('report', 'latest', '--runs', runs).status).toBe(0);
  });

  it('names a run that is not there and an ambiguous start of an id', () => {
    expectRefusal(twin('runs', 'show', 'nope', '--runs', folder), 'RUNS_NOT_FOUND', 'nope');
    expectRefusal(twin('verify', 'latest', '--runs', join(folder, 'none')), 'RUNS_NOT_FOUND');
  });

  it('says with exit code 1 that a folder cannot be written', () => {
    const path = file(
      'fine.yaml',
      'name: fine\ninstruments: [{ symbol: A, referencePrice: 1 }]\nagents: [{ kind: randomFlow, name: x, count: 1, limitRates: [1], marketRate: 1, cancelRates: [1] }]\n',
    );
    mkdirSync(join(folder, 'sub'));
    const result = twin('run', path, '--runs', join(path, 'runs'));
    expect(result.stderr).toContain('error RUNS_WRITE: ');
    expect(result.status).toBe(1);
  });

  it('ends at once where folders cannot be made', (context) => {
    if (!existsSync('/proc/self')) context.skip('no /proc on this system');
    const result = twin('run', 'configs/exchange-day.yaml', '--runs', '/proc/x/y');
    expect(result.stderr).toContain('error RUNS_WRITE: ');
    expect(result.status).toBe(1);
  });

  it('answers unknown commands and options with usage and exit code 2', () => {
    expect(twin('fly').status).toBe(2);
    expect(twin('run').status).toBe(2);
    expect(twin('replay', 'x', '--mode', 'guess').status).toBe(2);
    expect(twin('run', 'x', '--seed', '-1').status).toBe(2);
  });

  it('prints errors as JSON when asked', () => {
    const result = twin('runs', 'show', 'nope', '--runs', folder, '--json');
    expect(JSON.parse(result.stderr)).toMatchObject({ error: { code: 'RUNS_NOT_FOUND' } });
  });

  it('has help with an example for every command', () => {
    expect(twin('--help').status).toBe(0);
    for (const command of ['run', 'replay', 'verify', 'report', 'explain', 'export', 'doctor']) {
      const help = twin(command, '--help');
      expect(help.status, command).toBe(0);
      expect(help.stdout, command).toContain('Example');
    }
  });

  it('doctor looks at the machine', () => {
    const result = twin('doctor', '--json', '--runs', folder);
    const { findings, isWell } = jsonOf(result) as {
      findings: { name: string; state: string }[];
      isWell: boolean;
    };
    expect(findings.find((finding) => finding.name === 'Node.js')).toMatchObject({ state: 'ok' });
    expect(result.status).toBe(isWell ? 0 : 1);
  });
});
