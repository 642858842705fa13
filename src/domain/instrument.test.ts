import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  defineInstrument,
  formatLots,
  formatTicks,
  type InstrumentSpec,
  parseLots,
  parseTicks,
} from './instrument.ts';

const spec = (change: Partial<InstrumentSpec> = {}): InstrumentSpec => ({
  symbol: 'ACME',
  tickSize: '0.01',
  lotSize: '1',
  currency: 'USD',
  minorUnit: '0.01',
  ...change,
});

describe('prices and quantities as text', () => {
  it('come back from ticks and lots as they went in, for any step', () => {
    const step = fc.constantFrom('0.01', '0.0001', '0.25', '0.00000001', '1', '5', '100', '0.5', '12.5');
    fc.assert(
      fc.property(step, fc.integer({ min: -0x7fff_ffff, max: 0x7fff_ffff }), (size, count) => {
        const instrument = spec({ tickSize: size, lotSize: size });
        const price = formatTicks(instrument, count);
        expect(price).toMatch(/^-?\d+(\.\d+)?$/);
        expect(parseTicks(instrument, price)).toBe(count);
        expect(parseLots(instrument, formatLots(instrument, count))).toBe(count);
        expect(Number(price)).toBeCloseTo(count * Number(size), 6);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it.each([
    ['0.01', 1, '0.01'],
    ['0.01', -1, '-0.01'],
    ['0.01', 100, '1.00'],
    ['0.01', 0, '0.00'],
    ['0.25', 401, '100.25'],
    ['5', -3, '-15'],
    ['0.00000001', 123, '0.00000123'],
  ])('step %s: %i is %s', (tickSize, ticks, text) => {
    expect(formatTicks(spec({ tickSize }), ticks)).toBe(text);
    expect(parseTicks(spec({ tickSize }), text)).toBe(ticks);
  });

  it('take more decimals than the step has, if they are zeros', () => {
    expect(parseTicks(spec(), '1.2300')).toBe(123);
    expect(parseTicks(spec(), '007')).toBe(700);
  });

  it('take numbers, also those that JavaScript prints with an exponent', () => {
    const coin = spec({ tickSize: '0.00000001', lotSize: '0.00000001' });
    expect(parseTicks(spec(), 42.5)).toBe(4250);
    expect(parseTicks(coin, 0.0000001)).toBe(10);
    expect(parseTicks(coin, -2.5e-7)).toBe(-25);
    expect(parseLots(spec({ lotSize: '1' }), 1e21)).toBe(1e21);
  });

  it('have one zero', () => {
    expect(parseTicks(spec(), '-0.00')).toBe(0);
    expect(parseTicks(spec(), -0)).toBe(0);
  });

  it.each(['100.005', 0.1 + 0.2, '1.001', '-0.001'])('refuse %s, which is off the tick', (price) => {
    expect(() => parseTicks(spec(), price)).toThrow(
      expect.objectContaining({
        code: 'MKT_CONFIG',
        message: expect.stringContaining('multiple of its step: symbol=ACME'),
      }),
    );
  });

  it.each(['', ' 1', '1,5', '1e5', '+1', '.5', '5.', 'NaN', '--1', Number.NaN, Number.POSITIVE_INFINITY])(
    'refuse "%s", which is not a decimal number',
    (price) => {
      expect(() => parseTicks(spec(), price)).toThrow('a price is a decimal number');
      expect(() => parseLots(spec(), price)).toThrow('a quantity is a decimal number');
    },
  );
});

describe('defineInstrument', () => {
  it.each([
    ['0.01', '1', '0.01', 1],
    ['0.01', '100', '0.01', 100],
    ['0.25', '50', '0.01', 1250],
    ['0.01', '0.00000001', '0.0000000001', 1],
    ['1', '1', '1', 1],
  ])('tick %s times lot %s is a whole number of %s: %i', (tickSize, lotSize, minorUnit, expected) => {
    const instrument = defineInstrument(spec({ tickSize, lotSize, minorUnit }), 3);
    expect(instrument).toMatchObject({ index: 3, minorPerTickLot: expected, symbol: 'ACME' });
  });

  it.each([
    ['0.001', '1', '0.01'],
    ['0.01', '0.5', '0.01'],
    ['1', '1', '3'],
    ['10000000000', '10000000000', '0.01'],
  ])('refuses tick %s times lot %s in units of %s', (tickSize, lotSize, minorUnit) => {
    expect(() => defineInstrument(spec({ tickSize, lotSize, minorUnit }), 0)).toThrow(
      expect.objectContaining({
        code: 'MKT_CONFIG',
        message: expect.stringContaining('whole number of minorUnit'),
      }),
    );
  });

  it.each([
    ['tickSize', '0'],
    ['tickSize', '-0.01'],
    ['lotSize', '0.00'],
    ['lotSize', 'x'],
    ['minorUnit', ''],
    ['minorUnit', '1e-2'],
  ])('refuses %s "%s" by name', (field, text) => {
    expect(() => defineInstrument(spec({ [field]: text }), 0)).toThrow(
      `${field} is a positive decimal number in text: ${field}=${text}`,
    );
  });
});
