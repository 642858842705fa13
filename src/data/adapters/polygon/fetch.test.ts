import { afterEach, describe, expect, it } from 'vitest';
import { AnsweringServer, type ServedAnswer } from '../../../../tests/support/answering-server.ts';
import { outcomeOf, pagesOf, recordsOf, requestOf } from '../../../../tests/support/vendor-answers.ts';
import type { IngestTask } from '../../ingest/adapter.ts';
import { classifyPolygon } from './answers.ts';
import { POLYGON } from './index.ts';

const KEY = 'sesame';
const SECRETS = { POLYGON_API_KEY: KEY };
const PAGES = 3;

let server: AnsweringServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

async function serve(answer: ConstructorParameters<typeof AnsweringServer>[0]): Promise<string> {
  server = new AnsweringServer(answer);
  return server.listen();
}

function tradesTask(restUrl: string): IngestTask {
  const day = '2024-01-02';
  const request = requestOf(POLYGON, {
    symbols: ['AAPL'],
    schemas: ['trade'],
    from: day,
    to: day,
    options: { restUrl },
  });
  return POLYGON.plan(request)[0]!;
}

/** Trade 0 is on the first page, and so on; the next page is on the vendor's own host, with a key as some proxies add it. */
function page(path: string): ServedAnswer {
  const at = Number(new URL(path, 'http://x').searchParams.get('cursor') ?? 0);
  const next = `https://api.massive.com/v3/trades/AAPL?cursor=${at + 1}&apiKey=${KEY}`;
  const results = [{ price: 100 + at, size: 1, sip_timestamp: 1704205800000000000 + at, id: String(at) }];
  return { body: { status: 'OK', results, ...(at + 1 < PAGES ? { next_url: next } : {}) } };
}

describe('pages of Polygon', () => {
  it('follow next_url on the host that was asked, with the key in a header and in no address', async () => {
    const url = await serve(page);
    const { pages } = await pagesOf(POLYGON, tradesTask(url), SECRETS);
    expect(pages.map(({ next }) => next)).toEqual([
      '/v3/trades/AAPL?cursor=1',
      '/v3/trades/AAPL?cursor=2',
      null,
    ]);
    expect(server!.keys).toEqual([`Bearer ${KEY}`, `Bearer ${KEY}`, `Bearer ${KEY}`]);
    expect(JSON.stringify(pages.map(({ origin, next }) => [origin, next]))).not.toContain(KEY);
    const sink = recordsOf(
      POLYGON,
      tradesTask(url).parameters,
      pages.map(({ bytes }) => bytes),
    );
    expect(sink.records('trade').map(({ tradeId }) => tradeId)).toEqual(['0', '1', '2']);
  });

  it('go on behind the last one that is kept', async () => {
    const url = await serve(page);
    const first = await pagesOf(POLYGON, tradesTask(url), SECRETS, { pagesMax: 1 });
    const rest = await pagesOf(POLYGON, tradesTask(url), SECRETS, { resumeAt: first.pages[0]!.next });
    expect(rest.pages).toHaveLength(2);
    expect(server!.asked.slice(1)).toEqual(['/v3/trades/AAPL?cursor=1', '/v3/trades/AAPL?cursor=2']);
  });

  it('what tells no time has the date of the answer in front, once', async () => {
    const url = await serve((path) => {
      const isFirst = !path.includes('cursor');
      const next = isFirst ? { next_url: 'https://api.massive.com/v3/reference/tickers?cursor=1' } : {};
      return {
        body: {
          status: 'OK',
          results: [{ ticker: isFirst ? 'A' : 'B', market: 'stocks', type: 'CS' }],
          ...next,
        },
      };
    });
    const request = requestOf(POLYGON, {
      schemas: ['definition'],
      options: { endpoints: 'tickers', restUrl: url },
    });
    const [task] = POLYGON.plan(request);
    const { pages } = await pagesOf(POLYGON, task!, SECRETS);
    expect(pages).toHaveLength(3);
    const sink = recordsOf(
      POLYGON,
      task!.parameters,
      pages.map(({ bytes }) => bytes),
    );
    const asked = sink.records('definition');
    expect(asked.map(({ symbol }) => symbol)).toEqual(['A', 'B']);
    expect(Math.abs(Number(asked[0]!.tsEvent / 1_000_000n) - Date.now())).toBeLessThan(60_000);
    // Interrupted between date and answer: only the answer is asked for.
    const resumed = await pagesOf(POLYGON, task!, SECRETS, { resumeAt: pages[0]!.next });
    expect(resumed.pages).toHaveLength(2);
  });
});

describe('faults of Polygon', () => {
  const task = async (answer: ConstructorParameters<typeof AnsweringServer>[0]): Promise<IngestTask> =>
    tradesTask(await serve(answer));
  /** The first answer is a fault, then come pages. */
  const after = (fault: ServedAnswer) => (path: string, before: number) =>
    before === 0 ? fault : page(path);

  it.each([
    ['too many requests', { status: 429, headers: { 'retry-after': '0.02' }, body: '{}' }, 20],
    ['a server that fails', { status: 503, headers: { 'retry-after': '0.01' }, body: 'no' }, 10],
    [
      'a body that is cut',
      { body: { status: 'OK', results: [], filler: 'x'.repeat(5000) }, isCut: true },
      null,
    ],
    ['JSON that is cut', { body: '{"status":"OK","results":[{' }, null],
    ['the page of a proxy', { body: '<html>sorry</html>', headers: { 'content-type': 'text/html' } }, null],
  ] as const)('%s is asked again, and nothing is missing or double', async (_, fault, waitMs) => {
    const asked = await task(after(fault));
    const { pages, waits } = await pagesOf(POLYGON, asked, SECRETS);
    expect(waits).toHaveLength(1);
    if (waitMs !== null) expect(waits[0]!.waitMs).toBe(waitMs);
    const sink = recordsOf(
      POLYGON,
      asked.parameters,
      pages.map(({ bytes }) => bytes),
    );
    expect(outcomeOf(sink)).toEqual({ trade: PAGES });
  });

  it('without Retry-After the wait is that of the free plan', () => {
    const answer = { status: 429, headers: {}, bytes: new Uint8Array(), url: 'http://x' };
    expect(classifyPolygon(answer).verdict).toMatchObject({ retryAfterMs: 12_000 });
  });

  it.each([
    ['DATA_SECRET', { status: 401, body: { status: 'ERROR', error: 'Unknown API Key' } }],
    ['DATA_SECRET', { status: 403, body: { status: 'NOT_AUTHORIZED', message: 'not entitled' } }],
    ['DATA_SECRET', { body: { status: 'NOT_AUTHORIZED', message: 'not entitled' } }],
    ['DATA_REQUEST', { status: 400, body: { status: 'ERROR', error: 'bad limit' } }],
    ['DATA_REQUEST', { body: { status: 'ERROR', error: 'bad limit' } }],
    ['DATA_REQUEST', { status: 404, body: 'page not found' }],
  ] as const)('%s: what will not mend itself stops, and the key is not told', async (code, fault) => {
    const asked = await task(() => fault);
    const error = await pagesOf(POLYGON, asked, SECRETS).then(
      () => null,
      (caught: unknown) => caught as { code: string; message: string; details: unknown },
    );
    expect(error?.code).toBe(code);
    expect(JSON.stringify([error?.message, error?.details])).not.toContain(KEY);
    expect(server!.asked).toHaveLength(1);
  });

  it('a vendor that keeps failing is given up', async () => {
    const asked = await task(() => ({ status: 500, headers: { 'retry-after': '0' }, body: '' }));
    await expect(pagesOf(POLYGON, asked, SECRETS)).rejects.toMatchObject({ code: 'DATA_UNREACHABLE' });
    expect(server!.asked).toHaveLength(3);
  });

  it('what is not found is kept and counted', async () => {
    const asked = await task(() => ({
      status: 404,
      body: { status: 'NOT_FOUND', message: 'Data not found.' },
    }));
    const { pages } = await pagesOf(POLYGON, asked, SECRETS);
    const sink = recordsOf(POLYGON, asked.parameters, [pages[0]!.bytes]);
    expect(outcomeOf(sink)).toEqual({ 'remark not-found': 1 });
  });
});
