/**
 * A dataset: what one ingest, or one transform, made. Its journal `datasets/<id>.ndjson` is the truth: a head, then one line per page
 * that was fetched and per task that was done, in the order in which they were accepted. A killed process loses nothing that has
 * its line, and what has none is done again with the same file names.
 */

import { createHash } from 'node:crypto';
import type { SchemaName } from '../registry.ts';
import type { Part } from './part-writer.ts';

export const DATASET_VERSION = 1;
const REWRITE_HASH_CHARS = 16;

export interface DatasetHead {
  readonly line: 'head';
  readonly version: typeof DATASET_VERSION;
  readonly id: string;
  readonly kind: 'ingest' | 'live' | 'derived';
  readonly createdAt: string;
  /** Who made the records: adapter or format, or the transform. */
  readonly maker: { readonly name: string; readonly version: number };
  readonly codeVersion: string;
  /** What was asked for, with every default filled in; never a key. */
  readonly request: Readonly<Record<string, unknown>>;
  /** Datasets it was made from. */
  readonly parents: readonly string[];
  /** Ids of all tasks, as planned; null for a live feed, which has no end. */
  readonly tasks: readonly string[] | null;
}

/** A page that is kept in the raw store. */
export interface PageLine {
  readonly line: 'page';
  readonly task: string;
  readonly number: number;
  readonly sha256: string;
  readonly bytes: number;
  readonly origin: string;
  /** Where the next one is; null after the last. */
  readonly next: string | null;
}

/** A task that is done: all its records are in the lake, or set aside. */
export interface TaskLine {
  readonly line: 'task';
  readonly task: string;
  readonly label: string;
  readonly endedAt: string;
  readonly seconds: number;
  readonly parts: readonly Part[];
  /** Raw objects by the index that records name as `source`. */
  readonly raw: readonly { readonly sha256: string; readonly bytes: number; readonly origin: string }[];
  /** Records by schema. */
  readonly counts: Readonly<Partial<Record<SchemaName, number>>>;
  /** Records set aside, by reason. */
  readonly quarantined: Readonly<Record<string, number>>;
  /** Records by quality bit. */
  readonly quality: Readonly<Record<string, number>>;
  readonly remarks: Readonly<Record<string, number>>;
}

/** Takes parts away, and may put others into their place (compaction, re-admission). */
export interface ReplaceLine {
  readonly line: 'replace';
  readonly why: string;
  readonly at: string;
  readonly removed: readonly string[];
  readonly added: readonly Part[];
  /** Records that were set aside and are in `added`: task, and place among those of the task (`<task>:<place>`). */
  readonly readmitted?: readonly string[];
}

export type DatasetLine = DatasetHead | PageLine | TaskLine | ReplaceLine;

/** All that the journal of a dataset tells. */
export interface Dataset {
  readonly head: DatasetHead;
  /** Pages of tasks that are not done yet, by task. */
  readonly pages: ReadonlyMap<string, readonly PageLine[]>;
  readonly done: ReadonlyMap<string, TaskLine>;
  readonly parts: readonly Part[];
  /** Records set aside that were put back, as in `ReplaceLine`. */
  readonly readmitted: ReadonlySet<string>;
}

/** Reads a journal. The last line of a task counts: one that was done anew replaces its first result. */
export function datasetOf(lines: readonly DatasetLine[]): Dataset | null {
  const [head, ...rest] = lines;
  if (head?.line !== 'head' || head.version !== DATASET_VERSION) return null;
  const pages = new Map<string, PageLine[]>();
  const done = new Map<string, TaskLine>();
  const parts = new Map<string, Part>();
  const readmitted = new Set<string>();
  for (const line of rest) {
    if (line.line === 'page') {
      const known = pages.get(line.task) ?? [];
      // A page that was fetched twice counts once.
      known[line.number] = line;
      pages.set(line.task, known);
    } else if (line.line === 'task') {
      pages.delete(line.task);
      for (const part of done.get(line.task)?.parts ?? []) parts.delete(part.path);
      done.set(line.task, line);
      for (const part of line.parts) parts.set(part.path, part);
    } else if (line.line === 'replace') {
      for (const path of line.removed) parts.delete(path);
      for (const part of line.added) parts.set(part.path, part);
      for (const name of line.readmitted ?? []) readmitted.add(name);
    }
  }
  return { head, pages, done, parts: [...parts.values()], readmitted };
}

export function isComplete({ head, done }: Dataset): boolean {
  return head.tasks?.every((task) => done.has(task)) ?? true;
}

/** Hash of what a dataset holds: of the bytes of its files, whatever their order and names. */
export function contentHash(parts: readonly Part[]): string {
  const sums = parts
    .map(({ schema, venue, symbol, sha256 }) => `${schema}/${venue}/${symbol}/${sha256}`)
    .sort();
  return createHash('sha256').update(sums.join('\n')).digest('hex');
}

/** Name of a task that writes parts anew: the same parts give the same name, so that what a killed process left is written over. */
export function rewriteTask(what: string, parts: readonly Part[]): string {
  return `${what}-${contentHash(parts).slice(0, REWRITE_HASH_CHARS)}`;
}

export function sumOf(maps: Iterable<Readonly<Record<string, number | undefined>>>): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const map of maps)
    for (const [name, count] of Object.entries(map)) sums[name] = (sums[name] ?? 0) + (count ?? 0);
  return sums;
}
