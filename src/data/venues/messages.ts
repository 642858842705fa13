/** Reading of parsed JSON whose form is not certain. */

import { type Instant, msOfInstant } from './instant.ts';

export type Message = Readonly<Record<string, unknown>>;

export function isMessage(value: unknown): value is Message {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An array of arrays: levels, candles. Null for anything else. */
export function rowsOf(value: unknown): readonly (readonly unknown[])[] | null {
  return Array.isArray(value) && value.every(Array.isArray) ? value : null;
}

/** An array of objects. Null for anything else. */
export function messagesOf(value: unknown): readonly Message[] | null {
  return Array.isArray(value) && value.every(isMessage) ? value : null;
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** A whole number that is one already, or the text of one. Null for anything else. */
export function wholeOf(value: unknown): number | null {
  const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : null;
}

/** Any finite number, or the text of one. Null for anything else. */
export function numberOf(value: unknown): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

/** A price for a record that is given as an object: text and numbers as they are, null for anything else. */
export function priceOf(value: unknown): string | number | null {
  return typeof value === 'number' || (typeof value === 'string' && value !== '') ? value : null;
}

/** ms of the first time that is known, for windows of waiting; 0 where none is. */
export function clockMs(...times: readonly (Instant | null)[]): number {
  const known = times.find((time) => time !== null);
  return known === undefined ? 0 : msOfInstant(known);
}

/** Parsed JSON, or undefined for what is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
