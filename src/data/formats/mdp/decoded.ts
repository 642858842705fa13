/** Values of messages that were decoded into objects (`SbeDecoder` with codes), in the types that the records want. */

import { textOfPriceSteps } from '../../../base/index.ts';
import type { SbeDecimal, SbeValue, SbeValues } from '../sbe/index.ts';
import type { MdpInstrument } from './instrument.ts';

export function numberOf(values: SbeValues, name: string): number | null {
  const value = values[name];
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'number' ? value : null;
}

export function bigOf(values: SbeValues, name: string): bigint | null {
  const value = values[name];
  return typeof value === 'bigint' ? value : null;
}

export function textOf(values: SbeValues, name: string): string | null {
  const value = values[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

export function decimalOf(values: SbeValues, name: string): SbeDecimal | null {
  const value = values[name];
  return isDecimal(value) ? value : null;
}

export function entriesOf(values: SbeValues, name: string): readonly SbeValues[] {
  const value = values[name];
  return Array.isArray(value) ? (value as readonly SbeValues[]) : [];
}

/** A price in the scale of an instrument, as words in the scale itself; null when it is absent or does not fit. */
export function scaledPrice(
  instrument: MdpInstrument,
  decimal: SbeDecimal | null,
): { readonly high: number; readonly low: number; readonly text: string } | null {
  if (decimal === null) return null;
  const scale = decimal.exponent === -7 ? instrument.scale7 : instrument.scale9;
  const high = Number(decimal.mantissa >> 32n);
  const low = Number(BigInt.asUintN(32, decimal.mantissa));
  if (!scale.make(high, low)) return null;
  const text = textOfPriceSteps((BigInt(scale.high) << 32n) + BigInt(scale.low));
  return { high: scale.high, low: scale.low, text };
}

function isDecimal(value: SbeValue | undefined): value is SbeDecimal {
  return typeof value === 'object' && value !== null && 'mantissa' in value && 'exponent' in value;
}
