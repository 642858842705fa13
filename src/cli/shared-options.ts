/** Options that several commands have, and how their values are read. */

import { InvalidArgumentError } from 'commander';

export const RUNS_OPTION = ['--runs <folder>', 'folder of the runs', 'runs'] as const;
export const LAKE_OPTION = ['--lake <folder>', 'folder of the lake', 'lake'] as const;
export const JSON_OPTION = ['--json', 'print one JSON object for scripts'] as const;

export function parseCount(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A whole number of 1 or more.');
}

export function parseList(text: string): string[] {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.every((part) => part !== '')) return parts;
  throw new InvalidArgumentError('Values separated by commas.');
}
