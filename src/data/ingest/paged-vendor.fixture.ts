/** A vendor that never was, for tests: trades in pages of JSON, with symbols that misbehave. */

import type { RequestListener } from 'node:http';
import type {
  DataAdapter,
  FetchContext,
  IngestRequest,
  IngestTask,
  LiveFeed,
  Normaliser,
  RawPage,
  RecordSink,
} from './adapter.ts';
import { wholePages } from './adapter.ts';

export const PAGES = 3;
const ROWS = 4;
const NOON_NS = 1_704_196_800_000_000_000n;

interface Row {
  /** Number of the trade. */
  readonly n: number;
  readonly symbol: string;
  readonly price: unknown;
  readonly qty: number;
  readonly t: number;
}

/** Serves /SYMBOL?page=N; notes each request. */
export function vendorServer(requests: string[]): RequestListener {
  return (request, response) => {
    requests.push(request.url!);
    const url = new URL(request.url!, 'http://localhost');
    const symbol = url.pathname.slice(1);
    const page = Number(url.searchParams.get('page'));
    if (symbol === 'FORBIDDEN') response.writeHead(403).end('no');
    else
      response.end(
        JSON.stringify({ results: rowsOf(symbol, page), next: page + 1 < PAGES ? String(page + 1) : null }),
      );
  };
}

function rowsOf(symbol: string, page: number): Row[] {
  const rows = Array.from({ length: ROWS }, (_, index) => {
    const n = page * ROWS + index;
    // TWIN has a second name: its records are AAA's, half of them on another day.
    const named = symbol === 'TWIN' ? 'AAA' : symbol;
    const t = symbol === 'TWIN' && page > 0 ? n + 86_400_000 : n;
    return { n, symbol: named, price: `${100 + n}.25`, qty: 1 + n, t } as Row;
  });
  if (symbol !== 'BAD' || page > 0) return rows;
  return [{ ...rows[0]!, price: 'free' }, { ...rows[1]!, qty: -1 }, { ...rows[2]!, symbol: '' }, rows[3]!];
}

/** Names of the records of symbols, in the order of time. */
export function recordsExpected(symbols: readonly string[]): string[] {
  return Array.from({ length: PAGES * ROWS }, (_, n) => symbols.map((symbol) => `${symbol}${n}`)).flat();
}

export class PagedVendor implements DataAdapter {
  readonly name = 'paged';
  readonly version = 1;
  readonly about = 'A vendor that never was.';
  readonly schemas = ['trade'] as const;
  readonly secrets = [];
  readonly options = {};
  readonly limits = { requests: 1000, perMs: 1000, concurrent: 2 };
  readonly #base: string;

  constructor(base: string) {
    this.#base = base;
  }

  plan({ symbols }: IngestRequest): IngestTask[] {
    return symbols.map((symbol) => ({
      id: symbol.toLowerCase(),
      label: symbol,
      schemas: ['trade'],
      venue: 'TEST',
      parameters: { symbol },
      expected: { requests: PAGES, bytes: 1000 },
    }));
  }

  async *fetch(task: IngestTask, { http, resumeAt, signal }: FetchContext): AsyncGenerator<RawPage> {
    let page: string | null = resumeAt ?? '0';
    while (page !== null) {
      const { bytes, url } = await http.ask(
        { url: `${this.#base}/${task.parameters.symbol}?page=${page}` },
        signal,
      );
      const next = (JSON.parse(new TextDecoder().decode(bytes)) as { next: string | null }).next;
      yield { bytes, origin: url, contentType: 'application/json', next };
      page = next;
    }
  }

  normaliser(_task: IngestTask, sink: RecordSink): Normaliser {
    return wholePages((bytes) => {
      const { results } = JSON.parse(new TextDecoder().decode(bytes)) as { results: Row[] };
      results.forEach(({ n, symbol, price, qty, t }, sourceIndex) => {
        if (symbol === '') {
          sink.reject('unknown-type', sourceIndex, 'a row without a symbol');
          return;
        }
        const tsEvent = NOON_NS + BigInt(t) * 1_000_000n;
        sink.push('trade', {
          symbol,
          tsEvent,
          sequence: n,
          sourceIndex,
          price: price as string,
          qty,
          kind: 'regular',
        });
      });
    });
  }

  live(): LiveFeed | null {
    return null;
  }
}
