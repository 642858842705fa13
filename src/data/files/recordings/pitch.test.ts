import { describe, expect, it } from 'vitest';
import { readBytes, readFile, sinkText } from '../../../../tests/support/read-file.ts';
import { sharedFile } from '../../../../tests/support/shared-data.ts';
import { PITCH_FILE } from './pitch-file.ts';

const NS = 1_706_745_600_000_000_000n + 18_000_000_000_000n;

describe('PITCH files', () => {
  const path = sharedFile('data/pitch/pitch_example_data.gz');
  it.skipIf(path === null)(
    'the public sample has its messages, and every change names an order that is live',
    async () => {
      const sink = await readFile(PITCH_FILE, path!, { options: { date: '2009-01-02' }, mode: 'strict' });
      const actions = sink.records('mbo').map(({ action }) => action);
      const count = (action: string) => actions.filter((one) => one === action).length;
      expect(actions).toHaveLength(20_000);
      expect([count('add'), count('reduce'), count('execute'), count('hiddenTrade')]).toEqual([
        10_361, 9592, 20, 27,
      ]);
      expect(sink.counts().trade).toBe(47);
      expect(sink.records('mbo')[0]).toMatchObject({ symbol: 'SH', side: 'sell', qty: 100, price: 61.92 });
    },
  );

  it('ids are numbers in base 36, executions take the price of their order, halts are status', () => {
    const text = [
      'S28800011AAK27GA0000DTS000100SH    0000619200Y',
      '28800012E1K27GA00000X00010000001AQ00001',
      '28800012EAK27GA0000DT00004000001AQ00001',
      '28800013XAK27GA0000DT000060',
      '28800014XAK27GA0000DT000001',
      '28800015HSH      H0XX',
      '28800016PZZZZZZZZZZZZB000005SH    000061930000001AQ00002',
      '28800017B00001AQ00001',
      'hello',
      '28800018Zxx',
    ].join('\n');
    const how = { options: { date: '2024-02-01' } };
    const sink = readBytes(PITCH_FILE, Buffer.from(text), how);
    expect(sink.records('trade')).toMatchObject([
      {
        symbol: 'SH',
        tsEvent: NS + 28_800_012_000_000n,
        price: 61.92,
        qty: 40,
        aggressor: 'buy',
        sellOrderId: 1_389_564_350_501_069_297n,
      },
      { symbol: 'SH', price: 61.93, qty: 5, kind: 'hidden' },
    ]);
    expect(sink.records('status')).toMatchObject([{ symbol: 'SH', status: 'halted' }]);
    expect(Object.fromEntries(sink.quarantine.counts)).toEqual({
      'unknown-order': 2,
      'column-count': 1,
      'unknown-type': 1,
    });
    expect(sink.remarks.get('broken-trade')).toBe(1);
    expect(sinkText(readBytes(PITCH_FILE, Buffer.from(text), { ...how, chunkBytes: 3 }))).toBe(
      sinkText(sink),
    );
  });
});
