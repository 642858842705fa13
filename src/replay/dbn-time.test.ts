import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sharedFile } from '../../tests/support/shared-data.ts';
import { readAllBytes } from '../data/index.ts';
import { replayFiles } from './index.ts';

const ES_1 = sharedFile('data/dbn/nautilus/esh4-glbx-mdp3-20231224.mbo.dbn.zst');
const ES_2 = sharedFile('data/dbn/nautilus/esh4-glbx-mdp3-20231225.mbo.dbn.zst');
const SHORT = sharedFile(
  'data/dbn/nautilus/order_book_deltas_catalog/orderbooks_mbo_2024-05-08T00-00-00_2024-05-08T00-00-02.dbn.zst',
);

const folder = mkdtempSync(join(tmpdir(), 'twin-dbn-time-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const RECORD_BYTES = 56;

/** The short file unpacked, with a field of its record `fromEnd` places before the last changed. */
async function altered(name: string, fromEnd: number, change: (view: DataView) => void): Promise<string> {
  const bytes = await readAllBytes(SHORT!);
  const at = bytes.length - fromEnd * RECORD_BYTES;
  change(new DataView(bytes.buffer, bytes.byteOffset + at, RECORD_BYTES));
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

describe.skipIf(ES_1 === null || ES_2 === null || SHORT === null)('DBN recordings out of order', () => {
  it('refuses files in the wrong order, and one file twice', async () => {
    const options = { mode: 'rebuild', strictness: 'lenient' } as const;
    await expect(replayFiles([ES_2!, ES_1!], options)).rejects.toMatchObject({ code: 'DATA_PAIR' });
    await expect(replayFiles([ES_1!, ES_1!], options)).rejects.toMatchObject({ code: 'DATA_PAIR' });
  });

  it('stops strict where capture time goes backwards, and counts it lenient', async () => {
    const path = await altered('back.dbn', 20, (view) =>
      view.setBigUint64(40, view.getBigUint64(40, true) - 3_000_000_000n, true),
    );
    await expect(replayFiles([path], { mode: 'match', strictness: 'strict' })).rejects.toThrow(
      'time-backwards',
    );
    const lenient = await replayFiles([path], { mode: 'match', strictness: 'lenient' });
    expect(lenient.quarantine.byReason).toEqual({ 'time-backwards': 1 });
    expect(lenient.books[0]!.liveOrders).toBe(13_598);
  });

  it('blames the bad price and no other record', async () => {
    const path = await altered('price.dbn', 200, (view) => view.setBigInt64(24, -5n, true));
    await expect(replayFiles([path], { mode: 'match', strictness: 'strict' })).rejects.toThrow(
      /record=13596 .*price/,
    );
    const lenient = await replayFiles([path], { mode: 'match', strictness: 'lenient' });
    expect(lenient.quarantine.total).toBeLessThan(10);
    expect(lenient.books[0]!.bestBid).toBe('5214.00');
  });
});
