/** Reads values of a file field by field and gathers everything that is wrong, so that it is told at once. */

import { decodeColumn } from './flow/columns.ts';

export type Plain = Record<string, unknown>;

export interface NumberRange {
  readonly min?: number;
  readonly max?: number;
  readonly isWhole?: boolean;
}

export class PlainReader {
  /** Each as `path: what it should be, what was found`. */
  readonly problems: string[] = [];
  /** Objects that are not there: nothing is said of what would be in them. */
  readonly #missing: string[] = [];

  say(path: string, rule: string, found?: unknown): void {
    if (this.#missing.some((parent) => path.startsWith(`${parent}.`))) return;
    this.problems.push(`${path}: ${rule}${found === undefined ? '' : `, found ${shortened(found)}`}`);
  }

  /** An object with these keys and no others. A key that is missing reads as undefined and is told about where it is read. */
  object(value: unknown, path: string, keys: readonly string[]): Plain {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.say(
        path,
        `is an object with ${keys.slice(0, 6).join(', ')}${keys.length > 6 ? ', …' : ''}`,
        value ?? null,
      );
      this.#missing.push(path);
      return {};
    }
    for (const key of Object.keys(value)) {
      if (!keys.includes(key)) this.say(`${path}.${key}`.replace(/^\./, ''), 'is not a key here');
    }
    return value as Plain;
  }

  list(value: unknown, path: string): readonly unknown[] {
    if (Array.isArray(value)) return value;
    this.say(path, 'is a list', value ?? null);
    return [];
  }

  text(value: unknown, path: string, pattern = /./, meaning = 'a text'): string {
    if (typeof value === 'string' && pattern.test(value)) return value;
    this.say(path, `is ${meaning}`, value ?? null);
    return '';
  }

  number(value: unknown, path: string, range: NumberRange = {}): number {
    if (isWithin(value, range)) return value;
    this.say(path, `is ${wordsOf(range)}`, value ?? null);
    return 0;
  }

  /** A list of numbers of a known length; any length where it is null. */
  numbers(value: unknown, path: string, length: number | null, range: NumberRange = {}): Float64Array {
    const values = this.list(value, path);
    if (Array.isArray(value) && length !== null && values.length !== length)
      this.say(path, `has ${length} numbers`, values.length);
    const wrong = values.findIndex((one) => !isWithin(one, range));
    if (wrong >= 0) this.say(`${path}[${wrong}]`, `is ${wordsOf(range)}`, values[wrong] ?? null);
    return wrong >= 0 ? new Float64Array(values.length) : Float64Array.from(values as readonly number[]);
  }

  /** Numbers as `encodeColumn` writes them. */
  column(value: unknown, path: string, length: number | null, range: NumberRange = {}): Float64Array {
    const decoded = typeof value === 'string' ? decodeColumn(value) : null;
    if (decoded === null) {
      this.say(path, 'is a type and numbers of it as base64', value ?? null);
      return new Float64Array(0);
    }
    if (length !== null && decoded.length !== length) this.say(path, `has ${length} numbers`, decoded.length);
    const wrong = decoded.findIndex((one) => !isWithin(one, range));
    if (wrong >= 0) this.say(`${path}[${wrong}]`, `is ${wordsOf(range)}`, decoded[wrong]);
    return decoded;
  }
}

function isWithin(value: unknown, { min, max, isWhole }: NumberRange): value is number {
  if (typeof value !== 'number' || !Number.isFinite(value)) return false;
  if (isWhole === true && !Number.isInteger(value)) return false;
  return !(min !== undefined && value < min) && !(max !== undefined && value > max);
}

function wordsOf({ min, max, isWhole }: NumberRange): string {
  const kind = isWhole === true ? 'a whole number' : 'a number';
  if (min !== undefined && max !== undefined) return `${kind} from ${min} to ${max}`;
  if (min !== undefined) return `${kind} of ${min} or more`;
  return max === undefined ? kind : `${kind} of at most ${max}`;
}

function shortened(value: unknown): string {
  const text = String(JSON.stringify(value) ?? value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
}
