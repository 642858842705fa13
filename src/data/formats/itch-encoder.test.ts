import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchOf, drain, type MboRow, rowsOf } from '../../../tests/support/mbo-rows.ts';
import { sharedFile } from '../../../tests/support/shared-data.ts';
import { TwinError } from '../../base/index.ts';
import { BUY, SELL } from '../../domain/index.ts';
import {
  MBO_ADD,
  MBO_CLEAR,
  MBO_CROSS,
  MBO_DELETE,
  MBO_EXECUTE,
  MBO_FLAG_LAST,
  MBO_FLAG_NOT_PRINTABLE,
  MBO_HIDDEN_TRADE,
  MBO_MODIFY,
  MBO_REDUCE,
  MBO_REPLACE,
  MBO_STATUS,
  MboBatch,
  SIDE_UNKNOWN,
  STATUS_HALTED,
  UNDEF_PRICE,
  UNDEF_TS,
} from '../mbo-batch.ts';
import { Quarantine } from '../quarantine.ts';
import { ItchDecoder } from './itch-decoder.ts';
import { encodeBatchAsItch, ItchWriter } from './itch-encoder.ts';
import { decodeItchMessage } from './itch-messages.ts';
import { LobsterDecoder } from './lobster-decoder.ts';

const STOCKS = ['AAPL', 'MSFT', 'ABCDEFGH', 'A'];

const BASE: MboRow = {
  ...{ sourceIndex: 0, tsEventNs: 0, tsRecvNs: UNDEF_TS, instrument: 1, action: MBO_DELETE },
  ...{ side: SIDE_UNKNOWN, price: UNDEF_PRICE, qty: 0, orderIdHi: 0, orderIdLo: 0, newOrderIdHi: 0 },
  ...{ newOrderIdLo: 0, sequence: 0, flags: MBO_FLAG_LAST, code: 0 },
};

const uint32 = fc.oneof(fc.nat(1000), fc.integer({ min: 0, max: 0xffff_ffff }), fc.constant(0xffff_ffff));
const int32 = fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff });
const safe = fc.oneof(fc.nat(100), fc.maxSafeNat(), fc.constant(Number.MAX_SAFE_INTEGER));
const side = fc.constantFrom(BUY, SELL);

/** One record of each kind that ITCH can say, times aside. */
const record: fc.Arbitrary<Partial<MboRow>> = fc
  .tuple(
    fc.record({ instrument: fc.integer({ min: 1, max: STOCKS.length }), orderIdHi: int32, orderIdLo: int32 }),
    fc.oneof(
      fc.record({ action: fc.constant(MBO_ADD), side, qty: uint32, price: uint32 }),
      fc.record({ action: fc.constant(MBO_REDUCE), qty: uint32 }),
      fc.record({ action: fc.constant(MBO_DELETE) }),
      fc.record({ action: fc.constant(MBO_EXECUTE), qty: uint32, sequence: safe }),
      fc.record({
        action: fc.constant(MBO_EXECUTE),
        ...{ qty: uint32, sequence: safe, price: uint32 },
        flags: fc.constantFrom(MBO_FLAG_LAST, MBO_FLAG_LAST | MBO_FLAG_NOT_PRINTABLE),
      }),
      fc.record({
        action: fc.constant(MBO_REPLACE),
        ...{ qty: uint32, price: uint32, newOrderIdHi: int32, newOrderIdLo: int32 },
      }),
      fc.record({ action: fc.constant(MBO_HIDDEN_TRADE), side, qty: uint32, price: uint32, sequence: safe }),
      fc.record({
        action: fc.constant(MBO_CROSS),
        ...{ qty: safe, price: uint32, sequence: safe, code: fc.constantFrom(79, 67, 72, 73) },
        ...{ orderIdHi: fc.constant(0), orderIdLo: fc.constant(0) },
      }),
      fc.record({
        action: fc.constant(MBO_STATUS),
        code: fc.integer({ min: 1, max: 4 }),
        ...{ orderIdHi: fc.constant(0), orderIdLo: fc.constant(0) },
      }),
      fc.record({
        action: fc.constant(MBO_CLEAR),
        instrument: fc.constant(0),
        ...{ orderIdHi: fc.constant(0), orderIdLo: fc.constant(0) },
      }),
    ),
  )
  .map(([order, rest]) => ({ ...order, ...rest }));

const day: fc.Arbitrary<MboRow[]> = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 5_000_000_000 }), record), { minLength: 1, maxLength: 60 })
  .map((steps) => {
    let tsEventNs = 0;
    return steps.map(([step, row], sourceIndex) => {
      tsEventNs += step;
      return { ...BASE, ...row, tsEventNs, sourceIndex };
    });
  });

function createWriter(): ItchWriter {
  const writer = new ItchWriter();
  for (const [i, stock] of STOCKS.entries()) writer.setStock(i + 1, stock);
  return writer;
}

function decodeAll(bytes: Uint8Array, chunkBytes = [61, 7]): MboRow[] {
  const decoder = new ItchDecoder(new Quarantine('strict', 'test'), { hasHiddenTradeSides: true });
  return drain(decoder, bytes, { chunkBytes });
}

describe('encodeBatchAsItch', () => {
  it('gives bytes that decode to the same columns, and those columns give the same bytes', () => {
    fc.assert(
      fc.property(day, (rows) => {
        const writer = createWriter();
        encodeBatchAsItch(batchOf(rows), writer);
        const decoded = decodeAll(writer.bytes);
        expect(decoded).toEqual(rows);
        const again = createWriter();
        encodeBatchAsItch(batchOf(decoded), again);
        expect(again.bytes).toEqual(writer.bytes);
      }),
      { seed: 2012, numRuns: 300 },
    );
  });

  it('T12.1-a: the messages of the example come back in order', () => {
    const writer = createWriter();
    writer.addOrder(1, 1, 0, 1, BUY, 300, 100_000);
    writer.addOrder(1, 2, 0, 2, BUY, 200, 100_000);
    writer.execute(1, 3, 0, 1, 100, 1);
    writer.reduce(1, 4, 0, 2, 50);
    writer.replace(1, 5, 0, 1, 0, 3, 150, 100_100);
    writer.delete(1, 6, 0, 3);
    const rows = decodeAll(writer.bytes);
    expect(rows.map((row) => [row.action, row.orderIdLo, row.newOrderIdLo, row.qty])).toEqual([
      [MBO_ADD, 1, 0, 300],
      [MBO_ADD, 2, 0, 200],
      [MBO_EXECUTE, 1, 0, 100],
      [MBO_REDUCE, 2, 0, 50],
      [MBO_REPLACE, 1, 3, 150],
      [MBO_DELETE, 3, 0, 0],
    ]);
    expect(openQtyByPrice(rows.slice(0, 5))).toEqual({ 100100: 150, 100000: 150 });
    expect(openQtyByPrice(rows)).toEqual({ 100000: 150 });
  });

  it('T12.1-b: an execution that is not printable takes from the order and adds no volume', () => {
    const writer = createWriter();
    writer.addOrder(1, 2, 0, 2, BUY, 150, 100_000);
    writer.executeWithPrice(1, 3, 0, 2, 50, 2, false, 99_900);
    const rows = decodeAll(writer.bytes);
    expect(openQtyByPrice(rows)).toEqual({ 100000: 100 });
    expect(printedVolume(rows)).toBe(0);
  });

  it('T12.10-a: three executions of a sweep leave 50 of the third ask and print 250', () => {
    const writer = createWriter();
    for (const [id, price] of [
      [1, 100_100],
      [2, 100_100],
      [3, 100_200],
    ] as const) {
      writer.addOrder(1, id, 0, id, SELL, 100, price);
    }
    writer.execute(1, 9, 0, 1, 100, 1);
    writer.execute(1, 9, 0, 2, 100, 2);
    writer.execute(1, 9, 0, 3, 50, 3);
    const rows = decodeAll(writer.bytes);
    expect(openQtyByPrice(rows)).toEqual({ 100200: 50 });
    expect(printedVolume(rows)).toBe(250);
  });

  it('writes executions at the price of the order as E where the caller says so', () => {
    const writer = createWriter();
    const row = { ...BASE, action: MBO_EXECUTE, qty: 5, price: 1000 };
    encodeBatchAsItch(batchOf([row]), writer, { isExecutedAtOrderPrice: true });
    expect(decodeAll(writer.bytes)).toEqual([{ ...row, price: UNDEF_PRICE }]);
  });

  it.each<[string, Partial<MboRow>]>([
    ['an action without a message', { action: MBO_MODIFY }],
    ['a clear of one stock', { action: MBO_CLEAR }],
    ['a status without a letter', { action: MBO_STATUS, code: 9 }],
    ['a locate beyond 16 bits', { instrument: 65_536 }],
    ['a negative time', { tsEventNs: -1 }],
    ['a time beyond 48 bits', { tsEventNs: 2 ** 48 }],
    ['a quantity beyond 32 bits', { action: MBO_REDUCE, qty: 2 ** 32 }],
    ['a negative price', { action: MBO_ADD, side: BUY, price: -1 }],
    ['an absent price', { action: MBO_REPLACE }],
    ['an order without a side', { action: MBO_ADD, price: 1 }],
    ['a negative match number', { action: MBO_EXECUTE, sequence: -1 }],
    ['a fraction', { action: MBO_REDUCE, qty: 1.5 }],
    ['a stock that was not declared', { action: MBO_ADD, side: BUY, price: 1, instrument: 99 }],
  ])('refuses %s and leaves the bytes as they were', (_name, row) => {
    const writer = createWriter();
    writer.systemEvent(1, 'O');
    const before = Uint8Array.from(writer.bytes);
    expect(() => encodeBatchAsItch(batchOf([{ ...BASE, ...row }]), writer)).toThrow(TwinError);
    expect(writer.bytes).toEqual(before);
  });

  const LOBSTER = sharedFile('data/lobster/AAPL_2012-06-21_34200000_57600000_message_1.csv.gz');
  it.skipIf(LOBSTER === null)('turns a LOBSTER day into ITCH that says the same', () => {
    const decoder = new LobsterDecoder(new Quarantine('strict', 'lobster'));
    const batch = new MboBatch();
    const writer = new ItchWriter();
    writer.setStock(0, 'AAPL');
    decoder.write(gunzipSync(readFileSync(LOBSTER!)));
    decoder.end();
    const source: MboRow[] = [];
    while (decoder.read(batch) > 0) {
      source.push(...rowsOf(batch));
      encodeBatchAsItch(batch, writer, { isExecutedAtOrderPrice: true });
    }
    const rows = decodeAll(writer.bytes, [1 << 16]);
    expect(rows.length).toBeGreaterThan(100_000);
    // Side and price of a change to an order are those of the order; ITCH does not repeat them.
    const isWhole = (row: MboRow) => row.action === MBO_ADD || row.action === MBO_HIDDEN_TRADE;
    const said = (row: MboRow) => (isWhole(row) ? row : { ...row, side: SIDE_UNKNOWN, price: UNDEF_PRICE });
    const firstDifference = rows.findIndex((row, i) => {
      const expected = { ...said(source[i]!), qty: row.action === MBO_DELETE ? 0 : source[i]!.qty };
      return JSON.stringify(said(row)) !== JSON.stringify(expected);
    });
    expect(firstDifference).toBe(-1);
    expect(rows).toHaveLength(source.length);
  });
});

describe('ItchWriter', () => {
  it('frames what the readable codec encodes', () => {
    const writer = new ItchWriter();
    writer.stockDirectory(3, 5, 'MSFT', 10);
    writer.tradingAction(3, 6, 'H');
    const bytes = writer.bytes;
    expect(decodeItchMessage(bytes, 2, 39)).toMatchObject({ type: 'R', stock: 'MSFT', roundLotShares: 10 });
    expect(decodeItchMessage(bytes, 43, 25)).toMatchObject({ type: 'H', stock: 'MSFT', tradingState: 'H' });
    expect(decodeAll(bytes)[0]).toMatchObject({ action: MBO_STATUS, code: STATUS_HALTED });
  });

  it('keeps its stocks when its bytes are cleared', () => {
    const writer = createWriter();
    writer.addOrder(1, 1, 0, 1, BUY, 1, 1);
    const first = Uint8Array.from(writer.bytes);
    writer.clear();
    expect(writer.bytes).toHaveLength(0);
    writer.addOrder(1, 1, 0, 1, BUY, 1, 1);
    expect(writer.bytes).toEqual(first);
  });

  it('grows beyond its first buffer without losing a byte', () => {
    const writer = createWriter();
    for (let id = 1; id <= 10_000; id++) writer.addOrder(1, id, 0, id, BUY, id, 1);
    const rows = decodeAll(writer.bytes);
    expect(rows).toHaveLength(10_000);
    expect(rows.every((row, i) => row.orderIdLo === i + 1 && row.qty === i + 1)).toBe(true);
  });

  it.each(['', 'NINELONGS', 'a b', 'É'])('refuses the stock name %j', (stock) => {
    expect(() => new ItchWriter().setStock(1, stock)).toThrow(TwinError);
  });
});

/** Open quantity by price of the orders that rows leave behind. */
function openQtyByPrice(rows: readonly MboRow[]): Record<number, number> {
  const orders = new Map<number, { price: number; qty: number }>();
  for (const row of rows) {
    const order = orders.get(row.orderIdLo);
    if (row.action === MBO_ADD) orders.set(row.orderIdLo, { price: row.price, qty: row.qty });
    else if (row.action === MBO_DELETE) orders.delete(row.orderIdLo);
    else if (row.action === MBO_REPLACE) {
      orders.delete(row.orderIdLo);
      orders.set(row.newOrderIdLo, { price: row.price, qty: row.qty });
    } else order!.qty -= row.qty;
  }
  const levels: Record<number, number> = {};
  for (const { price, qty } of orders.values()) if (qty > 0) levels[price] = (levels[price] ?? 0) + qty;
  return levels;
}

function printedVolume(rows: readonly MboRow[]): number {
  return rows
    .filter((row) => row.action === MBO_EXECUTE && (row.flags & MBO_FLAG_NOT_PRINTABLE) === 0)
    .reduce((sum, row) => sum + row.qty, 0);
}
