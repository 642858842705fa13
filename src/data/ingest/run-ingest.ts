/**
 * Does the tasks of an ingest: fetch, keep raw, normalise, check, write, accept. What is accepted has its line in the journal of the
 * dataset; whatever stops the process, the same command goes on behind the last line and leaves neither a hole nor a duplicate.
 *
 *   task ─► pages (line each) ─► raw store ─► normaliser ─► sink ─► quality ─► parts ─► task line
 */

import { join } from 'node:path';
import { TwinError } from '../../base/index.ts';
import type { Dataset, PageLine, TaskLine } from '../lake/dataset.ts';
import { Duck } from '../lake/duckdb.ts';
import type { Lake } from '../lake/lake.ts';
import { openTaskWriter } from '../lake/task-writer.ts';
import type { Normaliser, RawPage, RecordSink } from './adapter.ts';
import { LakeSink } from './lake-sink.ts';
import type { QualityStage, SetAside } from './quality-stage.ts';
import { keepAside, SET_ASIDE_KEPT_MAX } from './set-aside.ts';

/** Pages of one task; a vendor whose paging never ends is stopped here. */
export const PAGES_MAX = 100_000;
/** Bytes that are normalised between two looks at full batches. */
const SLICE_BYTES = 256 * 1024;

/** A task of an ingest, whoever plans it. */
export interface WorkTask {
  readonly id: string;
  readonly label: string;
  readonly venue: string;
  /** Fetches the pages behind `resumeAt`; null for a task whose raw object is there already. */
  readonly fetch: ((resumeAt: string | null, signal: AbortSignal) => AsyncGenerator<RawPage>) | null;
  /** Raw objects that are there already, with the bytes unpacked. */
  readonly kept: readonly {
    readonly sha256: string;
    readonly bytes: number;
    readonly origin: string;
    open(): AsyncIterable<Uint8Array>;
  }[];
  /** May be asked again: each time for the whole task. `venue` of the result counts where it has one. */
  readonly normaliser: (
    sink: RecordSink,
  ) => Normaliser & { readonly venue?: string; readonly rest?: () => AsyncIterable<void> };
  readonly stage: () => QualityStage;
}

export interface IngestProgress {
  readonly tasksDone: number;
  readonly tasksAll: number;
  readonly records: number;
  readonly bytes: number;
  readonly label: string;
}

export interface IngestOptions {
  readonly lake: Lake;
  readonly dataset: string;
  readonly maker: { readonly name: string; readonly version: number };
  readonly mode: 'strict' | 'lenient';
  readonly concurrent: number;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: IngestProgress) => void;
}

export interface IngestOutcome {
  readonly done: readonly TaskLine[];
  /** Tasks that were done before and were not done again. */
  readonly skipped: number;
}

/** Does what is left of the tasks. Raises the first fault, after the tasks under way have ended; what was accepted stays. */
export async function runIngest(tasks: readonly WorkTask[], options: IngestOptions): Promise<IngestOutcome> {
  const { lake, dataset: id } = options;
  const release = lake.hold(id);
  const duck = await Duck.open({ spillFolder: join(lake.layout.tmp, `spill-${process.pid}`) });
  try {
    return await new Ingest(tasks, options, lake.dataset(id), duck).run();
  } finally {
    duck.close();
    release();
  }
}

class Ingest {
  readonly #tasks: readonly WorkTask[];
  readonly #options: IngestOptions;
  readonly #dataset: Dataset;
  readonly #duck: Duck;
  readonly #done: TaskLine[] = [];
  /** Writing goes one task at a time: there is one engine, and one core for it. */
  #writing: Promise<unknown> = Promise.resolve();
  #records = 0;
  #bytes = 0;

  constructor(tasks: readonly WorkTask[], options: IngestOptions, dataset: Dataset, duck: Duck) {
    this.#tasks = tasks;
    this.#options = options;
    this.#dataset = dataset;
    this.#duck = duck;
  }

  async run(): Promise<IngestOutcome> {
    const open = this.#tasks.filter(({ id }) => !this.#dataset.done.has(id));
    const skipped = this.#tasks.length - open.length;
    const stop = new AbortController();
    const signal = AbortSignal.any([this.#options.signal, stop.signal]);
    let first: unknown = null;
    const worker = async (): Promise<void> => {
      for (let task = open.shift(); task !== undefined && !signal.aborted; task = open.shift()) {
        try {
          await this.#do(task, signal, skipped);
        } catch (error) {
          first ??= error;
          stop.abort(error);
        }
      }
    };
    await Promise.all(Array.from({ length: Math.max(1, this.#options.concurrent) }, worker));
    this.#options.signal.throwIfAborted();
    if (first !== null) throw first;
    return { done: this.#done, skipped };
  }

  async #do(task: WorkTask, signal: AbortSignal, skipped: number): Promise<void> {
    const startedMs = performance.now();
    const raw = task.fetch === null ? task.kept : await this.#fetchAll(task, signal);
    const turn = this.#writing.then(() => this.#write(task, raw, signal, startedMs));
    this.#writing = turn.catch(() => undefined);
    const line = await turn;
    this.#done.push(line);
    this.#tell(task.label, skipped);
  }

  /** Fetches what is not there yet; every page is kept before the next one is asked for. */
  async #fetchAll(task: WorkTask, signal: AbortSignal): Promise<WorkTask['kept']> {
    const { lake, dataset } = this.#options;
    const pages: PageLine[] = [...(this.#dataset.pages.get(task.id) ?? [])];
    const last = pages.at(-1);
    if (last === undefined || last.next !== null) {
      for await (const page of task.fetch!(last?.next ?? null, signal)) {
        const { sha256, bytes } = lake.raw.put(page.bytes, page.origin, page.contentType);
        const line: PageLine = {
          line: 'page',
          task: task.id,
          number: pages.length,
          sha256,
          bytes,
          origin: page.origin,
          next: page.next,
        };
        lake.append(dataset, line);
        pages.push(line);
        this.#bytes += bytes;
        if (pages.length >= PAGES_MAX)
          throw new TwinError('BASE_LIMIT', 'the pages of a task come to an end', {
            task: task.label,
            limit: PAGES_MAX,
          });
        signal.throwIfAborted();
      }
    }
    return pages.map(({ sha256, bytes, origin }) => ({
      sha256,
      bytes,
      origin,
      open: async function* () {
        yield lake.raw.read(sha256);
      },
    }));
  }

  async #write(
    task: WorkTask,
    raw: WorkTask['kept'],
    signal: AbortSignal,
    startedMs: number,
  ): Promise<TaskLine> {
    const { lake, dataset, mode, maker } = this.#options;
    const aside: SetAside[] = [];
    const stage = task.stage();
    const sink = new LakeSink(task.label, mode, stage, (record) => {
      if (aside.length < SET_ASIDE_KEPT_MAX) aside.push(record);
    });
    const normaliser = task.normaliser(sink);
    const writer = openTaskWriter(lake, this.#duck, {
      dataset,
      task: task.id,
      venue: () => normaliser.venue ?? task.venue,
      maker,
    });
    try {
      for (const [index, object] of raw.entries()) {
        sink.startSource(index);
        for await (const bytes of object.open()) {
          for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
            normaliser.write(bytes.subarray(at, at + SLICE_BYTES));
            await sink.drain(writer, false);
          }
          this.#tell(task.label, 0);
          signal.throwIfAborted();
        }
        normaliser.endPage();
        await sink.drain(writer, false);
        for await (const _step of normaliser.rest?.() ?? []) {
          await sink.drain(writer, false);
          signal.throwIfAborted();
        }
      }
      normaliser.end();
      await sink.drain(writer, true);
      const parts = await writer.finish();
      keepAside(lake, dataset, task.id, aside);
      const line: TaskLine = {
        line: 'task',
        task: task.id,
        label: task.label,
        endedAt: new Date().toISOString(),
        seconds: Math.round(performance.now() - startedMs) / 1000,
        parts,
        raw: raw.map(({ sha256, bytes, origin }) => ({ sha256, bytes, origin })),
        counts: sink.counts,
        quarantined: Object.fromEntries(sink.quarantine.counts),
        quality: stage.counts(),
        remarks: sink.remarks,
      };
      lake.append(dataset, line);
      for (const count of Object.values(sink.counts)) this.#records += count;
      return line;
    } catch (error) {
      await writer.abandon();
      throw error;
    }
  }

  #tell(label: string, skipped: number): void {
    this.#options.onProgress?.({
      tasksDone: skipped + this.#done.length,
      tasksAll: this.#tasks.length,
      records: this.#records,
      bytes: this.#bytes,
      label,
    });
  }
}
