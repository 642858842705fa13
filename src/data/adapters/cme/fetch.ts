/**
 * Asks the Reference Data API: products of a code, then the instruments of each, page by page along the links of the answers.
 *
 *   /products?globexProductCode=ES&securityType=FUT ─► _embedded.products ─► /instruments?productGuid=… ─► _links.next ─► …
 *
 * What is left to ask stands in `next` of every page, so that a task goes on where it stopped.
 * Source: CME Reference Data API version 3, Client Systems Wiki.
 */

import { TwinError } from '../../../base/index.ts';
import type { FetchContext, IngestTask, RawPage } from '../../ingest/adapter.ts';
import { classifyByStatus, type HttpAnswer, type Verdict } from '../../transport/http-client.ts';
import { CmeAccess, parseJson } from './access.ts';
import { isObject, type JsonObject, listOf, objectOf, textOf } from './json.ts';

/** Pages of one task: 2000 instruments each are more than all there are. */
export const PAGES_MAX = 10_000;

export async function* fetchDefinitions(task: IngestTask, context: FetchContext): AsyncGenerator<RawPage> {
  const { rest, token, size, product, type, exchange } = task.parameters;
  const access = new CmeAccess(String(token), context.secrets);
  const base = `${String(rest)}/`;
  let left =
    context.resumeAt === null
      ? [productsUrl(base, String(product), String(type), String(exchange))]
      : readLeft(context.resumeAt);
  const asked = new Set<string>();
  while (left.length > 0) {
    const url = left[0]!;
    if (asked.has(url) || asked.size >= PAGES_MAX) {
      throw new TwinError('DATA_FORMAT', 'pages of CME lead on and end', {
        url,
        pages: asked.size,
        limit: PAGES_MAX,
      });
    }
    asked.add(url);
    const answer = await askFor(url, access, context);
    const page = parseJson(answer.bytes) as JsonObject;
    left = [...following(page, url, base, Number(size)), ...left.slice(1)];
    yield {
      bytes: answer.bytes,
      origin: answer.url,
      contentType: answer.headers['content-type'] ?? 'application/json',
      next: left.length === 0 ? null : JSON.stringify(left),
    };
  }
}

/** One page; a token that was refused is renewed once. */
async function askFor(url: string, access: CmeAccess, { http, signal }: FetchContext): Promise<HttpAnswer> {
  const ask = async (): Promise<HttpAnswer> =>
    http.ask(
      { url, headers: { Accept: 'application/json' }, secretHeaders: await access.headers(http, signal) },
      signal,
      classifyPage,
    );
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof TwinError) || error.code !== 'DATA_SECRET' || error.details.status !== 401)
      throw error;
    access.forget();
    return await ask();
  }
}

/** Errors may come with status 200 in an envelope of their own. */
function classifyPage(answer: HttpAnswer): Verdict {
  const verdict = classifyByStatus(answer);
  if (verdict !== 'ok') return verdict;
  const page = parseJson(answer.bytes);
  const { url, status } = answer;
  if (!isObject(page)) return { retryAfterMs: null, why: 'an answer that is not JSON' };
  if (page.errorResponse === undefined && page.errors === undefined) return 'ok';
  const said = JSON.stringify(page.errorResponse ?? page.errors).slice(0, 300);
  return new TwinError('DATA_REQUEST', 'a request is one that the vendor grants', { url, status, said });
}

function productsUrl(base: string, product: string, type: string, exchange: string): string {
  const url = new URL('products', base);
  url.searchParams.set('globexProductCode', product);
  url.searchParams.set('securityType', type);
  if (exchange !== '') url.searchParams.set('exchangeGlobex', exchange);
  return url.toString();
}

/** What a page leads to: its next one, and for products their instruments. */
function following(page: JsonObject, url: string, base: string, size: number): string[] {
  const next = textOf(objectOf(objectOf(page._links).next).href);
  const instruments = listOf(objectOf(page._embedded).products).flatMap((product) => {
    const guid = textOf(product.productGuid);
    if (guid === null) return [];
    const found = new URL('instruments', base);
    found.searchParams.set('productGuid', guid);
    found.searchParams.set('page', '0');
    found.searchParams.set('size', String(size));
    return [found.toString()];
  });
  return [...(next === null ? [] : [sameHost(next, url)]), ...instruments];
}

/** The token goes to the vendor's host alone, whatever a link says. */
function sameHost(href: string, url: string): string {
  const next = URL.canParse(href, url) ? new URL(href, url) : null;
  if (next === null || next.origin !== new URL(url).origin) {
    throw new TwinError('DATA_FORMAT', 'the next page lies on the host of the one before', {
      url,
      next: href,
    });
  }
  return next.toString();
}

function readLeft(resumeAt: string): string[] {
  const left: unknown = JSON.parse(resumeAt);
  return Array.isArray(left) ? left.filter((url) => typeof url === 'string') : [];
}
