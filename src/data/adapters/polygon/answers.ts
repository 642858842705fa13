/** What an answer of Polygon means before it is read: whether to keep it, to ask again, or to stop. */

import { TwinError } from '../../../base/index.ts';
import { classifyByStatus, type HttpAnswer, type Verdict } from '../../transport/http-client.ts';
import { isMessage, type Message } from '../../venues/messages.ts';

/** Without Retry-After: the free plan grants five requests a minute. */
const RATE_WAIT_MS = 12_000;
const decoder = new TextDecoder();

/** A page that is kept, and the place of the next one: path and query without host and key. */
export interface ReadAnswer {
  verdict: Verdict;
  next: string | null;
}

export function classifyPolygon(answer: HttpAnswer): ReadAnswer {
  const { status, url, bytes } = answer;
  const isGood = status >= 200 && status < 300;
  if (!isGood && status !== 404) return { verdict: waitOf(answer, classifyByStatus(answer)), next: null };
  const text = decoder.decode(bytes);
  const body = parsed(text);
  if (status === 404 && (!isMessage(body) || body.status !== 'NOT_FOUND'))
    return { verdict: classifyByStatus(answer), next: null };
  // Tables are no JSON; an answer that is cut off, or a page of a proxy, is neither.
  if (body === undefined && !isTable(answer, text))
    return { verdict: { retryAfterMs: null, why: 'an answer is no JSON' }, next: null };
  if (!isMessage(body)) return { verdict: 'ok', next: null };
  return { verdict: verdictOf(body, url), next: nextPlace(body.next_url) };
}

function waitOf(answer: HttpAnswer, verdict: Verdict): Verdict {
  if (verdict === 'ok' || verdict instanceof TwinError || answer.status !== 429) return verdict;
  return { ...verdict, retryAfterMs: verdict.retryAfterMs ?? RATE_WAIT_MS };
}

function verdictOf(body: Message, url: string): Verdict {
  const { status } = body;
  const said = String(body.error ?? body.message ?? '').slice(0, 300);
  if (status === 'NOT_AUTHORIZED' || status === 'AUTH_ERROR')
    return new TwinError('DATA_SECRET', 'a key is valid for what is asked', { url, status, said });
  if (status !== 'ERROR') return 'ok';
  if (/exceeded|too many/i.test(said)) return { retryAfterMs: RATE_WAIT_MS, why: said };
  if (/api ?key/i.test(said))
    return new TwinError('DATA_SECRET', 'a key is valid for what is asked', { url, status, said });
  return new TwinError('DATA_REQUEST', 'a request is one that the vendor grants', { url, status, said });
}

/** The same service has several names, and an emulator another one: the host that was asked is asked on. */
function nextPlace(nextUrl: unknown): string | null {
  if (typeof nextUrl !== 'string' || !URL.canParse(nextUrl)) return null;
  const url = new URL(nextUrl);
  for (const key of ['apiKey', 'apikey', 'api_key']) url.searchParams.delete(key);
  return `${url.pathname}${url.search}`;
}

function isTable({ headers }: HttpAnswer, text: string): boolean {
  return headers['content-type']?.includes('csv') === true && !/^\s*[{[<]/.test(text);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
