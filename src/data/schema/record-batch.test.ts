import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { priceStepsOfNumber, priceStepsOfText, textOfPriceSteps } from '../../base/index.ts';
import { MBO, SCHEMA_NAMES, SCHEMAS, TRADE } from '../registry.ts';
import { dayOfNs, dayOfText, textOfDay } from './day.ts';
import { Int64Column } from './int64-column.ts';
import { RecordBatch } from './record-batch.ts';

const HEAD = { symbol: 'AAPL', tsEvent: 1_700_000_000_123_456_789n, source: 0, sourceIndex: 3 };

describe('RecordBatch', () => {
  it('gives back what was pushed, absent fields as null', () => {
    const batch = new RecordBatch(TRADE, 4);
    expect(
      batch.push({ ...HEAD, price: '187.4501', qty: 0.00000001, kind: 'regular', aggressor: 'sell' }),
    ).toBeNull();
    expect(batch.row(0)).toMatchObject({
      ...HEAD,
      price: 187.4501,
      qty: 0.00000001,
      kind: 'regular',
      aggressor: 'sell',
      tsRecv: null,
      tradeId: null,
      isPrintable: null,
      quality: 0,
    });
  });

  it('names the field that cannot take its value, and keeps the row free', () => {
    const batch = new RecordBatch(TRADE, 4);
    const good = { ...HEAD, price: 1, qty: 1, kind: 'regular' } as const;
    expect(batch.push({ ...good, price: 'abc' })).toEqual({
      field: 'price',
      reason: 'not-a-number',
      found: 'abc',
    });
    expect(batch.push({ ...good, qty: Number.NaN })).toMatchObject({ field: 'qty', reason: 'not-a-number' });
    expect(batch.push({ ...good, kind: 'swap' as 'regular' })).toMatchObject({
      field: 'kind',
      reason: 'unknown-word',
    });
    expect(batch.push({ ...good, symbol: '' })).toMatchObject({ field: 'symbol' });
    expect(batch.push({ ...good, tsEvent: undefined as unknown as bigint })).toMatchObject({
      reason: 'missing-value',
    });
    expect(batch.count).toBe(0);
    expect(() => batch.push({ ...good, prize: 3 } as never)).toThrow(/prize/);
  });

  it('keeps ids of all 64 bits', () => {
    const batch = new RecordBatch(MBO, 2);
    batch.push({ ...HEAD, action: 'add', orderId: 2n ** 64n - 1n });
    expect(batch.row(0).orderId).toBe(2n ** 64n - 1n);
  });

  it('copies rows between batches whose symbols have other codes', () => {
    const from = new RecordBatch(TRADE, 2);
    const to = new RecordBatch(TRADE, 2);
    to.push({ ...HEAD, symbol: 'MSFT', price: 1, qty: 1, kind: 'regular' });
    from.push({ ...HEAD, price: 2, qty: 5, kind: 'auction', tradeId: 'x' });
    to.copyRow(from, 0);
    expect(to.row(1)).toEqual(from.row(0));
  });
});

describe('64-bit columns', () => {
  it('hold what they are given, through numbers, seconds and words (property)', () => {
    const column = new Int64Column(1);
    fc.assert(
      fc.property(
        fc.maxSafeInteger(),
        fc.integer({ min: 0, max: 2 ** 32 }),
        fc.integer({ min: 0, max: 86_400e9 }),
        (n, s, ns) => {
          column.setNumber(0, n);
          expect(column.values[0]).toBe(BigInt(n));
          expect(column.number(0)).toBe(n);
          column.setSeconds(0, s, ns);
          expect(column.values[0]).toBe(BigInt(s) * 1_000_000_000n + BigInt(ns));
        },
      ),
    );
  });
});

describe('decimals', () => {
  it('are exact up to the ninth place, as text and as number (property)', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 17n), 10n ** 17n), (steps) => {
        const written = textOfPriceSteps(steps);
        expect(priceStepsOfText(written)).toBe(steps);
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: -9e8, max: 9e8 }), fc.integer({ min: 0, max: 4 }), (whole, places) => {
        const written = (whole / 10 ** places).toFixed(places);
        expect(BigInt(priceStepsOfNumber(Number(written))!)).toBe(priceStepsOfText(written));
      }),
    );
  });

  it('take exponents, and refuse what would be changed', () => {
    expect(priceStepsOfText('6.3e-05')).toBe(63_000n);
    expect(priceStepsOfText('127.4499999999999886')).toBe(127_450_000_000n);
    expect(priceStepsOfText('0.00000000001')).toBeNull();
    expect(priceStepsOfText('1e9')).toBeNull();
    expect(priceStepsOfText('.')).toBeNull();
    expect(priceStepsOfText('12,5')).toBeNull();
    expect(priceStepsOfNumber(Number.NaN)).toBeNull();
    expect(priceStepsOfNumber(1e-11)).toBeNull();
  });
});

describe('days', () => {
  it('are days of the calendar, before 1970 too', () => {
    expect(textOfDay(dayOfText('2024-02-29')!)).toBe('2024-02-29');
    expect(dayOfText('2023-02-29')).toBeNull();
    expect(dayOfText('2024-2-9')).toBeNull();
    expect(textOfDay(dayOfNs(-1n))).toBe('1969-12-31');
  });
});

describe('the registry', () => {
  it('says of every field what it means, and keys name fields', () => {
    for (const name of SCHEMA_NAMES) {
      const schema = SCHEMAS[name];
      expect(schema.name).toBe(name);
      for (const field of Object.values(schema.fields)) expect(field.meaning).toMatch(/[.…]$/);
      for (const key of schema.key) expect(Object.keys(schema.fields)).toContain(key);
    }
  });
});
