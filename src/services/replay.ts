/** Replays recorded files into a run's folder: journal, result, manifest and report. */

import { resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { TwinError } from '../base/index.ts';
import type { InstrumentSpec } from '../domain/index.ts';
import type { ReplayFormat, ReplayMode, ReplayResult } from '../replay/index.ts';
import {
  JOURNAL_FILE,
  type JournalHeader,
  JournalWriter,
  packageVersion,
  type RunHandle,
  type RunManifest,
  type RunStore,
  writeFileAtomic,
} from '../runs/index.ts';
import { type Control, loggedControl } from './control.ts';
import { endFailed } from './end-failed.ts';
import {
  DATASET_PREFIX,
  identifyInput,
  openInputs,
  type ReplayFrom,
  type ReplayInputs,
  replayedOf,
} from './replay-inputs.ts';
import { REPLAY_RESULT_FILE, writeReport } from './report.ts';

/** Room for the names of about 15,000 instruments, which a replay learns as it goes. */
const RESERVED_HEADER_BYTES = 1 << 21;

export interface ReplayConfig {
  /** Files, and datasets as `dataset:<id>`. */
  readonly paths: readonly string[];
  /** Folder of the lake in which datasets are looked up. */
  readonly lake?: string;
  /** What is replayed of datasets; by default what `replayedOf` says. */
  readonly from?: ReplayFrom;
  readonly mode: ReplayMode;
  readonly strictness: 'strict' | 'lenient';
  readonly format?: ReplayFormat;
  readonly symbols?: readonly string[];
}

export interface ReplayOutcome {
  readonly run: RunHandle;
  readonly result: ReplayResult;
  readonly reportPath: string | null;
}

/** Replays without keeping anything. Raises DATA_* and what the files deserve. */
export async function replayOnly(config: ReplayConfig, control: Control = {}): Promise<ReplayResult> {
  const inputs = await openInputsOf(config);
  try {
    return { ...(await inputs.replay(optionsOf(config, control))), files: [...config.paths] };
  } finally {
    inputs.close();
  }
}

/** Raises CLI_USAGE for a format that no bytes are of. */
async function openInputsOf(config: ReplayConfig) {
  const from = fromOf(config);
  if (from === 'records' && config.format !== undefined) {
    throw new TwinError('CLI_USAGE', 'a format is one of recordings: records have none', {
      format: config.format,
      from,
    });
  }
  return openInputs(config.paths, lakeOf(config), from, config.symbols);
}

function fromOf(config: ReplayConfig): ReplayFrom | null {
  return config.from ?? replayedOf(config.paths, lakeOf(config));
}

function lakeOf({ lake }: ReplayConfig): string {
  return lake ?? 'lake';
}

/** Replays into a new run. A failed or stopped replay leaves a manifest that says so. */
export async function replayToRun(
  config: ReplayConfig,
  store: RunStore,
  control: Control = {},
): Promise<ReplayOutcome> {
  const dataIds = await Promise.all(config.paths.map((name) => identifyInput(name, lakeOf(config))));
  const from = fromOf(config);
  const run = store.create({
    kind: 'replay',
    name: `replay-${config.mode}`,
    config: {
      ...config,
      paths: config.paths.map(absolute),
      lake: resolve(lakeOf(config)),
      ...(from === null ? {} : { from }),
    },
    seed: null,
    dataIds,
    epochNs: null,
  });
  let journal: JournalWriter | null = null;
  let inputs: ReplayInputs | null = null;
  try {
    inputs = await openInputsOf(config);
    const header: JournalHeader = {
      runId: run.id,
      epochNs: null,
      instruments: [],
      createdBy: packageVersion(),
    };
    const writer = new JournalWriter(run.path(JOURNAL_FILE), header, undefined, RESERVED_HEADER_BYTES);
    journal = writer;
    const complete = (books: ReplayedBooks): void =>
      writer.updateHeader({ ...header, epochNs: books.epochNs, instruments: instrumentsOf(books) });
    const replayed = await inputs.replay({
      ...optionsOf(config, loggedControl(control, run)),
      sink: journal,
      onAbandoned: complete,
    });
    const result = { ...replayed, files: [...config.paths] };
    complete(result);
    journal.close();
    writeFileAtomic(run.path(REPLAY_RESULT_FILE), `${JSON.stringify(result, null, 2)}\n`);
    const ended = { digest: result.digest, counts: countsOf(result), timings: { replay: result.seconds } };
    writeFileAtomic(
      run.path('metrics.json'),
      `${JSON.stringify({ ...ended.counts, seconds: result.seconds }, null, 2)}\n`,
    );
    if (result.isCancelled) {
      run.interrupted(ended);
      return { run, result, reportPath: null };
    }
    control.onProgress?.({ share: 1, text: 'writing the report' });
    run.finish(ended);
    return { run, result, reportPath: await writeReport(run) };
  } catch (error) {
    endFailed(run, journal, error);
    throw error;
  } finally {
    inputs?.close();
  }
}

function absolute(name: string): string {
  return name.startsWith(DATASET_PREFIX) ? name : resolve(name);
}

/** The digest that a stored replay gives when it is made again. Raises RUNS_DIFFER when a file is not what it was. */
export async function replayDigest(manifest: RunManifest, control: Control = {}): Promise<string> {
  const config = manifest.config as ReplayConfig;
  for (const [at, path] of config.paths.entries()) {
    const expected = manifest.dataIds[at];
    const found = await identifyInput(path, lakeOf(config));
    if (found.sha256 !== expected?.sha256) {
      throw new TwinError('RUNS_DIFFER', 'a replayed file is the one that the run was made from', {
        path,
        expectedSha256: expected?.sha256 ?? null,
        foundSha256: found.sha256,
      });
    }
  }
  return (await replayOnly(config, control)).digest;
}

function optionsOf(config: ReplayConfig, { onProgress, signal }: Control) {
  const { mode, strictness, format, symbols } = config;
  const started = performance.now();
  return {
    mode,
    strictness,
    ...(format === undefined ? {} : { format }),
    ...(symbols === undefined ? {} : { symbols }),
    isCancelled: () => signal?.aborted === true,
    onProgress: ({ records, bytes, bytesTotal }: { records: number; bytes: number; bytesTotal: number }) => {
      const seconds = (performance.now() - started) / 1000;
      const text = `${records} records, ${Math.round(records / Math.max(seconds, 0.001))} per second`;
      onProgress?.({ share: bytesTotal > 0 ? Math.min(1, bytes / bytesTotal) : 0, text });
    },
  };
}

/** What a journal's header needs of a replay. */
type ReplayedBooks = Pick<ReplayResult, 'symbols' | 'books' | 'epochNs'>;

function instrumentsOf(result: ReplayedBooks): InstrumentSpec[] {
  const books = new Map(result.books.map((book) => [book.symbol, book]));
  return result.symbols.map((symbol) => ({
    symbol,
    tickSize: books.get(symbol)?.tickSize ?? '0.0001',
    lotSize: books.get(symbol)?.lotSize ?? '1',
    currency: 'USD',
    minorUnit: books.get(symbol)?.tickSize ?? '0.0001',
  }));
}

function countsOf(result: ReplayResult): Record<string, number> {
  const counts: Record<string, number> = {
    rows: result.rows,
    executions: result.executions,
    quarantined: result.quarantine.total,
    unknownOrders: result.unknownOrders,
    records: result.eventRecords,
  };
  for (const name of [
    'rowsEqual',
    'rowsExcused',
    'rowsUnexplained',
    'executionsMatched',
    'executionsExcused',
    'executionsMissed',
  ] as const) {
    const value = result[name];
    if (value !== null) counts[name] = value;
  }
  return counts;
}
