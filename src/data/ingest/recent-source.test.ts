import { describe, expect, it } from 'vitest';
import type { NewRecord } from '../registry.ts';
import { BATCH_ROWS } from '../schema/record-batch.ts';
import { MemorySink } from './memory-sink.ts';
import { MemorySource } from './memory-source.ts';
import { RecentSource } from './recent-source.ts';

function trades(from: number, count: number, symbols = ['A']): MemorySource {
  const sink = new MemorySink('made');
  for (let i = from; i < from + count; i++) {
    const head = { symbol: symbols[i % symbols.length], tsEvent: BigInt(i), quality: 0, sourceIndex: i };
    sink.push('trade', { ...head, price: 1, qty: 1, kind: 'regular' } as NewRecord<'trade'>);
  }
  return new MemorySource(sink);
}

async function timesOf(source: RecentSource, query: object = {}): Promise<number[]> {
  const times: number[] = [];
  for await (const batch of source.read({ schema: 'trade', ...query }))
    for (const { tsEvent } of batch.rows()) times.push(Number(tsEvent));
  return times;
}

describe('recent records', () => {
  it('are read by time and symbol while more come', async () => {
    const recent = new RecentSource(['trade', 'mbp'], ['B', 'A']);
    expect([await recent.schemas(), await recent.symbols()]).toEqual([
      ['trade', 'mbp'],
      ['A', 'B'],
    ]);
    await recent.take(trades(0, 10, ['A', 'B']));
    expect(await timesOf(recent, { fromNs: 2n, toNs: 7n })).toEqual([2, 3, 4, 5, 6]);
    await recent.take(trades(10, 4, ['A', 'B']));
    expect(await timesOf(recent, { symbols: ['B'], fromNs: 8n })).toEqual([9, 11, 13]);
  });

  it('the oldest are forgotten when too many came', async () => {
    const recent = new RecentSource(['trade'], ['A'], 2);
    const kept = BATCH_ROWS * 2;
    for (let from = 0; from <= kept; from += BATCH_ROWS) await recent.take(trades(from, BATCH_ROWS));
    const times = await timesOf(recent);
    expect([times[0], times.at(-1), times.length]).toEqual([BATCH_ROWS, kept + BATCH_ROWS - 1, kept]);
  });
});
