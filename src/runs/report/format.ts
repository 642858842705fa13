/** Numbers and times as text, the same on every machine: no locale has a say. */

import { formatTicks, type InstrumentSpec } from '../../domain/index.ts';

/** 1234567 as 1,234,567. */
export function formatCount(count: number): string {
  return groupThousands(String(Math.round(count)));
}

/** A decimal with grouped thousands and a fixed number of digits behind the point. */
export function formatDecimal(value: number, digits: number): string {
  return groupThousands(value.toFixed(digits));
}

/** About three significant digits: 0.0123, 1.23, 123, 12,345. */
export function formatShort(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 100) return formatCount(value);
  const digits = Math.min(6, Math.max(0, 2 - Math.floor(Math.log10(size))));
  return trimZeros(value.toFixed(digits));
}

/** A share from 0 to 1 in percent; never rounded up to 100 or down to 0 when it is not. */
export function formatPercent(share: number): string {
  if (share === 0 || share === 1) return `${share * 100} %`;
  if (share < 0.0001) return '< 0.01 %';
  if (share > 0.9999) return '> 99.99 %';
  return `${(share * 100).toFixed(2)} %`;
}

const UNITS: readonly (readonly [string, number])[] = [
  ['d', 86_400e9],
  ['h', 3_600e9],
  ['min', 60e9],
  ['s', 1e9],
  ['ms', 1e6],
  ['µs', 1e3],
  ['ns', 1],
];

/** A duration by its two largest units: 6 h 30 min, 12 s, 1.5 s below ten seconds. */
export function formatDuration(ns: number): string {
  if (ns === 0) return '0 s';
  const at = UNITS.findIndex(([, unit]) => ns >= unit);
  const [name, unit] = UNITS[at === -1 ? UNITS.length - 1 : at]!;
  if (unit <= 1e9) return `${formatShort(ns / unit)} ${name}`;
  const [lesser, lesserUnit] = UNITS[at + 1]!;
  const rest = Math.floor((ns % unit) / lesserUnit);
  return `${Math.floor(ns / unit)} ${name}${rest === 0 ? '' : ` ${rest} ${lesser}`}`;
}

/** A time of the run as hh:mm:ss with as many decimals as it has; from the second day on with the day in front, as 'day 2'. */
export function formatClock(ns: number): string {
  const seconds = Math.floor(ns / 1e9);
  const fraction = ns - seconds * 1e9;
  const days = Math.floor(seconds / 86_400);
  const parts = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60];
  const clock = parts.map((part) => String(part).padStart(2, '0')).join(':');
  const decimals = fraction === 0 ? '' : `.${String(fraction).padStart(9, '0').replace(/0+$/, '')}`;
  return `${days === 0 ? '' : `day ${days + 1} `}${clock}${decimals}`;
}

/** Furthest instant from 1970 that the calendar of the runtime knows, in ms. */
const CALENDAR_MS_MAX = 8.64e15;

/** The instant of an epoch in UTC, to the second. */
export function formatEpoch(epochNs: string): string {
  const ms = Number(BigInt(epochNs) / 1_000_000n);
  if (Math.abs(ms) > CALENDAR_MS_MAX) return `${epochNs} ns after 1970`;
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** Digits behind the point of a decimal such as a tick size. */
export function decimalsOf(step: string): number {
  return step.split('.')[1]?.length ?? 0;
}

/** A price in whole ticks with its currency's decimals. */
export function formatPrice(spec: InstrumentSpec, ticks: number): string {
  return groupThousands(formatTicks(spec, ticks));
}

/** A price between ticks: a mean, a mid. One digit more than the tick has. */
export function formatMeanPrice(spec: InstrumentSpec, ticks: number): string {
  return formatDecimal(ticks * Number(spec.tickSize), decimalsOf(spec.tickSize) + 1);
}

function groupThousands(text: string): string {
  const [whole = '', fraction] = text.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text;
}
