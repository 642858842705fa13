/** One answer of Alpha Vantage as its readers see it, and the vendor's ways of writing: numbers as text, numbered names. */

import { isMessage, type Message, numberOf } from '../../venues/messages.ts';
import type { RecordMaker } from '../record-maker.ts';
import { Zone } from '../vendor-time.ts';

export interface AlphaAnswer {
  readonly whole: Message;
  /** The query of the task, without the key. */
  readonly query: URLSearchParams;
  /** First and last day that were asked for, 'YYYY-MM-DD'; null does not bound. */
  readonly from: string | null;
  readonly to: string | null;
  /** Whether times of intraday bars are those of their end. */
  readonly isLabelledByEnd: boolean;
  readonly maker: RecordMaker;
}

export type AnswerReader = (answer: AlphaAnswer) => void;

/** '1. open', '1a. open (CNY)', '7: Time Zone' and '06. volume' without their numbers. */
export function plainName(name: string): string {
  return name.replace(/^\d+[a-z]?[.:]\s*/, '');
}

export function plainNames(values: unknown): Readonly<Record<string, unknown>> {
  if (!isMessage(values)) return {};
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [plainName(name), value]));
}

/** A number, also as text ('6.3e-05', '1.38%'); null for 'None', '-', '.' and whatever else is none. */
export function numberIn(value: unknown): number | null {
  return numberOf(typeof value === 'string' ? value.replace(/%$/, '') : value);
}

export function wordIn(value: unknown): string | null {
  return typeof value === 'string' && !['', 'None', '-', 'n/a'].includes(value) ? value : null;
}

const zones = new Map<string, Zone | null>();
/** Where an answer names no zone. */
export const NEW_YORK_ZONE = 'US/Eastern';

/** Null for a zone that is none. Offsets such as 'UTC-05' are not zones. */
export function zoneOf(name: unknown): Zone | null {
  const key = typeof name === 'string' ? name : NEW_YORK_ZONE;
  let zone = zones.get(key);
  if (zone === undefined) {
    zone = Zone.named(key);
    zones.set(key, zone);
  }
  return zone;
}

export const NEW_YORK = Zone.named(NEW_YORK_ZONE)!;

/** Whether a day (of a longer text its beginning) is one of those asked for; others are counted. */
export function isAsked({ from, to, maker }: AlphaAnswer, written: string): boolean {
  const day = written.slice(0, 10);
  const isInside = (from === null || day >= from) && (to === null || day <= to);
  if (!isInside) maker.remark('outside-of-days');
  return isInside;
}
