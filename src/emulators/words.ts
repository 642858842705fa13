/** Numbers and times as vendors write them. */

import { textOfPriceSteps } from '../base/index.ts';

const NS_PER_MS = 1_000_000n;
const NS_PER_S = 1_000_000_000n;

/** A price with at least `decimals` digits behind the point, and more where it needs them. */
export function priceText(steps: number, decimals: number): string {
  return padded(textOfPriceSteps(BigInt(Math.round(steps))), decimals);
}

/** A quantity with `decimals` digits behind the point; finer parts are rounded. */
export function qtyText(qty: number, decimals: number): string {
  return qty.toFixed(decimals);
}

/** A decimal number without needless zeros. */
export function plainText(qty: number, decimals: number): string {
  const text = qty.toFixed(decimals);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

function padded(text: string, decimals: number): string {
  const at = text.indexOf('.');
  const has = at < 0 ? 0 : text.length - at - 1;
  if (has >= decimals) return text;
  return `${at < 0 ? `${text}.` : text}${'0'.repeat(decimals - has)}`;
}

export function msOf(ns: bigint): number {
  return Number(ns / NS_PER_MS);
}

export function secondsOf(ns: bigint): number {
  return Number(ns / NS_PER_S);
}

/** ISO 8601 in UTC with nine digits of the second. */
export function isoNanos(ns: bigint): string {
  const nanos = String(ns % NS_PER_S).padStart(9, '0');
  return `${new Date(msOf(ns)).toISOString().slice(0, 19)}.${nanos}Z`;
}

/** The same with six. */
export function isoMicros(ns: bigint): string {
  return `${isoNanos(ns).slice(0, -4)}Z`;
}
