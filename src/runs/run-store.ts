/**
 * Folders of runs: `runs/<id>/manifest.json` beside the artifacts of each run, and `runs/manifest.json` listing all.
 * The folders are the truth; the list is an index for others that is rebuilt from them whenever it does not fit.
 */

import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { invariant, TwinError } from '../base/index.ts';
import { ownProcessMark } from '../disk/index.ts';
import { readJsonFile, writeFileAtomic } from './atomic-file.ts';
import { canonicalJson, sha256OfJson } from './canonical-json.ts';
import { codeVersion } from './code-version.ts';
import { withLock } from './folder-lock.ts';
import { errnoCode, readFault, writeFault } from './fs-faults.ts';
import { makeFolder } from './make-folder.ts';
import {
  type DataId,
  MANIFEST_FILE,
  MANIFEST_VERSION,
  type RunError,
  type RunKind,
  type RunManifest,
  type RunStatus,
  readManifest,
} from './manifest.ts';
import { diffManifests, type RunDiff } from './run-diff.ts';
import { LOG_FILE, RunLog } from './run-log.ts';

const LOCK_FILE = '.manifest.lock';
const CREATE_TRIES_MAX = 16;
const NAME_CHARS_MAX = 40;
const ID_PATTERN = /^\d{8}T\d{9}Z-[a-z0-9-]+-[0-9a-f]{6}$/;

export interface RunInputs {
  readonly kind: RunKind;
  readonly name: string;
  /** As resolved: with every default filled in. */
  readonly config: unknown;
  readonly seed: number | string | null;
  readonly dataIds: readonly DataId[];
  /** Nanoseconds since 1970 UTC at which the run's time starts; null for a time of its own. */
  readonly epochNs: bigint | string | null;
}

export interface RunResult {
  readonly digest: string;
  readonly counts: Readonly<Record<string, number>>;
  /** Durations in seconds by name. */
  readonly timings: Readonly<Record<string, number>>;
}

/** One line of the list of runs. */
export interface RunEntry {
  readonly id: string;
  /** 'damaged' when the manifest cannot be read; `problem` then says why. */
  readonly status: RunStatus | 'damaged';
  readonly kind: RunKind | null;
  readonly name: string | null;
  readonly createdAt: string | null;
  readonly endedAt: string | null;
  readonly seed: number | string | null;
  readonly configSha256: string | null;
  readonly digest: string | null;
  readonly counts: Readonly<Record<string, number>>;
  readonly problem: string | null;
}

export interface StoredRun {
  readonly id: string;
  readonly folder: string;
  readonly manifest: RunManifest;
  /** Path of an artifact in the run's folder. */
  path(name: string): string;
}

/**
 * A run under way. Exactly one of finish, fail and interrupted ends it. They raise RUNS_WRITE when the disk refuses (the
 * same full disk that made the run fail, perhaps); the manifest then stays as it was, and they may be called again.
 */
export class RunHandle implements StoredRun {
  readonly id: string;
  readonly folder: string;
  readonly #store: RunStore;
  readonly #log: RunLog;
  #manifest: RunManifest;

  constructor(store: RunStore, folder: string, manifest: RunManifest) {
    this.#store = store;
    this.#log = new RunLog(join(folder, LOG_FILE));
    this.folder = folder;
    this.id = manifest.id;
    this.#manifest = manifest;
    this.#save(manifest);
    this.log('started', { run: manifest.id, kind: manifest.kind, configSha256: manifest.configSha256 });
  }

  get manifest(): RunManifest {
    return this.#manifest;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Adds a line to the run's log. Raises RUNS_WRITE. */
  log(event: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.#log.write(event, fields);
  }

  finish(result: RunResult): void {
    const { digest, counts, timings } = result;
    this.#end({ status: 'finished', digest, counts, timings });
  }

  /** Keeps code, message and mend of the error, and what was counted so far. */
  fail(error: unknown, partial: Partial<RunResult> = {}): void {
    this.#end({ ...partial, status: 'failed', error: describeError(error) });
  }

  /** Stopped from outside (Ctrl-C, SIGTERM): what was written stays. */
  interrupted(partial: Partial<RunResult> = {}): void {
    this.#end({ ...partial, status: 'interrupted' });
  }

  #end(change: Partial<RunManifest>): void {
    invariant(this.#manifest.status === 'running', 'a run ends once');
    const ended = { ...this.#manifest, ...change, endedAt: new Date().toISOString() };
    this.#save(ended);
    this.#manifest = ended;
    const { status, digest, counts, error } = ended;
    this.log(status, { digest, counts, ...(error === null ? {} : { error }) });
  }

  #save(manifest: RunManifest): void {
    // Refuses what JSON would change silently, NaN in the counts for instance.
    canonicalJson(manifest);
    writeFileAtomic(this.path(MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
    this.#store.updateIndex(manifest);
  }
}

export class RunStore {
  readonly folder: string;
  #lastMs = 0;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Makes the folder of a new run with a manifest of status 'running'. Raises RUNS_WRITE. */
  create(inputs: RunInputs): RunHandle {
    const { kind, name, config, seed, dataIds, epochNs } = inputs;
    const configSha256 = sha256OfJson(config);
    makeFolder(this.folder);
    const { id, createdAt } = this.#makeFolder(name);
    return new RunHandle(this, join(this.folder, id), {
      manifestVersion: MANIFEST_VERSION,
      id,
      name,
      kind,
      status: 'running',
      createdAt,
      endedAt: null,
      codeVersion: codeVersion(),
      config,
      configSha256,
      seed,
      dataIds,
      epochNs: epochNs === null ? null : String(epochNs),
      nodeVersion: process.version,
      platform: `${process.platform}-${process.arch}`,
      process: ownProcessMark(),
      counts: {},
      digest: null,
      timings: {},
      error: null,
    });
  }

  /** All runs, oldest first. A run whose process died is 'interrupted'; one without a readable manifest 'damaged'. */
  list(): RunEntry[] {
    const entries = this.#runIds().map((id) => this.#entryOf(id));
    if (entries.length > 0 && !this.#isIndexRight(entries)) this.#tryRebuildIndex();
    return entries;
  }

  /** A run by id, unique start of an id, or 'latest'. Raises RUNS_NOT_FOUND or RUNS_DAMAGED. */
  load(idOrPrefix: string): StoredRun {
    const id = this.#resolve(idOrPrefix);
    const folder = join(this.folder, id);
    const manifest = readManifest(join(folder, MANIFEST_FILE));
    return { id, folder, manifest, path: (name) => join(folder, name) };
  }

  /** Compares two runs by their manifests. */
  diff(a: string, b: string): RunDiff {
    return diffManifests(this.load(a).manifest, this.load(b).manifest);
  }

  /** Writes the list of all runs anew from their folders. */
  rebuildIndex(): void {
    this.#withIndexLock(() => this.#writeIndex(this.#runIds().map((id) => this.#entryOf(id))));
  }

  /** Brings one run's line in the list up to date; other processes may do the same for theirs at the same time. */
  updateIndex(manifest: RunManifest): void {
    this.#withIndexLock(() => {
      const known = this.#readIndex();
      const ids = known === null ? this.#runIds() : [];
      const entries = known ?? ids.map((id) => this.#entryOf(id));
      const others = entries.filter((entry) => entry.id !== manifest.id);
      this.#writeIndex([...others, entryOfManifest(manifest)].sort((a, b) => (a.id < b.id ? -1 : 1)));
    });
  }

  #makeFolder(name: string): { id: string; createdAt: string } {
    for (let tries = 0; tries < CREATE_TRIES_MAX; tries++) {
      // Runs of one process sort in the order in which they were made, even within a millisecond.
      this.#lastMs = Math.max(Date.now(), this.#lastMs + 1);
      const createdAt = new Date(this.#lastMs).toISOString();
      const id = `${createdAt.replace(/[-:.]/g, '')}-${slug(name)}-${randomBytes(3).toString('hex')}`;
      try {
        mkdirSync(join(this.folder, id));
        return { id, createdAt };
      } catch (error) {
        if (errnoCode(error) !== 'EEXIST') throw writeFault(join(this.folder, id), error);
      }
    }
    throw new TwinError('RUNS_WRITE', 'a free run id is found within CREATE_TRIES_MAX tries', {
      folder: this.folder,
    });
  }

  #runIds(): string[] {
    try {
      const found = readdirSync(this.folder, { withFileTypes: true });
      const ids = found.filter((entry) => entry.isDirectory() && ID_PATTERN.test(entry.name));
      return ids.map((entry) => entry.name).sort();
    } catch (error) {
      if (errnoCode(error) === 'ENOENT') return [];
      throw readFault(this.folder, error);
    }
  }

  #entryOf(id: string): RunEntry {
    try {
      return entryOfManifest(readManifest(join(this.folder, id, MANIFEST_FILE)));
    } catch (error) {
      if (!(error instanceof TwinError)) throw error;
      return damagedEntry(id, error.message);
    }
  }

  #resolve(idOrPrefix: string): string {
    const ids = this.#runIds();
    if (idOrPrefix === 'latest' && ids.length > 0) return ids.at(-1)!;
    const matches = ids.filter((id) => id.startsWith(idOrPrefix));
    if (matches.length === 1 && idOrPrefix !== '') return matches[0]!;
    const rule =
      matches.length > 1 ? 'a run is named by a unique start of its id' : 'a run of that id exists';
    const examples = matches.length > 1 && idOrPrefix !== '' ? { matches: matches.slice(0, 5) } : {};
    throw new TwinError('RUNS_NOT_FOUND', rule, { id: idOrPrefix, folder: this.folder, ...examples });
  }

  #indexPath(): string {
    return join(this.folder, MANIFEST_FILE);
  }

  /** Lines of the list, or null when it is missing or damaged: then the folders are read. */
  #readIndex(): RunEntry[] | null {
    try {
      const value = readJsonFile(this.#indexPath()) as { runs?: unknown } | null;
      const runs = value?.runs;
      return Array.isArray(runs) && runs.every((run) => typeof run?.id === 'string') ? runs : null;
    } catch (error) {
      if (error instanceof TwinError) return null;
      throw error;
    }
  }

  #isIndexRight(entries: readonly RunEntry[]): boolean {
    const known = this.#readIndex();
    return known !== null && JSON.stringify(known) === JSON.stringify(entries);
  }

  #writeIndex(entries: readonly RunEntry[]): void {
    const lines = entries.map((entry) => `    ${JSON.stringify(entry)}`).join(',\n');
    writeFileAtomic(
      this.#indexPath(),
      `{\n  "manifestVersion": ${MANIFEST_VERSION},\n  "runs": [\n${lines}\n  ]\n}\n`,
    );
  }

  /** Reading must work on a read-only disk, where the list then stays as it is; the folders were read anyhow. */
  #tryRebuildIndex(): void {
    try {
      this.rebuildIndex();
    } catch (error) {
      if (!(error instanceof TwinError && error.code === 'RUNS_WRITE')) throw error;
    }
  }

  #withIndexLock(work: () => void): void {
    withLock(join(this.folder, LOCK_FILE), work);
  }
}

function entryOfManifest(manifest: RunManifest): RunEntry {
  const { id, status, kind, name, createdAt, endedAt, seed, configSha256, digest, counts } = manifest;
  return {
    id,
    status,
    kind,
    name,
    createdAt,
    endedAt,
    seed,
    configSha256,
    digest,
    counts,
    problem:
      manifest.error?.message ??
      (isAbandoned(manifest) ? 'its process ended without a word: killed, or no space to write' : null),
  };
}

/** Ended, but not by itself: a run that is stopped writes when. */
function isAbandoned({ status, endedAt }: RunManifest): boolean {
  return status === 'interrupted' && endedAt === null;
}

function damagedEntry(id: string, problem: string): RunEntry {
  return {
    id,
    status: 'damaged',
    kind: null,
    name: null,
    createdAt: null,
    endedAt: null,
    seed: null,
    configSha256: null,
    digest: null,
    counts: {},
    problem,
  };
}

function describeError(error: unknown): RunError {
  if (error instanceof TwinError) return { code: error.code, message: error.message, mend: error.mend };
  const mend = 'This is a fault of the program: please report it with this manifest.';
  if (error instanceof Error) return { code: error.name, message: error.message, mend };
  return { code: 'UNKNOWN', message: String(error), mend };
}

/** The part of a name that is safe in a folder name. */
function slug(name: string): string {
  const safe = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, NAME_CHARS_MAX)
    .replace(/^-+|-+$/g, '');
  return safe === '' ? 'run' : safe;
}
