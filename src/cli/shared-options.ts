/** Options that several commands have, and how their values are read. */

import { type Command, InvalidArgumentError } from 'commander';

export const RUNS_OPTION = ['--runs <folder>', 'folder of the runs', 'runs'] as const;
export const LAKE_OPTION = ['--lake <folder>', 'folder of the lake', 'lake'] as const;
export const JSON_OPTION = ['--json', 'print one JSON object for scripts'] as const;

export const DATA_OPTION = [
  '--data <names...>',
  'files of one recording (a LOBSTER pair, ITCH, DBN mbo), dataset:<id> or run:<id>',
] as const;

/** Levels of book per side that flows are fitted with, where the source shows as many. */
export const LEVELS_FITTED = 50;

export function parseCount(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A whole number of 1 or more.');
}

export function parseWhole(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A whole number of 0 or more.');
}

/** Minutes since midnight. */
export function parseMinute(text: string): number {
  const found = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
  if (found !== null) return 60 * Number(found[1]) + Number(found[2]);
  throw new InvalidArgumentError('A time of day as hh:mm.');
}

export function parseList(text: string): string[] {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.every((part) => part !== '')) return parts;
  throw new InvalidArgumentError('Values separated by commas.');
}

/** Adds a command below `twin data`, with the options that all of them have. */
export type AddCommand = (name: string, about: string, example: string) => Command;

/** Gathers `name=value` given several times. */
export function collectOption(text: string, known: Record<string, string>): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('An option is name=value.');
  return { ...known, [text.slice(0, at)]: text.slice(at + 1) };
}
