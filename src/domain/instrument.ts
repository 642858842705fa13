/** What is traded: exact sizes of tick, lot and money. */

import { invariant, TwinError } from '../base/index.ts';
import type { OptionTerms } from './option-contract.ts';

/** Sizes as exact decimals in text ('0.01'): they are never floats. */
export interface InstrumentSpec {
  readonly symbol: string;
  /** Currency units per tick. */
  readonly tickSize: string;
  /** Units (shares, contracts, coins) per lot. */
  readonly lotSize: string;
  readonly currency: string;
  /** Smallest unit in which cash of this currency is kept; tick times lot is a whole number of it. */
  readonly minorUnit: string;
  /** Where it is listed; may be left out where there is one venue only. */
  readonly venue?: string;
  /** What it is, for instruments that are the same at several venues; its symbol if left out. */
  readonly product?: string;
  /** Set for an option contract, as it was listed. A lot is of so many contracts. */
  readonly option?: OptionTerms;
}

export interface Instrument extends InstrumentSpec {
  readonly index: number;
  /** Cash value of one lot at a price of one tick, in minor units; of an option as it was listed. */
  readonly minorPerTickLot: number;
}

/** Checks a spec and computes what follows from it. Raises MKT_CONFIG. */
export function defineInstrument(spec: InstrumentSpec, index: number): Instrument {
  return { ...spec, index, minorPerTickLot: minorPerTickLotOf(spec) };
}

/**
 * Cash value of one lot at a price of one tick, in minor units. `multiplier` is money per point of price: that of an option, else 1.
 * Raises MKT_CONFIG.
 */
export function minorPerTickLotOf(
  spec: InstrumentSpec,
  multiplier: number = spec.option?.multiplier ?? 1,
): number {
  const tick = parseDecimal('tickSize', spec.tickSize);
  const lot = parseDecimal('lotSize', spec.lotSize);
  const minor = parseDecimal('minorUnit', spec.minorUnit);
  const perPoint = parseDecimal('multiplier', decimalText(multiplier));
  const numerator = tick.digits * lot.digits * perPoint.digits * 10n ** BigInt(minor.decimals);
  const decimals = tick.decimals + lot.decimals + perPoint.decimals;
  const denominator = minor.digits * 10n ** BigInt(decimals);
  if (numerator % denominator !== 0n || numerator / denominator > BigInt(Number.MAX_SAFE_INTEGER)) {
    const rule = `tickSize times lotSize${spec.option === undefined ? '' : ' times multiplier'} is a whole number of minorUnit, below 2^53`;
    throw new TwinError('MKT_CONFIG', rule, {
      symbol: spec.symbol,
      tickSize: spec.tickSize,
      lotSize: spec.lotSize,
      minorUnit: spec.minorUnit,
      ...(spec.option === undefined ? {} : { multiplier }),
    });
  }
  return Number(numerator / denominator);
}

/** A decimal text as a number of ticks. Raises MKT_CONFIG when it is not a multiple of the tick size. */
export function parseTicks(instrument: InstrumentSpec, price: string | number): number {
  return parseMultiple('price', decimalText(price), instrument.tickSize, instrument.symbol);
}

/** A decimal text as a number of lots. */
export function parseLots(instrument: InstrumentSpec, qty: string | number): number {
  return parseMultiple('quantity', decimalText(qty), instrument.lotSize, instrument.symbol);
}

/** A number of ticks as decimal text with the tick size's decimals. */
export function formatTicks(instrument: InstrumentSpec, ticks: number): string {
  return formatMultiple(ticks, instrument.tickSize);
}

export function formatLots(instrument: InstrumentSpec, lots: number): string {
  return formatMultiple(lots, instrument.lotSize);
}

/** A number as text without an exponent, which JavaScript prints below 1e-6 and from 1e21; text is left as it is. */
export function decimalText(value: string | number): string {
  const text = String(value);
  const parts = typeof value === 'number' ? /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text) : null;
  if (parts === null) return text;
  const [, sign = '', whole = '', fraction = '', exponent = ''] = parts;
  const point = 1 + Number(exponent);
  const digits = (whole + fraction).padEnd(point, '0');
  return sign + (point > 0 ? digits : `0.${'0'.repeat(-point)}${digits}`);
}

interface Decimal {
  /** value = digits / 10^decimals */
  readonly digits: bigint;
  readonly decimals: number;
}

function parseDecimal(name: string, text: string): Decimal {
  if (!/^\d+(\.\d+)?$/.test(text) || /^0+(\.0+)?$/.test(text)) {
    throw new TwinError('MKT_CONFIG', `${name} is a positive decimal number in text`, { [name]: text });
  }
  return splitDecimal(text);
}

function splitDecimal(text: string): Decimal {
  const [whole = '0', fraction = ''] = text.split('.');
  return { digits: BigInt(whole + fraction), decimals: fraction.length };
}

function parseMultiple(name: string, text: string, step: string, symbol: string): number {
  if (!/^-?\d+(\.\d+)?$/.test(text)) {
    throw new TwinError('MKT_CONFIG', `a ${name} is a decimal number`, { symbol, [name]: text });
  }
  const isNegative = text.startsWith('-');
  const value = splitDecimal(isNegative ? text.slice(1) : text);
  const unit = splitDecimal(step);
  const numerator = value.digits * 10n ** BigInt(unit.decimals);
  const denominator = unit.digits * 10n ** BigInt(value.decimals);
  if (numerator % denominator !== 0n) {
    throw new TwinError('MKT_CONFIG', `a ${name} is a multiple of its step`, { symbol, [name]: text, step });
  }
  const count = Number(numerator / denominator);
  return isNegative && count !== 0 ? -count : count;
}

/** So many steps as decimal text with the decimals of the step ('0.01'). */
export function formatMultiple(count: number, step: string): string {
  invariant(Number.isSafeInteger(count), 'ticks and lots are whole numbers');
  const unit = splitDecimal(step);
  const digits = (BigInt(Math.abs(count)) * unit.digits).toString().padStart(unit.decimals + 1, '0');
  const whole = digits.slice(0, digits.length - unit.decimals);
  const fraction = unit.decimals === 0 ? '' : `.${digits.slice(-unit.decimals)}`;
  return (count < 0 ? '-' : '') + whole + fraction;
}
