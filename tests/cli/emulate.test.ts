/** `twin emulate`: a recorded file is served until the process is asked to stop; what makes no sense is refused. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { jsonOf, startTwin, twin } from '../support/twin.ts';

const folder = temporaryFolder('emulate');

/** Frames of Binance as a recorder keeps them: one JSON object a line. */
function recordedFile(): string {
  const path = join(folder, 'frames.ndjson');
  const frames = Array.from({ length: 20 }, (_, i) => ({
    stream: 'btcusdt@trade',
    data: {
      e: 'trade',
      E: 1_700_000_000_000 + i * 100,
      s: 'BTCUSDT',
      t: 900 + i,
      p: String(100 + i),
      q: '0.5',
      T: 1_700_000_000_000 + i * 100,
      m: i % 2 === 0,
      M: true,
    },
  }));
  writeFileSync(path, `${frames.map((frame) => JSON.stringify(frame)).join('\n')}\n`);
  return path;
}

/** Starts Binance on something that has happened, and gives the address of its REST. */
async function withBinance(what: readonly string[], use: (rest: string) => Promise<void>): Promise<void> {
  const child = startTwin('emulate', 'binance', ...what, '--begin', 'end', '--json');
  try {
    const line = await new Promise<string>((resolve, reject) => {
      let text = '';
      child.stdout!.on('data', (chunk) => {
        text += String(chunk);
        if (text.includes('\n')) resolve(text);
      });
      child.stderr!.on('data', (chunk) => reject(new Error(String(chunk))));
    });
    const { urls } = JSON.parse(line) as { urls: Record<string, string> };
    expect(Object.keys(urls)).toEqual(['REST', 'combined streams', 'raw streams', 'control']);
    await use(urls.REST!);
  } finally {
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await exited;
  }
}

/** Expects the trades of `recordedFile`. */
function expectTrades(...what: string[]): Promise<void> {
  return withBinance(what, async (rest) => {
    const trades = (await (await fetch(`${rest}/trades?symbol=BTCUSDT`)).json()) as { id: number }[];
    expect(trades.map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_, i) => 900 + i));
  });
}

describe('twin emulate', () => {
  it('serves a recorded file over HTTP until it is interrupted', async () => {
    await expectTrades('--file', recordedFile());
  }, 60_000);

  it('serves a dataset of the lake as it serves the file behind it', async () => {
    const lake = join(folder, 'lake');
    const where = ['--lake', lake, '--runs', join(folder, 'runs')];
    const { dataset } = jsonOf(twin('ingest', 'file', recordedFile(), ...where, '--json')) as {
      dataset: string;
    };
    await expectTrades('--data', dataset, '--lake', lake);
  }, 60_000);

  it('serves a simulation that runs', async () => {
    const scenario = join(folder, 'short.yaml');
    writeFileSync(
      scenario,
      [
        'name: short',
        'seed: 3',
        'date: "2026-01-05"',
        'open: "09:30"',
        'close: "09:31"',
        'instruments:',
        '  - { symbol: BTCUSDT, referencePrice: 100.00 }',
        'agents:',
        '  - { kind: randomFlow, name: flow, count: 20, limitRates: [2, 1], marketRate: 1, cancelRates: [0.5, 0.5], lots: [100] }',
      ].join('\n'),
    );
    await withBinance(['--scenario', scenario], async (rest) => {
      const trades = (await (await fetch(`${rest}/trades?symbol=BTCUSDT`)).json()) as { id: number }[];
      expect(trades.length).toBeGreaterThan(5);
      expect(trades.map(({ id }) => id)).toEqual(trades.map((_, at) => at + 1));
    });
  }, 60_000);

  it('list tells exactly what is built', () => {
    const listed = jsonOf(twin('emulate', 'list', '--json')) as {
      vendors: { name: string }[];
      faults: { name: string }[];
    };
    expect(listed.vendors.map(({ name }) => name)).toEqual([
      'alphavantage',
      'binance',
      'cme',
      'coinbase',
      'polygon',
    ]);
    const faults = ['429', '5xx', 'slow', 'cut', 'gap', 'duplicate', 'reorder', 'bad-frame'];
    expect(listed.faults.map(({ name }) => name).sort()).toEqual(faults.sort());
  });

  it.each([
    [['emulate', 'nobody', '--file', 'x'], 2, /allowed.*binance/],
    [['emulate', 'binance'], 2, /--data, --file and --scenario/],
    [['emulate', 'binance', '--file', 'x', '--speed', '0'], 2, /above 0/],
    [['emulate', 'binance', '--file', 'x', '--option', 'market=margin'], 2, /spot, usdm/],
  ] as const)('refuses %j and says what is allowed', (args, code, words) => {
    const { status, stderr } = twin(...args);
    expect(status).toBe(code);
    expect(stderr).toMatch(words);
  });
});
