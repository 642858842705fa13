/**
 * Numbers of a scenario by their paths, as a calibration names them: keys with dots between, entries of lists by their name or
 * their number.
 *
 *   agents.makers.marketRate        the group named makers
 *   agents[0].limitRates            a list of numbers, which is multiplied as a whole
 *   agents.makers.limitRates[2]     one of them
 *   instruments.ACME.referencePrice by symbol; decimal texts are numbers here
 */

import { editDistance } from '../schema-problems.ts';

/** Where a path leads: a number, a list of numbers, or nowhere. */
export type PathTarget =
  | { readonly kind: 'number'; readonly value: number; readonly keys: readonly PathKey[] }
  | { readonly kind: 'list'; readonly values: readonly number[]; readonly keys: readonly PathKey[] }
  | { readonly kind: 'none'; readonly near: readonly string[] };

type PathKey = string | number;

/** Paths that are offered where one leads nowhere. */
const NEAR_MAX = 5;
const DECIMAL = /^\d+(\.\d+)?$/;
/** Decimal texts that are amounts, and no names. */
const DECIMAL_KEYS: readonly string[] = ['referencePrice', 'tickSize', 'lotSize', 'minorUnit'];

/** Looks a path up in a checked scenario, or in any values of its form. */
export function findParameter(scenario: unknown, path: string): PathTarget {
  const keys = keysOf(scenario, path);
  const found = keys === null ? undefined : valueAt(scenario, keys);
  const number = numberAt(found, keys?.at(-1));
  if (keys !== null && number !== null) return { kind: 'number', value: number, keys };
  if (keys !== null && isNumbers(found)) return { kind: 'list', values: found, keys };
  return { kind: 'none', near: nearest(parameterPaths(scenario), path) };
}

/** Paths of all numbers and lists of numbers; entries of such lists are not counted up. */
export function parameterPaths(scenario: unknown): string[] {
  const paths: string[] = [];
  const walk = (value: unknown, path: string, key: PathKey | undefined): void => {
    if (numberAt(value, key) !== null || isNumbers(value)) paths.push(path);
    else if (Array.isArray(value)) {
      value.forEach((entry, index) => {
        const name = nameOf(entry);
        walk(entry, name === null ? `${path}[${index}]` : `${path}.${name}`, index);
      });
    } else if (typeof value === 'object' && value !== null) {
      for (const [inner, entry] of Object.entries(value))
        walk(entry, path === '' ? inner : `${path}.${inner}`, inner);
    }
  };
  walk(scenario, '', undefined);
  return paths;
}

/** Puts numbers where paths lead; `numbers` has one entry for a number, as many as the list has for a list. */
export function setParameter(
  scenario: unknown,
  keys: readonly (string | number)[],
  numbers: readonly number[],
): void {
  const holder = valueAt(scenario, keys.slice(0, -1)) as Record<PathKey, unknown>;
  const key = keys.at(-1)!;
  holder[key] = Array.isArray(holder[key]) ? [...numbers] : numbers[0];
}

/** Keys of a path, names of list entries as their numbers; null where it leaves the scenario. */
function keysOf(scenario: unknown, path: string): PathKey[] | null {
  const parts = path.match(/[^.[\]]+|\[\d+\]/g) ?? [];
  const keys: PathKey[] = [];
  let value = scenario;
  for (let at = 0; at < parts.length; ) {
    const part = parts[at]!;
    const step = part.startsWith('[') ? Number(part.slice(1, -1)) : null;
    if (Array.isArray(value)) {
      const named = step === null ? entryNamed(value, parts, at) : { index: step, taken: 1 };
      if (named === null) return null;
      keys.push(named.index);
      value = value[named.index];
      at += named.taken;
    } else {
      if (step !== null || typeof value !== 'object' || value === null || !Object.hasOwn(value, part))
        return null;
      keys.push(part);
      value = (value as Record<string, unknown>)[part];
      at++;
    }
  }
  return keys;
}

/** An entry by its name, which may itself have dots, or by its number. */
function entryNamed(
  list: readonly unknown[],
  parts: readonly string[],
  at: number,
): { readonly index: number; readonly taken: number } | null {
  for (let taken = 1; at + taken <= parts.length; taken++) {
    const name = parts.slice(at, at + taken).join('.');
    const index = list.findIndex((entry) => nameOf(entry) === name);
    if (index >= 0) return { index, taken };
  }
  return /^\d+$/.test(parts[at]!) ? { index: Number(parts[at]), taken: 1 } : null;
}

function nameOf(entry: unknown): string | null {
  if (typeof entry !== 'object' || entry === null) return null;
  const { name, symbol } = entry as { name?: unknown; symbol?: unknown };
  if (typeof name === 'string') return name;
  return typeof symbol === 'string' ? symbol : null;
}

function valueAt(value: unknown, keys: readonly PathKey[]): unknown {
  return keys.reduce<unknown>((at, key) => (at as Record<PathKey, unknown> | null | undefined)?.[key], value);
}

function numberAt(value: unknown, key: PathKey | undefined): number | null {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  const isAmount = typeof key === 'string' && DECIMAL_KEYS.includes(key);
  return isAmount && typeof value === 'string' && DECIMAL.test(value) ? Number(value) : null;
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'number');
}

/** Paths with the same last key come first, then those that take the fewest changes. */
function nearest(paths: readonly string[], path: string): string[] {
  const lastOf = (text: string): string => text.slice(text.lastIndexOf('.') + 1);
  const cost = (candidate: string): number =>
    editDistance(candidate, path) + 2 * editDistance(lastOf(candidate), lastOf(path));
  return paths
    .map((candidate) => ({ candidate, cost: cost(candidate) }))
    .sort((a, b) => a.cost - b.cost)
    .slice(0, NEAR_MAX)
    .map(({ candidate }) => candidate);
}
