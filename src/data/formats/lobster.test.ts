import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sharedFile } from '../../../tests/support/shared-data.ts';
import { BUY, SELL } from '../../domain/index.ts';
import {
  MBO_ADD,
  MBO_CROSS,
  MBO_DELETE,
  MBO_EXECUTE,
  MBO_HIDDEN_TRADE,
  MBO_MODIFY,
  MBO_REDUCE,
  MBO_STATUS,
  MboBatch,
  SIDE_UNKNOWN,
  STATUS_HALTED,
  STATUS_QUOTE_ONLY,
  STATUS_TRADING,
  UNDEF_PRICE,
} from '../mbo-batch.ts';
import { Quarantine } from '../quarantine.ts';
import { BookRow, LobsterBookReader } from './lobster-book-reader.ts';
import { LobsterDecoder } from './lobster-decoder.ts';
import { LobsterBookWriter, LobsterMessageWriter } from './lobster-encoder.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

interface Decoded {
  decoder: LobsterDecoder;
  quarantine: Quarantine;
  sourceIndexes: number[];
  text: string;
}

/** Decodes bytes in chunks of the given sizes, repeated, and writes the records as text again. */
function decode(
  bytes: Uint8Array,
  mode: 'strict' | 'lenient' = 'strict',
  chunkSizes = [65536],
  capacity = 64,
): Decoded {
  const quarantine = new Quarantine(mode, 'test');
  const decoder = new LobsterDecoder(quarantine);
  const writer = new LobsterMessageWriter();
  const batch = new MboBatch(capacity);
  const sourceIndexes: number[] = [];
  const drain = (): void => {
    while (decoder.read(batch) > 0) {
      for (let r = 0; r < batch.count; r++) {
        sourceIndexes.push(batch.sourceIndex[r]!);
        writer.append(batch, r);
      }
    }
  };
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = Math.max(1, chunkSizes[i % chunkSizes.length]!);
    decoder.write(bytes.subarray(at, at + size));
    at += size;
    drain();
  }
  decoder.end();
  drain();
  return { decoder, quarantine, sourceIndexes, text: textOf(writer.take()) };
}

function decodeOne(row: string): MboBatch {
  const batch = new MboBatch(4);
  const decoder = new LobsterDecoder(new Quarantine('strict', 'test'));
  decoder.write(bytesOf(row));
  decoder.end();
  expect(decoder.read(batch)).toBe(1);
  return batch;
}

function reasonsOf(text: string): Record<string, number> {
  return Object.fromEntries(decode(bytesOf(text), 'lenient').quarantine.counts);
}

function readBook(bytes: Uint8Array, mode: 'strict' | 'lenient' = 'strict', chunkSizes = [65536]) {
  const quarantine = new Quarantine(mode, 'test');
  const reader = new LobsterBookReader(quarantine);
  const row = new BookRow();
  let writer: LobsterBookWriter | null = null;
  const marks: { sourceIndex: number; isCrossed: boolean }[] = [];
  const drain = (): void => {
    while (reader.readRow(row)) {
      writer ??= new LobsterBookWriter(row.levels);
      writer.append(row);
      marks.push({ sourceIndex: row.sourceIndex, isCrossed: row.isCrossed });
    }
  };
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = Math.max(1, chunkSizes[i % chunkSizes.length]!);
    reader.write(bytes.subarray(at, at + size));
    at += size;
    drain();
  }
  reader.end();
  drain();
  return {
    reader,
    quarantine,
    row,
    marks,
    text: textOf((writer as LobsterBookWriter | null)?.take() ?? bytesOf('')),
  };
}

const GOOD = '34200.5,1,1,10,1000000,1\n';

describe('LOBSTER messages', () => {
  it('T12.2-a: a submission row is a buy of 18 at 585.33 at its exact nanosecond', () => {
    const batch = decodeOne('34200.004241176,1,16113575,18,5853300,1\n');
    expect(batch.action[0]).toBe(MBO_ADD);
    expect(batch.tsEventNs[0]).toBe(34_200_004_241_176);
    expect(batch.side[0]).toBe(BUY);
    expect(batch.qty[0]).toBe(18);
    expect(batch.price[0]).toBe(5_853_300);
    expect([batch.orderIdHi[0], batch.orderIdLo[0]]).toEqual([0, 16_113_575]);
  });

  it('T12.2-b: an execution row reduces the resting sell order, so a buyer initiated the trade', () => {
    const batch = decodeOne('34200.1,4,16113584,100,5859400,-1\n');
    expect(batch.action[0]).toBe(MBO_EXECUTE);
    expect(batch.side[0]).toBe(SELL);
    expect([batch.price[0], batch.qty[0]]).toEqual([5_859_400, 100]);
  });

  it.each([
    ['2', MBO_REDUCE],
    ['3', MBO_DELETE],
    ['5', MBO_HIDDEN_TRADE],
  ])('type %s becomes its action', (type, action) => {
    const batch = decodeOne(`1,${type},0,7,1000050,-1`);
    expect([batch.action[0], batch.side[0], batch.qty[0], batch.price[0]]).toEqual([
      action,
      SELL,
      7,
      1_000_050,
    ]);
  });

  it.each([
    [-1, STATUS_HALTED],
    [0, STATUS_QUOTE_ONLY],
    [1, STATUS_TRADING],
  ])('a halt row of price %i becomes a trading status', (price, status) => {
    const batch = decodeOne(`36023,7,0,0,${price},-1\n`);
    expect([batch.action[0], batch.code[0], batch.side[0]]).toEqual([MBO_STATUS, status, SIDE_UNKNOWN]);
    expect(decode(bytesOf(`36023,7,0,0,${price},-1\n`)).text).toBe(`36023,7,0,0,${price},-1\n`);
  });

  it.each([
    [-1, 'O'],
    [-2, 'C'],
    [-3, 'H'],
    [-4, 'I'],
  ])('a cross of order id %i has the letter of its auction and is written alike', (id, letter) => {
    const row = `57600.1,6,${id},5000,1000000,-1\n`;
    const batch = decodeOne(row);
    expect([batch.action[0], String.fromCharCode(batch.code[0]!)]).toEqual([MBO_CROSS, letter]);
    expect([batch.orderIdHi[0], batch.orderIdLo[0], batch.side[0]]).toEqual([0, 0, SIDE_UNKNOWN]);
    expect(decode(bytesOf(row)).text).toBe(row);
  });

  it.each([
    ['34200', 34_200_000_000_000, 0],
    ['34200.1', 34_200_100_000_000, 0],
    ['34200.000000001', 34_200_000_000_001, 0],
    ['34200.015105074000', 34_200_015_105_074, 0],
    ['34200.0151050744', 34_200_015_105_074, 1],
    ['34200.0151050745', 34_200_015_105_075, 1],
    ['34200.9999999999', 34_201_000_000_000, 1],
    ['0.999999999', 999_999_999, 0],
  ])('time %s is exact', (time, tsNs, finer) => {
    expect(decodeOne(`${time},1,1,1,1,1`).tsEventNs[0]).toBe(tsNs);
    expect(decode(bytesOf(`${time},1,1,1,1,1`)).decoder.subNanosecondRows).toBe(finer);
  });

  it('order ids fill 64 bits and no more', () => {
    const batch = decodeOne('1,1,18446744073709551615,1,1,1');
    expect([batch.orderIdHi[0], batch.orderIdLo[0]]).toEqual([-1, -1]);
    expect(reasonsOf('1,1,18446744073709551616,1,1,1')).toEqual({ 'not-a-number': 1 });
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (id) => {
        const row = `1,1,${id},1,1,1\n`;
        expect(decode(bytesOf(row)).text).toBe(row);
      }),
    );
  });

  it('carriage returns, a trailing blank line and a missing last newline change nothing', () => {
    const plain = decode(bytesOf(GOOD + GOOD));
    expect(decode(bytesOf((GOOD + GOOD).replaceAll('\n', '\r\n'))).text).toBe(plain.text);
    expect(decode(bytesOf(`${GOOD}${GOOD}\n`)).text).toBe(plain.text);
    expect(decode(bytesOf(`${GOOD}${GOOD}\r\n\r\n`)).text).toBe(plain.text);
    expect(decode(bytesOf((GOOD + GOOD).slice(0, -1))).text).toBe(plain.text);
    expect(decode(bytesOf(`${(GOOD + GOOD).slice(0, -1)}\r`)).text).toBe(plain.text);
  });

  it('a seventh column is passed over and counted', () => {
    const { decoder, text } = decode(bytesOf('1,1,1,10,100,1,null\n2,1,2,10,100,-1,\r\n3,1,3,10,100,1\n'));
    expect(text).toBe('1,1,1,10,100,1\n2,1,2,10,100,-1\n3,1,3,10,100,1\n');
    expect(decoder.extraColumnRows).toBe(2);
  });

  it('a header line and a packed file are refused with what to do', () => {
    expect(() => decode(bytesOf(`time,type,id,size,price,direction\n${GOOD}`), 'lenient')).toThrow(
      /no header line/,
    );
    expect(() => decode(bytesOf(`\ufeff${GOOD}`))).toThrow(/no header line/);
    expect(() => decode(Uint8Array.of(0x1f, 0x8b, 8, 0, 10))).toThrow(/unpacked/);
  });

  it.each([
    ['column-count', '1,1,1,10,100\n'],
    ['column-count', '1,1,1,10,100,1,x,y\n'],
    ['column-count', '\n'],
    ['not-a-number', '1e3,1,1,10,100,1\n'],
    ['time-range', '9007199,1,1,10,100,1\n'],
    ['not-a-number', '1.,1,1,10,100,1\n'],
    ['not-a-number', '1,1,x,10,100,1\n'],
    ['not-a-number', '1,1,-1,10,100,1\n'],
    ['not-a-number', '1,1,1,,100,1\n'],
    ['not-a-number', '1,1,1,10,100.5,1\n'],
    ['not-a-number', '1,1,1,10,1000000000000000,1\n'],
    ['not-a-number', '1,1,1,10,100,\n'],
    ['unknown-type', '1,8,1,10,100,1\n'],
    ['unknown-type', '1,11,1,10,100,1\n'],
    ['unknown-type', '1,7,0,0,2,-1\n'],
    ['unknown-side', '1,1,1,10,100,2\n'],
    ['qty-not-positive', '1,1,1,0,100,1\n'],
    ['qty-not-positive', '1,3,1,-5,100,1\n'],
    ['price-range', '1,1,1,10,0,1\n'],
    ['price-range', '1,1,1,10,-100,1\n'],
    ['time-backwards', '0.5,1,1,10,100,1\n'],
    ['time-jump', '62,1,1,10,100,1\n'],
  ])('a row against the rule %s is set aside and keeps its place: %j', (reason, row) => {
    const text = `1,1,1,10,100,1\n${row}1,1,2,10,100,1\n`;
    const { quarantine, sourceIndexes } = decode(bytesOf(text), 'lenient');
    expect(Object.fromEntries(quarantine.counts)).toEqual({ [reason]: 1 });
    expect(quarantine.examples.get(reason as never)?.[0]?.sourceIndex).toBe(1);
    expect(sourceIndexes).toEqual([0, 2]);
    expect(() => decode(bytesOf(text), 'strict')).toThrowError(
      expect.objectContaining({ code: 'DATA_RECORD' }),
    );
  });

  it('a file that ends within a row is truncated, one that ends with a whole bad row is not', () => {
    for (const cut of ['34200.6,1,1', '34200.6', '34200.6,1,1,10,100,', '34200.6,1,1,10,100,-']) {
      expect(reasonsOf(GOOD + cut)).toEqual({ truncated: 1 });
    }
    expect(reasonsOf(`${GOOD}34200.6,9,1,10,100,1`)).toEqual({ 'unknown-type': 1 });
  });

  it('a writer refuses what the format cannot say', () => {
    const batch = decodeOne(GOOD);
    batch.action[0] = MBO_MODIFY;
    expect(() => new LobsterMessageWriter().append(batch, 0)).toThrow(/action=modify/);
    batch.action[0] = MBO_EXECUTE;
    batch.price[0] = UNDEF_PRICE;
    expect(() => new LobsterMessageWriter().append(batch, 0)).toThrow(/positive whole price/);
    batch.price[0] = 1;
    batch.side[0] = SIDE_UNKNOWN;
    expect(() => new LobsterMessageWriter().append(batch, 0)).toThrow(/has a side/);
  });
});

const messageRow = fc
  .record({
    stepNs: fc.nat({ max: 2_000_000_000 }),
    type: fc.integer({ min: 1, max: 5 }),
    id: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    qty: fc.integer({ min: 1, max: 1_000_000 }),
    price: fc.integer({ min: 1, max: 9_999_999_998 }),
    direction: fc.constantFrom(1, -1),
  })
  .map((row) => row);

function rowsToText(
  rows: readonly {
    stepNs: number;
    type: number;
    id: bigint;
    qty: number;
    price: number;
    direction: number;
  }[],
) {
  let tsNs = 34_200_000_000_000n;
  return rows
    .map((row) => {
      tsNs += BigInt(row.stepNs);
      const fraction = (tsNs % 1_000_000_000n).toString().padStart(9, '0').replace(/0+$/, '');
      const time = `${tsNs / 1_000_000_000n}${fraction === '' ? '' : `.${fraction}`}`;
      return `${time},${row.type},${row.id},${row.qty},${row.price},${row.direction}\n`;
    })
    .join('');
}

describe('LOBSTER messages in general', () => {
  it('any messages survive decoding and encoding, in chunks of any size', () => {
    fc.assert(
      fc.property(
        fc.array(messageRow, { minLength: 1, maxLength: 40 }),
        fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 7 }),
        (rows, chunkSizes, capacity) => {
          const text = rowsToText(rows);
          expect(decode(bytesOf(text), 'strict', chunkSizes, capacity).text).toBe(text);
        },
      ),
    );
  });

  it('damaged bytes never break the decoder: every row is taken or counted', () => {
    let damaged = 0;
    fc.assert(
      fc.property(
        fc.array(messageRow, { minLength: 2, maxLength: 20 }),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 }),
        fc.nat(),
        fc.integer({ min: 1, max: 60 }),
        (rows, flips, cutAt, chunkSize) => {
          const text = bytesOf(rowsToText(rows));
          for (const [at, value] of flips) text[at % text.length] = value;
          const bytes = text.subarray(0, text.length - (cutAt % 30));
          let result: Decoded;
          try {
            result = decode(bytes, 'lenient', [chunkSize]);
          } catch (error) {
            expect(error).toMatchObject({ code: 'DATA_FORMAT' });
            return;
          }
          damaged += result.quarantine.total;
          expect(result.sourceIndexes.length + result.quarantine.total).toBe(result.decoder.rowsSeen);
          expect(decode(bytes, 'lenient', [bytes.length]).text).toBe(result.text);
        },
      ),
      { numRuns: 300 },
    );
    expect(damaged).toBeGreaterThan(0);
  });
});

describe('LOBSTER book rows', () => {
  it('T12.2-c: a dummy ask is an absent level, not a price', () => {
    const full = readBook(bytesOf('5859400,200,5853300,18\n'));
    expect(full.row.askPrice[0]! - full.row.bidPrice[0]!).toBe(6100);
    const { row, text } = readBook(bytesOf('9999999999,0,5853300,18\n'));
    expect(row.askPrice[0]).toBe(UNDEF_PRICE);
    expect(row.askQty[0]).toBe(0);
    expect(row.isCrossed).toBe(false);
    expect(text).toBe('9999999999,0,5853300,18\n');
  });

  it('dummies of either sign are absent levels, on both sides', () => {
    const { text } = readBook(bytesOf('-9999999999,0,9999999999,0\n'));
    expect(text).toBe('9999999999,0,-9999999999,0\n');
  });

  it('a crossed or locked row is counted and still delivered with its mark', () => {
    const text = '101,5,100,5\n100,5,100,5\n99,5,100,5\n101,5,100,5';
    const { marks, quarantine } = readBook(bytesOf(text), 'lenient');
    expect(marks.map((mark) => mark.isCrossed)).toEqual([false, true, true, false]);
    expect(quarantine.counts.get('crossed-book')).toBe(2);
    expect(() => readBook(bytesOf(text), 'strict')).toThrow(/bid is below ask/);
  });

  it.each([
    ['column-count', '101,5,100\n'],
    ['column-count', '101,5,100,5,102,5,99,5\n'],
    ['column-count', '\n'],
    ['not-a-number', '101,5,1o0,5\n'],
    ['not-a-number', '101,5.5,100,5\n'],
    ['not-a-number', '101,,100,5\n'],
    ['qty-not-positive', '101,0,100,5\n'],
    ['qty-not-positive', '101,5,100,-5\n'],
    ['price-range', '9999999999,5,100,5\n'],
    ['price-range', '101,5,0,5\n'],
  ])('a row against the rule %s is set aside and keeps its place: %j', (reason, row) => {
    const { marks, quarantine } = readBook(bytesOf(`101,5,100,5\n${row}101,5,100,5\r\n`), 'lenient');
    expect(Object.fromEntries(quarantine.counts)).toEqual({ [reason]: 1 });
    expect(marks.map((mark) => mark.sourceIndex)).toEqual([0, 2]);
  });

  it('levels out of order or with a gap are set aside', () => {
    const good = '101,5,100,5,102,5,99,5\n';
    for (const bad of [
      '102,5,100,5,101,5,99,5\n',
      '101,5,99,5,102,5,100,5\n',
      '9999999999,0,100,5,102,5,99,5\n',
    ]) {
      expect(Object.fromEntries(readBook(bytesOf(good + bad), 'lenient').quarantine.counts)).toEqual({
        'level-order': 1,
      });
    }
  });

  it('a first row that is not four columns per level, a header and a cut end are named', () => {
    expect(() => readBook(bytesOf('101,5,100,5,7\n'))).toThrow(/four columns per level/);
    expect(() => readBook(bytesOf('ask,asksize,bid,bidsize\n'))).toThrow(/no header line/);
    for (const cut of ['101,5,1', '101', '101,5,100,']) {
      expect(
        Object.fromEntries(readBook(bytesOf(`101,5,100,5\n${cut}`), 'lenient').quarantine.counts),
      ).toEqual({ truncated: 1 });
    }
  });

  it('any book rows survive reading and writing, in chunks of any size, damaged or not', () => {
    const side = fc.uniqueArray(fc.integer({ min: 1, max: 500 }), { maxLength: 4 });
    const rowOf = fc.tuple(side, side, fc.integer({ min: 1, max: 1e6 })).map(([asks, bids, qty]) => {
      const ask = asks.sort((a, b) => a - b).map((price) => price + 1000);
      const bid = bids.sort((a, b) => b - a);
      return [0, 1, 2, 3]
        .map((k) => [
          ask[k] ?? 9999999999,
          ask[k] === undefined ? 0 : qty,
          bid[k] ?? -9999999999,
          bid[k] === undefined ? 0 : qty,
        ])
        .join(',');
    });
    fc.assert(
      fc.property(
        fc.array(rowOf, { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 200 }),
        fc.nat(),
        fc.nat({ max: 255 }),
        (rows, size, at, value) => {
          const text = `${rows.join('\n')}\n`;
          expect(readBook(bytesOf(text), 'strict', [size]).text).toBe(text);
          const damaged = bytesOf(text);
          damaged[at % damaged.length] = value;
          try {
            const { reader, marks, quarantine } = readBook(damaged, 'lenient', [size]);
            const crossed = quarantine.counts.get('crossed-book') ?? 0;
            expect(marks.length + quarantine.total - crossed).toBe(reader.rowsSeen);
          } catch (error) {
            expect(error).toMatchObject({ code: 'DATA_FORMAT' });
          }
        },
      ),
    );
  });
});

interface LobsterFacts {
  message: string;
  orderbook: string;
  rows: number;
  sha256_unpacked: { message: string; orderbook: string };
}

function factsOf(factsPath: string, key: string): LobsterFacts {
  const facts = JSON.parse(readFileSync(factsPath, 'utf8')) as { lobster: Record<string, LobsterFacts> };
  return facts.lobster[key]!;
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('the vendor’s sample files', () => {
  const factsPath = sharedFile('data/facts.json');
  it.skipIf(factsPath === null).each(['GOOG_10', 'GOOG_5', 'GOOG_1', 'AAPL_1'])(
    '%s: decoded and encoded again it is the vendor’s file, byte for byte',
    (key) => {
      const facts = factsOf(factsPath!, key);
      const messageBytes = gunzipSync(readFileSync(sharedFile(`data/${facts.message}`)!));
      const { text, sourceIndexes } = decode(messageBytes, 'strict', [65536], 4096);
      expect(sourceIndexes.length).toBe(facts.rows);
      expect(digestOf(text)).toBe(facts.sha256_unpacked.message);
      const book = readBook(gunzipSync(readFileSync(sharedFile(`data/${facts.orderbook}`)!)));
      expect(book.marks.length).toBe(facts.rows);
      expect(digestOf(book.text)).toBe(facts.sha256_unpacked.orderbook);
    },
  );

  it.skipIf(factsPath === null)(
    'a copy with a time finer than a nanosecond differs in that time alone',
    () => {
      const facts = factsOf(factsPath!, 'AAPL_50_first_hour');
      const bytes = gunzipSync(readFileSync(sharedFile(`data/${facts.message}`)!));
      const { text, sourceIndexes, decoder } = decode(bytes, 'strict', [65536], 4096);
      expect(sourceIndexes.length).toBe(facts.rows);
      const original = textOf(bytes).split('\n');
      const different = text.split('\n').filter((row, i) => row !== original[i]);
      expect(different.length).toBe(decoder.subNanosecondRows);
      expect(different.length).toBeGreaterThan(0);
      const trimmed = textOf(bytes).replace(/^(\d+\.\d{9})\d+,/gm, '$1,');
      expect(digestOf(text)).toBe(digestOf(trimmed));
    },
  );
});
