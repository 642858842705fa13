/**
 * The port of data vendors and files: an adapter says what to ask for (`plan`), asks (`fetch` or `subscribe`), and turns what
 * came into canonical records (`normaliser`). Everything else is done once for all of them: keys, limits of rate, retries,
 * raw store, resuming, validation, lake, lineage.
 *
 *   plan ─► tasks ─► fetch ─► pages (kept raw) ─► normaliser ─► records ─► validation ─► lake
 *
 * `normaliser` is a function of the raw bytes alone: records can be made anew from the raw store, by a newer version too.
 */

import type { QuarantineReason } from '../quarantine.ts';
import type { NewRecord, SchemaName, SchemaOf } from '../registry.ts';
import type { RecordBatch } from '../schema/record-batch.ts';
import type { FeedSocket } from '../transport/feed-socket.ts';
import type { HttpClient, HttpLimits } from '../transport/http-client.ts';

/** What a user asks for. */
export interface IngestRequest {
  readonly symbols: readonly string[];
  readonly schemas: readonly SchemaName[];
  /** First and last day, both included, 'YYYY-MM-DD'; null where the adapter needs none. */
  readonly from: string | null;
  readonly to: string | null;
  /** Options of the adapter alone, by the names in `DataAdapter.options`. */
  readonly options: Readonly<Record<string, string>>;
}

/** A piece of work that is done wholly or not at all, and can be done again. */
export interface IngestTask {
  /** The same for the same piece of the same request: letters, digits, dots and dashes. */
  readonly id: string;
  /** For people: 'AAPL trades 2024-01-02'. */
  readonly label: string;
  /** What it will make, as far as can be told before. */
  readonly schemas: readonly SchemaName[];
  /** Venue of its records: a MIC, or the vendor's name where it is a mix. */
  readonly venue: string;
  /** What the adapter needs to do it; JSON. Never a key. */
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  /** Guesses, for `--plan`. */
  readonly expected: { readonly requests: number; readonly bytes: number };
}

/** One answer of a vendor, or one file, as it came. */
export interface RawPage {
  readonly bytes: Uint8Array;
  /** Where it came from, without keys: the address or the path. */
  readonly origin: string;
  readonly contentType: string;
  /** Where the next page is, for the adapter's `fetch`; null for the last one. */
  readonly next: string | null;
}

export interface FetchContext {
  readonly http: HttpClient;
  /** Keys by the names in `DataAdapter.secrets`. */
  readonly secrets: Readonly<Record<string, string>>;
  /** `next` of the last page that is kept already; null: from the start. */
  readonly resumeAt: string | null;
  readonly signal: AbortSignal;
}

/** Where normalisers put what they made. Calls are synchronous; full batches are taken away between two writes. */
export interface RecordSink {
  /** Adds a record. One that breaks its schema goes to quarantine. */
  push<N extends SchemaName>(schema: N, record: NewRecord<N>): void;
  /**
   * The batch that takes records of a schema now, with at least one free row, for adapters that fill columns. Set every field
   * (`blank(row)` makes them absent), then count it up. Ask again after each row, or after `capacity - count` of them.
   */
  batch<N extends SchemaName>(schema: N): RecordBatch<SchemaOf<N>>;
  /** Sets a vendor's record aside that makes no canonical one. */
  reject(reason: QuarantineReason, sourceIndex: number, detail: string): void;
  /** Counts what was passed over or changed and is no fault. */
  remark(name: string, count?: number): void;
}

/** Turns the bytes of the pages of one task into records. Keeps nothing that does not follow from them. */
export interface Normaliser {
  /** The next bytes of the page at hand. */
  write(bytes: Uint8Array): void;
  /** The page ends. Another may follow. */
  endPage(): void;
  /** No more pages. */
  end(): void;
}

/** A frame of a live feed as it came. */
export interface LiveFrame {
  readonly text: string | Uint8Array;
  /** Clock of the receiver, ns since 1970 UTC. */
  readonly tsRecvNs: bigint;
}

/** What a live subscription is: messages to send, and what to make of the answers. */
export interface LiveFeed {
  readonly url: string;
  /** Secret headers of the handshake, asked for before every (re)connection; absent where none are needed. */
  readonly headers?: (http: HttpClient, signal: AbortSignal) => Promise<Readonly<Record<string, string>>>;
  /** Venue of its records. */
  readonly venue: string;
  /** Sent after every (re)connection, in this order; answers are awaited by `onOpen`. */
  open(socket: FeedSocket): Promise<void>;
  /** Silence after which the connection is taken for dead, ms. */
  readonly silenceMs: number;
  /**
   * Takes a frame; returns whether the feed lost something and must be synchronised again by `resync`
   * (market-rules §12.8). Records of a stale book are not given to the sink.
   */
  frame(frame: LiveFrame, sink: RecordSink): 'ok' | 'resync' | 'reconnect';
  /** Fetches what mends a gap: a snapshot, mostly. Frames that arrive meanwhile are kept and given to `frame` afterwards. */
  resync(http: HttpClient, signal: AbortSignal): Promise<void>;
}

export interface DataAdapter {
  /** 'polygon', 'coinbase', …: the word after `twin ingest`. */
  readonly name: string;
  /** Grows when the same bytes make other records: datasets name the version that made them. */
  readonly version: number;
  /** One sentence for help texts. */
  readonly about: string;
  readonly schemas: readonly SchemaName[];
  /** Keys it needs, as names of environment variables; they may also stand in the secrets file. */
  readonly secrets: readonly {
    readonly name: string;
    readonly isRequired: boolean;
    readonly about: string;
  }[];
  /** Its own options: name, what it means, default. Unknown ones are refused. */
  readonly options: Readonly<Record<string, { readonly about: string; readonly default: string }>>;
  /** Requests a vendor allows, per named limit. */
  readonly limits: HttpLimits;
  /** The same, where options of the request (the plan that a user pays for) change them; absent: `limits`. */
  limitsFor?(options: IngestRequest['options']): HttpLimits;
  /** Raises DATA_REQUEST with every problem of the request. Pure: no request is made. */
  plan(request: IngestRequest): readonly IngestTask[];
  fetch(task: IngestTask, context: FetchContext): AsyncGenerator<RawPage>;
  normaliser(task: IngestTask, sink: RecordSink): Normaliser;
  /** The streaming side; null where the vendor has none. */
  live(request: IngestRequest, secrets: Readonly<Record<string, string>>): LiveFeed | null;
}

/** A normaliser of pages that are read as a whole, JSON mostly: `onPage` gets the bytes of each. */
export function wholePages(
  onPage: (bytes: Uint8Array, pageIndex: number) => void,
  onEnd: () => void = () => {},
): Normaliser {
  let chunks: Uint8Array[] = [];
  let pages = 0;
  return {
    write(bytes) {
      chunks.push(bytes.slice());
    },
    endPage() {
      const page = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
      chunks = [];
      onPage(page, pages++);
    },
    end: onEnd,
  };
}
