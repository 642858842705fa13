/** A day that is larger than the memory of its reader can be read: whole, in order, in batches. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Lake, RecordBatch, TRADE } from '../../src/data/index.ts';
import { Duck } from '../../src/data/lake/duckdb.ts';
import { PartWriter } from '../../src/data/lake/part-writer.ts';

const ROWS = 4_000_000;
const BATCH = 8192;
const DAY_NS = 1_704_153_600_000_000_000n;
/** Bytes of one record in columns: 6 of 8 bytes, 4 of 4 and 4 of 1, texts aside. */
const RECORD_BYTES = 68;
const HEAP_MB = 64;
const ENGINE_MB = 100;

describe('reading the lake', () => {
  it('takes a day of several times the memory of the process', { timeout: 300_000 }, async () => {
    expect(ROWS * RECORD_BYTES).toBeGreaterThan((HEAP_MB + ENGINE_MB) * 1e6 * 1.5);
    const folder = mkdtempSync(join(tmpdir(), 'twin-large-'));
    try {
      const lake = new Lake(folder);
      const duck = await Duck.open();
      lake.begin({
        line: 'head',
        version: 1,
        id: 'large',
        kind: 'derived',
        createdAt: '2024-01-02T00:00:00.000Z',
        maker: { name: 'test', version: 1 },
        codeVersion: 'test',
        request: {},
        parents: [],
        tasks: ['day'],
      });
      const writer = new PartWriter({
        duck,
        dataFolder: lake.layout.data,
        tmpFolder: join(lake.layout.tmp, 'large'),
        dataset: 'large',
        task: 'day',
        venue: () => 'TEST',
        about: {},
        flushRows: 1_000_000,
      });
      const batch = new RecordBatch(TRADE, BATCH);
      let sum = 0;
      for (let at = 0; at < ROWS; ) {
        batch.clear();
        for (; batch.count < BATCH && at < ROWS; at++) {
          const row = batch.count++;
          batch.blank(row);
          batch.columns.symbol.set(row, 'A');
          batch.columns.tsEvent.values[row] = DAY_NS + BigInt(at) * 20_000n;
          batch.columns.price.setNumber(row, 100e9 + (at % 1000) * 1e7);
          batch.columns.qty[row] = at % 97;
          sum += at % 97;
          batch.columns.kind[row] = 0;
          batch.columns.source[row] = 0;
          batch.columns.sourceIndex.setNumber(row, at);
        }
        await writer.append(batch as unknown as RecordBatch);
      }
      const parts = await writer.finish();
      duck.close();
      expect(parts.length).toBe(4);
      lake.append('large', {
        line: 'task',
        task: 'day',
        label: 'day',
        endedAt: '2024-01-02T00:00:00.000Z',
        seconds: 0,
        parts,
        raw: [],
        counts: { trade: ROWS },
        quarantined: {},
        quality: {},
        remarks: {},
      });
      lake.close();
      const child = execFileSync(
        process.execPath,
        [
          `--max-old-space-size=${HEAP_MB}`,
          '--import',
          'tsx',
          'tests/data/bounded-memory-child.ts',
          folder,
          'large',
          String(ENGINE_MB),
        ],
        { encoding: 'utf8' },
      );
      expect(JSON.parse(child)).toMatchObject({ rows: ROWS, sum });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
