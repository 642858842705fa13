/** What commands about the lake share: opening it, instants and 64-bit numbers as texts. */

import { Lake } from '../data/index.ts';

export interface LakeOptions {
  readonly lake: string;
  readonly json?: boolean;
}

/** Opens the lake for some work, and closes it after it. */
export function withLake<T>(options: LakeOptions, work: (lake: Lake) => T): T {
  const lake = new Lake(options.lake);
  const close = (): void => lake.close();
  let result: T;
  try {
    result = work(lake);
  } catch (error) {
    close();
    throw error;
  }
  if (result instanceof Promise) return result.finally(close) as T;
  close();
  return result;
}

/** An instant in UTC with all its nanoseconds. */
export function instant(ns: bigint | null): string {
  if (ns === null) return '';
  const seconds = ns / 1_000_000_000n - (ns % 1_000_000_000n < 0n ? 1n : 0n);
  const rest = ns - seconds * 1_000_000_000n;
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}.${rest.toString().padStart(9, '0')}Z`;
}

/** JSON with 64-bit numbers as texts. */
export function toJson(value: unknown, indent = 0): string {
  return JSON.stringify(
    value,
    (_name, one: unknown) => (typeof one === 'bigint' ? String(one) : one),
    indent,
  );
}
