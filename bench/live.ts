/**
 * A live feed on loopback: another process sends frames of Binance (trades and quotes in turn) at a rate; adapter, checks, raw store
 * and lake take them. Told are losses, and the delay from the receipt of a frame until its records are made. The baseline is
 * JSON.parse of the same frames. Prints one JSON line.
 *
 *   npm run bench:live -- [--tiny] [--rate n] [--seconds n]
 */

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ADAPTERS,
  HttpClient,
  Lake,
  liveDataset,
  receiveTimeNs,
  resolveRequest,
  runLive,
} from '../src/data/index.ts';
import { benchOptions, printResult, ResultHash, rounded, runBenchmark } from './support/harness.ts';

const OPTIONS = benchOptions(1, ['rate', 'seconds']);
const RATE = Number(OPTIONS.own.rate ?? (OPTIONS.isTiny ? 2_000 : 20_000));
const SECONDS = Number(OPTIONS.own.seconds ?? (OPTIONS.isTiny ? 1 : 60));
const GRACE_MS = 30_000;

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'twin-bench-live-'));
  const sender = spawn(
    process.execPath,
    ['--import', 'tsx', 'bench/support/feed-sender.ts', String(RATE), String(SECONDS)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const lake = new Lake(folder);
  const http = new HttpClient({ limits: { requests: 10, perMs: 1000, concurrent: 1 } });
  try {
    const port = await new Promise<string>((resolve) => {
      sender.stdout.on('data', (chunk) => resolve(/port (\d+)/.exec(String(chunk))![1]!));
    });
    const adapter = ADAPTERS.find(({ name }) => name === 'binance')!;
    const request = resolveRequest(adapter, {
      symbols: ['BTCUSDT'],
      schemas: ['trade', 'bbo'],
      from: null,
      to: null,
      options: { trades: 'trade', socketUrl: `ws://127.0.0.1:${port}` },
    });
    const head = liveDataset(adapter, request, 'bench', 'bench');
    lake.begin(head);
    const stop = new AbortController();
    const frames = RATE * SECONDS;
    const delaysUs = new Float64Array(frames);
    let seen = 0;
    let firstNs = 0n;
    let lastNs = 0n;
    const sample: string[] = [];
    const giveUp = setTimeout(() => stop.abort(), SECONDS * 1000 + GRACE_MS);
    const cpuBefore = process.cpuUsage();
    await runLive(adapter.live(request, {})!, {
      lake,
      dataset: head.id,
      maker: head.maker,
      http,
      signal: stop.signal,
      onFrame: ({ text, tsRecvNs }) => {
        if (seen === 0) firstNs = tsRecvNs;
        if (seen < frames) delaysUs[seen] = Number(receiveTimeNs() - tsRecvNs) / 1000;
        if (sample.length < 20_000) sample.push(String(text));
        lastNs = tsRecvNs;
        // The last frame says that there are no more.
        if (++seen > frames) stop.abort();
      },
    });
    clearTimeout(giveUp);
    const cpu = process.cpuUsage(cpuBefore);
    const cpuNs = ((cpu.user + cpu.system) * 1000) / seen;
    await tell(lake, { frames, seen, delaysUs, sample, cpuNs, seconds: Number(lastNs - firstNs) / 1e9 });
  } finally {
    sender.kill();
    lake.close();
    await http.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Seen {
  readonly frames: number;
  readonly seen: number;
  readonly delaysUs: Float64Array;
  readonly sample: readonly string[];
  readonly cpuNs: number;
  readonly seconds: number;
}

async function tell(lake: Lake, { frames, seen, delaysUs, sample, cpuNs, seconds }: Seen): Promise<void> {
  const hash = new ResultHash();
  const records = await count(lake, hash);
  const sorted = delaysUs.slice(0, Math.min(seen, frames)).sort();
  const percentile = (share: number): number =>
    rounded(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]! / 1000);
  printResult(
    OPTIONS,
    {
      bench: 'live',
      workload: `${RATE} frames/s for ${SECONDS} s on loopback, trades and quotes of one symbol in turn`,
      hash: hash.hex,
      rounds: 1,
      baseline: 'JSON.parse of the same frames',
      ratio: parseCost(sample) / cpuNs,
      frames: Math.min(seen, frames),
      framesSent: frames,
      recordsInLake: records,
      lost: frames - records,
      seconds: rounded(seconds),
      delayMs: { p50: percentile(0.5), p99: percentile(0.99), p999: percentile(0.999), max: percentile(1) },
      cpuNsPerFrame: rounded(cpuNs),
      rssMb: Math.round(process.memoryUsage().rss / 1e6),
    },
    [],
  );
  if (records !== frames) process.exitCode = 1;
}

async function count(lake: Lake, hash: ResultHash): Promise<number> {
  let records = 0;
  for await (const batch of lake.source(['bench']).read({ schema: 'trade' })) {
    records += batch.count;
    for (let row = 0; row < batch.count; row++) hash.mix(batch.columns.price.number(row) / 1e7);
  }
  for await (const batch of lake.source(['bench']).read({ schema: 'bbo' })) {
    records += batch.count;
    for (let row = 0; row < batch.count; row++) hash.mix(batch.columns.askPrice.number(row) / 1e7);
  }
  return records;
}

function parseCost(frames: readonly string[]): number {
  const before = process.cpuUsage();
  for (const frame of frames) JSON.parse(frame);
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1000) / frames.length;
}

await runBenchmark(main);
