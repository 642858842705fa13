import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { add, at, cross, executed, itchBytes, systemEvent, tradingAction } from '../support/itch-day.ts';
import { jsonOf, twin } from '../support/twin.ts';

const folder = mkdtempSync(join(tmpdir(), 'twin-cli-sessions-'));
const day = join(folder, 'day.itch');
writeFileSync(
  day,
  itchBytes([
    at('04:00', systemEvent('S')),
    at('09:29', add(1, 'B', 300, 10)),
    at('09:29', add(2, 'S', 300, 10.5)),
    at('10:00', tradingAction('P', 'LUDP')),
    at('10:01', executed(1, 10)),
    at('10:02', tradingAction('Q', 'LUDP')),
    at('10:05', cross(500, 10.2, 'H')),
    at('10:05', tradingAction('T')),
    at('10:06', executed(2, 10)),
  ]),
);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('sessions of a replay from the command line', () => {
  it('are told in one line, and a trade during a halt is a finding and no failure', () => {
    const result = twin('replay', day, '--no-save');
    expect(result.status).toBe(0);
    expect(result.stdout).toContain(
      'sessions   symbols 1, changes of state 4 (halts 1), crosses 1, imbalances 0; ' +
        'while nothing trades: executions 1, hidden trades 0\n',
    );
    expect(result.stdout).toContain('1 excused (not-continuous 1)');
  });

  it('stand in the result, the report and the journal of the run', () => {
    const runs = join(folder, 'runs');
    const result = jsonOf(twin('replay', day, '--runs', runs, '--json')) as {
      run: string;
      report: string;
      digest: string;
      sessions: { symbols: { symbol: string; executionsNotContinuous: number }[] };
    };
    expect(result.sessions.symbols).toMatchObject([{ symbol: 'AAPL', executionsNotContinuous: 1 }]);
    const page = readFileSync(result.report, 'utf8');
    expect(page).toContain('10:00:00 CONTINUOUS → HALTED (halt, luld, LUDP)');
    expect(page).toContain('Trades at times when nothing trades, of no auction: 1.');
    const csv = join(folder, 'out.csv');
    expect(twin('export', result.run, '--to', 'csv', '--runs', runs, '--out', csv).status).toBe(0);
    const rows = readFileSync(csv, 'utf8').split('\n');
    expect(rows.filter((row) => row.includes(',session,'))).toHaveLength(4);
    expect(rows.find((row) => row.includes(',session,') && row.includes('halt luld'))).toContain(
      '36000000000000',
    );
    expect(rows.find((row) => row.includes(',auction,'))).toContain('10.2000');
    // LOBSTER has no row for what is no order and no trade.
    expect(twin('export', result.run, '--to', 'lobster', '--runs', runs).status).toBe(0);
    expect(jsonOf(twin('verify', result.run, '--runs', runs, '--json'))).toMatchObject({
      expected: result.digest,
      isSame: true,
    });
  });
});
