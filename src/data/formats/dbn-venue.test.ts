import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DBN_METADATA, dbnFile, dbnImbalance, dbnStatus } from '../../../tests/support/dbn-files.ts';
import { sharedFile } from '../../../tests/support/shared-data.ts';
import { readAllBytes } from '../byte-source.ts';
import { MboBatch, UNDEF_PRICE } from '../mbo-batch.ts';
import { Quarantine } from '../quarantine.ts';
import type { StatusMessage, VenueMessage } from '../venue-message.ts';
import { DbnDecoder } from './dbn-decoder.ts';
import { encodeDbnMetadata } from './dbn-writer.ts';

const STATUS_SCHEMA = 11;
const IMBALANCE_SCHEMA = 12;

function stream(schemaId: number, records: readonly Uint8Array[], more = {}): Uint8Array {
  return Buffer.concat([encodeDbnMetadata({ ...DBN_METADATA, schemaId, ...more }), ...records]);
}

function decode(bytes: Uint8Array, mode: 'strict' | 'lenient' = 'strict') {
  const quarantine = new Quarantine(mode, 'venue.dbn');
  const decoder = new DbnDecoder(quarantine, { content: 'venue' });
  const batch = new MboBatch();
  const said: VenueMessage[] = [];
  decoder.write(bytes);
  decoder.end();
  while (decoder.read(batch) > 0 || batch.venue.length > 0) said.push(...batch.venue);
  return { said, counts: Object.fromEntries(quarantine.counts), decoder };
}

const record = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));

describe('DBN status records', () => {
  it('a record is read field by field', () => {
    // 40 bytes: instrument 5, 1 s and 2 s after the epoch, pre-open, scheduled, no cancel, neither trading nor short sales told.
    const hex =
      '0a12010005000000' + '00ca7e8fd0a29717' + '009419cbd0a29717' + '0100010001004e597e00000000000000';
    const bytes = record(hex);
    expect(bytes).toHaveLength(40);
    const again = dbnStatus({ action: 1, reason: 1, event: 1, isTrading: 'N', atSeconds: 1 });
    expect(Buffer.from(again).toString('hex')).toBe(hex);
    expect(decode(stream(STATUS_SCHEMA, [bytes])).said).toEqual([
      {
        kind: 'status',
        row: 0,
        sourceIndex: 0,
        tsEventNs: 1e9,
        instrument: 5,
        status: 'noCancel',
        layer: 'trading',
        rule: '',
        reason: '',
        group: '',
      },
    ]);
  });

  it.each([
    [1, 'preOpen'],
    [2, 'auction'],
    [3, 'quoting'],
    [4, 'auction'],
    [5, 'opening'],
    [6, 'opening'],
    [7, 'trading'],
    [8, 'halted'],
    [9, 'paused'],
    [10, 'halted'],
    [11, 'preClose'],
    [12, 'closed'],
    [13, 'postClose'],
    [15, 'closed'],
  ])('action %d is %s', (action, status) => {
    const { said } = decode(stream(STATUS_SCHEMA, [dbnStatus({ action })]));
    expect(said).toMatchObject([{ status }]);
  });

  it('action 0, and a cross beside trading, change nothing', () => {
    const records = [dbnStatus({ action: 0 }), dbnStatus({ action: 4, isTrading: 'Y' })];
    expect(decode(stream(STATUS_SCHEMA, records)).said).toEqual([]);
  });

  it('a change of the short sale restriction says which it is', () => {
    const of = (isShortSaleRestricted: string) => dbnStatus({ action: 14, isShortSaleRestricted });
    expect(decode(stream(STATUS_SCHEMA, [of('Y'), of('N')])).said).toMatchObject([
      { kind: 'shortSale', isRestricted: true },
      { kind: 'shortSale', isRestricted: false },
    ]);
  });

  it('reasons belong to rules where they are known', () => {
    const rules = [0, 1, 2, 10, 30, 50, 60, 120, 124, 40, 999].map((reason) => {
      const { said } = decode(stream(STATUS_SCHEMA, [dbnStatus({ action: 8, reason })]));
      return (said[0] as StatusMessage).rule;
    });
    expect(rules).toEqual([
      ...['', '', 'operator', 'regulatory', 'news', 'luld', 'outage', 'marketWide', 'marketWide'],
      ...['other', 'other'],
    ]);
  });

  it.each([
    ['an unknown action', 'field-value', dbnStatus({ action: 16 })],
    ['a restriction that is neither Y nor N', 'field-value', dbnStatus({ action: 14 })],
    ['a record that is too short', 'length-mismatch', Uint8Array.from([6, ...dbnStatus({}).subarray(1, 24)])],
    ['a time that is not told', 'time-range', dbnStatus({ tsEvent: 2n ** 64n - 1n, tsRecv: 2n ** 64n - 1n })],
    ['a time a century later', 'time-range', dbnStatus({ tsEvent: 2n ** 62n })],
  ])('%s: %s, and the status of the instrument is unknown', (_, reason, bad) => {
    const bytes = stream(STATUS_SCHEMA, [
      dbnStatus({ action: 7, atSeconds: 3 }),
      bad,
      dbnStatus({ action: 8 }),
    ]);
    expect(() => decode(bytes)).toThrow(new RegExp(`source=venue.dbn record=1 .*reason=${reason}`));
    const { said, counts } = decode(bytes, 'lenient');
    expect(counts).toEqual({ [reason]: 1 });
    expect(said).toMatchObject([
      { status: 'trading' },
      { status: 'unknown', instrument: 5 },
      { status: 'halted' },
    ]);
  });

  it('a header with send times makes each record 8 bytes longer', () => {
    const longer = Uint8Array.from([12, ...dbnStatus({}).subarray(1), ...Array<number>(8).fill(0)]);
    expect(decode(stream(STATUS_SCHEMA, [longer], { hasTsOut: true })).said).toHaveLength(1);
    expect(decode(stream(STATUS_SCHEMA, [longer]), 'lenient').counts).toEqual({ 'length-mismatch': 1 });
  });

  it('a file of another schema is refused by name', () => {
    expect(() => decode(stream(0, []))).toThrow(
      'replay needs a DBN file of the schema status or imbalance: source=venue.dbn schema=mbo',
    );
  });

  it('stand between the order records of the same stream', () => {
    const orders = dbnFile([{ id: 1 }, { id: 2 }]);
    const withStatus = Buffer.concat([orders, dbnStatus({ action: 8 }), orders.subarray(-56)]);
    const decoder = new DbnDecoder(new Quarantine('strict', 'mixed'));
    const batch = new MboBatch();
    decoder.write(withStatus);
    decoder.end();
    expect(decoder.read(batch)).toBe(3);
    expect(batch.venue).toMatchObject([{ row: 2, sourceIndex: 2, status: 'halted' }]);
    expect(decoder.remarks()).toEqual({});
  });
});

describe('DBN imbalance records', () => {
  it('T3.5-a: prices, quantities, side and kind are those of the message of the exchange', () => {
    const bytes = dbnImbalance({ ref: 50.05, far: 50.08, near: 50.08, paired: 6000, total: 1000, side: 'B' });
    expect(bytes).toHaveLength(112);
    const { said, decoder } = decode(stream(IMBALANCE_SCHEMA, [bytes]));
    expect(said).toMatchObject([
      {
        kind: 'imbalance',
        auction: 'closing',
        direction: 'B',
        pairedQty: 6000,
        imbalanceQty: 1000,
        farPrice: 50_080_000_000,
        nearPrice: 50_080_000_000,
        referencePrice: 50_050_000_000,
      },
    ]);
    expect(decoder.remarks()).toEqual({});
  });

  it('a price of 0, or none, is none; an auction of another venue has no kind', () => {
    const bytes = dbnImbalance({ ref: 50, far: 0, near: null, paired: 1, total: 0, side: 'N', auction: 'Z' });
    expect(decode(stream(IMBALANCE_SCHEMA, [bytes])).said).toMatchObject([
      { farPrice: UNDEF_PRICE, nearPrice: UNDEF_PRICE, auction: null, direction: 'N' },
    ]);
  });

  it.each([
    ['an unknown side', dbnImbalance({ side: 'Z' })],
    ['a quantity that is not given', dbnImbalance({ paired: 2 ** 32 - 1 })],
    ['a price that no double holds', dbnImbalance({ ref: 9_100_000 })],
  ])('%s: field-value', (_, bad) => {
    const bytes = stream(IMBALANCE_SCHEMA, [bad]);
    expect(() => decode(bytes)).toThrow('reason=field-value');
    expect(decode(bytes, 'lenient')).toMatchObject({ said: [], counts: { 'field-value': 1 } });
  });
});

const DBN = sharedFile('data/dbn');

describe.skipIf(DBN === null)('real files of status and imbalance', () => {
  const files = (folder: string, schema: string): string[] =>
    readdirSync(`${DBN}/${folder}`)
      .filter((name) => name.includes(`.${schema}.`) && !name.includes('frag'))
      .map((name) => `${DBN}/${folder}/${name}`);

  it('the sessions of a CME contract, in versions 2 and 3', async () => {
    const paths = [...files('dbn', 'status'), ...files('databento-python/GLBX.MDP3', 'status')];
    expect(paths.length).toBeGreaterThanOrEqual(4);
    for (const path of paths) {
      const { said } = decode(await readAllBytes(path));
      const times = said.map(({ tsEventNs }) => tsEventNs - said[0]!.tsEventNs);
      // Trading as of the evening before; pre-open and no-cancel at the end of the day; then the opening.
      expect(said.map((message) => (message as StatusMessage).status)).toEqual([
        ...['trading', 'preOpen', 'noCancel', 'opening'],
      ]);
      const minutes = times.map((ns) => Math.floor(ns / 30e9) / 2);
      expect(minutes).toEqual([0, 22 * 60 + 15, 22 * 60 + 29.5, 22 * 60 + 30]);
    }
  });

  it('imbalances of Nasdaq, in versions 1 to 3', async () => {
    const paths = [...files('dbn', 'imbalance'), ...files('databento-python/XNAS.ITCH', 'imbalance')];
    const versions = new Set<number>();
    for (const path of paths) {
      const { said, decoder } = decode(await readAllBytes(path));
      versions.add(decoder.metadata!.version);
      expect(said.length).toBeGreaterThan(1);
      for (const message of said) expect(message).toMatchObject({ kind: 'imbalance', auction: 'opening' });
    }
    expect([...versions].sort()).toEqual([1, 2, 3]);
  });
});
