/** Runs the tasks of an adapter against a venue, as an ingest does: pages fetched one after the other, then made into records. */

import {
  type DataAdapter,
  HttpClient,
  type IngestTask,
  MemorySink,
  type RawPage,
} from '../../src/data/index.ts';

export interface RanTask {
  readonly task: IngestTask;
  readonly pages: readonly RawPage[];
  readonly sink: MemorySink;
}

/** `pagesMax` stops a task after so many pages; `resumeAt` goes on from the place of a page. */
export async function runTask(
  adapter: DataAdapter,
  task: IngestTask,
  {
    pagesMax = 1000,
    resumeAt = null,
  }: { readonly pagesMax?: number; readonly resumeAt?: string | null } = {},
): Promise<RanTask> {
  const http = new HttpClient({
    limits: { requests: 10_000, perMs: 1000, concurrent: 4 },
    clock: { nowMs: () => 0, sleep: async () => {} },
  });
  const pages: RawPage[] = [];
  const context = { http, secrets: {}, resumeAt, signal: new AbortController().signal };
  for await (const page of adapter.fetch(task, context)) {
    pages.push(page);
    if (pages.length === pagesMax) break;
  }
  await http.close();
  return { task, pages, sink: normalise(adapter, task, pages) };
}

export function normalise(adapter: DataAdapter, task: IngestTask, pages: readonly RawPage[]): MemorySink {
  const sink = new MemorySink();
  const normaliser = adapter.normaliser(task, sink);
  for (const { bytes } of pages) {
    normaliser.write(bytes);
    normaliser.endPage();
  }
  normaliser.end();
  return sink;
}
