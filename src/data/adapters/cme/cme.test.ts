import { afterEach, describe, expect, it } from 'vitest';
import {
  API,
  type CmeServer,
  type CmeServerOptions,
  cmeServer,
} from '../../../../tests/support/cme-server.ts';
import type { IngestRequest, RawPage } from '../../ingest/adapter.ts';
import { MemorySink } from '../../ingest/memory-sink.ts';
import { HttpClient } from '../../transport/http-client.ts';
import { CME_ADAPTER } from './index.ts';

const servers: CmeServer[] = [];
const clients: HttpClient[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  for (const server of servers.splice(0)) await server.close();
});

async function serve(options: Partial<CmeServerOptions> = {}): Promise<CmeServer> {
  const server = await cmeServer({ instruments: 7, pageSize: 3, ...options });
  servers.push(server);
  return server;
}

function requestFor(
  server: CmeServer | null,
  options: Record<string, string> = {},
  rest: Partial<IngestRequest> = {},
): IngestRequest {
  const defaults = Object.entries(CME_ADAPTER.options).map(([name, option]) => [name, option.default]);
  const here =
    server === null
      ? {}
      : { rest: server.url, token: server.url.replace('/v3', '/token'), socket: server.socketUrl, size: '3' };
  return {
    symbols: ['ES'],
    schemas: ['definition'],
    from: null,
    to: null,
    options: { ...Object.fromEntries(defaults), ...here, ...options },
    ...rest,
  };
}

/** A client that waits no longer than a millisecond. */
function client(): HttpClient {
  const http = new HttpClient({
    limits: { requests: 1000, perMs: 1, concurrent: 4 },
    random: () => 0,
    clock: { nowMs: () => performance.now(), sleep: async () => {} },
  });
  clients.push(http);
  return http;
}

async function fetchAll(
  server: CmeServer,
  resumeAt: string | null = null,
  secrets: Record<string, string> = API,
): Promise<RawPage[]> {
  const [task] = CME_ADAPTER.plan(requestFor(server));
  const pages: RawPage[] = [];
  const context = { http: client(), secrets, resumeAt, signal: AbortSignal.timeout(10_000) };
  for await (const page of CME_ADAPTER.fetch(task!, context)) pages.push(page);
  return pages;
}

function normalise(pages: readonly RawPage[]): MemorySink {
  const sink = new MemorySink('cme');
  const [task] = CME_ADAPTER.plan(requestFor(null));
  const normaliser = CME_ADAPTER.normaliser(task!, sink);
  for (const { bytes } of pages) {
    normaliser.write(bytes.subarray(0, 10));
    normaliser.write(bytes.subarray(10));
    normaliser.endPage();
  }
  normaliser.end();
  return sink;
}

const symbolsOf = (sink: MemorySink): string[] => sink.records('definition').map(({ symbol }) => symbol);
const ALL = Array.from({ length: 7 }, (_, index) => `ESZ${index}`);

describe('definitions of the Reference Data API', () => {
  it('follows the links of the answers and makes a definition of each instrument', async () => {
    const server = await serve();
    const pages = await fetchAll(server);
    expect(server.asked.map((path) => path.split('?')[0])).toEqual([
      '/v3/products',
      ...Array(3).fill('/v3/instruments'),
    ]);
    expect(server.asked[0]).toContain('globexProductCode=ES&securityType=FUT');
    expect(server.tokens).toBe(1);
    const sink = normalise(pages);
    expect(symbolsOf(sink)).toEqual(ALL);
    expect(sink.records('definition')[1]).toMatchObject({
      symbol: 'ESZ1',
      tsEvent: 1_727_784_000_123_456_789n,
      assetClass: 'future',
      name: 'E-mini 1',
      mic: 'XCME',
      currency: 'USD',
      tick: 0.25,
      minQty: 1,
      maxQty: 3000,
      expiry: '2024-12-20',
      listed: '2023-12-18',
      matching: 'F',
      productCode: 'ES',
      vendorId: '1001',
      sourceIndex: 1,
    });
    expect(sink.quarantine.total).toBe(0);
  });

  it('goes on where it stopped', async () => {
    const server = await serve();
    const pages = await fetchAll(server);
    for (let kept = 1; kept < pages.length; kept++) {
      const rest = await fetchAll(server, pages[kept - 1]!.next);
      expect(symbolsOf(normalise([...pages.slice(0, kept), ...rest]))).toEqual(ALL);
    }
    expect(pages.at(-1)!.next).toBeNull();
  });

  it.each<[name: string, status: number]>([
    ['too many requests', 429],
    ['a broken server', 503],
  ])('%s: asks again and has everything once', async (_, status) => {
    const server = await serve({
      fault: (_request, response, count) => {
        if (count % 2 === 0) return false;
        response.writeHead(status, { 'retry-after': '0' }).end();
        return true;
      },
    });
    expect(symbolsOf(normalise(await fetchAll(server)))).toEqual(ALL);
  });

  it('an answer that breaks off, or is no JSON, is asked for again', async () => {
    const server = await serve({
      fault: (_request, response, count) => {
        if (count === 1)
          response.writeHead(200, { 'content-length': '100' }).write('{', () => response.destroy());
        else if (count === 3) response.writeHead(200).end('<html>');
        return count === 1 || count === 3;
      },
    });
    expect(symbolsOf(normalise(await fetchAll(server)))).toEqual(ALL);
    expect(server.asked).toHaveLength(4);
  });

  it('a token that ends in the middle is renewed', async () => {
    const server = await serve();
    let isOver = false;
    const faulty = await serve({
      fault: (request) => {
        if (!isOver && request.url!.includes('page=1')) {
          isOver = true;
          faulty.tokens++;
        }
        return false;
      },
    });
    expect(symbolsOf(normalise(await fetchAll(faulty)))).toEqual(ALL);
    expect(faulty.tokens).toBe(3);
    expect(server.tokens).toBe(0);
  });

  it('wrong keys are said, and never shown', async () => {
    const server = await serve();
    const wrong = { CME_API_ID: 'x', CME_API_SECRET: 'hidden-word' };
    await expect(fetchAll(server, null, wrong)).rejects.toMatchObject({ code: 'DATA_SECRET' });
    const pages = await fetchAll(server);
    const shown = JSON.stringify(pages.map(({ origin, next, contentType }) => [origin, next, contentType]));
    expect(shown).not.toContain('hidden-word');
    expect(shown).not.toContain(API.CME_API_SECRET);
    expect(shown).not.toContain('token-1');
  });

  it.each<[name: string, body: (server: CmeServer) => unknown, code: string]>([
    [
      'a link to another host',
      () => ({ _links: { next: { href: 'http://localhost:1/v3/products' } } }),
      'DATA_FORMAT',
    ],
    [
      'a link to itself',
      (server) => ({
        _links: { next: { href: `${server.url}/products?globexProductCode=ES&securityType=FUT` } },
      }),
      'DATA_FORMAT',
    ],
    ['an error with status 200', () => ({ errorResponse: { message: 'no' } }), 'DATA_REQUEST'],
  ])('%s is a fault, and no token goes there', async (_, body, code) => {
    const server = await serve({
      fault: (request, response) => {
        if (!request.url!.includes('products')) return false;
        response.writeHead(200).end(JSON.stringify(body(server)));
        return true;
      },
    });
    await expect(fetchAll(server)).rejects.toMatchObject({ code });
  });

  it('what makes no definition is set aside or counted', () => {
    const page = (body: unknown): RawPage => ({
      bytes: Buffer.from(JSON.stringify(body)),
      origin: '',
      contentType: '',
      next: null,
    });
    const sink = normalise([
      page({
        _embedded: {
          instruments: [
            { globexSymbol: 'A' },
            { guid: 'cleared' },
            { globexSymbol: 'B', lastUpdated: '2024-01-02T03:04:05+0100' },
          ],
        },
      }),
      page([]),
      page({ _embedded: {} }),
    ]);
    expect(Object.fromEntries(sink.quarantine.counts)).toEqual({ 'missing-value': 1, 'not-json': 1 });
    expect(Object.fromEntries(sink.remarks)).toEqual({
      'instrument-without-product': 3,
      'instrument-without-globex-symbol': 1,
      'empty-page': 1,
    });
    expect(sink.records('definition')).toMatchObject([
      { symbol: 'B', assetClass: 'other', tsEvent: 1_704_161_045_000_000_000n },
    ]);
  });

  it('a wrong request names every problem', () => {
    const options = {
      types: 'FUT+XXX',
      size: '5000',
      rest: 'ftp://x',
      spreads: 'ALL',
      periods: '2024',
      exchange: 'CME',
      silence: '0',
    };
    const request = requestFor(null, options, { symbols: ['E S'], schemas: ['trade'] });
    try {
      CME_ADAPTER.plan(request);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'DATA_REQUEST' });
      expect((error as { details: { problems: string[] } }).details.problems).toHaveLength(9);
    }
  });
});
