/** Errors of Alpha Vantage, which come with status 200 and one text instead of data (market-rules §12.7). */

import { TwinError } from '../../../base/index.ts';
import { classifyByStatus, type HttpAnswer, type Verdict } from '../../transport/http-client.ts';
import { isMessage } from '../../venues/messages.ts';

/** What a text means: too fast, too many today, a wrong key, something one has to pay for, a wrong call. */
export type AnswerError = 'perSecond' | 'perMinute' | 'perDay' | 'key' | 'premium' | 'call';

const NAMES = ['Note', 'Information', 'Error Message'] as const;
const MEANINGS: readonly (readonly [AnswerError, RegExp])[] = [
  ['key', /apikey is invalid or missing/i],
  ['premium', /premium (?:endpoint|feature|function)/i],
  ['perSecond', /requests? per second|more sparingly/i],
  ['perMinute', /(?:calls|requests) per minute/i],
  ['perDay', /(?:calls|requests) per day|rate limit/i],
];
const WAIT_MS: Partial<Record<AnswerError, number>> = { perSecond: 1200, perMinute: 15_000 };
const SAID_CHARS = 300;
/** One of the texts repeats the key. */
const KEY = /(API key as )\S+/i;
const decoder = new TextDecoder();

/** Null for an answer that is data. */
export function errorOf(body: unknown): { readonly error: AnswerError; readonly said: string } | null {
  if (!isMessage(body)) return null;
  for (const name of NAMES) {
    const said = body[name];
    if (typeof said !== 'string') continue;
    const found = MEANINGS.find(([, pattern]) => pattern.test(said));
    return { error: found?.[0] ?? 'call', said: said.replace(KEY, '$1***').slice(0, SAID_CHARS) };
  }
  return null;
}

export function classifyAlphaVantage(answer: HttpAnswer): Verdict {
  const { status, url, bytes } = answer;
  if (status < 200 || status >= 300) return classifyByStatus(answer);
  const text = decoder.decode(bytes);
  if (!/^\s*[{[]/.test(text)) {
    const isPage = /^\s*(?:<|$)/.test(text);
    return isPage ? { retryAfterMs: null, why: 'an answer is neither JSON nor a table' } : 'ok';
  }
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return { retryAfterMs: null, why: 'an answer is whole JSON' };
  }
  const found = errorOf(body);
  return found === null ? 'ok' : verdictOf(found.error, found.said, url);
}

function verdictOf(error: AnswerError, said: string, url: string): Verdict {
  switch (error) {
    case 'key':
      return new TwinError('DATA_SECRET', 'a key is valid for what is asked', { url, said });
    case 'premium':
      return new TwinError('DATA_REQUEST', 'a request is one that the plan of the key grants', { url, said });
    case 'perDay':
      return new TwinError('DATA_UNREACHABLE', 'a vendor grants more requests on this day', { url, said });
    case 'call':
      return new TwinError('DATA_REQUEST', 'function and symbol are ones that the vendor has', { url, said });
    default:
      return { retryAfterMs: WAIT_MS[error] ?? null, why: said };
  }
}
