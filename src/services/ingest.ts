/** Ingests from vendors and files into the lake, each as a run with its manifest, so that jobs are listed with runs. */

import { resolve } from 'node:path';
import { TwinError } from '../base/index.ts';
import {
  ADAPTERS,
  contentHash,
  type DataAdapter,
  type DatasetHead,
  type FileRequest,
  fileDataset,
  HttpClient,
  type IngestTask,
  isComplete,
  type Lake,
  liveDataset,
  type QualityReport,
  readSecrets,
  recogniseFiles,
  resolveRequest,
  runIngest,
  runLive,
  secretPlaces,
  sumOf,
  type VendorRequest,
  validateDataset,
  vendorDataset,
  vendorTasks,
} from '../data/index.ts';
import { packageVersion, type RunHandle, type RunStore } from '../runs/index.ts';
import { type Control, loggedControl } from './control.ts';
import { endFailed } from './end-failed.ts';

/** What an ingest would ask for. */
export interface IngestPlan {
  readonly tasks: readonly IngestTask[];
  readonly requests: number;
  readonly bytes: number;
  /** Shortest time that the vendor's limit of rate allows. */
  readonly seconds: number;
}

export interface IngestResult {
  readonly run: string;
  readonly dataset: string;
  readonly isComplete: boolean;
  /** Records by schema, of the whole dataset. */
  readonly counts: Readonly<Record<string, number>>;
  readonly quarantined: Readonly<Record<string, number>>;
  readonly quality: Readonly<Record<string, number>>;
  readonly remarks: Readonly<Record<string, number>>;
  readonly tasksDone: number;
  readonly tasksSkipped: number;
  readonly hash: string;
  readonly seconds: number;
  /** What the checks across its tasks found, where they were asked for. */
  readonly check: QualityReport | null;
}

/** How an ingest is done. */
export interface IngestManner {
  readonly mode: 'strict' | 'lenient';
  /** Check the whole dataset at the end, and write what is found into its records. */
  readonly isChecked: boolean;
}

export interface IngestPlaces {
  readonly lake: Lake;
  readonly store: RunStore;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The adapter of a vendor. Raises DATA_REQUEST. */
export function adapterNamed(name: string): DataAdapter {
  const adapter = ADAPTERS.find((one) => one.name === name);
  if (adapter !== undefined) return adapter;
  throw new TwinError('DATA_REQUEST', 'a vendor is one that is known', {
    vendor: name,
    allowed: [...ADAPTERS.map((one) => one.name), 'file'],
  });
}

/** What an ingest would ask for, without asking. Raises DATA_REQUEST. */
export function planIngest(vendor: string, asked: VendorRequest): IngestPlan {
  const adapter = adapterNamed(vendor);
  const request = resolveRequest(adapter, asked);
  const tasks = adapter.plan(request);
  const requests = tasks.reduce((sum, { expected }) => sum + expected.requests, 0);
  const { requests: allowed, perMs } = adapter.limitsFor?.(request.options) ?? adapter.limits;
  return {
    tasks,
    requests,
    bytes: tasks.reduce((sum, { expected }) => sum + expected.bytes, 0),
    seconds: (Math.max(0, requests - allowed) / allowed) * (perMs / 1000),
  };
}

/** Fetches what a vendor has into a dataset; goes on where an earlier one of the same request stopped. */
export async function ingestVendor(
  vendor: string,
  asked: VendorRequest,
  how: IngestManner & { readonly name: string | null },
  places: IngestPlaces,
  control: Control = {},
): Promise<IngestResult> {
  const adapter = adapterNamed(vendor);
  const request = resolveRequest(adapter, asked);
  const plan = adapter.plan(request);
  const secrets = readSecrets(adapter, secretPlaces(places.environment));
  const head = vendorDataset(adapter, request, plan, how.name, packageVersion());
  const limits = adapter.limitsFor?.(request.options) ?? adapter.limits;
  return asRun(head, how, places, control, async (run, logged) => {
    const http = new HttpClient({ limits, onRetry: (note) => run.log('retry', { ...note }) });
    try {
      return await perform(
        head,
        vendorTasks(adapter, plan, http, secrets),
        limits.concurrent,
        how.mode,
        places.lake,
        logged,
      );
    } finally {
      await http.close();
    }
  });
}

/** Receives a vendor's feed into a dataset until the control's signal aborts. Raises DATA_REQUEST for a vendor without one. */
export async function ingestLive(
  vendor: string,
  asked: VendorRequest,
  how: Pick<IngestManner, 'isChecked'> & { readonly name: string | null },
  places: IngestPlaces,
  control: Control = {},
): Promise<IngestResult> {
  const adapter = adapterNamed(vendor);
  const request = resolveRequest(adapter, asked);
  const secrets = readSecrets(adapter, secretPlaces(places.environment));
  const feed = adapter.live(request, secrets);
  if (feed === null) throw new TwinError('DATA_REQUEST', 'a vendor has a live feed', { vendor });
  const limits = adapter.limitsFor?.(request.options) ?? adapter.limits;
  const head = liveDataset(adapter, request, how.name, packageVersion());
  return asRun(head, how, places, control, async (run) => {
    places.lake.beginOnce(head);
    const http = new HttpClient({ limits, onRetry: (note) => run.log('retry', { ...note }) });
    try {
      const { segments } = await runLive(feed, {
        lake: places.lake,
        dataset: head.id,
        maker: head.maker,
        http,
        signal: control.signal ?? new AbortController().signal,
        onProgress: ({ frames, records, resyncs, connections, state }) => {
          const text = `${frames} frames, ${records} records, ${connections} connections, ${resyncs} resyncs, ${state}`;
          control.onProgress?.({ share: 0, text });
        },
      });
      run.log('live', { segments });
      return { done: [], skipped: 0 };
    } finally {
      await http.close();
    }
  });
}

/** Reads files into a dataset. */
export async function ingestFiles(
  request: FileRequest,
  how: IngestManner,
  places: IngestPlaces,
  control: Control = {},
): Promise<IngestResult> {
  const files = await recogniseFiles(request);
  const { head, tasks } = await fileDataset(places.lake, files, request.name, packageVersion(), () => {});
  return asRun(head, how, places, control, (_run, logged) =>
    perform(head, tasks, 1, how.mode, places.lake, logged),
  );
}

type Performed = Awaited<ReturnType<typeof runIngest>>;

async function perform(
  head: DatasetHead,
  tasks: Parameters<typeof runIngest>[0],
  concurrent: number,
  mode: 'strict' | 'lenient',
  lake: Lake,
  control: Control,
): Promise<Performed> {
  lake.beginOnce(head);
  return runIngest(tasks, {
    lake,
    dataset: head.id,
    maker: head.maker,
    mode,
    concurrent,
    signal: control.signal ?? new AbortController().signal,
    onProgress: ({ tasksDone, tasksAll, records, label }) =>
      control.onProgress?.({
        share: tasksAll === 0 ? 1 : tasksDone / tasksAll,
        text: `${records} records, ${label}`,
      }),
  });
}

/** Keeps a job as a run: its manifest says what was asked for and what became of it. */
async function asRun(
  head: DatasetHead,
  { isChecked }: Pick<IngestManner, 'isChecked'>,
  { lake, store }: IngestPlaces,
  control: Control,
  work: (run: RunHandle, control: Control) => Promise<Performed>,
): Promise<IngestResult> {
  const started = performance.now();
  const run = store.create({
    kind: 'ingest',
    name: `ingest-${head.maker.name}`.slice(0, 40),
    config: { ...head.request, dataset: head.id, lake: resolve(lake.layout.folder) },
    seed: null,
    dataIds: [],
    epochNs: null,
  });
  try {
    const { done, skipped } = await work(run, loggedControl(control, run));
    const check = isChecked ? await checkWhole(lake, head, control) : null;
    const seconds = Math.round(performance.now() - started) / 1000;
    const result = resultOf(lake, head.id, {
      run: run.id,
      tasksDone: done.length,
      tasksSkipped: skipped,
      seconds,
      check,
    });
    run.finish({
      digest: result.hash,
      counts: { ...result.counts, tasks: done.length, skipped },
      timings: { ingest: seconds },
    });
    return result;
  } catch (error) {
    if (control.signal?.aborted === true) run.interrupted();
    else endFailed(run, null, error);
    throw error;
  }
}

/**
 * The checks over all tasks in one order of time: each task was checked for itself, since tasks end in any order and some were done
 * by another process. A live feed is ended by the signal that would stop this.
 */
async function checkWhole(lake: Lake, head: DatasetHead, control: Control): Promise<QualityReport> {
  control.onProgress?.({ share: 1, text: 'checking the whole dataset' });
  const stop = head.kind === 'live' || control.signal === undefined ? {} : { signal: control.signal };
  return (await validateDataset(lake, head.id, { mark: true, ...stop })).report;
}

function resultOf(
  lake: Lake,
  id: string,
  job: Pick<IngestResult, 'run' | 'tasksDone' | 'tasksSkipped' | 'seconds' | 'check'>,
): IngestResult {
  const dataset = lake.dataset(id);
  const lines = [...dataset.done.values()];
  return {
    ...job,
    dataset: id,
    isComplete: isComplete(dataset),
    counts: sumOf(lines.map(({ counts }) => counts)),
    quarantined: sumOf(lines.map(({ quarantined }) => quarantined)),
    quality: sumOf(lines.map(({ quality }) => quality)),
    remarks: sumOf(lines.map(({ remarks }) => remarks)),
    hash: contentHash(dataset.parts),
  };
}
