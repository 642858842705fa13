/** Answers of vendors through their adapters, without a network. */

import {
  type DataAdapter,
  HttpClient,
  type IngestTask,
  MemorySink,
  type RawPage,
} from '../../src/data/index.ts';

/** When answers that tell no time were given, in these tests. */
export const ANSWERED = 'Wed, 05 Jan 2022 12:00:00 GMT';
export const ANSWERED_NS = BigInt(Date.parse(ANSWERED)) * 1_000_000n;

/** What pages of one task become: each page is bytes, a text, or a value that is written as JSON. */
export function recordsOf(
  adapter: DataAdapter,
  parameters: IngestTask['parameters'],
  pages: readonly unknown[],
  { schemas = adapter.schemas, chunk = Number.POSITIVE_INFINITY }: Partial<RecordsOptions> = {},
): MemorySink {
  const sink = new MemorySink();
  const expected = { requests: 1, bytes: 1 };
  const task = { id: 'task', label: 'task', schemas, venue: adapter.name, parameters, expected };
  const normaliser = adapter.normaliser(task, sink);
  for (const page of pages) {
    const bytes = page instanceof Uint8Array ? page : new TextEncoder().encode(textOf(page));
    for (let at = 0; at < bytes.length; at += chunk) normaliser.write(bytes.subarray(at, at + chunk));
    normaliser.endPage();
  }
  normaliser.end();
  return sink;
}

interface RecordsOptions {
  readonly schemas: DataAdapter['schemas'];
  /** Bytes that are given at once. */
  readonly chunk: number;
}

function textOf(page: unknown): string {
  return typeof page === 'string' ? page : JSON.stringify(page);
}

/** Counts, remarks and reasons of quarantine in one object, for tables of what is expected. */
export function outcomeOf(sink: MemorySink): Record<string, number> {
  const remarks = [...sink.remarks].map(([name, count]) => [`remark ${name}`, count]);
  const rejects = [...sink.quarantine.counts].map(([reason, count]) => [`reject ${reason}`, count]);
  return { ...sink.counts(), ...Object.fromEntries([...remarks, ...rejects]) };
}

/** A request with the defaults of an adapter's options. */
export function requestOf(
  adapter: DataAdapter,
  asked: Partial<Omit<Parameters<DataAdapter['plan']>[0], 'options'>> & {
    readonly options?: Readonly<Record<string, string>>;
  },
): Parameters<DataAdapter['plan']>[0] {
  const defaults = Object.entries(adapter.options).map(([name, option]) => [name, option.default]);
  return {
    symbols: [],
    schemas: adapter.schemas,
    from: null,
    to: null,
    ...asked,
    options: { ...Object.fromEntries(defaults), ...asked.options },
  };
}

/** Pages of a task as an ingest fetches them, with the wait of every retry as the client would tell it. */
export async function pagesOf(
  adapter: DataAdapter,
  task: IngestTask,
  secrets: Readonly<Record<string, string>>,
  { resumeAt = null, pagesMax = 100 }: { readonly resumeAt?: string | null; readonly pagesMax?: number } = {},
): Promise<{
  readonly pages: readonly RawPage[];
  readonly waits: readonly { waitMs: number; why: string }[];
}> {
  const waits: { waitMs: number; why: string }[] = [];
  const http = new HttpClient({
    limits: { requests: 10_000, perMs: 1000, concurrent: 2 },
    random: () => 0,
    retriesMax: 2,
    onRetry: ({ waitMs, why }) => waits.push({ waitMs, why }),
  });
  const pages: RawPage[] = [];
  try {
    const context = { http, secrets, resumeAt, signal: new AbortController().signal };
    for await (const page of adapter.fetch(task, context)) {
      pages.push(page);
      if (pages.length === pagesMax) break;
    }
    return { pages, waits };
  } finally {
    await http.close();
  }
}
