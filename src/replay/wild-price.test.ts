import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { TwinError, Xoshiro128 } from '../base/index.ts';
import { ItchWriter } from '../data/index.ts';
import { replayFiles } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'twin-wild-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const MESSAGES = Array.from(
  { length: 60 },
  (_, i) =>
    `${34200 + i}.5,1,${i + 1},10,${i % 2 === 0 ? 1_000_001 - i : 1_000_101 + i},${i % 2 === 0 ? 1 : -1}`,
);

describe('a price that fits no tick of the other prices', () => {
  it('LOBSTER: stops strict at its record, is set aside lenient', async () => {
    const rows = [...MESSAGES];
    rows[30] = rows[30]!.replace(/,\d+,(-?1)$/, ',99999999999999,$1');
    const path = file('wild.csv', `${rows.join('\n')}\n`);
    await expect(replayFiles([path], { mode: 'match', strictness: 'strict' })).rejects.toThrow(
      /record=30 .*price-range/,
    );
    const lenient = await replayFiles([path], { mode: 'match', strictness: 'lenient' });
    expect(lenient.quarantine.byReason).toEqual({ 'price-range': 1 });
    expect(lenient.books[0]!.liveOrders).toBe(59);
  });

  it('ITCH: stops strict at its record, is set aside lenient', async () => {
    const writer = new ItchWriter();
    writer.setStock(1, 'ACME');
    for (let i = 0; i < 6; i++) {
      const price = i % 2 === 0 ? 50_001 : 0xffff_fffe;
      writer.addOrder(1, 34_200e9 + i, 0, i + 1, 0, 100, price);
    }
    const path = file('wild.itch', writer.bytes);
    await expect(replayFiles([path], { mode: 'match', strictness: 'strict' })).rejects.toBeInstanceOf(
      TwinError,
    );
    const lenient = await replayFiles([path], { mode: 'match', strictness: 'lenient' });
    expect(lenient.quarantine.byReason).toEqual({ 'price-range': 3 });
    expect(lenient.books[0]!.liveOrders).toBe(3);
  });
});

describe('a time that jumps ahead in a LOBSTER file', () => {
  it('is blamed itself, and costs no other row', async () => {
    const rows = [...MESSAGES];
    rows[30] = rows[30]!.replace(/^\d+/, '57000');
    const path = file('jump.csv', `${rows.join('\n')}\n`);
    await expect(replayFiles([path], { mode: 'match', strictness: 'strict' })).rejects.toThrow(
      /record=30 .*time-jump/,
    );
    const lenient = await replayFiles([path], { mode: 'match', strictness: 'lenient' });
    expect(lenient.quarantine.byReason).toEqual({ 'time-jump': 1 });
    expect(lenient.books[0]!.liveOrders).toBe(59);
  });

  it.each(['86402.5', '-1'])('is refused outside the day: %s', async (time) => {
    const rows = [...MESSAGES];
    rows[30] = rows[30]!.replace(/^[^,]+/, time);
    const path = file('day.csv', `${rows.join('\n')}\n`);
    await expect(replayFiles([path], { mode: 'match', strictness: 'strict' })).rejects.toThrow(
      /record=30 .*time-range/,
    );
    const lenient = await replayFiles([path], { mode: 'match', strictness: 'lenient' });
    expect(lenient.books[0]!.liveOrders).toBe(59);
  });
});

describe('damaged LOBSTER messages', () => {
  it.each(Array.from({ length: 40 }, (_, seed) => seed))(
    'raise nothing but faults with a code, seed %i',
    async (seed) => {
      const random = new Xoshiro128(seed);
      const bytes = new TextEncoder().encode(`${MESSAGES.join('\n')}\n`);
      for (let hits = 0; hits < 4; hits++) {
        bytes[random.nextBelow(bytes.length)] = 44 + random.nextBelow(14);
      }
      const path = file(`fuzz-${seed}.csv`, bytes);
      for (const strictness of ['strict', 'lenient'] as const) {
        try {
          await replayFiles([path], { mode: 'match', strictness });
        } catch (error) {
          expect(error).toBeInstanceOf(TwinError);
        }
      }
    },
  );
});
