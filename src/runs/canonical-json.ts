/** One text for one value, whatever the order in which its keys were set: what config hashes are made of. */

import { createHash } from 'node:crypto';
import { TwinError } from '../base/index.ts';

/** Nesting beyond this is a cycle or a mistake. */
const DEPTH_MAX = 200;

/**
 * JSON with sorted keys and no spaces; keys of undefined values are left out, as JSON does. Raises RUNS_WRITE for what
 * JSON cannot say exactly (bigint, NaN, functions), naming its path.
 */
export function canonicalJson(value: unknown): string {
  return encode(value, '$', 0);
}

/** sha256 of the canonical text, 64 hexadecimal digits. */
export function sha256OfJson(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

function encode(value: unknown, path: string, depth: number): string {
  if (depth > DEPTH_MAX) throw refuse(path, `nested deeper than ${DEPTH_MAX}`);
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw refuse(path, String(value));
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) {
    return `[${value.map((item, i) => encode(item, `${path}[${i}]`, depth + 1)).join(',')}]`;
  }
  if (typeof value !== 'object') throw refuse(path, typeof value);
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  const parts = entries.map(
    ([key, item]) => `${JSON.stringify(key)}:${encode(item, `${path}.${key}`, depth + 1)}`,
  );
  return `{${parts.join(',')}}`;
}

function refuse(path: string, found: string): TwinError {
  return new TwinError('RUNS_WRITE', 'a stored value is made of objects, arrays, texts and finite numbers', {
    path,
    found,
  });
}
