/** Which format says yes to which recording: its own, and no other one. */

import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesBelow, sharedFile } from '../../../tests/support/shared-data.ts';
import { openByteSource } from '../byte-source.ts';
import { FILE_FORMATS } from './index.ts';

const HEAD_BYTES = 65_536;

/** Format by the path below `shared/data`, the first pattern that fits; '' is nobody's here. */
const EXPECTED: readonly (readonly [RegExp, string])[] = [
  [/README|ReadMe|facts\.json$/, ''],
  [/^lobster\//, 'lobster'],
  [/^itch\/(nasdaq|ritch)\//, 'itch'],
  [/^itch\/pcap\/Nasdaq\/\w+\.Equities\.TotalView\.Itch/, 'itch-pcap'],
  // A trading action of ITCH, byte for byte, among the captures of another venue.
  [/Memx\/.*StockTradingActionMessage/, 'itch-pcap'],
  [/\.dbz$/, ''],
  [/^dbn\/.*\.dbn/, 'dbn'],
  [/^(dbn|corporate-actions)\/.*\.jsonl$/, 'databento-reference'],
  [/^corporate-actions\/lean\//, 'lean-actions'],
  [/^pitch\//, 'pitch'],
  [/^ark\//, 'ark'],
  [/^options\//, 'lean-options'],
  [/^equities-intraday\//, 'lean'],
  [/^futures\/(es_minute|gc_tick)\//, 'lean'],
  [/^futures\/6EH4/, 'csv'],
  [/^fx\/(eurusd_|xauusd)/, 'lean'],
  [/^fx\/dukascopy\//, 'dukascopy'],
  [/^fx\/(fxcm_m1|truefx)\//, 'csv'],
  [/^daily\/(equity_raw_ohlcv|fx_fxcm)\/|^daily\/(btcusd|xauusd)/, 'lean'],
  [/^daily\/vix/, 'csv'],
  [/^daily\//, 'series'],
  [/^reference\/usa-interest-rate/, 'series'],
  [/^alphavantage\/romeltorres\/mock_time_series_extended\.csv/, 'csv'],
  [/^13f\//, '13f'],
  [/^fundamentals\/sec_/, 'sec'],
  [/^fundamentals\/nike_10Q_facts/, 'sec-facts'],
];

/** Where recordings of formats lie that have tests of their own: nobody there, or one that is not listed here. */
const OTHERS = /^(crypto|cme)\//;
const LISTED = new Set(EXPECTED.map(([, name]) => name));

describe('recognising files', () => {
  const root = sharedFile('data');
  it.skipIf(root === null)('every recording is recognised by its own format and by no other', async () => {
    const wrong: string[] = [];
    let own = 0;
    for (const path of filesBelow(root!)) {
      const name = path.slice(root!.length + 1);
      if (name.endsWith('.dbz')) continue;
      const { head, isWhole } = await headOf(path);
      const found = FILE_FORMATS.filter((format) => format.recognise(head, isWhole, basename(path))).map(
        (format) => format.name,
      );
      const expected = EXPECTED.find(([pattern]) => pattern.test(name))?.[1] ?? '';
      const isOther = OTHERS.test(name) && found.length === 1 && !LISTED.has(found[0]!);
      if (found.join('+') !== expected && !isOther)
        wrong.push(`${name}: ${found.join('+') || 'nobody'}, not ${expected || 'nobody'}`);
      if (expected !== '') own++;
    }
    expect(wrong).toEqual([]);
    expect(own).toBeGreaterThan(470);
  });

  it('an empty file, noise and a text for people are nobody’s', () => {
    const noise = Uint8Array.from({ length: 4096 }, (_, at) => (at * 193 + ((at * at) >> 3)) & 0xff);
    for (const bytes of [
      new Uint8Array(0),
      noise,
      Buffer.from('Dear all,\nplease find attached\n'),
      Buffer.from('{"a":1}'),
    ])
      for (const format of FILE_FORMATS) expect(format.recognise(bytes, true, 'x'), format.name).toBe(false);
  });
});

async function headOf(path: string): Promise<{ head: Uint8Array; isWhole: boolean }> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of openByteSource(path)) {
    chunks.push(chunk.slice());
    bytes += chunk.length;
    if (bytes > HEAD_BYTES) return { head: Buffer.concat(chunks).subarray(0, HEAD_BYTES), isWhole: false };
  }
  return { head: Buffer.concat(chunks), isWhole: true };
}
