import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRows, expectRowIsRecord, faultOf, type RawMbo } from '../../../tests/support/dbn-rows.ts';
import { TwinError } from '../../base/index.ts';
import { BUY, SELL } from '../../domain/index.ts';
import {
  MBO_ADD,
  MBO_FILL,
  MBO_FLAG_BAD_TS_RECV,
  MBO_FLAG_LAST,
  MBO_FLAG_MAYBE_BAD_BOOK,
  MBO_FLAG_SNAPSHOT,
  MBO_REDUCE,
  MBO_TRADE,
  MboBatch,
  UNDEF_PRICE,
  UNDEF_TS,
} from '../mbo-batch.ts';
import { Quarantine } from '../quarantine.ts';
import { DbnDecoder } from './dbn-decoder.ts';
import { DBN_NO_SCHEMA, DBN_UNDEF_U64, type DbnMetadata } from './dbn-metadata.ts';
import { encodeDbnMetadata } from './dbn-writer.ts';

const DAY_NS = 86_400_000_000_000n;
const EPOCH_NS = 19_000n * DAY_NS;
const UNDEF_PRICE_RAW = 0x7fff_ffff_ffff_ffffn;

const METADATA: DbnMetadata = {
  version: 3,
  dataset: 'XNAS.ITCH',
  schemaId: 0,
  startNs: EPOCH_NS,
  endNs: DBN_UNDEF_U64,
  limit: 0n,
  recordCount: null,
  stypeInId: 1,
  stypeOutId: 0,
  hasTsOut: false,
  symbolBytes: 71,
  symbols: ['AAPL'],
  partial: [],
  notFound: [],
  mappings: [{ rawSymbol: 'AAPL', intervals: [{ startDate: 20220108, endDate: 20220109, symbol: '7' }] }],
};

/** An mbo record written field by field, apart from the writer under test elsewhere. */
function mbo(fields: Partial<RawMbo>, tsOut: bigint | null = null): Uint8Array {
  const bytes = Buffer.alloc(tsOut === null ? 56 : 64);
  bytes[0] = bytes.length / 4;
  bytes[1] = 160;
  bytes.writeUInt32LE(fields.instrument ?? 7, 4);
  bytes.writeBigUInt64LE(fields.tsEvent ?? EPOCH_NS + 5n, 8);
  bytes.writeBigUInt64LE(fields.orderId ?? 1n, 16);
  bytes.writeBigInt64LE(fields.price ?? 100_000_000_000n, 24);
  bytes.writeUInt32LE(fields.size ?? 1, 32);
  bytes[36] = fields.flags ?? 128;
  bytes[38] = (fields.action ?? 'A').charCodeAt(0);
  bytes[39] = (fields.side ?? 'B').charCodeAt(0);
  bytes.writeBigUInt64LE(fields.tsRecv ?? EPOCH_NS + 9n, 40);
  bytes.writeUInt32LE(fields.sequence ?? 0, 52);
  if (tsOut !== null) bytes.writeBigUInt64LE(tsOut, 56);
  return bytes;
}

function other(rtype: number, byteCount: number): Buffer {
  const bytes = Buffer.alloc(byteCount);
  bytes[0] = byteCount / 4;
  bytes[1] = rtype;
  return bytes;
}

function mapping(instrument: number, symbol: string, isV1: boolean): Uint8Array {
  const bytes = other(22, isV1 ? 80 : 176);
  bytes.writeUInt32LE(instrument, 4);
  bytes.write('IN', isV1 ? 16 : 17);
  bytes.write(symbol, isV1 ? 38 : 89);
  return bytes;
}

function stream(records: readonly Uint8Array[], metadata: Partial<DbnMetadata> = {}): Uint8Array {
  return Buffer.concat([encodeDbnMetadata({ ...METADATA, ...metadata }), ...records]);
}

describe('decoding DBN', () => {
  it('T12.3-a: flags 40, 168 and 130 are snapshot, last and bad receive time', () => {
    const { rows } = decodeRows(stream([40, 168, 130, 4, 0].map((flags) => mbo({ flags }))));
    expect(rows.map((row) => row.flags)).toEqual([
      MBO_FLAG_SNAPSHOT | MBO_FLAG_BAD_TS_RECV,
      MBO_FLAG_LAST | MBO_FLAG_SNAPSHOT | MBO_FLAG_BAD_TS_RECV,
      MBO_FLAG_LAST,
      MBO_FLAG_MAYBE_BAD_BOOK,
      0,
    ]);
  });

  it('T12.3-b: trade and fill take nothing off the book, the cancel behind them does', () => {
    const { rows } = decodeRows(
      stream([
        mbo({ orderId: 1n, size: 5, flags: 0 }),
        mbo({ orderId: 2n, size: 3, flags: 0 }),
        mbo({ action: 'T', side: 'A', orderId: 0n, size: 4, flags: 0 }),
        mbo({ action: 'F', orderId: 1n, size: 4, flags: 0 }),
        mbo({ action: 'C', orderId: 1n, size: 4, flags: 128 }),
      ]),
    );
    const open = new Map<number, number>();
    for (const row of rows) {
      if (row.action === MBO_ADD) open.set(row.orderIdLo, row.qty);
      if (row.action === MBO_REDUCE) open.set(row.orderIdLo, open.get(row.orderIdLo)! - row.qty);
    }
    expect([...open]).toEqual([
      [1, 1],
      [2, 3],
    ]);
    expect(rows.map((row) => [row.action, row.side])).toEqual([
      [MBO_ADD, BUY],
      [MBO_ADD, BUY],
      [MBO_TRADE, SELL],
      [MBO_FILL, BUY],
      [MBO_REDUCE, BUY],
    ]);
  });

  it('reads every field, at the ends of its range', () => {
    const raw: RawMbo[] = [
      {
        action: 'A',
        side: 'B',
        orderId: 2n ** 64n - 1n,
        price: -1n,
        size: 2 ** 32 - 1,
        flags: 128,
        tsEvent: EPOCH_NS + 1n,
        tsRecv: EPOCH_NS + DAY_NS - 1n,
        instrument: 2 ** 32 - 1,
        sequence: 2 ** 32 - 1,
      },
      {
        action: 'M',
        side: 'A',
        orderId: 2n ** 63n,
        price: 2n ** 53n - 2n,
        size: 1,
        flags: 0,
        tsEvent: EPOCH_NS - 90n * DAY_NS,
        tsRecv: EPOCH_NS + 90n * DAY_NS,
        instrument: 0,
        sequence: 0,
      },
      {
        action: 'N',
        side: 'N',
        orderId: 0n,
        price: -(2n ** 53n) + 2n,
        size: 0,
        flags: 0,
        tsEvent: EPOCH_NS + 7n,
        tsRecv: EPOCH_NS,
        instrument: 1,
        sequence: 1,
      },
    ];
    const { rows, decoder } = decodeRows(stream(raw.map((record) => mbo(record))));
    expect(decoder.info).toEqual({ format: 'dbn', priceUnit: '0.000000001', epochNs: EPOCH_NS });
    expect(rows.length).toBe(3);
    for (const [index, row] of rows.entries()) expectRowIsRecord(row, raw[index]!, EPOCH_NS);
    expect(rows.map((row) => row.sourceIndex)).toEqual([0, 1, 2]);
  });

  it('keeps absent prices and times absent', () => {
    const { rows, decoder } = decodeRows(
      stream([
        mbo({ action: 'R', side: 'N', price: UNDEF_PRICE_RAW, tsEvent: DBN_UNDEF_U64, size: 0 }),
        mbo({ tsRecv: DBN_UNDEF_U64 }),
      ]),
    );
    expect(rows.map((row) => [row.price === UNDEF_PRICE, row.tsEventNs, row.tsRecvNs])).toEqual([
      [true, UNDEF_TS, 9],
      [false, 5, UNDEF_TS],
    ]);
    expect(decoder.info.epochNs).toBe(EPOCH_NS);
  });

  it('has no epoch before the first record', () => {
    const decoder = new DbnDecoder(new Quarantine('strict', 'test.dbn'));
    expect(decoder.info.epochNs).toBeNull();
    decoder.write(stream([]));
    expect(decoder.read(new MboBatch(4))).toBe(0);
    expect(decoder.metadata?.dataset).toBe('XNAS.ITCH');
    expect(decoder.symbols.get(7)).toBe('AAPL');
    decoder.end();
    expect(decoder.info.epochNs).toBeNull();
  });

  it('skips records of other types by their length and counts them', () => {
    const { rows, decoder } = decodeRows(
      stream([other(23, 80), mbo({}), other(21, 320), other(24, 64), mbo({ orderId: 2n }), other(19, 400)]),
    );
    expect(rows.map((row) => row.sourceIndex)).toEqual([1, 4]);
    expect([...decoder.recordCounts]).toEqual([
      [19, 1],
      [21, 1],
      [23, 1],
      [24, 1],
      [160, 2],
    ]);
  });

  it('learns symbols from mappings in the stream, of both layouts and with a send time', () => {
    const late = Buffer.concat([mapping(9, 'LATE', false), Buffer.alloc(8)]);
    late[0] = late.length / 4;
    const { decoder } = decodeRows(
      stream([mapping(8, 'OLD', true), mapping(3_000_000_000, 'NEW', false), late]),
    );
    expect([...decoder.symbols]).toEqual([
      [7, 'AAPL'],
      [8, 'OLD'],
      [3_000_000_000 | 0, 'NEW'],
      [9, 'LATE'],
    ]);
  });

  it('reads records that carry the send time of the gateway', () => {
    const bytes = stream([mbo({ orderId: 1n }, EPOCH_NS), mbo({ orderId: 2n }, EPOCH_NS)], {
      hasTsOut: true,
    });
    expect(decodeRows(bytes).rows.map((row) => row.orderIdLo)).toEqual([1, 2]);
  });

  it('reads a fragment without a header when it begins with an mbo record', () => {
    const { rows, decoder } = decodeRows(
      Buffer.concat([mbo({}), mapping(7, 'AAPL', false), mbo({ orderId: 2n })]),
    );
    expect(rows.map((row) => row.orderIdLo)).toEqual([1, 2]);
    expect(decoder.metadata).toBeNull();
    expect(decoder.info.epochNs).toBe(EPOCH_NS);
    expect(faultOf(other(19, 360)).message).toContain('schema=definition');
    expect(faultOf(Buffer.from('some text that is not DBN')).message).toContain('begins with "DBN"');
  });

  it('names the schema of a file that is not order by order', () => {
    for (const mode of ['strict', 'lenient'] as const) {
      const fault = faultOf(stream([], { schemaId: 1 }), mode);
      expect(fault.code).toBe('DATA_FORMAT');
      expect(fault.message).toContain('schema=mbp-1');
      expect(fault.message).toContain('mbo');
    }
    const mixed = faultOf(stream([other(1, 80)], { schemaId: DBN_NO_SCHEMA }));
    expect(mixed.message).toContain('mbp-1');
  });

  it('puts bad records aside by reason and goes on with the next', () => {
    const long = Buffer.concat([mbo({}), Buffer.alloc(16)]);
    long[0] = long.length / 4;
    const bad: [string, Uint8Array][] = [
      ['unknown-type', mbo({ action: 'Z' })],
      ['unknown-side', mbo({ side: 'X' })],
      ['price-range', mbo({ price: 2n ** 53n })],
      ['price-range', mbo({ price: -(2n ** 53n) })],
      ['time-range', mbo({ tsRecv: EPOCH_NS + 105n * DAY_NS })],
      ['not-one-order', mbo({ flags: 64 | 128 })],
      ['not-one-order', mbo({ flags: 16, action: 'C' })],
      ['length-mismatch', long],
      ['length-mismatch', other(22, 60)],
      ['unknown-type', other(99, 60)],
    ];
    for (const [reason, record] of bad) {
      const bytes = stream([mbo({ orderId: 1n }), record, mbo({ orderId: 3n })]);
      const { rows, quarantine } = decodeRows(bytes, { mode: 'lenient' });
      expect(rows.map((row) => [row.orderIdLo, row.sourceIndex])).toEqual([
        [1, 0],
        [3, 2],
      ]);
      expect([...quarantine.counts]).toEqual([[reason, 1]]);
      expect(quarantine.examples.get(reason as never)?.[0]?.sourceIndex).toBe(1);
      const fault = faultOf(bytes);
      expect([fault.code, fault.details.reason]).toEqual(['DATA_RECORD', reason]);
    }
  });

  it('reports a cut tail once, also when nothing is read after the end', () => {
    const bytes = stream([mbo({}), mbo({})]).subarray(0, -1);
    const { rows, quarantine } = decodeRows(bytes, { mode: 'lenient' });
    expect(rows.length).toBe(1);
    expect([...quarantine.counts]).toEqual([['truncated', 1]]);
    expect(faultOf(bytes).code).toBe('DATA_RECORD');

    const undrained = new Quarantine('lenient', 'test.dbn');
    const decoder = new DbnDecoder(undrained);
    decoder.write(bytes);
    decoder.end();
    const batch = new MboBatch(8);
    expect(decoder.read(batch)).toBe(1);
    expect(decoder.read(batch)).toBe(0);
    expect([...undrained.counts]).toEqual([['truncated', 1]]);
  });

  it('stops where a length is absurd: a fault in strict mode, counted in lenient mode', () => {
    for (const byte of [0, 3]) {
      const broken = mbo({});
      broken[0] = byte;
      const bytes = stream([mbo({}), broken, mbo({}), mbo({})]);
      const { rows, quarantine } = decodeRows(bytes, { mode: 'lenient' });
      expect(rows.length).toBe(1);
      expect([...quarantine.counts]).toEqual([['length-mismatch', 1]]);
      expect(quarantine.examples.get('length-mismatch')?.[0]?.detail).toContain(
        'all that follows is skipped',
      );
      expect(faultOf(bytes).code).toBe('DATA_FORMAT');
    }
  });

  it('does not read on over the header of a second file', () => {
    const bytes = Buffer.concat([stream([mbo({})]), stream([mbo({}), mbo({}), mbo({}), mbo({}), mbo({})])]);
    expect(faultOf(bytes).message).toContain('one header');
    const { rows, quarantine } = decodeRows(bytes, { mode: 'lenient' });
    expect(rows.length).toBe(1);
    expect(quarantine.total).toBe(1);
  });

  it('refuses a file without content and a cut header', () => {
    const bytes = stream([]);
    for (let length = 0; length < bytes.length; length++) {
      expect(faultOf(bytes.subarray(0, length)).code).toBe('DATA_FORMAT');
    }
  });

  it('gives the same rows for any chunks and any batch size', () => {
    const records = Array.from({ length: 40 }, (_, index) =>
      index % 7 === 3 ? mapping(index, `S${index}`, index % 2 === 0) : mbo({ orderId: BigInt(index) }),
    );
    const bytes = stream(records);
    const whole = decodeRows(bytes);
    fc.assert(
      fc.property(
        fc.array(fc.nat(bytes.length), { maxLength: 60 }),
        fc.integer({ min: 1, max: 50 }),
        (cuts, capacity) => {
          const cut = decodeRows(bytes, { cuts, capacity });
          expect(cut.rows).toEqual(whole.rows);
          expect([...cut.decoder.symbols]).toEqual([...whole.decoder.symbols]);
        },
      ),
      { seed: 160, numRuns: 150 },
    );
    const everyByte = [...bytes.keys()];
    expect(decodeRows(bytes, { cuts: everyByte }).rows).toEqual(whole.rows);
  });

  it('raises only faults and always ends, whatever bytes are changed, cut or left out', () => {
    const bytes = stream([
      mbo({}),
      mapping(7, 'X', false),
      mbo({ action: 'M' }),
      other(23, 80),
      mbo({ action: 'C' }),
    ]);
    let rowsRead = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 0, maxLength: 8 }),
        fc.nat(bytes.length),
        fc.array(fc.nat(bytes.length), { maxLength: 5 }),
        fc.constantFrom('strict' as const, 'lenient' as const),
        (changes, length, cuts, mode) => {
          const damaged = Uint8Array.from(bytes);
          for (const [at, value] of changes) damaged[at] = value;
          const inside = cuts.map((cut) => Math.min(cut, length));
          try {
            rowsRead += decodeRows(damaged.subarray(0, length), { mode, cuts: inside, capacity: 2 }).rows
              .length;
          } catch (error) {
            if (!(error instanceof TwinError)) throw error;
          }
        },
      ),
      { seed: 2024, numRuns: 3000 },
    );
    expect(rowsRead).toBeGreaterThan(0);
  });
});
