/** Upkeep of a lake: whether the files are what they were, what nobody needs any more, and many small files made into one. */

import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { isProcessAlive, ownProcessMark } from '../../disk/index.ts';
import type { SchemaName } from '../registry.ts';
import { rewriteTask } from './dataset.ts';
import { Duck } from './duckdb.ts';
import type { Lake } from './lake.ts';
import { readParts } from './part-reader.ts';
import type { Part } from './part-writer.ts';
import { openTaskWriter } from './task-writer.ts';

export interface FileProblem {
  readonly path: string;
  readonly problem: 'missing' | 'other bytes';
}

/** Reads every file of a dataset, and its raw objects, and compares their hashes. */
export async function verifyDataset(lake: Lake, id: string, signal?: AbortSignal): Promise<FileProblem[]> {
  const { parts, done } = lake.dataset(id);
  const problems: FileProblem[] = [];
  const check = async (shown: string, path: string, sha256: string): Promise<void> => {
    signal?.throwIfAborted();
    if (!existsSync(path)) problems.push({ path: shown, problem: 'missing' });
    else if ((await hashOf(createReadStream(path))) !== sha256)
      problems.push({ path: shown, problem: 'other bytes' });
  };
  for (const { path, sha256 } of parts) await check(path, join(lake.layout.data, path), sha256);
  for (const sha256 of new Set([...done.values()].flatMap(({ raw }) => raw.map((object) => object.sha256)))) {
    signal?.throwIfAborted();
    if (lake.raw.find(sha256) === null) problems.push({ path: `raw/${sha256}`, problem: 'missing' });
    else if ((await hashOf(lake.raw.stream(sha256))) !== sha256)
      problems.push({ path: `raw/${sha256}`, problem: 'other bytes' });
  }
  return problems;
}

async function hashOf(chunks: AsyncIterable<unknown>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of chunks) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}

export interface Waste {
  /** Files of the lake that belong to no dataset, with their sizes. */
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  /** Raw objects that no dataset names. */
  readonly raw: readonly { readonly sha256: string; readonly bytes: number; readonly origin: string }[];
}

/**
 * What no dataset needs: left by killed processes, by tasks that were done anew, by removed datasets. Of a dataset whose journal
 * cannot be read nobody knows what it needs: its files are no waste, and while there is one no raw object is.
 */
export function findWaste(lake: Lake): Waste {
  const entries = lake.list();
  const unread = entries.filter(({ problem }) => problem !== null);
  const datasets = entries.filter(({ problem }) => problem === null).map(({ id }) => lake.dataset(id));
  // A process may be about to accept what it has just put there.
  const kept = [...unread, ...entries.filter(({ id }) => lake.isHeld(id))].map(({ id }) => `${id}.`);
  const needed = new Set(datasets.flatMap(({ parts }) => parts.map(({ path }) => path)));
  const named = new Set(
    datasets.flatMap(({ done, pages }) => [
      ...[...done.values()].flatMap(({ raw }) => raw.map(({ sha256 }) => sha256)),
      ...[...pages.values()].flat().map(({ sha256 }) => sha256),
    ]),
  );
  const files = filesBelow(lake.layout.data)
    .map((path) => ({
      path: relative(lake.layout.data, path).replaceAll('\\', '/'),
      bytes: statSync(path).size,
    }))
    .filter(({ path }) => !needed.has(path) && !kept.some((start) => basename(path).startsWith(start)));
  const abandoned = filesBelow(lake.layout.tmp)
    .filter((path) => isAbandoned(relative(lake.layout.tmp, path)))
    .map((path) => ({
      path: `../tmp/${relative(lake.layout.tmp, path).replaceAll('\\', '/')}`,
      bytes: statSync(path).size,
    }));
  const raw = unread.length > 0 ? [] : lake.raw.list().filter(({ sha256 }) => !named.has(sha256));
  return { files: [...files, ...abandoned], raw };
}

/** Removes what no dataset needs. */
export function prune(lake: Lake, { withRaw }: { readonly withRaw: boolean }): Waste {
  const waste = findWaste(lake);
  for (const { path } of waste.files) rmSync(join(lake.layout.data, path), { force: true });
  if (withRaw) for (const { sha256 } of waste.raw) lake.raw.remove(sha256);
  return { files: waste.files, raw: withRaw ? waste.raw : [] };
}

/** Writes the parts of a dataset that share schema, symbol and day into one file each. Returns how many files there were and are. */
export async function compactDataset(
  lake: Lake,
  id: string,
): Promise<{ readonly before: number; readonly after: number }> {
  const release = lake.hold(id);
  const duck = await Duck.open();
  try {
    const { parts, head } = lake.dataset(id);
    const groups = groupsOf(parts);
    const removed: string[] = [];
    const added: Part[] = [];
    for (const group of groups.values()) {
      if (group.length < 2) continue;
      const { schema, venue } = group[0]!;
      const task = rewriteTask('compact', group);
      const writer = openTaskWriter(lake, duck, { dataset: id, task, venue: () => venue, maker: head.maker });
      for await (const batch of readParts(lake.layout.data, group, { schema: schema as SchemaName }))
        await writer.append(batch as never);
      added.push(...(await writer.finish()));
      removed.push(...group.map(({ path }) => path));
    }
    if (removed.length > 0) {
      lake.append(id, { line: 'replace', why: 'compacted', at: new Date().toISOString(), removed, added });
      for (const path of removed) rmSync(join(lake.layout.data, path), { force: true });
    }
    return { before: parts.length, after: parts.length - removed.length + added.length };
  } finally {
    duck.close();
    release();
  }
}

/** Parts that one file could hold. */
function groupsOf(parts: readonly Part[]): Map<string, Part[]> {
  const groups = new Map<string, Part[]>();
  for (const part of parts) {
    const name = JSON.stringify([part.schema, part.venue, part.symbol, part.date]);
    groups.set(name, [...(groups.get(name) ?? []), part]);
  }
  return groups;
}

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Folders of `tmp` start with the number of the process that uses them. */
function isAbandoned(path: string): boolean {
  const pid = /^(?:spill-)?(\d+)/.exec(path)?.[1];
  return pid === undefined || !isProcessAlive({ ...ownProcessMark(), pid: Number(pid), startedAt: null });
}
