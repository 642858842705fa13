/**
 * When an answer was given, for vendors whose answers do not tell: the `Date` header of HTTP, kept as a page of its own in front
 * of the page with the answer, since records are made of kept bytes alone.
 */

import type { RawPage } from '../ingest/adapter.ts';
import type { HttpAnswer } from '../transport/http-client.ts';

const NAME = 'httpDate';

/** The page in front of an answer; null where the vendor sent no date. `next` is the place of the answer itself. */
export function datePage(answer: HttpAnswer, next: string): RawPage | null {
  const { date } = answer.headers;
  if (date === undefined || Number.isNaN(Date.parse(date))) return null;
  const bytes = new TextEncoder().encode(JSON.stringify({ [NAME]: date }));
  return { bytes, origin: `${answer.url}#date`, contentType: 'application/json', next };
}

/** ns since 1970 UTC, where a parsed page is one of those; null for every other. */
export function dateOfPage(page: unknown): bigint | null {
  if (typeof page !== 'object' || page === null) return null;
  const written = (page as Record<string, unknown>)[NAME];
  const ms = typeof written === 'string' ? Date.parse(written) : Number.NaN;
  return Number.isNaN(ms) ? null : BigInt(ms) * 1_000_000n;
}
